"""Compilation: schemas of one document as validators that share what they have in common.

A schema that reaches few definitions gets a validator of its own when it is first used. One that reaches many (in a
large API most replies reach most definitions) is compiled together with all others of its kind: one validator whose
root has a property for each schema, so that a value is checked as ``{"17": value}``. Measured on a document of 468
operations and 819 mutually recursive definitions: one such validator takes 15 ms and 15 MB, a validator of its own for
each of them 10 ms and 9 MB apiece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

from diorama.formats.schemas.explanation import Fault, Place, Search
from diorama.formats.schemas.formats import CALLED_FORMATS, EMAIL
from diorama.formats.schemas.patterns import BACKTRACKING, LINEAR
from diorama.formats.schemas.rewriting import Direction, Problem, Rewriting
from diorama.model.errors import DioramaError

OWN_DEFINITIONS_MAX = 40
"""A schema that reaches more definitions than this is compiled together with the others."""


def _denied(address: str) -> Any:
    raise ValueError(f"schemas are never fetched: {address[:80]}")


class Schemas:
    """The schemas that a document checks one direction of traffic by.

    Args:
        definitions: ``Api.schemas``.
        direction: ``request`` or ``reply``.
        refuse_hidden: whether properties that only the other side writes break a rule.
        root: JSON pointer of the definitions in their document.
    """

    def __init__(
        self, definitions: Mapping[str, Any], direction: Direction, *, refuse_hidden: bool = False, root: str = "/$defs"
    ) -> None:
        self._rewriting = Rewriting(definitions, direction, refuse_hidden=refuse_hidden, root=root)
        self._root = root
        self._checks: list[Check] = []
        self._joint: Any = None
        self._joint_size = 0

    @property
    def problems(self) -> list[Problem]:
        """The rules that are left out because they are broken, so far."""
        return self._rewriting.problems

    def check(self, schema: Any, pointer: str = "") -> Check:
        """What decides whether a value is right by a schema.

        Args:
            schema: with references into the definitions.
            pointer: where it stands in its document, for problems and violations.
        """
        check = self.part(schema, pointer)
        self._list(check)
        return check

    def part(self, schema: Any, pointer: str = "") -> Check:
        """The same for a schema whose values are mostly checked as parts of an object; see :meth:`whole`."""
        rewritten, uses = self._rewriting.rewritten(schema, pointer)
        return Check(self, "", rewritten, uses, pointer)

    def whole(self, parts: Mapping[str, Mapping[str, Check]]) -> Check:
        """What decides about objects of objects of values, each by its own check, all in one go."""
        schema = {
            "properties": {
                place: {"properties": {name: check.schema for name, check in checks.items()}}
                for place, checks in parts.items()
            }
        }
        every = [check for checks in parts.values() for check in checks.values()]
        check = Check(self, "", schema, frozenset[str]().union(*(one.uses for one in every)), "")
        self._list(check)
        return check

    def _list(self, check: Check) -> None:
        check.slot = str(len(self._checks))
        self._checks.append(check)

    def settle(self) -> None:
        """Rewrite every definition that a check so far can reach, so that all problems are known."""
        self._reached(frozenset[str]().union(*(check.uses for check in self._checks)), None)

    def definition(self, number: str) -> Any:
        """The rewritten definition behind ``#/$defs/<number>``."""
        return self._rewriting.definition(number)

    def name(self, number: str) -> str:
        """The document's name of a definition."""
        return self._rewriting.names[number]

    def pointer(self, number: str) -> str:
        """Where a definition stands in its document."""
        return f"{self._root}/{self._rewriting.names[number]}"

    def compile(self, check: Check) -> Callable[[Any], bool]:
        """The function that decides for a check.

        Raises:
            DioramaError: ``schema_uncompilable``.
        """
        reached = self._reached(check.uses, OWN_DEFINITIONS_MAX if check.slot else None)
        if reached is not None:
            return self._validator(check.schema, reached, check.pointer).is_valid  # type: ignore[no-any-return]  # a function of the library
        if self._joint is None or self._joint_size <= int(check.slot):
            uses = frozenset[str]().union(*(one.uses for one in self._checks))
            every = self._reached(uses, None)
            assert every is not None
            root = {"properties": {one.slot: one.schema for one in self._checks}}
            self._joint = self._validator(root, every, "").is_valid
            self._joint_size = len(self._checks)
        joint = self._joint
        slot = check.slot
        return lambda value: joint({slot: value})

    def _reached(self, uses: frozenset[str], most: int | None) -> frozenset[str] | None:
        """All definitions that can be reached, or None when there are more than ``most``."""
        reached = set(uses)
        waiting = list(uses)
        rewriting = self._rewriting
        while waiting:
            if most is not None and len(reached) > most:
                return None
            number = waiting.pop()
            rewriting.definition(number)
            fresh = rewriting.uses_of[number] - reached
            reached |= fresh
            waiting.extend(fresh)
        return frozenset(reached)

    def _validator(self, schema: Any, reached: frozenset[str], pointer: str) -> Any:
        root: dict[str, Any] = {"allOf": [schema]} if isinstance(schema, bool) else dict(schema)
        if reached:
            root["$defs"] = {number: self._rewriting.definition(number) for number in sorted(reached, key=int)}
        try:
            return jsonschema_rs.Draft202012Validator(
                root,
                formats=CALLED_FORMATS,
                validate_formats=True,
                retriever=_denied,
                pattern_options=BACKTRACKING if self._rewriting.backtracking else LINEAR,
                email_options=EMAIL,
            )
        except (ValueError, jsonschema_rs.ReferencingError) as cause:
            raise DioramaError(
                "schema_uncompilable",
                f"The schema at {pointer or '/'} cannot be compiled: {str(cause).splitlines()[0][:200]}",
                "Correct the schema, or switch validation off for this project.",
            ) from cause


class Check:
    """Decides whether values are right by one schema, and says why one is not.

    Attributes:
        slot: its name in the joint validator; empty when it has no part in that.
        schema: rewritten.
        uses: numbers of the definitions that the schema refers to.
        pointer: where the schema stands in its document.
    """

    __slots__ = ("_decide", "_home", "pointer", "schema", "slot", "uses")

    def __init__(self, home: Schemas, slot: str, schema: Any, uses: frozenset[str], pointer: str) -> None:
        self._home = home
        self._decide: Callable[[Any], bool] | None = None
        self.slot = slot
        self.schema = schema
        self.uses = uses
        self.pointer = pointer

    def holds(self, value: Any) -> bool:
        """Whether a JSON value is right. The first call compiles the schema.

        Raises:
            DioramaError: ``schema_uncompilable``, from the first call only when :meth:`Schemas.settle` was left out.
        """
        decide = self._decide
        if decide is None:
            decide = self._decide = self._home.compile(self)
        try:
            return decide(value)
        except ValueError:
            # A text that is no Unicode, or a value that is no JSON, is right by no schema.
            return False

    def faults(self, value: Any, whole: str, at: Place = (), most: int = 100, *, secret: bool = False) -> list[Fault]:
        """Why a value is not right: at least one fault, in the order of the schema's keywords.

        Args:
            value: one that :meth:`holds` refused.
            whole: what to call the whole in messages (``the body``).
            at: where the value stands in the whole.
            most: the search ends when it has found as many.
            secret: whether no part of the value may be quoted.
        """
        search = Search(self._home, whole, most, secret=secret)
        return search.run(self.schema, value, at, self.pointer)
