"""Preferences: which reply a client wishes for.

Source: RFC 7240 (Prefer); the preferences ``code``, ``example`` and ``dynamic`` and their query parameters are Prism's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from diorama.formats.schemas import cut
from diorama.model.errors import DioramaError, Violation
from diorama.ports.exchange import OpenExchange


class Preferences(Struct, frozen=True):
    """What a client wishes; None where it says nothing.

    Attributes:
        code: HTTP status of the reply.
        example: name of the example that is to be the body.
        dynamic: whether the body is made anew by dice.
    """

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None


NO_PREFERENCES = Preferences()

PREFERENCE_RULE = "preference"
"""``rule`` of the violation when a preference cannot be understood."""


def preferences_of(x: OpenExchange) -> Preferences:
    """What a request wishes: by its ``Prefer`` headers, or when it has none, by its query.

    Raises:
        DioramaError: as for :func:`from_header`.
    """
    values = x.request.header_values(b"prefer")
    if values:
        return from_header(values)
    return from_query(x.query) if b"__" in x.request.query else NO_PREFERENCES


def from_header(values: Iterable[bytes]) -> Preferences:
    """The preferences in ``Prefer`` headers; the first of a name counts, names that are not ours are left alone.

    Raises:
        DioramaError: ``request_violates_schema`` when ``code`` is no number or ``dynamic`` neither true nor false.
    """
    found: dict[str, str] = {}
    for value in values:
        for element in _elements(value.decode("latin-1")):
            name, _, word = element.partition("=")
            found.setdefault(name.strip().lower(), word.strip().strip('"'))
    return _preferences(found, "header", "prefer")


def from_query(query: Iterable[tuple[str, str]]) -> Preferences:
    """The preferences in ``__code``, ``__example`` and ``__dynamic``.

    Raises:
        DioramaError: as for :func:`from_header`.
    """
    found: dict[str, str] = {}
    for name, value in query:
        if name.startswith("__"):
            found.setdefault(name[2:], value)
    return _preferences(found, "query", "")


def _elements(text: str) -> Iterator[str]:
    """The elements between commas and semicolons outside of quotes."""
    start, quoted, escaped = 0, False, False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character in ",;" and not quoted:
            yield text[start:index]
            start = index + 1
    yield text[start:]


def _preferences(found: dict[str, str], place: str, header: str) -> Preferences:
    code = found.get("code") or None
    example = found.get("example") or None
    dynamic = found.get("dynamic") or None
    number: int | None = None
    if code is not None:
        if not (code.isascii() and code.isdigit() and len(code) <= 6):
            raise _malformed(place, header or "__code", f"the preferred code has to be a number, not {shown(code)}")
        number = int(code)
    switch: bool | None = None
    if dynamic is not None:
        if dynamic.lower() not in {"true", "false"}:
            raise _malformed(place, header or "__dynamic", f"dynamic has to be true or false, not {shown(dynamic)}")
        switch = dynamic.lower() == "true"
    return Preferences(number, example, switch)


def shown(text: str) -> str:
    """What a client wrote, in quotes, as messages show it: cut short, since it may fill a whole head."""
    return cut(repr(text))


def _malformed(place: str, name: str, what: str) -> DioramaError:
    return DioramaError(
        "request_violates_schema",
        f"A preference of the request cannot be understood: {what}",
        hint="Write `Prefer: code=404, example=cat, dynamic=true` or `?__code=404&__example=cat&__dynamic=true`.",
        violations=(Violation(place, f"/{name}", PREFERENCE_RULE, what),),
    )
