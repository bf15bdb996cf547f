"""Listing: how a list is cut into pages, filtered and sorted, and what its reply says besides the items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import structs

from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.model import Listing, Paging, Pointer
from diorama.formats.names import canonical, plural, words
from diorama.model.definition import Parameter

SIZE_DEFAULT = 20
SIZE_MAX = 100

_DEFAULT = re.compile(r"default(?:s)?(?: value)?(?: is| to| of)?[:=]?\s+[`'\"]?(\d{1,6})\b")
_MOST = re.compile(r"(?:max(?:imum)?(?: value)?(?: is| of)?:?|up to|between \d+ and|at most)\s+[`'\"]?(\d{1,6})\b")

_SIZES = ("limit", "perpage", "pagesize", "size", "maxresults", "maxitems", "pagelimit", "take", "top", "count")
_SIZES_MORE = ("resultsperpage", "itemsperpage", "rows", "first", "pagesize", "numberofresults", "maxrecords", "max")
_AFTER = ("startingafter", "sinceid", "startafter", "afterid")
_BEFORE = ("endingbefore", "beforeid", "maxid", "endbefore")
_CURSORS = ("cursor", "pagecursor", "pagetoken", "nexttoken", "continuationtoken", "continuation", "marker", "after")
_CURSORS_MORE = ("nextcursor", "nextpagetoken", "scrollid", "pageafter", "startkey", "startingtoken", "bookmark")
_OFFSETS = ("offset", "skip", "pageoffset", "start", "from", "startindex", "startat")
_PAGES = ("page", "pagenumber", "pagenum", "pageno", "pageindex", "p", "currentpage")
_SORTS = ("sort", "sortby", "orderby", "order", "sortfield", "ordering", "sortcolumn")
_DIRECTIONS = ("direction", "sortdirection", "sortorder", "order", "dir", "orderdirection", "sortdir", "orderdir")

_TOTALS = ("total", "totalcount", "totalelements", "totalitems", "totalresults", "totalrecords", "totalsize", "count")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "ismore", "moreavailable", "hasmoreitems", "hasmoreresults")
_PAGE_COUNTS = ("totalpages", "pagecount", "pages", "numpages", "lastpage", "pagetotal", "numberofpages")
_NEXT_CURSORS = ("nextcursor", "nextpagetoken", "nexttoken", "nextpage", "cursor", "endcursor", "continuationtoken")
_NEXT_CURSORS_MORE = ("continuation", "nextmarker", "scrollid", "after", "bookmark")
_LINKS = {
    "next_link": ("next", "nexturl", "nexturi", "nextlink", "nextpageuri", "nextpageurl", "nextpagelink", "nexthref"),
    "previous_link": ("previous", "prev", "previousurl", "prevurl", "previouspageuri", "previouspageurl", "prevlink"),
    "first_link": ("first", "firsturl", "firstpageuri", "firstpageurl", "firstlink", "firsturi"),
    "last_link": ("last", "lasturl", "lastpageuri", "lastpageurl", "lastlink", "lasturi"),
    "self_link": ("self", "url", "uri", "href", "selflink", "selfurl"),
}
_HOLDERS = frozenset({"links", "meta", "metadata", "pagination", "paging", "page", "pageinfo", "pageable", "info"})

_BOUNDS = frozenset(
    {
        "gte",
        "ge",
        "gt",
        "lte",
        "le",
        "lt",
        "min",
        "max",
        "from",
        "to",
        "since",
        "until",
        "after",
        "before",
        "start",
        "end",
    }
)
"""Words by which a parameter bounds a property."""

_SEARCHES = frozenset({"query", "q", "search", "searchquery", "searchterm", "keyword", "keywords", "term", "text"})
_PLAIN = frozenset({"string", "integer", "number"})
_STEMS = ("", "at", "on", "date", "time", "datetime")


def paging_of(shapes: Shapes, operation: Operation) -> Paging:
    """How a list is cut into pages."""
    parameters = _query(operation)
    size = _first(parameters, (*_SIZES, *_SIZES_MORE))
    default, most = _bounds(shapes, size)
    paging = Paging(size=size.name if size is not None else "", size_default=default, size_max=most)
    after, before = _first(parameters, _AFTER), _first(parameters, _BEFORE)
    if after is not None:
        named = before.name if before is not None else ""
        return structs.replace(paging, style="id", position=after.name, before=named)
    page = _first(parameters, _PAGES)
    is_counted = page is not None and shapes.of(page.schema).kind in ("integer", "number", "any")
    if page is not None and is_counted:
        return structs.replace(paging, style="page", position=page.name, first=_first_page(page))
    offset = _first(parameters, _OFFSETS)
    if offset is not None and shapes.of(offset.schema).kind in ("integer", "number", "any"):
        return structs.replace(paging, style="offset", position=offset.name)
    cursor = _first(parameters, (*_CURSORS, *_CURSORS_MORE)) or page
    if cursor is not None:
        return structs.replace(paging, style="cursor", position=cursor.name)
    return paging


def _first_page(page: Parameter) -> int:
    """The number of the first page: what the schema begins with, 1 where it says nothing."""
    schema: Any = page.schema if isinstance(page.schema, dict) else {}
    for keyword in ("minimum", "default"):
        if schema.get(keyword) == 0 and not isinstance(schema.get(keyword), bool):
            return 0
    return 1


def _bounds(shapes: Shapes, size: Parameter | None) -> tuple[int, int]:
    """How many items a page has by default and at most."""
    if size is None:
        return 0, 0
    schema: Any = size.schema if isinstance(size.schema, dict) else {}
    description = schema.get("description", "")
    told = description.lower() if isinstance(description, str) else ""
    most = _integer(schema.get("maximum")) or _told(_MOST, told) or SIZE_MAX
    default = _integer(schema.get("default")) or _told(_DEFAULT, told) or min(SIZE_DEFAULT, most)
    return default, max(default, most)


def _told(pattern: re.Pattern[str], description: str) -> int:
    """The number that a description gives, 0 for none."""
    match = pattern.search(description)
    return _integer(int(match[1])) if match else 0


def _integer(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9 else 0


def _query(operation: Operation) -> dict[str, Parameter]:
    """The query parameters by their canonical form; ``page[size]`` counts as ``pagesize``."""
    found: dict[str, Parameter] = {}
    for parameter in operation.endpoint.parameters:
        if parameter.place == "query":
            found.setdefault(canonical(parameter.name), parameter)
    return found


def _first(parameters: dict[str, Parameter], spellings: tuple[str, ...]) -> Parameter | None:
    return next((parameters[one] for one in spellings if one in parameters), None)


def listing_of(shapes: Shapes, operation: Operation, item: Shape, items_at: Pointer, paging: Paging) -> Listing:
    """What the reply of a list says besides its items, and what can be asked of it."""
    beside = dict(_beside(shapes, operation.reply, items_at))
    pagers = {paging.size, paging.position, paging.before}
    asked = [one for one in operation.endpoint.parameters if one.place == "query" and one.name not in pagers]
    parameters = {canonical(one.name): one for one in reversed(asked)}
    sort = _sorting(parameters, item)
    direction = _first({key: one for key, one in parameters.items() if one is not sort}, _DIRECTIONS)
    asked = [one for one in asked if one is not sort and one is not direction]
    links = {name: _spot(beside, spellings, "text") for name, spellings in _LINKS.items()}
    next_cursor = _spot(beside, (*_NEXT_CURSORS, *_NEXT_CURSORS_MORE), "text")
    if paging.style not in ("cursor", "id") or next_cursor == links["next_link"]:
        next_cursor = ()
    return Listing(
        total=_spot(beside, _TOTALS, "number"),
        has_more=_spot(beside, _MORE, "flag"),
        pages=_spot(beside, _PAGE_COUNTS, "number"),
        page=_spot(beside, ("page", "pagenumber", "number", "currentpage", "pageindex"), "number"),
        size=_spot(beside, ("pagesize", "perpage", "limit", "size", "itemsperpage"), "number"),
        offset=_spot(beside, ("offset", "skip", "start", "startindex", "startat"), "number"),
        next_cursor=next_cursor,
        filters=_filters(shapes, item, asked),
        sort=sort.name if sort is not None else "",
        direction=direction.name if direction is not None and sort is not None else "",
        newest_first=paging.style == "id",
        **links,
    )


def _beside(shapes: Shapes, reply: Shape, items_at: Pointer) -> Iterator[tuple[Pointer, tuple[str, Shape]]]:
    """Everything of a reply that stands beside the items: pointer, and the canonical name with the shape."""
    levels: list[Pointer] = [items_at[:length] for length in range(max(1, len(items_at)))]
    for level in dict.fromkeys(levels):
        shape = shapes.along(reply, level)
        for name in shape.properties:
            inner = shapes.at(shape, name)
            if (*level, name) == items_at:
                continue
            yield (*level, name), (canonical(name), inner)
            if canonical(name) in _HOLDERS:
                for below in inner.properties:
                    deeper = shapes.at(inner, below)
                    yield (*level, name, below), (canonical(below), deeper)
                    if deeper.kind == "object":
                        for last in deeper.properties:
                            spelling = canonical(below) if canonical(last) == "href" else canonical(last)
                            yield (*level, name, below, last), (spelling, shapes.at(deeper, last))


def _spot(beside: dict[Pointer, tuple[str, Shape]], spellings: tuple[str, ...], kind: str) -> Pointer:
    """Where a reply says something, the likeliest name first."""
    kinds = {"number": ("integer", "number"), "flag": ("boolean",), "text": ("string",)}[kind]
    for spelling in spellings:
        for pointer, (name, shape) in beside.items():
            if name == spelling and (shape.kind in kinds or (shape.kind == "any" and not shape.properties)):
                return pointer
    return ()


def _sorting(parameters: dict[str, Parameter], item: Shape) -> Parameter | None:
    """The parameter that names a property to sort by; one that an item has itself is a filter."""
    candidates = [parameters[one] for one in _SORTS if one in parameters and one not in item.fields]
    if len(candidates) > 1 or not candidates:
        return candidates[0] if candidates else None
    only = candidates[0]
    schema = only.schema if isinstance(only.schema, dict) else {}
    values = {canonical(str(value)) for value in schema.get("enum", ())}
    is_direction = bool(values) and values <= {"asc", "desc", "ascending", "descending"}
    return None if is_direction else only


def _filters(shapes: Shapes, item: Shape, parameters: list[Parameter]) -> tuple[tuple[str, Pointer], ...]:
    """The parameters that say something about an item, each with the property; ``()`` for a search of all of it."""
    found: list[tuple[str, Pointer]] = []
    for parameter in parameters:
        name = parameter.name
        bare = name.removesuffix("]").rpartition("[")[2] if name.startswith(("filter[", "where[", "q[")) else name
        field = _field(shapes, item, canonical(bare)) or _held(shapes, item, bare) or _bounded(shapes, item, bare)
        if field or (canonical(bare) in _SEARCHES and shapes.of(parameter.schema).kind in ("string", "any")):
            found.append((name, field))
    return tuple(found)


def _held(shapes: Shapes, item: Shape, name: str) -> Pointer:
    """The array of plain values of which a parameter names one: ``tag`` asks for the items that have it in ``tags``."""
    parts = words(name)
    if not parts or parts[-1] in _BOUNDS:
        return ()
    field = _field(shapes, item, "".join((*parts[:-1], plural(parts[-1]))))
    shape = shapes.along(item, field)
    return field if field and shape.kind == "array" and shapes.of(shape.item).kind in _PLAIN else ()


def _bounded(shapes: Shapes, item: Shape, name: str) -> Pointer:
    """The property that a parameter like ``created_after``, ``min_amount`` or ``fromBookingDateTime`` bounds."""
    parts = words(name)
    if len(parts) < 2:
        return ()
    for word, rest in ((parts[-1], parts[:-1]), (parts[0], parts[1:])):
        if word in _BOUNDS:
            for stem in _STEMS:
                field = _field(shapes, item, "".join(rest) + stem)
                if field:
                    return field
    return ()


def _field(shapes: Shapes, item: Shape, spelling: str) -> Pointer:
    """The property of an item that a parameter names."""
    places: list[tuple[Pointer, Shape]] = [((), item)]
    if "attributes" in item.properties:
        places.append((("attributes",), shapes.at(item, "attributes")))
    for at, holder in places:
        name = holder.fields.get(spelling)
        if name is not None:
            shape = shapes.at(holder, name)
            return (*at, name) if not shape.properties or shape.scalar else ()
    return ()
