"""Scalars: one string, number or boolean, plain or by dice.

The plain ones are those that users know from other tools that answer from a document: ``"string"``, ``0``, ``true``,
``"user@example.com"``. Those by dice come from reserved ranges only: names below ``example.com``, addresses of the
documentation networks.

Source: RFC 2606 and 6761 (reserved names); RFC 5737 and 3849 (documentation addresses); RFC 3339 (dates and times).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import blake2b

from diorama.formats.generation import patterns
from diorama.ports.dice import Dice

LENGTH_MAX = 100
"""Greatest length of a generated text whose schema asks for no more."""

WORDED_MAX = 4096
"""A longer text repeats itself from there: drawing a megabyte word by word would hold up everybody."""

WORDS = (
    "amber", "anchor", "apple", "autumn", "basin", "beacon", "birch", "bridge", "canyon", "cedar", "cinder", "clover",
    "coast", "copper", "coral", "crescent", "delta", "ember", "falcon", "fern", "field", "flint", "forest", "garden",
    "glacier", "granite", "harbor", "hazel", "heron", "hollow", "island", "ivory", "jasper", "juniper", "kelp",
    "lagoon", "lantern", "laurel", "linden", "lunar", "maple", "marble", "meadow", "mesa", "mist", "moss", "north",
    "oasis", "ocean", "olive", "onyx", "orchard", "otter", "pebble", "pine", "prairie", "quartz", "rain", "raven",
    "reef", "ridge", "river", "saffron", "sage", "sierra", "silver", "slate", "sorrel", "spruce", "stone", "summit",
    "sunset", "thistle", "timber", "topaz", "valley", "violet", "willow", "winter", "zephyr",
)  # fmt: skip

_PASSWORD = "qwerty!@#$%^123456"  # noqa: S105 - a made-up password is the point of the format

PLAIN: dict[str, str] = {
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "date-time": "2019-08-24T14:15:22Z",
    "date": "2019-08-24",
    "time": "14:15:22Z",
    "duration": "P3DT12H",
    "ipv4": "192.168.0.1",
    "ipv6": "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "uri": "http://example.com",
    "uri-reference": "../dictionary",
    "uri-template": "http://example.com/{endpoint}",
    "url": "http://example.com",
    "iri": "http://example.com",
    "iri-reference": "../dictionary",
    "json-pointer": "/json/pointer",
    "relative-json-pointer": "1/relative/json/pointer",
    "regex": "^[a-z]+$",
    "byte": "c3RyaW5n",
}
"""The plain value of each format; ``byte`` is ``string`` in base64."""


def plain_text(form: str, least: int, most: int | None, name: str) -> str:
    """The plain string of a format.

    Args:
        form: ``format`` of the schema, or ``""``.
        least: least length.
        most: greatest length, or None.
        name: the property's name, which a ``uuid`` depends on, so that two of one object differ.
    """
    if form == "uuid":
        value = _uuid(blake2b((name or "id").encode(), digest_size=16).digest())
    elif form == "password":
        value = "pa$$word"
        if least > len(value):
            value = (value + "_" + _PASSWORD * (least // len(_PASSWORD) + 1))[:least]
    else:
        value = PLAIN.get(form, "string")
    return _fitted(value, least, most)


def _fitted(value: str, least: int, most: int | None) -> str:
    if len(value) < least:
        least = min(least, 1 << 20)
        value = (value * (least // len(value) + 1))[:least]
    return value if most is None else value[:most]


def _uuid(octets: bytes) -> str:
    digits = octets.hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[octets[8] & 3]}{digits[17:20]}-{digits[20:]}"


def drawn_text(form: str, least: int, most: int | None, dice: Dice) -> str:
    """A string of a format by dice. Its length is right even where the format then suffers."""
    maker = DRAWN.get(form)
    if maker is not None:
        for _ in range(4):
            value = maker(dice)
            if len(value) >= least and (most is None or len(value) <= most):
                return value
        return _fitted(value, least, most)
    return _words(dice, least, most)


def _words(dice: Dice, least: int, most: int | None) -> str:
    limit = LENGTH_MAX if most is None else min(most, max(LENGTH_MAX, least))
    value = dice.choice(WORDS)
    for _ in range(dice.below(3)):
        value += " " + dice.choice(WORDS)
    while len(value) < min(least, WORDED_MAX):
        value += " " + dice.choice(WORDS)
    if len(value) < least:
        value = _fitted(value + " ", least, None)
    if len(value) <= max(limit, least):
        return value
    cut = value[: max(limit, least)]
    return cut[:-1] + "s" if cut.endswith(" ") else cut


def _date(dice: Dice) -> str:
    return f"{2019 + dice.below(7)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"


def _time(dice: Dice) -> str:
    return f"{dice.below(24):02d}:{dice.below(60):02d}:{dice.below(60):02d}Z"


def _host(dice: Dice) -> str:
    return f"{dice.choice(WORDS)}.example.com"


def _ipv6(dice: Dice) -> str:
    return f"2001:db8::{dice.below(65535) + 1:x}:{dice.below(65535) + 1:x}"


DRAWN: dict[str, Callable[[Dice], str]] = {
    "email": lambda dice: f"{dice.choice(WORDS)}.{dice.choice(WORDS)}@example.com",
    "idn-email": lambda dice: f"{dice.choice(WORDS)}.{dice.choice(WORDS)}@example.com",
    "date-time": lambda dice: f"{_date(dice)}T{_time(dice)}",
    "date": _date,
    "time": _time,
    "duration": lambda dice: f"P{1 + dice.below(30)}DT{1 + dice.below(23)}H",
    "ipv4": lambda dice: f"{dice.choice(('192.0.2', '198.51.100', '203.0.113'))}.{1 + dice.below(254)}",
    "ipv6": _ipv6,
    "hostname": _host,
    "idn-hostname": _host,
    "uri": lambda dice: f"https://{_host(dice)}/{dice.choice(WORDS)}",
    "url": lambda dice: f"https://{_host(dice)}/{dice.choice(WORDS)}",
    "iri": lambda dice: f"https://{_host(dice)}/{dice.choice(WORDS)}",
    "uri-reference": lambda dice: f"/{dice.choice(WORDS)}/{dice.choice(WORDS)}",
    "iri-reference": lambda dice: f"/{dice.choice(WORDS)}/{dice.choice(WORDS)}",
    "uri-template": lambda dice: f"https://{_host(dice)}/{dice.choice(WORDS)}/{{id}}",
    "uuid": lambda dice: dice.uuid4(),
    "json-pointer": lambda dice: f"/{dice.choice(WORDS)}/{dice.below(10)}",
    "relative-json-pointer": lambda dice: f"{1 + dice.below(3)}/{dice.choice(WORDS)}",
    "regex": lambda dice: f"^{dice.choice(WORDS)}[a-z]*$",
    "byte": lambda dice: b64encode(dice.octets(12)).decode(),
    "password": lambda dice: f"{dice.choice(WORDS)}-{dice.choice(WORDS)}-{dice.below(1000)}",
}


def patterned(found: list[str], dice: Dice, least: int, most: int | None) -> str | None:
    """A string that matches all patterns, or None when none was found."""
    for index, pattern in enumerate(found):
        others = tuple(found[:index] + found[index + 1 :])
        value = patterns.text(pattern, dice, least, most, others)
        if value is not None:
            return value
    return None
