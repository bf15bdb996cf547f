"""Nobody real is in believable data: every maker of personal data keeps to reserved ranges."""

from __future__ import annotations

import re
from typing import Any

import pytest

from diorama.formats.generation import LOCALES, Generator, Setting
from diorama.formats.generation.reserved.cards import CARDS
from diorama.formats.generation.reserved.forms import iban_check
from diorama.ports.dice import Dice

FICTION = (
    "+120255501", "+131255501", "+141555501", "+120655501", "+161755501", "+442079460", "+447700900", "+441632960",
    "+441614960", "+441174960", "+493023125", "+494066969", "+496990009", "+492214710", "+499999", "+498999998",
    "+331990060", "+332619107", "+333530112", "+334657123", "+335364928", "+336399812",
)  # fmt: skip
"""The ranges that regulators keep for fiction, as E.164."""

STRING = {"type": "string"}


def values(schema: Any, name: str, thing: str = "", count: int = 40) -> list[Any]:
    """Values under a name, for every locale."""
    generator = Generator()
    return [
        generator.believable(schema, Dice(bytes([seed]) * 32), setting=Setting((name,), thing, locale=code))
        for code in LOCALES
        for seed in range(count)
    ]


@pytest.mark.parametrize("name", ["email", "contact_email", "billingEmail", "emails", "email_address"])
def test_emails__of_all_locales__are_of_example_domains(name: str) -> None:
    for value in values(STRING, name) + values({"type": "string", "format": "email"}, name):
        assert re.fullmatch(r"[a-z0-9.\-]+@example\.(com|org|net)", value), value


@pytest.mark.parametrize("name", ["phone", "phone_number", "mobile", "fax_number", "msisdn", "supportPhone"])
def test_telephones__of_all_locales__are_of_ranges_for_fiction(name: str) -> None:
    found = values(STRING, name)
    assert all(value.startswith(FICTION) for value in found)
    assert all(8 < len(value) <= 16 for value in found)
    assert len(set(found)) > 100


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        ("^\\d{10}$", "20255501\\d\\d"),
        ("^\\(\\d{3}\\) \\d{3}-\\d{4}$", "\\(202\\) 555-01\\d\\d"),
        ("^\\d{3}-\\d{3}-\\d{4}$", "202-555-01\\d\\d"),
        ("^\\+[0-9]{1,3}-[0-9()+\\-]{1,30}$", "\\+(1-20255501\\d\\d|44-2079460\\d{3})"),
    ],
)
def test_telephones__of_a_national_form__are_of_ranges_for_fiction(pattern: str, form: str) -> None:
    for value in values({"type": "string", "pattern": pattern}, "phone"):
        assert re.fullmatch(form, value), value


def test_links_and_hosts__of_all_names__are_of_example_domains() -> None:
    for name in ("url", "website", "callback_url", "logo", "hostname", "domain", "avatar_url", "receiptUrl"):
        for value in values(STRING, name, count=5):
            assert re.search(r"(^|[/.])example\.com(/|$)", value), value


def test_addresses_of_machines__of_all_locales__are_of_documentation_ranges() -> None:
    for value in values(STRING, "ip_address", count=5):
        assert value.startswith(("192.0.2.", "198.51.100.", "203.0.113."))
    for value in values({"type": "string", "format": "ipv6"}, "ip", count=5):
        assert value.startswith("2001:db8:")
    for value in values(STRING, "mac_address", count=5):
        assert value.startswith("00:00:5E:00:53:")


def test_national_numbers__of_all_locales__are_invalid_by_design() -> None:
    for value in values({"type": "string", "pattern": "^\\d{3}-\\d{2}-\\d{4}$"}, "ssn", count=5):
        assert re.fullmatch(r"987-65-432\d", value)
    for value in values({"type": "string", "pattern": "^[A-Z]{2}\\d{6}[A-Z]$"}, "national_insurance_number", count=5):
        assert value.startswith("QQ")
    for value in values({"type": "string", "pattern": "^\\d{12}$"}, "national_id", count=5):
        assert len(value) == 12
    for value in values(STRING, "vat_number", count=5):
        assert value[2:].startswith("00000")


def test_cards__of_all_locales__are_test_cards_with_right_check_digits() -> None:
    for value in values(STRING, "number", "card", count=10) + values(STRING, "card_number", count=10):
        assert value in {card.number for card in CARDS}
    for card in CARDS:
        figures = [int(figure) for figure in card.number]
        doubled = [figure * 2 if (len(figures) - at) % 2 == 0 else figure for at, figure in enumerate(figures)]
        assert sum(figure - 9 if figure > 9 else figure for figure in doubled) % 10 == 0


def test_ibans__of_all_locales__have_right_check_digits_and_no_bank() -> None:
    for value in values(STRING, "iban"):
        assert value[2:4] == iban_check(value[:2], value[4:])
        number = "".join(str(int(letter, 36)) for letter in value[4:] + value[:4])
        assert int(number) % 97 == 1
        assert re.match(r"ZZZZ|0000|9999|X0000", value[4:])


def test_bics_and_bank_codes__of_all_locales__belong_to_no_bank() -> None:
    for value in values(STRING, "bic", count=5):
        assert re.fullmatch(r"ZZZZ[A-Z]{2}.0", value)
    for value in values(STRING, "sort_code", count=5):
        assert value.startswith("00")
    for value in values(STRING, "routing_number", count=5):
        assert 13 <= int(value[:2]) <= 19
        weights = (3, 7, 1) * 3
        assert sum(int(figure) * weight for figure, weight in zip(value, weights, strict=True)) % 10 == 0


def test_isins__of_all_locales__are_of_no_country_and_have_right_check_digits() -> None:
    for value in values(STRING, "isin", count=5):
        figures = "".join(str(int(letter, 36)) for letter in value)
        total = 0
        for at, figure in enumerate(reversed(figures)):
            doubled = int(figure) * (1 + at % 2)
            total += doubled // 10 + doubled % 10
        assert value.startswith("XX")
        assert total % 10 == 0
