"""Secrets: where the requests of an endpoint carry what its document declares to be secret.

A schema declares it by ``format: password`` or ``x-secret: true``. What holds for the items of an array, the values of
a map or a branch of ``anyOf`` holds for the whole, because a client's value cannot be told apart by its branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from diorama.model.definition import Endpoint, Parameter

_REF_ROOT = "#/$defs/"
_ONE = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains", "if", "then", "else")
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("patternProperties", "dependentSchemas")


class Secrets(Struct, frozen=True):
    """Where an endpoint's declared secrets travel. All names are in lower case, since a mistyped name hides no value.

    Cookies are not among them: of cookies, all are taken for secrets.

    Attributes:
        path: path parameters.
        queries: query parameters, and properties of those that are objects.
        headers: headers.
        properties: properties of bodies, however deep.
        body: whether a body is a secret as a whole.
    """

    path: frozenset[str] = frozenset()
    queries: frozenset[str] = frozenset()
    headers: frozenset[bytes] = frozenset()
    properties: frozenset[str] = frozenset()
    body: bool = False


class _Facts(Struct):
    """What one schema says without those that it refers to.

    Attributes:
        names: properties that are secrets; None stands for the value itself.
        places: definitions by the property that they describe; None again for the value itself.
    """

    names: set[str | None]
    places: dict[str | None, set[str]]


class Definitions:
    """The definitions of a document. Each is walked once, when an endpoint first leads to it."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._facts: dict[str, _Facts] = {}

    def secret_names(self, schema: Any) -> set[str | None]:
        """The secret properties of values of a schema, however deep; None among them when the value itself is one."""
        start = _facts(schema)
        reached: dict[str, _Facts] = {}
        waiting = _references(start)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached[name] = facts = self._of(name)
                waiting += _references(facts)
        secret = _secret_definitions(reached)
        found: set[str | None] = set()
        for facts in reached.values():
            found |= facts.names
            found.update(place for place, names in facts.places.items() if not secret.isdisjoint(names))
        found.discard(None)  # of the definitions themselves: it says nothing about the schema that began
        found |= start.names
        found.update(place for place, names in start.places.items() if not secret.isdisjoint(names))
        return found

    def _of(self, name: str) -> _Facts:
        facts = self._facts.get(name)
        if facts is None:
            facts = self._facts[name] = _facts(self._schemas.get(name))
        return facts


def _facts(schema: Any) -> _Facts:
    facts = _Facts(set(), {})
    waiting: list[tuple[Any, str | None]] = [(schema, None)]
    while waiting:
        one, place = waiting.pop()
        if type(one) is not dict:
            continue
        if one.get("format") == "password" or one.get("x-secret") is True:
            facts.names.add(place)
        target = one.get("$ref")
        if type(target) is str and target.startswith(_REF_ROOT):
            name = target[len(_REF_ROOT) :].replace("~1", "/").replace("~0", "~")
            facts.places.setdefault(place, set()).update((name, target[len(_REF_ROOT) :]))
        properties = one.get("properties")
        if type(properties) is dict:
            waiting += [(inner, name.lower()) for name, inner in properties.items()]
        waiting += [(one[keyword], place) for keyword in _ONE if keyword in one]
        for keyword in _MANY:
            if type(one.get(keyword)) is list:
                waiting += [(inner, place) for inner in one[keyword]]
        for keyword in _NAMED:
            if type(one.get(keyword)) is dict:
                waiting += [(inner, place) for inner in one[keyword].values()]
    return facts


def _references(facts: _Facts) -> list[str]:
    return [name for names in facts.places.values() for name in names]


def _secret_definitions(reached: Mapping[str, _Facts]) -> set[str]:
    """The definitions whose values are secrets themselves, directly or by what they refer to for their own value."""
    users: dict[str, list[str]] = {}
    for name, facts in reached.items():
        for used in facts.places.get(None, ()):
            users.setdefault(used, []).append(name)
    secret: set[str] = set()
    waiting = [name for name, facts in reached.items() if None in facts.names]
    while waiting:
        name = waiting.pop()
        if name not in secret:
            secret.add(name)
            waiting += users.get(name, ())
    return secret


class SecretSearch:
    """An endpoint's secrets, not looked for yet: most endpoints of a large document are never asked.

    Args:
        endpoint: the endpoint.
        definitions: of its document.
    """

    __slots__ = ("_definitions", "_endpoint")

    def __init__(self, endpoint: Endpoint, definitions: Definitions) -> None:
        self._endpoint = endpoint
        self._definitions = definitions

    def found(self) -> Secrets | None:
        """Where the endpoint's secrets travel; None when it declares none."""
        places: dict[str, set[str]] = {"path": set(), "query": set(), "header": set(), "cookie": set()}
        for parameter in self._endpoint.parameters:
            inner = self._of_parameter(parameter)
            if inner:
                # The value may be written in one piece whatever part of it is secret, so all of it is taken for one.
                places[parameter.place].add(parameter.name.lower())
            if parameter.place == "query":
                places["query"] |= _named(inner)
        body: set[str | None] = set()
        if self._endpoint.request_body is not None:
            for media_type in self._endpoint.request_body.content:
                body |= self._definitions.secret_names(media_type.schema)
        secrets = Secrets(
            path=frozenset(places["path"]),
            queries=frozenset(places["query"]),
            headers=frozenset(name.encode("latin-1", "replace") for name in places["header"]),
            properties=frozenset(_named(body)),
            body=None in body,
        )
        return None if secrets == Secrets() else secrets

    def _of_parameter(self, parameter: Parameter) -> set[str | None]:
        found = self._definitions.secret_names(parameter.schema)
        if parameter.media_type is not None:
            found |= self._definitions.secret_names(parameter.media_type.schema)
        return found


def _named(names: Iterable[str | None]) -> set[str]:
    return {name for name in names if name is not None}
