"""Lists: the items that a request asks for, with the totals, cursors and links that the document has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Raw

from diorama.capabilities.resources.model import Listing, Play, Pointer
from diorama.capabilities.resources.playing.coercion import scalar
from diorama.capabilities.resources.playing.completion import LEAN, Maker
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.paging import (
    Page,
    UnknownAnchorError,
    cursor_behind,
    page_of,
    with_query,
)
from diorama.capabilities.resources.playing.places import ABSENT, put, text_of
from diorama.capabilities.resources.playing.selection import Pair, ordered, selected
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.serialisation.media import json_bytes
from diorama.ports.exchange import OpenExchange


class Lister:
    """Answers one LIST operation.

    Args:
        kind: of what.
        play: the operation.
    """

    def __init__(self, kind: Kind, play: Play) -> None:
        self.kind = kind
        self.play = play
        self.listing = play.listing or Listing()
        _, media = kind.response(play)
        schema = True if media is None or media.schema is None else media.schema
        self.shape = kind.document.shapes.of(schema)

    def page(self, x: OpenExchange, scopes: Mapping[str, str], query: Mapping[str, Any]) -> Page:
        """The part of the list that a query asks for.

        Raises:
            UnknownAnchorError: when it begins behind an item that is not in the list.
            DioramaError: ``request_violates_schema``.
        """
        kind, paging = self.kind, self.play.paging
        rows: Sequence[Pair] = kind.rows(x, scopes)
        rows = ordered(selected(rows, self.listing, query), self.listing, query)
        ids = None
        if paging.style == "id" and (query.get(paging.position) or query.get(paging.before)):
            ids = {kind.id_of(row["item"]): index for index, (_, row) in enumerate(rows)}
        try:
            return page_of(rows, paging, query, ids)
        except UnknownAnchorError:
            if kind.unknown_ids == "make":  # whoever replays a document's example calls knows no ids of ours
                return page_of(rows, paging, {**query, paging.position: None, paging.before: None}, ids)
            raise

    def body(self, x: OpenExchange, maker: Maker, page: Page, items: Any) -> Any:
        """The body of the reply.

        Args:
            x: the exchange.
            maker: of what stands around the items.
            page: what is shown.
            items: of the page as this operation shows them: all of them as ready JSON, or as values.
        """
        play = self.play
        if not play.item:
            return items
        given: dict[str, Any] = {}
        put(given, play.item, items)
        for pointer, value in self._facts(x, page):
            self._set(given, pointer, value, maker.base())
        return self._dressed(maker, self.shape, given, play.item, ())

    def joined(self, page: Page, encoded: Sequence[bytes]) -> Raw:
        """The items of a page as one array, or as the object by id that the document has in its place."""
        if not self.play.item_keyed:
            return Raw(b"[" + b",".join(encoded) + b"]")
        ids = [json_bytes(self.kind.id_of(row["item"])) for _, row in page.rows]
        return Raw(b"{" + b",".join([name + b":" + item for name, item in zip(ids, encoded, strict=True)]) + b"}")

    def values(self, page: Page, shown: Sequence[Any]) -> Any:
        """The same of items that are values."""
        if not self.play.item_keyed:
            return list(shown)
        return dict(zip((self.kind.id_of(row["item"]) for _, row in page.rows), shown, strict=True))

    def _set(self, given: dict[str, Any], pointer: Pointer, value: Any, base: str) -> None:
        """Put a fact where the document has it, in the document's type; what has no place there is left out."""
        shape = self.shape.at(*pointer[:-1])
        member = shape.members.get(pointer[-1]) if shape is not None else None
        if member is None:
            return
        if isinstance(value, str) and value.startswith("/") and member.settled("").rules.format in {"uri", "url"}:
            value = base + value
        fitted = scalar(value, member) if value is not None else (None if member.nullable else ABSENT)
        if fitted is ABSENT and value is None and member.allows("string") and shape is not None:
            fitted = "" if pointer[-1] in shape.required else ABSENT
        has_pattern = isinstance(fitted, str) and bool(member.settled("").rules.patterns)
        if has_pattern and not self.kind.document.generator.conforms(member.schema, fitted):
            return
        if fitted is not ABSENT:
            put(given, pointer, fitted)

    def _facts(self, x: OpenExchange, page: Page) -> list[tuple[Pointer, Any]]:
        listing = self.listing
        links = self.links(x, page)
        facts: list[tuple[Pointer, Any]] = [
            (listing.total, page.total),
            (listing.has_more, page.has_more),
            (listing.pages, page.pages),
            (listing.page, page.number),
            (listing.size, page.size or len(page.rows)),
            (listing.offset, page.start),
            (listing.next_cursor, self._next_cursor(page)),
            (listing.next_link, links["next"]),
            (listing.previous_link, links["previous"]),
            (listing.first_link, links["first"]),
            (listing.last_link, links["last"]),
            (listing.self_link, x.request.path if listing.self_link[-1:] == ("url",) else links["self"]),
        ]
        return [(pointer, value) for pointer, value in facts if pointer]

    def _next_cursor(self, page: Page) -> Any:
        if not page.has_more:
            return None
        if self.play.paging.style == "id":
            return self.kind.id_of(page.rows[-1][1]["item"]) if page.rows else None
        return cursor_behind(page)

    def links(self, x: OpenExchange, page: Page) -> dict[str, str | None]:
        """Where other parts of the list are, as paths with queries; None for those that there are not."""
        path, pairs = x.request.path, x.query
        paging = self.play.paging
        name, style = paging.position, paging.style
        found: dict[str, str | None] = dict.fromkeys(("next", "previous", "first", "last"))
        found["self"] = with_query(path, pairs, {})
        if not name:
            return found
        found["first"] = with_query(path, pairs, {name: str(paging.first) if style == "page" else ""})
        if style in {"page", "offset"} and page.size:
            by_page = style == "page"
            last_start = (page.pages - 1) * page.size if page.pages else 0
            found["last"] = with_query(
                path, pairs, {name: str(paging.first + page.pages - 1 if by_page else last_start)}
            )
            if page.start:
                before = max(page.start - page.size, 0)
                found["previous"] = with_query(path, pairs, {name: str(page.number - 1 if by_page else before)})
            if page.has_more:
                behind = page.start + page.size
                found["next"] = with_query(path, pairs, {name: str(page.number + 1 if by_page else behind)})
        elif page.has_more:
            found["next"] = with_query(path, pairs, {name: text_of(self._next_cursor(page) or "")})
        return found

    def _dressed(
        self, maker: Maker, shape: Shape, given: dict[str, Any], items: Pointer, names: tuple[str, ...]
    ) -> dict[str, Any]:
        """What is given, with what else the schema asks for around it; the items stay as they are."""
        shape = shape.settled()
        for name, value in given.items():
            member = shape.members.get(name)
            if isinstance(value, dict) and member is not None and (*names, name) != items:
                given[name] = self._dressed(maker, member, value, items, (*names, name))
        return maker.filled(shape, given, LEAN, names)
