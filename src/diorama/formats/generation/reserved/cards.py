"""Cards: the published test cards of the networks, and the check digit that tells a card's number.

Source: ISO/IEC 7812-1, annex B (Luhn); the test numbers that networks and acquirers publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct


class Card(Struct, frozen=True):
    """A published test card."""

    brand: str
    number: str
    label: str


CARDS = (
    Card("visa", "4242424242424242", "Visa"),
    Card("visa", "4111111111111111", "Visa"),
    Card("mastercard", "5555555555554444", "Mastercard"),
    Card("mastercard", "5105105105105100", "Mastercard"),
    Card("amex", "378282246310005", "American Express"),
    Card("discover", "6011111111111117", "Discover"),
)
"""Those that are taken where nothing speaks against it."""

ALL_CARDS = (
    *CARDS,
    Card("visa", "4012888888881881", "Visa"),
    Card("visa", "4000056655665556", "Visa"),
    Card("visa", "4222222222222", "Visa"),
    Card("mastercard", "2223003122003222", "Mastercard"),
    Card("mastercard", "5200828282828210", "Mastercard"),
    Card("amex", "371449635398431", "American Express"),
    Card("amex", "378734493671000", "American Express"),
    Card("discover", "6011000990139424", "Discover"),
    Card("diners", "30569309025904", "Diners Club"),
    Card("diners", "38520000023237", "Diners Club"),
    Card("diners", "3056930009020004", "Diners Club"),
    Card("jcb", "3530111333300000", "JCB"),
    Card("jcb", "3566002020360505", "JCB"),
    Card("unionpay", "6200000000000005", "UnionPay"),
    Card("unionpay", "6205500000000000004", "UnionPay"),
)
"""All that are known here, for schemas that ask for a length or a network."""

TEST_NUMBERS = frozenset(card.number for card in ALL_CARDS)
NUMBER_NAMES = ("number", "card number", "pan")
BRAND_NAMES = ("brand", "card brand", "card type", "network", "scheme")
LAST_NAMES = ("last 4", "last four", "last digits", "card last 4")


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that a card's number has."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + position % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def letters_of(text: str) -> str:
    """The letters of a brand in lower case: ``American Express`` and ``american_express`` have the same."""
    return "".join(letter for letter in text.lower() if letter.isalpha())


def branded(card: Card, text: str) -> bool:
    """Whether a text is the name of a card's brand, in whatever style."""
    letters = letters_of(text)
    if letters in {card.brand, letters_of(card.label)}:
        return True
    return card.brand in _SHORT and letters in _SHORT[card.brand]


_SHORT = {"mastercard": ("mc", "master"), "amex": ("americanexpress", "ax"), "diners": ("dinersclub",),
          "unionpay": ("cup", "chinaunionpay"), "visa": ("vi",)}  # fmt: skip


def card_told(told: Mapping[str, Any], cards: Iterable[Card]) -> list[Card]:
    """Those of the cards that agree with what stands already.

    Args:
        told: values by name, the name as words joined by spaces.
        cards: to choose among.
    """
    found = list(cards)
    for names, agrees in (
        (NUMBER_NAMES, lambda card, text: card.number == "".join(filter(str.isdigit, text))),
        (BRAND_NAMES, branded),
        (LAST_NAMES, lambda card, text: card.number.endswith(text)),
    ):
        for name in names:
            value = told.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                found = [card for card in found if agrees(card, str(value))]
    return found
