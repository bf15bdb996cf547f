"""Requests: parameters and body of an endpoint are read and checked in one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from diorama.capabilities.validation.bodies import MISSING as NO_BODY
from diorama.capabilities.validation.bodies import BodyRules
from diorama.capabilities.validation.parameters import IGNORED_HEADERS, Read, Sources, reader
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.spec import ValidationSpec
from diorama.capabilities.validation.styles import MISSING
from diorama.formats.schemas import Check, Schemas, cut, is_secret_name, pointer_of
from diorama.model.definition import Api, Endpoint, Parameter
from diorama.model.errors import DioramaError, Violation
from diorama.model.http import Reply
from diorama.ports.exchange import OpenExchange

VIOLATIONS_MAX = 100

_WORDS = {
    "path": "the path parameter",
    "query": "the query parameter",
    "header": "the header",
    "cookie": "the cookie",
}


class ParameterRules(Struct, frozen=True):
    """One parameter, ready.

    Attributes:
        parameter: as the document has it.
        read: reads it.
        check: decides about its values; None when the document says nothing about them.
        told_by: says why a value is not right.
        is_secret: whether its values are never quoted.
    """

    parameter: Parameter
    read: Read
    check: Check | None
    told_by: Check | None
    is_secret: bool


class RequestRules:
    """What an endpoint asks of requests.

    Args:
        endpoint: the endpoint.
        api: its Api.
        schemas: of requests of that Api.
        spec: the project's settings.
    """

    def __init__(self, endpoint: Endpoint, api: Api, schemas: Schemas, spec: ValidationSpec) -> None:
        declared = [
            one
            for one in endpoint.parameters
            if one.place != "header" or (one.name.lower() not in IGNORED_HEADERS and one.name.lower() != "cookie")
        ]
        secrets = {scheme.parameter.lower() for scheme in api.security_schemes.values() if scheme.parameter}
        self._rules = [_rules_of(one, declared, api, schemas, secrets) for one in declared]
        self._reads = [(one.parameter.place, one.parameter.name, one.read, one) for one in self._rules]
        parts: dict[str, dict[str, Check]] = {}
        for one in self._rules:
            if one.check is not None:
                parts.setdefault(one.parameter.place, {})[one.parameter.name] = one.check
        self._whole = schemas.whole(parts) if parts else None
        self._body = None
        if endpoint.request_body is not None:
            self._body = BodyRules(endpoint.request_body, schemas, api.schemas, spec.json_values_max)
        self._warns = spec.requests != "on"
        self._known_query = _known_query(declared, api) if spec.unknown_query == "refuse" else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read and nothing to check."""
        return not self._rules and self._body is None and self._known_query is None

    def step(self, x: OpenExchange) -> Reply | None:
        """Read and check a request.

        Raises:
            DioramaError: ``request_violates_schema``, ``body_malformed``, ``body_too_large``,
                ``media_type_unsupported``; none of them when the project only wants to be warned.
        """
        violations = self._look(x)
        if violations:
            if not self._warns:
                raise refusal(violations)
            x.plan.violations = (*x.plan.violations, *violations[:VIOLATIONS_MAX])
        return None

    def offer(self, x: OpenExchange) -> Reply | None:
        """Leave the reading to whoever needs what was sent; nothing is refused and nothing is noted."""
        x.memo["reader"] = self._look
        return None

    def _look(self, x: OpenExchange) -> list[Violation]:
        """Read a request, and say which rules it breaks."""
        request = x.request
        violations: list[Violation] = []
        if self._reads:
            sources = Sources(request, x.path_parameters)
            values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
            for place, name, read, rules in self._reads:
                try:
                    value = read(sources)
                except ValueError as cause:
                    violations.append(_unreadable(rules.parameter, cause))
                    continue
                if value is not MISSING:
                    values[place][name] = value
                elif rules.parameter.required:
                    violations.append(_missing(rules.parameter))
            x.parameters = values
            if self._whole is not None and not self._whole.holds(values):
                self._explain(sources, values, violations)
        else:
            x.parameters = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        if self._known_query is not None and request.query:
            violations += _unknown(Sources(request, {}), self._known_query)
        if self._body is not None:
            self._read_body(x, self._body, violations)
        return violations

    def _read_body(self, x: OpenExchange, body: BodyRules, violations: list[Violation]) -> None:
        try:
            value, faults = body.read(x.request)
        except DioramaError as error:
            if not self._warns:
                error.violations = tuple(violations[:VIOLATIONS_MAX])
                raise
            rule = "contentMediaType" if error.code == "media_type_unsupported" else error.code
            violations.append(Violation("body", "", rule, error.message.rstrip(".")))
            return
        if value is not NO_BODY:
            x.memo["body"] = value
        violations += faults

    def _explain(self, sources: Sources, values: dict[str, dict[str, Any]], violations: list[Violation]) -> None:
        """The violations of values that are not all right; a value that is right when read in the other way is."""
        again = Sources(sources.request, sources.path, again=True)
        for rules in self._rules:
            parameter, check = rules.parameter, rules.check
            held = values[parameter.place]
            if check is None or parameter.name not in held or check.holds(held[parameter.name]):
                continue
            try:
                other = rules.read(again)
            except ValueError:
                other = MISSING
            if other is not MISSING and check.holds(other):
                held[parameter.name] = other
                continue
            faults = (rules.told_by or check).faults(
                held[parameter.name], "the request", (parameter.name,), VIOLATIONS_MAX, secret=rules.is_secret
            )
            violations += [fault.violation(parameter.place) for fault in faults]


