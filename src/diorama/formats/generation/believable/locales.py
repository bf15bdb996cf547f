"""Locales: names, places, money and telephone numbers of some countries. Facts only, written for this project.

Telephone numbers come from the ranges that regulators keep for fiction (United States 555-0100 to 0199, Ofcom's
numbers for drama, those of the Bundesnetzagentur and of ARCEP). Where no such range is published, the
North American one stands in, because no other number is sure to reach nobody.

Source: NANPA, 555 line numbers; Ofcom, telephone numbers for use in drama; Bundesnetzagentur, numbers for media
productions; ARCEP decision 2012-0567.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from diorama.formats.generation.locale_tables import LOCALES


class City(Struct, frozen=True):
    """A city.

    Attributes:
        name: as it is written there.
        region: the state or region.
        region_code: its short form.
        postal_code: with ``#`` for digits that vary.
    """

    name: str
    region: str
    region_code: str
    postal_code: str


class Locale(Struct, frozen=True):
    """What people and places of a country are called.

    Attributes:
        code: ``en-gb``.
        language: ``en``.
        country, country3, country_name: ISO 3166-1 codes, and the name in its own language.
        currency: ISO 4217, upper case.
        given, family: (as written, in ASCII letters).
        family_first: whether the family's name goes first.
        cities: some of them.
        streets: names of streets.
        street_form: with ``{street}`` and ``{number}``.
        telephones: E.164 with ``#`` for digits that vary.
        company_forms: what stands after a company's name.
        time_zone: of the IANA database.
    """

    code: str
    language: str
    country: str
    country3: str
    country_name: str
    currency: str
    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]
    family_first: bool
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    street_form: str
    telephones: tuple[str, ...]
    company_forms: tuple[str, ...]
    time_zone: str


@lru_cache(maxsize=64)
def locale(code: str) -> Locale:
    """The locale of a code such as ``pt-br``, ``pt_BR`` or ``de-AT``; that of its language, else ``en``."""
    wanted = code.lower().replace("_", "-")
    language = wanted.partition("-")[0]
    for candidate in (wanted, language, *(known for known in LOCALES if known.partition("-")[0] == language)):
        if candidate in LOCALES:
            return _built(candidate)
    return _built("en")


@lru_cache(maxsize=64)
def locale_of_country(country: str) -> Locale | None:
    """The locale of a country by its code of two or three letters; None when there is none for it."""
    wanted = country.upper()
    for code, row in LOCALES.items():
        if wanted in row["country"].split("|")[:2]:
            return _built(code)
    return None


def locale_known(code: str) -> bool:
    """Whether there is a locale for this code or at least its language."""
    language = code.lower().replace("_", "-").partition("-")[0]
    return any(one.partition("-")[0] == language for one in LOCALES)


@lru_cache(maxsize=64)
def _built(code: str) -> Locale:
    row = LOCALES[code]
    country, country3, country_name, currency, time_zone = row["country"].split("|")
    return Locale(
        code=code,
        language=code.partition("-")[0],
        country=country,
        country3=country3,
        country_name=country_name,
        currency=currency,
        given=_names(row["given"]),
        family=_names(row["family"]),
        family_first=country == "JP",
        cities=tuple(City(*line.split("|")) for line in row["cities"].split("; ")),
        streets=tuple(row["streets"].split("|")),
        street_form=row["street_form"],
        telephones=tuple(row["telephones"].split("|")),
        company_forms=tuple(row["companies"].split("|")),
        time_zone=time_zone,
    )


def _names(row: str) -> tuple[tuple[str, str], ...]:
    """Names with their ASCII form, which stands after a slash where it is not seen from the name itself."""
    found = []
    for name in row.split("|"):
        written, _, ascii_form = name.partition("/")
        found.append((written, ascii_form or ascii_letters(written)))
    return tuple(found)


_LETTERS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ê": "e", "ë": "e", "ç": "c", "ï": "i", "î": "i",
    "à": "a", "á": "a", "â": "a", "ã": "a", "í": "i", "ó": "o", "ô": "o", "õ": "o", "ú": "u", "ñ": "n", "ł": "l",
    "ś": "s", "ń": "n", "ą": "a", "ę": "e", "ż": "z", "ź": "z", "ć": "c", "ù": "u", "ò": "o", "ì": "i", "û": "u",
}  # fmt: skip


def ascii_letters(name: str) -> str:
    """A name in ASCII letters, digits and hyphens."""
    plain = "".join(_LETTERS.get(letter, letter) for letter in name.lower())
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "-"))
