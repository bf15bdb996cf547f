"""Paging: the part of a list that a request asks for, and how to ask for the next one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from diorama.capabilities.resources.model import Paging
from diorama.capabilities.resources.playing.places import text_of
from diorama.capabilities.resources.playing.selection import Pair
from diorama.model.errors import DioramaError, Violation

WHOLE_MAX = 2**31 - 1
"""Numbers of pages, offsets and sizes are no greater, whatever a client asks for."""


class Page(Struct, frozen=True):
    """A part of a list.

    Attributes:
        rows: of the part.
        start: how many rows stand before it; more than there are for one that begins behind the end.
        total: of the whole list.
        size: how many rows a part has at most; the total where parts have no bound.
        first: the number of the first page.
        is_backwards: whether it was asked for by what stands behind it, so that going on means going towards the top.
    """

    rows: Sequence[Pair]
    start: int
    total: int
    size: int
    first: int = 1
    is_backwards: bool = False

    @property
    def has_next(self) -> bool:
        """Whether rows stand behind it. One without rows has none: whoever went on from there would go on for ever."""
        return bool(self.rows) and self.start + len(self.rows) < self.total

    @property
    def has_more(self) -> bool:
        """Whether rows stand where the client is going."""
        return bool(self.rows) and self.start > 0 if self.is_backwards else self.has_next

    @property
    def number(self) -> int:
        """The page's number."""
        return self.first + (self.start // self.size if self.size else 0)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.size) if self.size else 1


class UnknownAnchorError(Exception):
    """The item that a page is to begin behind is not in the list; the message is its id."""


def page_of(
    rows: Sequence[Pair],
    paging: Paging,
    query: Mapping[str, Any],
    ids: Mapping[str, int] | None,
    rows_max: int | None = None,
) -> Page:
    """The part of a list that a query asks for.

    Args:
        rows: all that the list shows, in order.
        paging: what the document's parameters are.
        query: deserialised parameters by name.
        ids: where the item of each id stands, for style ``id`` when the query names one.
        rows_max: how many rows the reply's schema lets a part have; None for any number.

    Raises:
        UnknownAnchorError: for an id that is nowhere.
        DioramaError: ``request_violates_schema`` for a cursor that is none of ours.
    """
    total = len(rows)
    size = _whole(query.get(paging.size), paging.size_default) if paging.size else paging.size_default
    if paging.size_max:
        size = min(size, paging.size_max)
    size = max(size, 0) if paging.size and query.get(paging.size) is not None else size or total
    if rows_max is not None:
        size = min(size, rows_max)
    position = query.get(paging.position) if paging.position else None
    start = 0
    if paging.style == "page":
        start = max(_whole(position, paging.first) - paging.first, 0) * size
    elif paging.style == "offset":
        start = max(_whole(position, 0), 0)
    elif paging.style == "cursor" and position not in (None, ""):
        start = _behind(rows, text_of(position), paging.position)
    elif paging.style == "id":
        before = query.get(paging.before) if paging.before else None
        if before not in (None, ""):
            end = _place(ids or {}, text_of(before))
            start = max(end - size, 0)
            return Page(rows[start:end], start, total, size, paging.first, is_backwards=True)
        if position not in (None, ""):
            start = _place(ids or {}, text_of(position)) + 1
    return Page(rows[start : start + size], start, total, size, paging.first)


def _whole(value: Any, default: int) -> int:
    if isinstance(value, bool) or value is None:
        return default
    try:
        return max(min(int(value), WHOLE_MAX), -WHOLE_MAX)
    except (TypeError, ValueError, OverflowError):
        return default


def _place(ids: Mapping[str, int], item_id: str) -> int:
    if item_id not in ids:
        raise UnknownAnchorError(item_id)
    return ids[item_id]


def cursor_behind(page: Page) -> str:
    """The cursor that goes on behind a page."""
    key = page.rows[-1][0] if page.rows else ""
    return urlsafe_b64encode(f"{page.start + len(page.rows)}:{key}".encode()).decode().rstrip("=")


def _behind(rows: Sequence[Pair], cursor: str, name: str) -> int:
    """Where a cursor goes on: behind its row, or where that stood when it was deleted since."""
    try:
        text = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        count, _, key = text.partition(":")
        number = int(count)
    except (ValueError, UnicodeError):
        words = f"the query parameter {name} is no cursor that a list gave"
        raise DioramaError(
            "request_violates_schema",
            f"The request breaks the document's rules: {words}.",
            "Take the cursor from the reply before, or leave it out.",
            violations=(Violation("query", f"/{name}", "cursor", words),),
        ) from None
    if 0 < number <= len(rows) and rows[number - 1][0] == key:
        return number
    for index, (held, _) in enumerate(rows):
        if held == key:
            return index + 1
    return min(max(number - 1, 0), len(rows))


def with_query(path: str, pairs: Sequence[tuple[str, str]], changes: Mapping[str, str]) -> str:
    """A path with a query in which some parameters have other values; an empty value leaves one out."""
    kept = [(name, value) for name, value in pairs if name not in changes]
    kept += [(name, value) for name, value in changes.items() if value]
    if not kept:
        return path
    return path + "?" + "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in kept)
