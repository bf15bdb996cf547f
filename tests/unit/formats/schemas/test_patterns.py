from __future__ import annotations

import time

import pytest

from diorama.formats.schemas.patterns import matches, pattern_of

CASES = [
    (r"^[\d-x]+$", "1-x", "y"),
    (r"^[^]$", "]", "ab"),
    (r"^[\b]$", "\x08", "b"),
    (r"\Aab\Z", "ab", "abc"),
    (r"^\h$", "h", "x"),
    (r"^a{,3}$", "a{,3}", "aa"),
    (r"^\uD83D\uDE00$", "😀", "x"),
    (r"^\u{1F600}$", "😀", "x"),
    (r"^\0$", "\0", "0"),
    (r"{abc}", "{abc}", "abc"),
    (r"^x{2}]$", "xx]", "x"),
    (r"^[a&&b]+$", "a&b", "c"),
    (r"^[a-]$", "-", "b"),
    (r"^[-a]$", "-", "b"),
    (r"^[a-c-e]+$", "b-e", "d"),
    (r"^[%--]+$", "&-", "z"),
    (r"^[[]]$", "[]", "a"),
    (r"^[\]\[]+$", "[]", "a"),
    (r"^\S{1,40000}$", "x" * 39_999, "x" * 40_001),
    (r"^[a-z]{3,2000}$", "abc", "ab"),
    (r"^[a-z]{100}$", "a" * 100, "a" * 99),
    (r"^[a-z]{100,}$", "a" * 400, "a" * 99),
    (r"^(?!x).*$", "a", "x"),
    (r"^(?<=^)a$", "a", "b"),
    (r"^(a)\1$", "aa", "ab"),
    (r"^\d{2}$", "12", "1a"),
    (r"^\d$", "5", "٣"),
    (r"^\w+@\w+\.com$", "a@b.com", "é@b.com"),
    (r"^(?P<y>\d)$", "1", "a"),
    (r"^(?:\+|00)[1-9]{1}$", "+1", "1"),
    (r"^\cJ$", "\n", "J"),
    (r"^[\u4e00-\u9fa5]$", "一", "a"),
    (r"^\p{Lu}$", "Ä", "a"),
    (r"^\x41$", "A", "B"),
    (r"^a$", "a", "a\n"),
    (r"^\/x\-\_$", "/x-_", "x"),
    ("needle", "a needle in it", "hay"),
]


@pytest.mark.parametrize(("source", "good", "bad"), CASES)
def test_pattern__as_ecma_262_has_it__matches_what_it_should(source: str, good: str, bad: str) -> None:
    assert matches(source, good)
    assert not matches(source, bad)


@pytest.mark.parametrize("source", ["[", "(", "a{3,1}", "*", "(?<n>a)\\k<n", "x" * 30_000, "(([\\s\\S]{99}){99}){99}"])
def test_pattern__that_no_engine_runs__is_none_and_matches_all(source: str) -> None:
    assert pattern_of(source) is None
    assert matches(source, "anything")


def test_pattern__without_look_around__needs_no_backtracking() -> None:
    plain, looking = pattern_of("^(a|aa)+$"), pattern_of("^(?=a)(a|aa)+$")
    assert plain is not None
    assert looking is not None
    assert (plain.backtracking, looking.backtracking) == (False, True)


@pytest.mark.parametrize(
    "source",
    ["^(a+)+$", "^(a|aa|a*)*b$", r"^(?!z)(?:(a+)\1?)+$", r"(a*)*\1b", r"^(?=(a+)+b)a", "^([a-z]+)*(?<!x)$", "(.*)*x$"],
)
def test_pattern__hostile__ends_in_bounded_time(source: str) -> None:
    text = "a" * 50_000 + "!"
    started = time.perf_counter()
    matches(source, text)
    assert time.perf_counter() - started < 2