def _rules_of(
    parameter: Parameter, declared: list[Parameter], api: Api, schemas: Schemas, secrets: set[str]
) -> ParameterRules:
    taken = frozenset(one.name for one in declared if one.place == parameter.place and one is not parameter)
    schema, pointer = parameter.schema, f"{parameter.pointer}/schema"
    if parameter.media_type is not None:
        schema, pointer = parameter.media_type.schema, f"{parameter.media_type.pointer}/schema"
    check = told_by = None
    if schema is not None and schema is not True and schema != {}:
        check = told_by = schemas.part(schema, pointer)
        if parameter.allow_empty:
            check = schemas.part({"anyOf": [schema, {"const": ""}]}, pointer)
    is_secret = parameter.name.lower() in secrets or is_secret_name(parameter.name)
    return ParameterRules(parameter, reader(parameter, api.schemas, taken), check, told_by, is_secret)


def _missing(parameter: Parameter) -> Violation:
    return Violation(
        parameter.place,
        pointer_of((parameter.name,)),
        "required",
        f"{_WORDS[parameter.place]} {cut(parameter.name)} is missing",
        f"{parameter.pointer}/required",
    )


def _unreadable(parameter: Parameter, cause: ValueError) -> Violation:
    text = str(cause)
    rule = "encoding" if "percent" in text or "UTF-8" in text else "style"
    if parameter.media_type is not None:
        rule = "contentMediaType"
    words = f"{_WORDS[parameter.place]} {cut(parameter.name)} cannot be read: {text}"
    return Violation(parameter.place, pointer_of((parameter.name,)), rule, words, parameter.pointer)


def _known_query(declared: list[Parameter], api: Api) -> Callable[[str], bool]:
    """What tells whether a query parameter's name is one of the document's."""
    names = {scheme.parameter for scheme in api.security_schemes.values() if scheme.place == "query"}
    prefixes: list[str] = []
    takes_all = False
    for one in declared:
        if one.place == "query":
            names.add(one.name)
            prefixes.append(one.name + "[")
            shape = Shape({} if one.schema is None else one.schema, api.schemas)
            if one.style == "form" and one.explode and shape.is_object:
                names.update(shape.properties())
                takes_all |= shape.takes_additional()
    known = frozenset(names)
    starts = tuple(prefixes)
    return lambda name: takes_all or name in known or name.startswith(starts)


def _unknown(sources: Sources, is_known: Callable[[str], bool]) -> list[Violation]:
    return [
        Violation(
            "query",
            pointer_of((name,)),
            "additionalProperties",
            f"the query parameter {cut(name)} is not one of the document's",
        )
        for name in sources.query()
        if not is_known(name)
    ]


def refusal(violations: list[Violation]) -> DioramaError:
    """The error for a request that breaks rules."""
    count = len(violations)
    more = f" (and {count - 1} more)" if count > 1 else ""
    return DioramaError(
        "request_violates_schema",
        f"The request breaks the document's rules: {violations[0].message}{more}.",
        "Each violation names the place, the rule and what would be right.",
        violations=tuple(violations[:VIOLATIONS_MAX]),
    )
