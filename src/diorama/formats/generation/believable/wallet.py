"""Wallet: the one test card that the number, the brand and the last digits of an object are of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import fitting
from diorama.formats.generation.naming import kind_of
from diorama.formats.generation.reserved.cards import (
    ALL_CARDS,
    BRAND_NAMES,
    CARDS,
    LAST_NAMES,
    NUMBER_NAMES,
    Card,
    branded,
    card_told,
)
from diorama.formats.generation.rules import Rules
from diorama.formats.names import words

_PARTS = frozenset((*NUMBER_NAMES, *BRAND_NAMES, *LAST_NAMES))


@lru_cache(maxsize=16_384)
def part_of_card(name: str) -> str:
    """The name as words when it may be a part of a card; empty for most."""
    joined = " ".join(words(name))
    return joined if joined in _PARTS else ""


def about_card(row: tuple[str, ...], parts: Mapping[str, Any]) -> bool:
    """Whether an object is a card, by what it is called or by its card number."""
    return bool(parts) and (kind_of(row) == "card" or "card number" in parts or "pan" in parts)


def allowed(parts: Mapping[str, Rules]) -> tuple[Card, ...]:
    """The cards that the schemas of an object's parts allow; a part that allows none is not asked.

    Args:
        parts: by name as words.
    """
    found: tuple[Card, ...] = ALL_CARDS
    for name in sorted(parts):
        left = tuple(card for card in found if _fits(card, name, parts[name]))
        found = left or found
    return tuple(card for card in found if card in CARDS) or found


def _fits(card: Card, name: str, rules: Rules) -> bool:
    if name in BRAND_NAMES:
        return rules.values is None or any(isinstance(value, str) and branded(card, value) for value in rules.values)
    text = card.number[-4:] if name in LAST_NAMES else card.number
    types = rules.types or ("string",)
    return fitting(rules, text if "string" in types else int(text))


def choose(scene: Scene, cards: tuple[Card, ...], told: Mapping[str, Any]) -> None:
    """Make one of the cards the fact of a scene, unless the one that stands already will do.

    Args:
        scene: of the object.
        cards: that its schemas allow.
        told: parts that stand already, by name as words.
    """
    if told:
        cards = tuple(card_told(told, cards) or card_told(told, ALL_CARDS))
    if cards and scene.known("card") not in cards:
        scene.facts["card"] = scene.dice.derive("~card").choice(cards)


def told_by(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are parts of a card, by name as words."""
    return {part: value for name, value in values.items() if (part := part_of_card(name))}
