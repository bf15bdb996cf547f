"""Explanation: why a value is not right by a schema, in words of ours.

The compiled validator decides; this search runs only over values that it refused, and says where and why. Its steps and
findings are bounded, so that a body of a million wrong items costs no more than one of a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from diorama.formats.schemas.quotation import is_secret_name, label, pointer_of, quoted, type_of, type_words
from diorama.formats.schemas.rewriting import REF_ROOT, SAID
from diorama.model.errors import Violation

STEPS_MAX = 20_000
"""Schemas that one search applies at most: some 20 milliseconds."""

Place = tuple[str | int, ...]


class Fault(Struct, frozen=True):
    """One broken rule.

    Attributes:
        at: where in the value; of what is missing, where it would stand.
        rule: the keyword.
        message: one sentence without full stop.
        schema_pointer: where the rule stands in its document.
    """

    at: Place
    rule: str
    message: str
    schema_pointer: str

    def violation(self, place: str) -> Violation:
        """The fault as the violation of a message's part."""
        return Violation(place, pointer_of(self.at), self.rule, self.message, self.schema_pointer)


class Definitions(Protocol):
    """What a search looks references up in."""

    def definition(self, number: str) -> Any:
        """The rewritten definition behind ``#/$defs/<number>``."""

    def name(self, number: str) -> str:
        """The document's name of a definition."""

    def pointer(self, number: str) -> str:
        """Where a definition stands in its document."""


class _EnoughError(Exception):
    """The search has found, or tried, as much as it may."""


Handler = Callable[["Search", Mapping[str, Any], Any, Any, Place, str], None]
HANDLERS: dict[str, Handler] = {}
"""What looks at a keyword: f(search, schema, the keyword's value, the instance, its place, the schema's pointer)."""


def handles(*keywords: str) -> Callable[[Handler], Handler]:
    """Register a function for keywords."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(keywords, handler))
        return handler

    return register


class Search:
    """One search for faults.

    Args:
        home: the definitions.
        whole: what to call the whole value.
        most: how many faults to look for.
        secret: whether no value may be quoted.
    """

    def __init__(self, home: Definitions, whole: str, most: int, *, secret: bool = False) -> None:
        self._secret = secret
        self.home = home
        self.whole = whole
        self.faults: list[Fault] = []
        self._most = most
        self._steps_left = STEPS_MAX
        self._following: set[tuple[str, int]] = set()
        self._declared: set[Place] = set()

    def run(self, schema: Any, value: Any, at: Place, pointer: str) -> list[Fault]:
        """The faults of a value that was refused: at least one.

        Args:
            schema: rewritten.
            value: the value.
            at: where it stands in the whole.
            pointer: where the schema stands in its document.
        """
        try:
            self.visit(schema, value, at, pointer)
        except (_EnoughError, RecursionError):
            pass
        if self.faults:
            return self.faults
        return [Fault(at, "schema", f"{self.label(at)} breaks a rule of its schema that could not be found", pointer)]

    def visit(self, schema: Any, value: Any, at: Place, where: str) -> None:
        """Add the faults of a value by a schema."""
        self._steps_left -= 1
        if self._steps_left < 0:
            raise _EnoughError
        if schema is True:
            return
        if schema is False:
            self.add(at, "false", f"{self.label(at)} must not be there", where)
            return
        if self._declares_secret(schema):
            self._declared.add(at)
        types = schema.get("type")
        if types is not None and not _is_of(value, types):
            words = type_words([types] if isinstance(types, str) else types)
            self.add(at, "type", f"{self.label(at)} must be {words}{self.got(schema, value, at)}", f"{where}/type")
            return
        said = schema.get(SAID)
        if said is not None:
            self._said(schema, said, value, at, where)
            return
        for keyword, rule in schema.items():
            handler = HANDLERS.get(keyword)
            if handler is not None:
                handler(self, schema, rule, value, at, where)

    def probe(self, schema: Any, value: Any, at: Place, where: str, most: int = 25) -> list[Fault]:
        """The faults of a value by a schema, without adding them."""
        before, before_most = self.faults, self._most
        self.faults, self._most = [], most
        try:
            self.visit(schema, value, at, where)
        except _EnoughError:
            if self._steps_left < 0:
                raise
        finally:
            found, self.faults, self._most = self.faults, before, before_most
        return found

    def add(self, at: Place, rule: str, message: str, where: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(at, rule, message, where))
        if len(self.faults) >= self._most:
            raise _EnoughError

    def follow(self, number: str, value: Any, at: Place) -> None:
        """Add the faults by a definition; one that leads back to itself at the same value adds nothing."""
        here = (number, id(value))
        if here in self._following:
            return
        self._following.add(here)
        try:
            self.visit(self.home.definition(number), value, at, self.home.pointer(number))
        finally:
            self._following.discard(here)

    def label(self, at: Place) -> str:
        """A place as people write it."""
        return label(at, self.whole)

    def got(self, schema: Mapping[str, Any], value: Any, at: Place) -> str:
        """``, got …`` with the value; for a secret, with its type only."""
        declared = any(at[:length] in self._declared for length in range(len(at) + 1))
        secret = self._secret or declared or any(is_secret_name(token) for token in at)
        return f", got {type_words([type_of(value)]) if secret else quoted(value)}"

    def _declares_secret(self, schema: Mapping[str, Any]) -> bool:
        """Whether the document calls it a secret: here, in what it refers to, or in a part of its ``allOf``.

        Rules that stand beside the declaration are often broken before it is come upon.
        """
        for one in (schema, *schema.get("allOf", ())):
            target = one
            if type(one) is dict and "$ref" in one:
                target = self.home.definition(one["$ref"][len(REF_ROOT) :])
            for said in (one, target):
                if type(said) is dict and (said.get("format") == "password" or said.get("x-secret") is True):
                    return True
        return False

    def _said(self, schema: Mapping[str, Any], said: Mapping[str, Any], value: Any, at: Place, where: str) -> None:
        """A rule that was put into other words: its fault is told in the document's own."""
        inner = {key: rule for key, rule in schema.items() if key != SAID}
        keyword, rule = next(iter(said.items()))
        if not self.probe(inner, value, at, where, 1):
            return
        # The rewritten rule is the last member of an added allOf; the document has it one level up.
        origin = where.rpartition("/allOf/")[0] if "/allOf/" in where else where
        HANDLERS[keyword](self, {**schema, keyword: rule}, rule, value, at, origin)


def _is_of(value: Any, types: Any) -> bool:
    found = type_of(value)
    return (
        found in types or (found == "integer" and "number" in types)
        if not isinstance(types, str)
        else (found == types or (found == "integer" and types == "number"))
    )


@handles("$ref")
def _reference(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    search.follow(rule[len(REF_ROOT) :], value, at)
