"""Lists: the items that a request asks for, with the totals, cursors and links that the document has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Raw, Struct

from diorama.capabilities.resources.model import Listing, Play, Pointer
from diorama.capabilities.resources.playing.choosing import choices_of
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

Telling = Callable[[OpenExchange, Page], Any]


class Fact(Struct, frozen=True):
    """Something about a list, such as its total, that its reply has a place for.

    Attributes:
        pointer: the place.
        tell: gives the fact.
        shape: of the place.
        is_url: whether a whole URL is wanted rather than a path.
        has_pattern: whether texts have a form of their own.
        is_required: whether something has to stand there.
    """

    pointer: Pointer
    tell: Telling
    shape: Shape
    is_url: bool
    has_pattern: bool
    is_required: bool


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
        self._facts = self._wanted()
        self._rows_min, self._rows_max = self._bounds()
        self._choices = dict(choices_of(kind, play))

    def page(self, x: OpenExchange, scopes: Mapping[str, str], query: Mapping[str, Any]) -> Page:
        """The part of the list that a query asks for.

        Raises:
            UnknownAnchorError: when it begins behind an item that is not in the list.
            DioramaError: ``request_violates_schema``.
        """
        kind, paging = self.kind, self.play.paging
        rows: Sequence[Pair] = kind.rows(x, scopes)
        rows = ordered(selected(rows, self.listing, query, self._choices), self.listing, query)
        ids = None
        if paging.style == "id" and (query.get(paging.position) or query.get(paging.before)):
            ids = {kind.id_of(row["item"]): index for index, (_, row) in enumerate(rows)}
        try:
            return page_of(rows, paging, query, ids, self._rows_max)
        except UnknownAnchorError:
            if kind.unknown_ids == "make":  # whoever replays a document's example calls knows no ids of ours
                return page_of(rows, paging, {**query, paging.position: None, paging.before: None}, ids, self._rows_max)
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
        for fact in self._facts:
            self._set(given, fact, fact.tell(x, page), maker)
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

    def _set(self, given: dict[str, Any], fact: Fact, value: Any, maker: Maker) -> None:
        """Put a fact where the document has it, in the document's type; what has no place there is left out."""
        member, pointer = fact.shape, fact.pointer
        if type(value) in member.plain and not fact.has_pattern and not fact.is_url:
            put(given, pointer, value)
            return
        if fact.is_url and isinstance(value, str) and value.startswith("/"):
            value = maker.base() + value
        fitted = scalar(value, member) if value is not None else (None if member.nullable else ABSENT)
        if fitted is ABSENT and value is None and member.allows("string"):
            fitted = "" if fact.is_required else ABSENT
        has_pattern = fact.has_pattern and isinstance(fitted, str)
        if has_pattern and not self.kind.document.generator.conforms(member.schema, fitted):
            return
        if fitted is not ABSENT:
            put(given, pointer, fitted)

    def _wanted(self) -> list[Fact]:
        """The facts that the document has places for."""
        listing = self.listing
        named: list[tuple[Pointer, Telling]] = [
            (listing.total, lambda _x, page: page.total),
            (listing.has_more, lambda _x, page: page.has_more),
            (listing.pages, lambda _x, page: page.pages),
            (listing.page, lambda _x, page: page.number),
            (listing.size, lambda _x, page: page.size or len(page.rows)),
            (listing.offset, lambda _x, page: page.start),
            (listing.next_cursor, lambda _x, page: self._next_cursor(page)),
            (listing.next_link, lambda x, page: self.links(x, page)["next"]),
            (listing.previous_link, lambda x, page: self.links(x, page)["previous"]),
            (listing.first_link, lambda x, page: self.links(x, page)["first"]),
            (listing.last_link, lambda x, page: self.links(x, page)["last"]),
            (listing.self_link, self._own_link),
        ]
        found = []
        for pointer, tell in named:
            around = self.shape.at(*pointer[:-1]) if pointer else None
            member = around.members.get(pointer[-1]) if around is not None else None
            if around is not None and member is not None:
                rules = member.settled("").rules
                is_url = rules.format in {"uri", "url"}
                found.append(Fact(pointer, tell, member, is_url, bool(rules.patterns), pointer[-1] in around.required))
        return found

    def _bounds(self) -> tuple[int, int | None]:
        """How many items the reply's schema wants at least, and lets there be at most."""
        array = None if self.play.item is None else self.shape.at(*self.play.item)
        if array is None or self.play.item_keyed or not array.allows("array"):
            return 0, None
        return array.rules.min_items, array.rules.max_items

    def is_enough(self, page: Page) -> bool:
        """Whether a page has as many items as the reply's schema wants at least."""
        return len(page.rows) >= self._rows_min

    def _own_link(self, x: OpenExchange, page: Page) -> str | None:
        return x.request.path if self.listing.self_link[-1:] == ("url",) else self.links(x, page)["self"]

    def _next_cursor(self, page: Page) -> Any:
        if not page.has_next:
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
        places = self._numbered(page) if style in {"page", "offset"} else self._pointed(page)
        for relation, place in places.items():
            found[relation] = with_query(path, pairs, place)
        return found

    def _numbered(self, page: Page) -> dict[str, dict[str, str]]:
        """By which parameters other parts are asked for, where they have numbers."""
        name, first, size = self.play.paging.position, self.play.paging.first, max(page.size, 1)
        last_page = max(page.pages - 1, 0)
        before = page.start - size
        if page.start > page.total:
            before = last_page * size
        starts = {"first": 0, "last": last_page * size}
        if page.start:
            starts["previous"] = max(before, 0)
        if page.has_next:
            starts["next"] = page.start + size
        by_page = self.play.paging.style == "page"
        return {relation: {name: str(first + one // size if by_page else one)} for relation, one in starts.items()}

    def _pointed(self, page: Page) -> dict[str, dict[str, str]]:
        """The same where a cursor or an item says where they are."""
        name, before = self.play.paging.position, self.play.paging.before
        beside = {before: ""} if before else {}
        places = {"first": {name: "", **beside}}
        if page.has_next:
            places["next"] = {name: text_of(self._next_cursor(page) or ""), **beside}
        if before and page.rows and page.start:
            places["previous"] = {name: "", before: self.kind.id_of(page.rows[0][1]["item"])}
        return places

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


_RELATIONS = (("next", "next"), ("previous", "prev"), ("first", "first"), ("last", "last"))


def relations(links: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Links as a ``Link`` header names them, the next page first; without pages around there are none.

    Source: RFC 8288; the IANA registry of link relations.
    """
    if not (links["next"] or links["previous"]):
        return ()
    named = [(relation, links[name]) for name, relation in _RELATIONS]
    return tuple((relation, path) for relation, path in named if path)
