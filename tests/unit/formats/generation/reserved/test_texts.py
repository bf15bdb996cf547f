"""Whatever a pattern asks of personal data, what comes out is nobody's, or is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diorama.formats.generation import Generator, Setting
from diorama.formats.generation.reserved.cards import TEST_NUMBERS, has_check_digit
from diorama.formats.generation.reserved.checks import CHECKS
from diorama.formats.generation.reserved.kinds import kind_of_data
from diorama.ports.dice import Dice

SEEDS = st.binary(min_size=32, max_size=32)

# ruff: noqa: E501 - patterns are read best one after the other
PATTERNS: dict[str, tuple[str, ...]] = {
    "phone": (
        r"^\+44[0-9]{10}$", r"^\+[1-9]\d{1,14}$", r"^07\d{9}$", r"^0\d{10}$", r"^\+44 \d{4} \d{6}$", r"^\+49\d{9,11}$",
        r"^\+33[1-9]\d{8}$", r"^0[67](\d{2}){4}$", r"^\d{11}$", r"^1-\d{3}-\d{3}-\d{4}$", r"^\+34[0-9]{9}$",
        r"^\(\d{3}\)\d{3}-\d{4}$", r"^\+91[0-9]{10}$", r"^00\d{12}$", r"^\d{2,4}-\d{2,4}-\d{4}$", r"^\+81-\d{2}-\d{4}-\d{4}$",
    ),
    "email": (
        r"^[a-z]+@[a-z]+\.co\.uk$", r"^[a-z]+@[a-z]+\.[a-z]{2,3}$", r"^[A-Z]+@[A-Z.]+$", r"^\S+@\S+\.\S+$",
        r"^[a-z0-9]+@acme\.com$", r"^[a-z]+@[a-z-]+\.de$", r"^[a-z]+[0-9]{2}@(mail|post)\.[a-z]+$",
        r"^[\w.+-]+@[\w-]+\.[\w.-]+$",
    ),
    "card_number": (
        r"^4[0-9]{15}$", r"^[0-9]{16}$", r"^5[1-5][0-9]{14}$", r"^[0-9]{13,19}$", r"^3[47][0-9]{13}$", r"^4[0-9]{12}$",
        r"^9[0-9]{15}$", r"^\d{4} \d{4} \d{4} \d{4}$", r"^\d{4}-\d{4}-\d{4}-\d{4}$", r"^2[2-7]\d{14}$", r"^\d{19}$", r"^\d{12}$",
    ),
    "iban": (
        r"^DE[0-9]{20}$", r"^GB[0-9]{2}[A-Z]{4}[0-9]{14}$", r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{4}[0-9]{7}([A-Z0-9]?){0,16}$",
        r"^FR\d{12}[0-9A-Z]{11}\d{2}$", r"^SE\d{22}$", r"^NO\d{13}$", r"^DE\d{2}( \d{4}){4} \d{2}$", r"^GB\d{2}LOYD\d{14}$",
        r"^AT[0-9]{18}$", r"^NL91ABNA[0-9]{10}$",
    ),
    "bic": (
        r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$", r"^[A-Z]{4}GB[A-Z0-9]{2}$", r"^[A-Z]{4}JP[A-Z0-9]{5}$",
        r"^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$",
    ),
    "nino": (
        r"^[A-Z]{2}[0-9]{6}[A-D]$", r"^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$", r"^[A-Z]{2} \d{2} \d{2} \d{2} [A-D]$",
        r"^[A-Z]{2}\d{6}$",
    ),
    "ssn": (
        r"^\d{3}-\d{2}-\d{4}$", r"^\d{9}$", r"^(?!000|666)[0-8][0-9]{2}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}$", r"^[0-8]\d{8}$",
    ),
    "passport_number": (r"^[A-Z]\d{8}$", r"^\d{9}$", r"^[A-Z]{2}\d{7}$"),
    "tax_id": (r"^\d{2}-\d{7}$", r"^\d{11}$", r"^\d{3}\.\d{3}\.\d{3}-\d{2}$", r"^DE\d{9}$"),
}  # fmt: skip
ASKED = [(name, pattern) for name, patterns in PATTERNS.items() for pattern in patterns]


def thing(name: str, pattern: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string", "pattern": pattern}}}


def values(name: str, pattern: str, seed: bytes) -> list[str]:
    """What each way of making gives; a property that is left out gives nothing."""
    generator, schema, dice = Generator(), thing(name, pattern), Dice(seed)
    made = [generator.plain(schema), generator.drawn(schema, dice.derive("a"))]
    made += [generator.believable(schema, dice.derive(code), setting=Setting(locale=code)) for code in ("en", "de")]
    found = [value[name] for value in made if name in value]
    assert all(re.search(pattern, value) for value in found)
    return found


@pytest.mark.parametrize(("name", "pattern"), ASKED)
def test_personal_data__by_a_pattern__is_nobodys(name: str, pattern: str) -> None:
    for seed in range(12):
        found = values(name, pattern, bytes([seed]) * 32)
        assert len(found) == 4
        assert all(CHECKS[kind_of_data(name, "")](value) for value in found), found


@settings(max_examples=150)
@given(st.sampled_from(ASKED), SEEDS)
def test_personal_data__by_any_dice__is_nobodys(asked: tuple[str, str], seed: bytes) -> None:
    check = CHECKS[kind_of_data(asked[0], "")]
    assert [value for value in values(*asked, seed) if not check(value)] == []


@settings(max_examples=150)
@given(st.integers(5, 19), st.sampled_from(["3", "4", "51", "6011", "62", ""]), SEEDS)
def test_cards__of_any_length__are_test_cards_or_miscounted(length: int, start: str, seed: bytes) -> None:
    for value in values("card_number", f"^{start}[0-9]{{{length}}}$", seed):
        assert value in TEST_NUMBERS or len(value) < 12 or len(value) > 19 or not has_check_digit(value)


@settings(max_examples=150)
@given(st.sampled_from(["+44", "+1", "+34", "+49", "0", "+86", ""]), st.integers(6, 12), SEEDS)
def test_telephones__of_any_length__reach_nobody(start: str, length: int, seed: bytes) -> None:
    for value in values("phone_number", f"^{re.escape(start)}[0-9]{{{length}}}$", seed):
        assert CHECKS["phone"](value), value


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"^[a-z]{4}@[a-z]{2}\.co\.uk$"),
        ("bic", r"^DEUTDEFF$"),
        ("phone", r"^6[1-9]{8}$"),
        ("iban", r"^GB33BUKB20201555555555$"),
        ("ssn", r"^1[1-9]{8}$"),
    ],
)
def test_personal_data__that_can_only_be_somebodys__is_left_out(name: str, pattern: str) -> None:
    schema = thing(name, pattern)
    generator = Generator()
    found = [generator.believable(schema, Dice(bytes([seed]) * 32)) for seed in range(20)]
    check = CHECKS[kind_of_data(name, "")]
    assert {} in found
    assert all(not value or check(value[name]) for value in [*found, generator.plain(schema)])
    required = generator.believable(schema | {"required": [name]}, Dice(bytes(32)))
    assert re.search(pattern, required[name])


def test_names__that_may_mean_something_else__are_reserved_only_where_the_value_is_somebodys() -> None:
    generator = Generator()
    for seed in range(20):
        dice = Dice(bytes([seed]) * 32)
        assert re.fullmatch(r"\d{6}", generator.drawn(thing("number", r"^\d{6}$"), dice)["number"])
        card = generator.drawn(thing("number", r"^4\d{15}$"), dice)["number"]
        assert card in TEST_NUMBERS or not has_check_digit(card)


def test_telephones__in_a_list__differ() -> None:
    schema = {
        "type": "array",
        "minItems": 4,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": r"^\+34\d{9}$"},
    }
    value = Generator().believable(schema, Dice(bytes(32)), setting=Setting(("phones",)))
    assert len(set(value)) == len(value) >= 4
    assert all(CHECKS["phone"](one) for one in value)


@pytest.mark.parametrize(
    ("name", "form", "kind"),
    [
        ("contactEmail", "", "email"),
        ("anything", "email", "email"),
        ("PhoneNumbers", "", "phone"),
        ("card_number", "", "card"),
        ("debtor_iban", "", "iban"),
        ("number", "", "card?"),
        ("phone_number_id", "", ""),
        ("email_count", "", ""),
        ("amount", "", ""),
    ],
)
def test_kind__of_a_name_and_format__is_known(name: str, form: str, kind: str) -> None:
    assert kind_of_data(name, form) == kind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("email", "acjt@gr.co.uk"),
        ("email", "someone@notexample.com"),
        ("phone", "+441081563068"),
        ("phone", "07911123456"),
        ("card", "4012001037141112"),
        ("iban", "GB33BUKB20201555555555"),
        ("bic", "DEUTDEFF"),
        ("nino", "AY098482C"),
        ("ssn", "123-45-6789"),
        ("national", "12345678"),
    ],
)
def test_check__of_what_may_be_somebodys__refuses_it(kind: str, text: str) -> None:
    assert not CHECKS[kind](text)
