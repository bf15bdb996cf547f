"""Place: where in the value that is being made its next part stands, and what may be spent there.

All that a part depends on comes down to it from above (its dice by its name, its share of the budget), never from
its siblings: the same seed gives the same part in whatever order parts are asked for.
"""

from __future__ import annotations

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
    """

    __slots__ = ("attempt", "budget", "depth", "dice", "lean", "name", "plain")

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

    def child(self, label: str, budget: float, name: str) -> Place:
        """The position of a property or an item."""
        return Place(self.dice.derive(label), budget, depth=self.depth + 1, name=name, plain=self.plain)

    def again(self, attempt: int, *, lean: bool, plain: bool) -> Place:
        """The same position for another attempt, with other luck."""
        dice = self.dice.derive(f"~{attempt}")
        place = Place(dice, self.budget, depth=self.depth, name=self.name, plain=plain, attempt=attempt)
        place.lean = self.lean or lean
        return place
