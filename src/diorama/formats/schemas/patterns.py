"""Patterns: ECMA-262 regular expressions as ones that end in bounded time.

A pattern runs in an engine without backtracking where it can: its time is linear in the text. Only look-around and
back-references need the other engine, which gives up after a number of steps; what it gave up on counts as not
matching. The size of a compiled pattern is bounded by the engine, too.

Source: ECMA-262, section 22.2 and annex B.1.2 (what web browsers accept); JSON Schema 2020-12, section 6.3.3.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import jsonschema_rs
from msgspec import Struct

BACKTRACK_LIMIT = 20_000
"""Steps of the backtracking engine: about one millisecond."""

LINEAR = jsonschema_rs.RegexOptions()
BACKTRACKING = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT)

_PATTERN_LENGTH_MAX = 20_000
_REPEAT_WORTH_COUNTING = 64
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_BRACED = re.compile(r"\{[^{}]*\}")
_QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}")
_KEPT_ESCAPES = frozenset("dDwWsSbBnrtfv")
_COUNTED = re.compile(r"\^(\[(?:[^\]\\]|\\.)+\]|\\[dDwWsS])\{(\d{1,6})(?:(,)(\d{0,6}))?\}\$", re.DOTALL)


class Pattern(Struct, frozen=True):
    """A pattern that can run.

    Attributes:
        source: as the document writes it.
        translated: as the engine reads it.
        fragment: schema keywords that hold for exactly the texts that match.
        backtracking: whether it needs the engine that backtracks.
    """

    source: str
    translated: str
    fragment: dict[str, Any]
    backtracking: bool


@lru_cache(maxsize=4096)
def pattern_of(source: str) -> Pattern | None:
    """The pattern for a regular expression of a document; None when no engine can run it."""
    if len(source) > _PATTERN_LENGTH_MAX:
        return None
    translated = _Translation(source).text()
    counted = _COUNTED.fullmatch(translated)
    fragment: dict[str, Any] = {"pattern": translated}
    if counted is not None:
        fragment = _counted_fragment(counted) or fragment
    for options, backtracking in ((LINEAR, False), (BACKTRACKING, True)):
        try:
            jsonschema_rs.Draft202012Validator({**fragment}, pattern_options=options)
        except ValueError:
            continue
        return Pattern(source, translated, fragment, backtracking)
    return None


@lru_cache(maxsize=4096)
def _matcher(source: str) -> Any:
    pattern = pattern_of(source)
    if pattern is None:
        return None
    options = BACKTRACKING if pattern.backtracking else LINEAR
    return jsonschema_rs.Draft202012Validator(pattern.fragment, pattern_options=options).is_valid


def matches(source: str, text: str) -> bool:
    """Whether a text matches a pattern of a document; a pattern that cannot run matches everything."""
    is_valid = _matcher(source)
    return is_valid is None or bool(is_valid(text))


def _counted_fragment(counted: re.Match[str]) -> dict[str, Any] | None:
    """``^[class]{m,n}$`` as a class and two lengths: an automaton that counts to thousands takes megabytes."""
    one, least, comma, most = counted.groups()
    if max(int(least), int(most or 0)) < _REPEAT_WORTH_COUNTING:
        return None
    fragment: dict[str, Any] = {"pattern": f"^{one}*$", "minLength": int(least)}
    if comma is None:
        fragment["maxLength"] = int(least)
    elif most:
        fragment["maxLength"] = int(most)
    return fragment


class _Translation:
    """One pass over a pattern that writes it in the words that both engines understand alike."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []

    def text(self) -> str:
        """The translated pattern."""
        source = self._source
        out = self._out
        while self._at < len(source):
            sign = source[self._at]
            if sign == "\\":
                out.append(self._escape(in_class=False))
            elif sign == "[":
                out.append(self._class())
            elif sign == "{":
                quantifier = _QUANTIFIER.match(source, self._at)
                # Annex B reads a brace that is no quantifier as itself; the engines refuse it.
                counts = quantifier is not None and out and out[-1] not in ("^", "(", "|")
                out.append(quantifier.group() if quantifier is not None and counts else r"\{")
                self._at += len(quantifier.group()) if quantifier is not None and counts else 1
            elif sign in "]}":
                out.append("\\" + sign)
                self._at += 1
            elif source.startswith("(?P<", self._at):
                out.append("(?<")
                self._at += 4
            else:
                out.append(sign)
                self._at += 1
        return "".join(out)

    def _escape(self, *, in_class: bool) -> str:
        source = self._source
        at = self._at + 1
        sign = source[at : at + 1]
        self._at = at + 1
        if sign in _KEPT_ESCAPES:
            if not in_class or sign not in "bB":
                return "\\" + sign
            return r"\x08" if sign == "b" else "B"
        if sign == "u":
            return self._code_unit()
        if sign == "c" and source[at + 1 : at + 2].isalpha():
            self._at = at + 2
            return f"\\x{ord(source[at + 1]) % 32:02x}"
        if sign == "0":
            return r"\x00"
        if sign in "AZz" and sign and not in_class:
            # Anchors of other dialects. ECMA-262 reads them as letters, which no author has ever meant.
            return "^" if sign == "A" else "$"
        if sign and (sign in "xpPk" or sign.isdigit()):
            braced = _BRACED.match(source, self._at)
            text = "" if braced is None or sign.isdigit() else braced.group()
            self._at += len(text)
            return "\\" + sign + text
        if not sign:
            return "\\\\"
        if sign.isalnum() or ord(sign) > 126 or sign.isspace():
            return sign
        return "\\" + sign

    def _code_unit(self) -> str:
        """Four hexadecimal digits, a surrogate pair of two such escapes, or digits in braces; the ``u`` is behind."""
        source = self._source
        if source.startswith("{", self._at):
            end = source.find("}", self._at)
            if end > 0:
                text = source[self._at : end + 1]
                self._at = end + 1
                return "\\u" + text
        first = _HEX.match(source, self._at)
        if first is None:
            return "u"
        self._at += 4
        code = int(first.group(), 16)
        if 0xD800 <= code < 0xDC00 and source.startswith("\\u", self._at):
            second = _HEX.match(source, self._at + 2)
            if second is not None and 0xDC00 <= int(second.group(), 16) < 0xE000:
                self._at += 6
                code = 0x10000 + ((code - 0xD800) << 10) + int(second.group(), 16) - 0xDC00
        return f"\\u{{{code:x}}}"

    def _class(self) -> str:
        """A class: what is special only to the engines (nested classes, ``&&``, ``--``, ``~~``) becomes literal."""
        source = self._source
        start = self._at
        self._at += 1
        negated = source.startswith("^", self._at)
        self._at += negated
        members: list[str] = []
        while self._at < len(source) and source[self._at] != "]":
            sign = source[self._at]
            if sign == "\\":
                members.append(self._escape(in_class=True))
            else:
                self._at += 1
                members.append("-" if sign == "-" else "\\" + sign if sign in "[&~^" else sign)
        if self._at >= len(source):
            return source[start:]
        self._at += 1
        if not members:
            return r"[\s\S]" if negated else r"[^\s\S]"
        return ("[^" if negated else "[") + "".join(_ranged(members)) + "]"


def _ranged(members: list[str]) -> list[str]:
    """The members of a class with every ``-`` escaped that stands between no two single characters."""
    out: list[str] = []
    at = 0
    while at < len(members):
        one = members[at]
        if at + 2 < len(members) and members[at + 1] == "-" and not _is_set(one) and not _is_set(members[at + 2]):
            last = members[at + 2]
            out.append(("\\-" if one == "-" else one) + "-" + ("\\-" if last == "-" else last))
            at += 3
        else:
            out.append("\\-" if one == "-" else one)
            at += 1
    return out


def _is_set(member: str) -> bool:
    return len(member) >= 2 and member[0] == "\\" and member[1] in "dDwWsSpP"
