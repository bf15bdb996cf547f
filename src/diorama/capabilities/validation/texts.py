"""Texts: bodies as text and as JSON; what cannot be read is refused with its line and column.

Source: RFC 8259 (JSON); RFC 9110, section 8.3.2 (charset).
"""

from __future__ import annotations

import codecs
import re
from typing import Any

import msgspec

from diorama.model.errors import DioramaError

_DECODER = msgspec.json.Decoder()
_POSITION = re.compile(r"\(byte (\d+)\)")
_BOM = codecs.BOM_UTF8

SIGNS = (b",", b"[", b"{")
"""What begins a value of JSON: every value but the first follows a comma or an opening bracket."""
LINE_SIGNS = (*SIGNS, b"\n")
FORM_SIGNS = (*SIGNS, b"%2C", b"%2c", b"%5B", b"%5b", b"%7B", b"%7b")


class Allowance:
    """How many values a body may still have.

    Counting the signs that begin values takes a thousandth of the time that the values take, but it counts those inside
    texts, too: it refuses a little early, never late.

    Args:
        values_max: the bound; None for none.
        size: of the whole body in bytes. One of no more bytes than it may have values needs no counting, and so most
            bodies cost nothing.
    """

    __slots__ = ("_left", "_values_max")

    def __init__(self, values_max: int | None, size: int) -> None:
        self._values_max = values_max
        self._left = None if values_max is None or size <= values_max else values_max

    def take(self, body: bytes, signs: tuple[bytes, ...] = SIGNS) -> None:
        """Count the values of a body or a part of one.

        Raises:
            DioramaError: ``body_too_large`` when they are more than there may be.
        """
        if self._left is None:
            return
        for sign in signs:
            self._left -= body.count(sign)
            if self._left < 0:
                raise DioramaError(
                    "body_too_large",
                    f"The body has more than {self._values_max} values, counted by its commas and opening brackets.",
                    "Send a smaller body, or set `json_values_max` of `validation` in the project file higher.",
                )


def malformed(message: str, hint: str = "") -> DioramaError:
    """The error for a body that cannot be parsed."""
    return DioramaError("body_malformed", message, hint or "Correct the body, or its Content-Type.")


def json_value(body: bytes) -> Any:
    """The value of a JSON body. Integers of any size stay exact; of a name that stands twice the last value counts.

    Raises:
        DioramaError: ``body_malformed`` with line and column.
    """
    try:
        return _DECODER.decode(body)
    except RecursionError:
        raise malformed("The JSON body is nested too deeply.", "Send fewer levels of arrays and objects.") from None
    except UnicodeDecodeError:
        raise _not_utf8(body) from None
    except msgspec.DecodeError as cause:
        if body.startswith(_BOM):
            return json_value(body[len(_BOM) :])
        raise _broken(body, str(cause)) from None


def _not_utf8(body: bytes) -> DioramaError:
    place = ""
    try:
        body.decode()
    except UnicodeDecodeError as cause:
        place = _place(body, cause.start)
    return malformed(f"The JSON body is not UTF-8{place}.", "Send it as UTF-8, which JSON always is.")


def _broken(body: bytes, reason: str) -> DioramaError:
    if not body.strip():
        return malformed("The body is empty, which is no JSON.", "Send a JSON value, or no Content-Type.")
    position = _POSITION.search(reason)
    if position is not None:
        reason = reason[: position.start()].removeprefix("JSON is malformed: ").strip()
        return malformed(f"The body is not JSON: {reason}{_place(body, int(position[1]))}.")
    if "truncated" in reason:
        reason = "it ends too early, or a text in it is not Unicode"
    return malformed(f"The body is not JSON: {reason[:1].lower()}{reason[1:]}.")


def _place(body: bytes, at: int) -> str:
    before = body[:at]
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1) + 1
    return f" at line {line}, column {column}"


def json_lines(body: bytes) -> list[Any]:
    """The values of newline-delimited JSON; empty lines and record separators (RFC 7464) are skipped.

    Raises:
        DioramaError: ``body_malformed``.
    """
    found = []
    for number, line in enumerate(body.split(b"\n"), 1):
        text = line.strip(b"\r\x1e \t")
        if text:
            try:
                found.append(json_value(text))
            except DioramaError as error:
                raise malformed(f"Line {number} of the body: {error.message}") from None
    return found


def decoded_text(body: bytes, charset: str) -> str:
    """A body as text.

    Raises:
        DioramaError: ``body_malformed`` when it is not of that charset, ``media_type_unsupported`` for an unknown one.
    """
    codec = codec_of(charset)
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, UnicodeError):
        raise malformed(f"The body is not {codec}.") from None


def codec_of(charset: str) -> str:
    """The codec for a charset; UTF-8 when none is named.

    Raises:
        DioramaError: ``media_type_unsupported`` for an unknown one.
    """
    try:
        info = codecs.lookup(charset or "utf-8")
        # Codecs such as zip and hex are no charsets, and some of them unpack bombs.
        known = info._is_text_encoding  # noqa: SLF001  The standard library's own way to tell them apart.
    except (LookupError, ValueError):
        known = False
    if not known or "\0" in charset:
        raise DioramaError(
            "media_type_unsupported", f"The charset {charset[:40]!r} is not known.", "Send the body as UTF-8."
        )
    return info.name
