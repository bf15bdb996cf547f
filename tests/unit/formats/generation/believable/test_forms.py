"""What names, formats, limits, examples and descriptions make of single values."""

from __future__ import annotations

import re
from typing import Any

import pytest

from diorama.formats.generation import Generator, Setting
from diorama.ports.dice import Dice


def text(**keywords: Any) -> dict[str, Any]:
    return {"type": "string", **keywords}


WHOLE: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}


@pytest.mark.parametrize(
    ("name", "thing", "schema", "form"),
    [
        ("sort_code", "", text(example="10-20-30"), "00-\\d\\d-\\d\\d"),
        ("account_number", "", text(maxLength=8), "00\\d{6}"),
        ("account_number", "", WHOLE, "\\d{8}"),
        ("Identification", "CreditorAccount", text(), "GB\\d\\dZZZZ\\d{14}|US.*"),
        ("Identification", "account", text(example="40400411290112"), "00\\d{12}"),
        ("Identification", "thing", text(), "[a-z ]+"),
        ("SchemeName", "", text(example="UK.OBIE.IBAN"), "UK\\.OBIE\\.IBAN"),
        ("number", "card", WHOLE, "\\d{15,16}"),
        ("masked_pan", "", text(), "\\*{12}\\d{4}"),
        ("last4", "bank_account", text(), "\\d{4}"),
        ("exp_year", "card", text(maxLength=2), "2[6-9]|30"),
        ("exp_year", "card", text(), "20(2[6-9]|30)"),
        ("exp_year", "card", {"type": "integer", "maximum": 99}, "2[6-9]|30"),
        ("exp_month", "card", text(), "0[1-9]|1[0-2]"),
        ("brand", "card", text(example="Visa"), "Visa|Mastercard|American Express|Discover"),
        ("brand", "shirt", text(), "[a-z ]+"),
        ("country", "", text(minLength=3, maxLength=3), "USA"),
        ("country", "", text(example="de"), "us"),
        ("country", "", text(minLength=5), "United States"),
        ("country_name", "", text(), "United States"),
        ("state", "address", text(maxLength=2), "[A-Z]{2}"),
        ("state", "job", text(), "active"),
        ("lat", "", text(), "-?\\d+\\.\\d{4}"),
        ("address", "", text(), "\\d+ .+, .+ \\d{5}"),
        ("currency", "", text(example="usd"), "usd"),
        ("currency", "", text(pattern="^[a-z]{3}$"), "usd"),
        ("target_currency", "", text(), "EUR"),
        ("amount", "", text(example="165.88"), "\\d+\\.\\d\\d"),
        ("amount", "", text(example="1000"), "\\d{3,}"),
        ("amount", "", text(description="In cents."), "\\d{3,}"),
        ("amount", "", text(example="1.0000"), "\\d+\\.\\d{4}"),
        ("exchange_rate", "", text(), "[01]\\.\\d{4}"),
        ("exchange_rate", "", NUMBER, "[01]\\.\\d+"),
        ("interest_rate", "", text(), "\\d+\\.\\d"),
        ("percent_off", "", WHOLE, "\\d{1,2}"),
        ("open", "candle", text(), "\\d+\\.\\d\\d"),
        ("open", "candle", WHOLE, "\\d+"),
        ("open", "shop", text(), "[a-z ]+"),
        ("from", "email", text(description="The sender's email address."), ".+@example\\.(com|org|net)"),
        ("to", "call", text(), "\\+1\\d{3}55501\\d\\d"),
        ("to", "journey", text(), "[a-z ]+"),
        ("color", "", text(example="#ff0000"), "#[0-9a-f]{6}"),
        ("color", "", text(), "[a-z]+"),
        ("locale", "", text(example="en_GB"), "en_US"),
        ("language", "", text(), "en"),
        ("version", "", text(example="2010-04-01"), "2010-04-01"),
        ("version", "", WHOLE, "[123]"),
        ("sha256", "", text(), "[0-9a-f]{64}"),
        ("md5", "", text(), "[0-9a-f]{32}"),
        ("checksum", "", text(maxLength=10), "[0-9a-f]{10}"),
        ("client_secret", "", text(), "test_[0-9A-Za-z]{24}"),
        ("url", "", text(example="/v1/things"), "/thing/[0-9A-Za-z]{12}|/[a-z]+/[0-9A-Za-z]{12}"),
        ("order_number", "", WHOLE, "[1-9]\\d{3}"),
        ("quantity", "", text(), "[1-4]"),
        ("total_count", "", text(), "\\d+"),
        ("month", "dob", WHOLE, "[1-9]|1[0-2]"),
        ("trial_period_days", "", WHOLE, "\\d+"),
        ("time", "", text(), "2026-01-15T10:00:00Z"),
        (
            "flow",
            "",
            text(description="The flow is one of `redirect`, `receiver` or `none`."),
            "redirect|receiver|none",
        ),
        ("kinds", "", text(description="A list of kinds (e.g. card)."), "card"),
        ("oddity", "", text(example="just so"), "just so"),
        ("oddity", "", text(), "[a-z ]+"),
        ("oddity", "", WHOLE, "[1-9]\\d?"),
        ("oddity", "", NUMBER, "\\d+(\\.\\d+)?"),
        ("name", "company", text(), ".+ (Inc\\.|LLC|Corp\\.|Group)"),
        ("name", "product", text(), "[A-Z][a-z]+( [A-Z][a-z]+)+"),
        ("first_name", "", text(pattern="^[0-9]+$"), "\\d+"),
        ("email", "", text(maxLength=3), ".{1,3}"),
    ],
)
def test_value__by_its_name_and_schema__has_the_form(name: str, thing: str, schema: Any, form: str) -> None:
    generator = Generator()
    for seed in range(6):
        value = generator.believable(schema, Dice(bytes([seed]) * 32), setting=Setting((name,), thing))
        assert re.fullmatch(form, str(value)), value
        assert generator.conforms(schema, value)


def test_names__in_the_order_of_the_country__are_whole_there() -> None:
    schema = {"type": "object", "properties": {name: text() for name in ("first_name", "last_name", "name", "company")}}
    value = Generator().believable(schema, Dice(bytes(32)), setting=Setting(thing="customer", locale="ja"))
    assert value["name"] == f"{value['last_name']} {value['first_name']}"
    assert value["company"].startswith(("株式会社", "合同会社"))


def test_person__known_by_the_whole_name__has_its_parts() -> None:
    schema = {
        "type": "object",
        "properties": {name: text() for name in ("first_name", "last_name", "email", "full_name")},
    }
    around = {"full_name": "Ada Byron"}
    value = Generator().believable(schema, Dice(bytes(32)), setting=Setting(thing="customer", given=around))
    assert value["full_name"] == "Ada Byron"
    assert (value["first_name"], value["last_name"]) == ("Ada", "Byron")
    assert value["email"].startswith("ada.byron@")
    beside = Setting(("email",), "customer", around={"name": "Eve Lane"})
    assert Generator().believable(text(), Dice(bytes(32)), setting=beside).startswith("eve.lane@")
