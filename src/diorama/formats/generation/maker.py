"""Maker: what arrays and objects need of the making that they are part of."""

from __future__ import annotations

from typing import Any, Protocol

from diorama.formats.generation.conformance import Conformance
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.options import Options
from diorama.formats.generation.place import Place
from diorama.formats.generation.rules import Rules, Sources


class Maker(Protocol):
    """The making of one value."""

    flattener: Flattener
    conformance: Conformance
    options: Options
    failed: int

    def value(self, sources: Sources, place: Place) -> Any:
        """A value that meets all the schemas."""

    def by_rules(self, rules: Rules, place: Place) -> Any:
        """A value that meets the rules."""

    def right(self, rules: Rules, value: Any) -> bool:
        """Whether a value meets all the schemas that rules came from."""

    def travels(self, rules: Rules) -> bool:
        """Whether a property of these rules is part of a message in this direction."""

    def recurs(self, rules: Rules) -> bool:
        """Whether a value by the same schemas is being made right now, around this one."""
