"""Resource model: what was understood of the things behind a document's paths, and how each operation plays them.

Inference writes it, from schemas and paths and nothing else; the player runs on it; ``diorama inspect`` shows it. It is
plain data, so that what a project overrides is a change of data, too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct

Pointer = tuple[str, ...]
"""Property names from the outside in; ``()`` is the whole body."""


class Role(StrEnum):
    """What an operation does with a resource.

    CREATE makes an item. READ gives one, LIST several (a search is a list with a query). REPLACE puts a whole item in
    the place of one, UPDATE changes parts of one. DELETE removes one. ACTION does something named with one
    (``/payments/{id}/capture``) and changes at most a few of its fields.
    """

    CREATE = "create"
    READ = "read"
    LIST = "list"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"
    ACTION = "action"


class Spot(Struct, frozen=True):
    """Where a value stands in a request.

    Attributes:
        place: the part of the request.
        name: the parameter's name; empty for a body.
        pointer: where in the body.
    """

    place: Literal["path", "query", "header", "body"]
    name: str = ""
    pointer: Pointer = ()


class Scope(Struct, frozen=True):
    """One level above an item: ``/accounts/{AccountSid}/Messages`` scopes messages by account.

    Attributes:
        spot: where a request names it.
        field: the item's own property that holds the same value (``account_sid``); ``()`` when it has none.
        resource: key of the resource that it names; empty when that is not one.
    """

    spot: Spot
    field: Pointer = ()
    resource: str = ""


class Reference(Struct, frozen=True):
    """A property of an item that holds the id of another resource.

    Attributes:
        field: where in the item; ``*`` stands for each item of an array.
        resource: key of the resource that it points to.
        expandable: whether the document lets the whole object stand in its place.
        embedded: whether the object always stands in its place, and requests give the id alone.
        certain: whether the document says so (a schema that names the resource), rather than a name like
            ``customer_id``. Only certain references are refused when what they name does not exist.
    """

    field: Pointer
    resource: str
    expandable: bool = False
    embedded: bool = False
    certain: bool = False


class Paging(Struct, frozen=True):
    """How a list is cut into pages. Parameter names are empty where the document has none.

    Attributes:
        style: ``page`` (numbers), ``offset``, ``cursor`` (opaque, given by the reply), ``id`` (after or before an
            item: ``starting_after``), or ``none``.
        size: the parameter that says how many (``limit``, ``per_page``, ``PageSize``).
        size_default, size_max: from the parameter's schema; else 20 and 100 unless the document has no size parameter,
            when a page holds everything (0).
        position: the parameter that says where: a page's number, an offset, a cursor or an id to start after.
        before: for style ``id``: the parameter that names the item to end before.
        first: the number of the first page, 0 or 1.
    """

    style: Literal["none", "page", "offset", "cursor", "id"] = "none"
    size: str = ""
    size_default: int = 0
    size_max: int = 0
    position: str = ""
    before: str = ""
    first: int = 1


class Listing(Struct, frozen=True):
    """The reply of a LIST besides its items, each as a place in the reply's body, ``()`` where there is none.

    Attributes:
        total, has_more, pages, page, size, offset: numbers and flags about the list.
        next_cursor: an opaque cursor or an id to go on with.
        next_link, previous_link, first_link, last_link, self_link: URLs; absolute or not as the schema's format asks.
        filters: query parameters that are not about pages, each with the property of the item that it is compared to:
            equal, one of an array's values, or as the parameter's name says (``created_after``, ``DateSent<``); ``()``
            searches the whole item.
        sort: the parameter that names a property to sort by (``sort``, ``order_by``), empty for none.
        direction: the parameter that says ``asc`` or ``desc``, empty for none; ``-name`` in ``sort`` counts, too.
        newest_first: whether the newest item stands first when nothing else is asked for.
    """

    total: Pointer = ()
    has_more: Pointer = ()
    pages: Pointer = ()
    page: Pointer = ()
    size: Pointer = ()
    offset: Pointer = ()
    next_cursor: Pointer = ()
    next_link: Pointer = ()
    previous_link: Pointer = ()
    first_link: Pointer = ()
    last_link: Pointer = ()
    self_link: Pointer = ()
    filters: tuple[tuple[str, Pointer], ...] = ()
    sort: str = ""
    direction: str = ""
    newest_first: bool = False


class Play(Struct, frozen=True):
    """How one operation plays a resource.

    Attributes:
        endpoint: the endpoint's id.
        role: what it does.
        id: where the request names the item; None for CREATE with an id of ours, for LIST and for singletons.
        scopes: the levels above, the outermost first.
        body: where in the request's body the item's properties stand (``("Data",)``); None when it takes none.
        item: where in the reply's body the item stands; for LIST, where the array of items does. None when the reply
            shows no item (204, or a tombstone).
        item_listed: whether the one item stands there as the only element of an array.
        item_keyed: for LIST: whether the items stand in an object by id instead of an array.
        status: of the success, as it is sent.
        response: the ``status`` of the document's response that the reply is made by (``"201"``, ``"2XX"``,
            ``"default"``).
        media_type: name of the media type in that response; empty for no body.
        paging, listing: for LIST.
        expand: the parameter, or the body's property, that names references to be replaced by the objects (``expand``);
            empty for none.
        patch: for UPDATE: how the body changes the item; ``merge`` (RFC 7396, null removes), ``json`` (RFC 6902) or
            ``fields`` (what is there is set).
        action: the verb of an ACTION (``capture``).
        sets: what an ACTION, or a DELETE that replies with the item, changes: (property, value).
        stamps: properties that get its moment (``canceled_at``).
        makes: for REPLACE and UPDATE: whether an item that there is not is made.
        tombstone: whether DELETE replies with, and READ afterwards gives, what the schema has for a deleted item.
        certainty: 0.0 to 1.0.
        reasons: why, short sentences without a full stop, the strongest first.
    """

    endpoint: str
    role: Role
    id: Spot | None = None
    scopes: tuple[Scope, ...] = ()
    body: Pointer | None = None
    item: Pointer | None = None
    item_listed: bool = False
    item_keyed: bool = False
    status: int = 200
    response: str = "200"
    media_type: str = ""
    paging: Paging = Paging()
    listing: Listing | None = None
    expand: str = ""
    patch: Literal["merge", "json", "fields"] = "fields"
    action: str = ""
    sets: tuple[tuple[Pointer, str | int | bool], ...] = ()
    stamps: tuple[Pointer, ...] = ()
    makes: bool = False
    tombstone: bool = False
    certainty: float = 1.0
    reasons: tuple[str, ...] = ()


class Resource(Struct, frozen=True):
    """One kind of thing that an API keeps.

    Attributes:
        key: unique and stable: the Api's id, a space, and the collection's path without parameters' names
            (``payments /v1/customers``, ``messaging /Accounts/{}/Messages``).
        api: id of its Api.
        name: what it is called, in the singular, words joined by ``_`` (``payment_intent``); unique in its Api.
        schema_name: the name in ``Api.schemas`` of an item in replies; empty when it stands inline.
        id_field: the item's property that is its id; ``()`` when it has none (then items are only listed).
        singleton: whether there is exactly one in each scope, without an id.
        parent: key of the resource that it is nested in, or empty.
        references: to other resources.
        plays: the operations, in the document's order.
        certainty: the least of the plays that it needs (its create, read and list), 0.0 to 1.0.
        reasons: why it is one.
    """

    key: str
    api: str
    name: str
    schema_name: str = ""
    id_field: Pointer = ()
    singleton: bool = False
    parent: str = ""
    references: tuple[Reference, ...] = ()
    plays: tuple[Play, ...] = ()
    certainty: float = 1.0
    reasons: tuple[str, ...] = ()


class Unplayed(Struct, frozen=True):
    """An operation that no resource plays, and why; it is answered from the document's examples.

    Attributes:
        endpoint: the endpoint's id.
        reason: a short sentence without a full stop.
    """

    endpoint: str
    reason: str


class Inference(Struct, frozen=True):
    """All that was understood of a project."""

    resources: tuple[Resource, ...] = ()
    unplayed: tuple[Unplayed, ...] = ()
