"""Forms: every spelling of every reserved value of a kind, with ``#`` for digits that vary.

Which of them a schema allows is tried once for each set of patterns and remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from diorama.formats.generation.patterns import matches
from diorama.formats.generation.reserved.cards import ALL_CARDS
from diorama.formats.generation.reserved.tables import (
    DOCUMENTED_IBANS,
    HOSTS,
    NO_BANKS,
    NOBODYS_PREFIXES,
    TELEPHONES,
    VOID_SSNS,
    split,
)
from diorama.formats.generation.scalars import WORDS
from diorama.ports.dice import Dice

LOCALS = ("{0}.{1}", "{0}", "{0}{1}", "{0}##", "{0}_{1}", "{0}-{1}")
"""What stands before the ``@``, made of two words."""


class Limits(Struct, frozen=True):
    """What a schema asks of a text.

    Attributes:
        patterns: ECMA-262 expressions that all have to match.
        least: least length.
        most: greatest length; None for none.
    """

    patterns: tuple[str, ...]
    least: int = 0
    most: int | None = None

    def allow(self, text: str) -> bool:
        """Whether a text keeps them."""
        if len(text) < self.least or (self.most is not None and len(text) > self.most):
            return False
        return all(matches(pattern, text) for pattern in self.patterns)


def filled(form: str, dice: Dice | None) -> str:
    """A form with its ``#`` replaced by digits: those that dice give, ones without dice."""
    count = form.count("#")
    number = f"{dice.below(10**count):0{count}d}" if dice is not None and count else "1" * count
    for digit in number:
        form = form.replace("#", digit, 1)
    return form


@lru_cache(maxsize=1024)
def forms_of(kind: str, limits: Limits) -> tuple[str, ...]:
    """The forms of a kind that a schema allows."""
    source = _FORMS.get(kind)
    return () if source is None else tuple(form for form in source() if limits.allow(filled(form, None)))


def grouped(number: str, *groups: int) -> str:
    """Digits in groups, the last size repeated: ``4242 4242 4242 4242``."""
    parts, start = [], 0
    sizes = list(groups)
    while start < len(number):
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        parts.append(number[start : start + size])
        start += size
    return " ".join(parts)


def _emails() -> Iterator[str]:
    first, second = WORDS[4], WORDS[1]
    for host in HOSTS:
        for local in LOCALS:
            text = f"{local.format(first, second)}@{host}"
            yield text
            yield text.upper()


def _telephones() -> Iterator[str]:
    for number in TELEPHONES:
        code, rest = split(number)
        yield from (number, number[1:], "00" + number[1:], f"+{code} {rest}", f"+{code}-{rest}", f"+{code}.{rest}")
        if code == "1":
            area, exchange, line = rest[:3], rest[3:6], rest[6:]
            yield rest
            for text in (
                f"({area}) {exchange}-{line}", f"({area}){exchange}-{line}", f"{area}-{exchange}-{line}",
                f"{area}.{exchange}.{line}", f"{area} {exchange} {line}",
            ):  # fmt: skip
                yield from (text, f"+1 {text}", f"1-{text}", f"+1-{text}", f"1 {text}", f"+1{text}")
            continue
        long = 4 if code == "44" else 2 if code == "49" else 1
        spaced = f"{rest[:long]} {rest[long:]}"
        pairs = grouped(rest, long, 2) if code == "33" else grouped(rest, long, 3)
        for text in (rest, spaced, pairs, *(one.replace(" ", mark) for one in (spaced, pairs) for mark in "-.")):
            yield from (f"0{text}", f"+{code} {text}", f"+{code}-{text}")
            yield from (f"+{code} (0){text}", f"+{code}(0){text}", f"+{code} (0) {text}")


def _cards() -> Iterator[str]:
    for card in ALL_CARDS:
        spaced = grouped(card.number, 4, 6, 5) if len(card.number) == 15 else grouped(card.number, 4)
        yield from (card.number, spaced, spaced.replace(" ", "-"))


def _ibans() -> Iterator[str]:
    for country, rest in NO_BANKS.items():
        account = rest.replace("#", "1")
        number = f"{country}{iban_check(country, account)}{account}"
        yield from (number, grouped(number, 4))
    for number in DOCUMENTED_IBANS:
        yield from (number, grouped(number, 4))


def iban_check(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 7064, MOD 97-10)."""
    number = "".join(str(int(letter, 36)) for letter in account + country + "00")
    return f"{98 - int(number) % 97:02d}"


def _bics() -> Iterator[str]:
    for country in dict.fromkeys(("US", *(number[:2] for number in (*NO_BANKS, *DOCUMENTED_IBANS)))):
        yield from (f"ZZZZ{country}20", f"ZZZZ{country}M0", f"ZZZZ{country}20XXX")


def _national_insurance() -> Iterator[str]:
    for prefix in NOBODYS_PREFIXES:
        for suffix in ("C", "", "A"):
            yield from (f"{prefix}######{suffix}", f"{prefix} ## ## ## {suffix}".strip(), f"{prefix}-######-{suffix}")


def _social_security() -> Iterator[str]:
    yield from ("987-65-432#", "98765432#", "987 65 432#")
    for number in VOID_SSNS:
        yield from (f"{number[:3]}-{number[3:5]}-{number[5:]}", number, f"{number[:3]} {number[3:5]} {number[5:]}")
    yield from ("000-12-34##", "0001234##", "666-12-34##", "6661234##", "900-00-####")


def _national() -> Iterator[str]:
    yield from ("987-65-432#", "98765432#", "QQ0000####", "00-000####", "00-00000##")
    for count in range(1, 16):
        yield "0" * max(4, count) + "####"
        yield "0" * max(5, count) + "##"
    for country in ("GB", "DE", "FR", "ES", "IT", "NL", "PL", "AT", "BE", "US", "CH", "IE", "PT", "SE", "DK", "FI"):
        for count in (5, 6, 7, 8):
            yield f"{country}{'0' * count}####"


_FORMS = {
    "email": _emails,
    "phone": _telephones,
    "card": _cards,
    "iban": _ibans,
    "bic": _bics,
    "nino": _national_insurance,
    "ssn": _social_security,
    "national": _national,
}
