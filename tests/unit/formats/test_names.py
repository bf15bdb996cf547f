from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.formats.names import canonical, joined, plural, singular, singular_words, spellings, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("FriendlyName", ("friendly", "name")),
        ("friendly_name", ("friendly", "name")),
        ("friendly-name", ("friendly", "name")),
        ("IPAddresses", ("ip", "addresses")),
        ("paymentIntents", ("payment", "intents")),
        ("OBAccount6", ("ob", "account", "6")),
        ("größe", ("gr", "öß", "e")),
        ("_", ()),
    ],
)
def test_words__of_a_name__are_split_by_case_and_signs(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_canonical__of_different_styles__is_the_same() -> None:
    assert canonical("FriendlyName") == canonical("friendly_name") == canonical("friendly-Name") == "friendlyname"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("payment", "payments"),
        ("company", "companies"),
        ("address", "addresses"),
        ("status", "statuses"),
        ("person", "people"),
        ("box", "boxes"),
        ("key", "keys"),
        ("purchase", "purchases"),
        ("alias", "aliases"),
        ("branch", "branches"),
        ("media", "media"),
    ],
)
def test_number__of_a_word__can_be_changed_both_ways(one: str, many: str) -> None:
    assert singular(many) == one
    assert singular(one) == one
    assert plural(one) == many
    assert plural(many) == many


@pytest.mark.parametrize("word", ["business", "access", "analysis", "bus", "sms", "series", ""])
def test_singular__of_a_word_that_is_no_plural__stays(word: str) -> None:
    assert singular(word) == word


def test_singular_words__of_a_collection__name_one_item() -> None:
    assert joined(singular_words("PaymentIntents")) == "payment_intent"
    assert singular_words("-") == ()


def test_spellings__of_a_name__hold_both_numbers() -> None:
    assert spellings("direct-debits") == {"directdebits", "directdebit"}
    assert spellings("") == frozenset()


@given(st.text(max_size=30))
def test_names__of_any_text__are_stable(name: str) -> None:
    assert spellings(name) >= ({canonical(name)} if words(name) else set())
    assert all(word == word.lower() for word in words(name))
    assert canonical(canonical(name)) == canonical(name)
