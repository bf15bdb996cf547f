from __future__ import annotations

import pytest

from diorama.formats.generation.expressions import parse
from diorama.formats.generation.patterns import matches, text
from diorama.ports.dice import Dice


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("^[A-Z]{3}$", 0, None),
        (r"^\d{4}-\d{2}-\d{2}$", 0, None),
        ("^[a-z]*$", 50, 50),
        ("^[A-Z]+-[0-9]+$", 20, 20),
        ("foo", 10, 12),
        ("foo$", 10, None),
        ("^(?!abc)[a-z]{3}$", 0, None),
        (r"^([a-z])\1$", 0, None),
        (r"^(?<first>[a-z])-\k<first>$", 0, None),
        (r"^\p{Lu}\p{L}*$", 3, 8),
        (r"^[^\s@]+@[^\s@]+\.[^\s@]{2,}$", 0, 30),
        ("(a+)+b", 0, None),
        ("^(?:a|bb|ccc){2,5}$", 7, 9),
        ("^.{0,2048}$", 0, None),
        (r"^\+?[1-9]\d{1,14}$", 0, None),
        ("^(([a-z]*)*)*$", 0, None),
        (r"^[一-龥]{2,4}$", 0, None),
        (r"^[一-龥é]{2}\x41\cA\u{42}\0?$", 0, None),
        ("^(GB|US)?[A-Z0-9]{5,10}$", 0, 7),
        (r"^[\w.-]+$", 5, 5),
        (r"^[^a-zA-Z0-9]+$", 2, 4),
        (r"^\D\W\S\s$", 0, None),
        (r"\bword\b", 0, None),
        ("^a{2}b{,3}c{x$", 0, None),
        ("^[a-]]$", 0, None),
        ("^$", 0, 0),
        ("a|^b$", 0, None),
    ],
)
def test_text__by_pattern__matches_and_keeps_its_length(pattern: str, least: int, most: int | None) -> None:
    for number in range(8):
        found = text(pattern, Dice(bytes([number]) * 32), least, most)
        assert found is not None
        assert matches(pattern, found)
        assert len(found) >= least
        assert most is None or len(found) <= most


def test_text__several_patterns__meets_all() -> None:
    found = text("^[a-z0-9]+$", Dice(bytes(32)), 0, None, ("[a-z]", "[0-9]"))
    assert found is not None
    assert matches("[0-9]", found)


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "*a", "a{3,1}", "[z-a]", "(?P<x>a)", "\\", "(" * 300 + ")" * 300, "(?<x"]
)
def test_parse__what_is_no_expression__is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        parse(pattern)


def test_text__impossible_length_or_pattern__gives_none() -> None:
    assert text("^a{5}$", Dice(bytes(32)), 0, 3) is None
    assert text("(", Dice(bytes(32))) is None
    assert text("^(?!a)a$", Dice(bytes(32))) is None


def test_text__huge_repeat__stays_bounded() -> None:
    found = text("^(a{1000}){1000}", Dice(bytes(32)))
    assert found is None or len(found) < 10_000


def test_matches__catastrophic_backtracking__ends() -> None:
    assert matches("^(a|a)*(?=b)b$", "a" * 64) is False
    assert matches("(", "anything") is True
