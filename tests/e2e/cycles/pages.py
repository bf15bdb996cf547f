"""Pages: walking through a list page by page, as the document lets clients do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from diorama.capabilities.resources.model import Play
from tests.e2e.conformance.drafts import Draft
from tests.e2e.cycles.dialogue import Dialogue, Said
from tests.e2e.cycles.fields import MISSING, Pointer, at
from tests.e2e.cycles.instances import items_in

PAGE_ITEMS = 2
ITEMS = (100, 50, 20, 10)
PAGES_MAX = 100


def pages(dialogue: Dialogue, play: Play, draft: Draft, id_field: Pointer) -> Iterator[Said]:
    """The replies of a list's pages, small ones where the document has a size, up to the last.

    Args:
        dialogue: with the server.
        play: of the list.
        draft: the request for the first page.
        id_field: where an item's id stands.
    """
    paging = play.paging
    goes_on = bool(paging.position or paging.style == "cursor")
    wanted = (PAGE_ITEMS,) if goes_on else ITEMS  # a list that cannot be gone on with has to show all at once
    size = next((one for one in wanted if paging.size and _takes(dialogue, draft, paging.size, one)), 0)
    if size:
        draft = replace(draft, values={**draft.values, ("query", paging.size): size})
    seen = 0
    for number in range(1, PAGES_MAX):
        said = dialogue.say(draft)
        yield said
        items = items_in(said.value, play)
        seen += len(items)
        if not said.good or not items or paging.style == "none" or not paging.position or _is_last(play, said, size):
            return
        position = _next(play, said, paging.first + number, seen, at(items[-1], id_field))
        if position is None:
            return
        draft = replace(draft, values={**draft.values, ("query", paging.position): position})


def _is_last(play: Play, said: Said, size: int) -> bool:
    listing = play.listing
    more = at(said.value, listing.has_more) if listing is not None and listing.has_more else MISSING
    if isinstance(more, bool):
        return not more
    return len(items_in(said.value, play)) < size if size else play.paging.style != "cursor"


def _next(play: Play, said: Said, page: int, offset: int, last_id: Any) -> Any:
    """Where the next page begins; None when there is none."""
    style, listing = play.paging.style, play.listing
    if style in ("page", "offset"):
        return page if style == "page" else offset
    if style == "id":
        return None if last_id is MISSING else last_id
    if listing is None:
        return None
    cursor = at(said.value, listing.next_cursor) if listing.next_cursor else MISSING
    if cursor is MISSING and listing.next_link:
        link = at(said.value, listing.next_link)
        found = parse_qs(urlsplit(link).query) if isinstance(link, str) else {}
        cursor = found.get(play.paging.position, [None])[0]
    return None if cursor is MISSING or cursor == "" else cursor


def _takes(dialogue: Dialogue, draft: Draft, name: str, value: int) -> bool:
    parameter = next((one for one in draft.operation.parameters if (one.place, one.name) == ("query", name)), None)
    if parameter is None:
        return False
    return bool(dialogue.requests.validator(dialogue.requests.converted(parameter.schema)).is_valid(value))
