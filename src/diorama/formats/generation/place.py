"""Place: where in the value that is being made its next part stands, and what may be spent there.

All that a part depends on comes down to it from above (its dice by its name, its share of the budget), never from
its siblings: the same seed gives the same part in whatever order parts are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diorama.ports.dice import Dice


class Place:
    """One position in a value.

    Args:
        dice: this position's own stream of chance.
        budget: about how many values may be made here and below; at 0 only what is required is made.
        depth: how deep the position is.
        name: the property's name, or that of the nearest property above.
        plain: whether the plain sample is wanted rather than one by dice.
        attempt: how often making this very part has failed before.

    Attributes:
        scene: the facts around, of a believable value; None otherwise.
        item: whether it is an item of an array.
        given: for an object: properties that stand already.
        reference: the thing that a scalar is the id of, where the schema says so.
        solid: whether null will not do though the schema allows it.
    """

    __slots__ = (
        "attempt",
        "budget",
        "depth",
        "dice",
        "given",
        "item",
        "lean",
        "name",
        "plain",
        "reference",
        "scene",
        "solid",
    )

    def __init__(
        self, dice: Dice, budget: float, *, depth: int = 0, name: str = "", plain: bool = False, attempt: int = 0
    ) -> None:
        self.dice = dice
        self.budget = budget
        self.depth = depth
        self.name = name
        self.plain = plain
        self.attempt = attempt
        self.lean = budget <= 0
        self.scene: Any = None
        self.item = False
        self.given: Mapping[str, Any] | None = None
        self.reference = ""
        self.solid = False

    def child(self, label: str, budget: float, name: str) -> Place:
        """The position of a property or an item."""
        place = Place(self.dice.derive(label), budget, depth=self.depth + 1, name=name, plain=self.plain)
        place.scene = self.scene
        return place

    def again(self, attempt: int, *, lean: bool, plain: bool) -> Place:
        """The same position for another attempt, with other luck."""
        dice = self.dice.derive(f"~{attempt}")
        place = Place(dice, self.budget, depth=self.depth, name=self.name, plain=plain, attempt=attempt)
        place.lean = self.lean or lean
        place.scene = self.scene
        place.item = self.item
        place.given = self.given
        place.solid = self.solid
        return place
