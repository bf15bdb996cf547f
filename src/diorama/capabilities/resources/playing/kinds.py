"""Kinds: the resources of a project made ready, and how their items stand in the world.

An item is a row of its resource's table. Its key is made of the ids of what it is nested in, as far as every
operation that names an item names these, and of its own id. The row's value is ``{"item": …, "in": {…}}``: the item
as replies show it, and the levels above by their resource or name; ``gone`` marks what is left of a deleted item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from diorama.capabilities.resources.model import Inference, Play, Resource, Role, Scope
from diorama.capabilities.resources.playing.documents import Document
from diorama.capabilities.resources.playing.places import ABSENT, text_of, value_at
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.spec import Initial, ResourceOverride, ResourcesSpec, UnknownIds
from diorama.formats.names import canonical
from diorama.formats.schemas import Check
from diorama.model.definition import MediaType, Response, Schema
from diorama.model.pointers import escaped
from diorama.model.world import EMPTY_TABLE, Table
from diorama.ports.capability import CompileContext, Site
from diorama.ports.exchange import OpenExchange

Row = dict[str, Any]
Scopes = dict[str, str]

_OVER_ALL = ResourceOverride()

STOCK_AUTO = 3
"""How many items are generated for a resource that no client can fill."""

STOCK_MAX = 1_000

NAMES_MAX = 4_096
"""So many names that clients wrote are remembered."""


def scope_key(scope: Scope) -> str:
    """What a level above is called in rows: the resource that it names, else the name under which requests give it."""
    pointer = scope.spot.pointer
    return scope.resource or canonical(scope.spot.name or (pointer[-1] if pointer else ""))


class Kind:
    """One resource, ready to be played.

    Args:
        resource: as inference understood it.
        document: of its Api.
        sites: of its endpoints, by id.
        spec: what the project says.

    Attributes:
        address: of its table.
        home: the levels above an item, of the operation that names most of them.
        identity: keys of the levels that are part of an item's key.
        born: keys of the levels below which every item is created.
        fixed: where in an item its id and those levels stand, which nobody changes.
        shape: of an item in replies.
        check: decides about items.
        settable: canonical names of what clients may write of an item.
        has_stock: whether it may hold something at first.
    """

    def __init__(self, resource: Resource, document: Document, sites: Mapping[str, Site], spec: ResourcesSpec) -> None:
        self.resource = resource
        self.document = document
        self.sites = sites
        self.address = ("resources", resource.key)
        over = spec.overrides.get(resource.name, _OVER_ALL)
        self.unknown_ids: UnknownIds = over.unknown_ids or spec.unknown_ids
        self.initial: Initial = spec.initial if over.initial is None else over.initial
        self.fixtures: list[Any] | None = spec.fixtures.get(resource.name)
        plays = resource.plays
        self.home: tuple[Scope, ...] = max((play.scopes for play in plays), key=len, default=())
        of_items = [play for play in plays if play.id is not None]
        self.identity = tuple(
            key
            for key in map(scope_key, self.home)
            if all(any(scope_key(one) == key for one in play.scopes) for play in of_items)
        )
        created = [play for play in plays if play.role is Role.CREATE]
        self.born = frozenset(
            key
            for key in (map(scope_key, self.home) if created else self.identity)
            if all(any(scope_key(one) == key for one in play.scopes) for play in created)
        )
        # Elsewhere a level above is a property like others, which an action may set: a card is attached to a customer.
        levels = (one.field for one in self.home if scope_key(one) in self.born)
        self.fixed = tuple(pointer for pointer in (resource.id_field, *levels) if pointer)
        self.is_creatable = any(
            play.role is Role.CREATE or (play.role is Role.REPLACE and not resource.singleton) for play in plays
        )
        empty = (0, "empty", "auto") if self.is_creatable else (0, "empty")
        self.has_stock = self.fixtures is not None or self.initial not in empty
        schema = self._schema()
        self.schema: Schema = schema
        self.check: Check = document.schemas.check(schema)
        self._shape: Shape | None = None
        self._listed: tuple[Table, list[tuple[str, Row]]] = (EMPTY_TABLE, [])
        self._id_shape: Shape | None = None
        self._shown: tuple[Shape, ...] | None = None
        self._stock: list[Any] | None = None
        self._paths: list[tuple[str, Play, list[tuple[str, str]]]] | None = None
        self._settable: frozenset[str] | None = None
        self._taken: dict[str, bool] = {}

    def _schema(self) -> Schema:
        """The schema of an item in replies."""
        name = self.resource.schema_name
        if name and name in self.document.api.schemas:
            return self.document.generator.flattener.keep({"$ref": f"#/$defs/{escaped(name)}"})
        order = (Role.READ, Role.CREATE, Role.REPLACE, Role.UPDATE, Role.ACTION, Role.LIST)
        for play in sorted(self.resource.plays, key=lambda one: order.index(one.role) if one.role in order else 9):
            shape = self.item_shape(play)
            if shape is not None:
                return shape.schema
        return True

    @property
    def shape(self) -> Shape:
        """Of an item in replies."""
        if self._shape is None:
            self._shape = self.document.shapes.of(self.schema)
        return self._shape

    def settled(self, given: Any) -> Shape:
        """The shape of a new item, its choices made as what is given asks, among what all replies can show."""
        if not self.shape.alternatives:
            return self.shape
        if self._shown is None:
            self._shown = self._shown_by_all()
        return max(self._shown, key=lambda one: one.likeness(given)).settled(given)

    def _shown_by_all(self) -> tuple[Shape, ...]:
        """Of an item's alternatives those that every reply has, too; all of them where none is in every reply."""
        every, own = self.shape.alternatives, frozenset(self.shape.rules.anchors)
        places = [shape for shape in map(self.item_shape, self.resource.plays) if shape is not None]
        names = [frozenset(one.rules.anchors) - own for one in every]
        shown = [
            one for one, name in zip(every, names, strict=True) if name and all(place.shows(name) for place in places)
        ]
        return tuple(shown) or every

    @property
    def id_shape(self) -> Shape | None:
        """Of an item's id."""
        if self._id_shape is None and self.resource.id_field:
            self._id_shape = self.shape.at(*self.resource.id_field)
        return self._id_shape

    @property
    def settable(self) -> frozenset[str]:
        """Canonical names of what clients may write."""
        if self._settable is None:
            found: dict[str, None] = {}
            for play in self.resource.plays:
                if play.role in (Role.CREATE, Role.REPLACE, Role.UPDATE) and play.body is not None:
                    for shape in self.body_shapes(play):
                        found.update(dict.fromkeys(writable(shape)))
            self._settable = frozenset(found)
        return self._settable

    def takes(self, name: str) -> bool:
        """Whether clients may write a property."""
        found = self._taken.get(name)
        if found is None:
            letters = canonical(name)
            found = letters in self.settable or letters + "id" in self.settable or self._is_further(letters, name)
            if len(self._taken) < NAMES_MAX:
                self._taken[name] = found
        return found

    def lets(self, name: str) -> bool:
        """Whether clients may write a property, also where no request's schema tells what they write."""
        if self.settable:
            return self.takes(name)
        member = self.shape.members.get(name)
        return member is None or not member.rules.read_only

    def _is_further(self, letters: str, name: str) -> bool:
        """Whether a property is one that the schema of an item invites without naming it."""
        shape = self.shape
        return not shape.alternatives and letters not in shape.spelt and shape.further(name) is not None

    def body_shapes(self, play: Play) -> Iterator[Shape]:
        """The shapes of the item in the request bodies of a play."""
        body = self.sites[play.endpoint].endpoint.request_body
        for media in body.content if body is not None else ():
            if media.schema is not None:
                whole = self.document.shapes.of(media.schema)
                shape = whole.at(*play.body) if play.body else whole
                if shape is not None:
                    yield shape

    def response(self, play: Play) -> tuple[Response | None, MediaType | None]:
        """What a play's reply is made by."""
        for response in self.sites[play.endpoint].endpoint.responses:
            if response.status == play.response:
                media = next((one for one in response.content if one.name == play.media_type), None)
                return response, media
        return None, None

    def item_shape(self, play: Play) -> Shape | None:
        """The shape of an item in the replies of a play; None when they show none."""
        _, media = self.response(play)
        if media is None or media.schema is None or play.item is None:
            return None
        shape = self.document.shapes.of(media.schema).place(*play.item)
        if shape is None:
            return None
        if play.item_keyed:
            return shape.settled({}).further("x")
        if play.role is Role.LIST or play.item_listed:
            settled = shape.settled([])
            return settled.item if settled.allows("array") else shape
        return shape

    @property
    def generates(self) -> bool:
        """Whether it holds generated items at first where nothing else is there for it."""
        return self.fixtures is None and self.initial == "auto" and not (self.is_creatable or self.resource.singleton)

    @property
    def stock(self) -> list[Any]:
        """What it holds at first: items as they are given, None for one that is generated."""
        if self._stock is None:
            self._stock = self._stock_of()[: 1 if self.resource.singleton else None]
        return self._stock

    def _stock_of(self) -> list[Any]:
        if self.fixtures is not None:
            return self.fixtures
        if not self.has_stock:
            return []
        if isinstance(self.initial, int):
            return [None] * min(self.initial, STOCK_MAX)
        return list(self._samples())

    def _samples(self) -> Iterator[dict[str, Any]]:
        """The items in the document's examples of replies, each id once."""
        seen: set[str] = set()
        for role in (Role.LIST, Role.READ, Role.CREATE):
            for play in self.resource.plays:
                _, media = self.response(play)
                if play.role is not role or media is None or play.item is None:
                    continue
                for example in media.examples:
                    for item in _items_of(play, value_at(example.value, play.item)):
                        item_id = self.id_of(item)
                        if isinstance(item, dict) and item_id not in seen:
                            seen.add(item_id)
                            yield item

    def path(self, root: str, scopes: Mapping[str, str], item_id: str) -> str:
        """The path of an item's own URL, or of the collection where items have none.

        Returns:
            Empty when each of its paths goes through a level that is not known.
        """
        if self._paths is None:
            self._paths = list(self._paths_of())
        for template, play, above in self._paths:
            if all(scopes.get(key) for _, key in above):
                path = template
                for place, key in above:
                    path = path.replace(place, quote(scopes[key], ""))
                return root + (path if play.id is None else path.replace(f"{{{play.id.name}}}", quote(item_id, "")))
        return ""

    def _paths_of(self) -> Iterator[tuple[str, Play, list[tuple[str, str]]]]:
        """(path, its operation, the levels above that it names) of all ways to an item, the best first."""
        plays = [play for play in self.resource.plays if play.id is not None and play.id.place == "path"]
        ranked = sorted(plays, key=lambda play: (play.role is not Role.READ, play.role is Role.ACTION))
        for play in [one for one in ranked if one.role is not Role.ACTION] or ranked[:1] or self.resource.plays[:1]:
            above = [("{" + one.spot.name + "}", scope_key(one)) for one in play.scopes if one.spot.place == "path"]
            yield self.sites[play.endpoint].endpoint.path, play, above

    # Rows.

    def key(self, scopes: Mapping[str, str], item_id: str) -> str:
        """The key of an item's row."""
        if not self.identity:
            return escaped(item_id)
        return "/".join([escaped(scopes.get(key, "")) for key in self.identity] + [escaped(item_id)])

    def id_of(self, item: Any) -> str:
        """An item's id as text; empty when it has none."""
        if not self.resource.id_field:
            return ""
        found = value_at(item, self.resource.id_field, ABSENT)
        return "" if found is ABSENT or found is None else text_of(found)

    def held_as(self, row: Row | None, item_id: str) -> str:
        """The id that an item is kept under, which is its own, when a client calls it by another."""
        if row is None or self.resource.singleton:
            return item_id
        return self.id_of(row["item"]) or item_id

    def find(self, x: OpenExchange, scopes: Mapping[str, str], item_id: str) -> Row | None:
        """The row of an item, also of one that is gone; None when there never was one."""
        if not self.identity or all(key in scopes for key in self.identity):
            row: Row | None = x.tx.get(self.address, self.key(scopes, item_id))
            return row
        for _, row in x.tx.items(self.address):
            if self.id_of(row["item"]) == item_id and self.belongs(row, scopes):
                return row
        return None

    def belongs(self, row: Row, scopes: Mapping[str, str]) -> bool:
        """Whether an item lies below all of some levels."""
        if not scopes:
            return True
        held = row["in"]
        for scope in self.home:
            key = scope_key(scope)
            wanted = scopes.get(key)
            if wanted is None:
                continue
            given = value_at(row["item"], scope.field, ABSENT) if scope.field else ABSENT
            if isinstance(given, dict):
                given = given.get("id", ABSENT)
            have = held.get(key) if given is ABSENT or given is None else text_of(given)
            if have != wanted:
                return False
        return True

    def rows(self, x: OpenExchange, scopes: Mapping[str, str]) -> list[tuple[str, Row]]:
        """(key, row) of all items below some levels, the oldest first."""
        table = x.tx.table(self.address)
        if self._listed[0] is not table:
            self._listed = (table, [pair for pair in table.items() if "gone" not in pair[1]])
        found = self._listed[1]
        return [pair for pair in found if self.belongs(pair[1], scopes)] if scopes else found

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.resource.name.replace("_", " ")


def writable(shape: Shape) -> Iterator[str]:
    """Canonical names of the properties that a request may have, in any of its alternatives."""
    for name, member in shape.members.items():
        if not member.rules.read_only:
            yield canonical(name)
    for one in shape.alternatives:
        yield from writable(one)


def _items_of(play: Play, value: Any) -> Iterable[Any]:
    """The items at the place of a reply where a play shows them."""
    if isinstance(value, dict) and play.item_keyed:
        return value.values()
    return value if isinstance(value, list) else (value,)


def is_wanted(resource: Resource, spec: ResourcesSpec) -> bool:
    """Whether the project asks for a resource by name, however sure it is."""
    return spec.overrides.get(resource.name, _OVER_ALL).enabled is True


class Kinds:
    """All resources of a project that are played.

    Args:
        inference: what was understood.
        context: the project.
        spec: what the project says.
    """

    def __init__(self, inference: Inference, context: CompileContext, spec: ResourcesSpec) -> None:
        self.spec = spec
        sites = {site.endpoint.id: site for site in context.sites}
        self.documents = {api.id: Document(api, spec.values_max) for api in context.project.apis}
        self.by_key: dict[str, Kind] = {}
        for resource in inference.resources:
            if resource.certainty >= spec.certainty_min or is_wanted(resource, spec):
                self.by_key[resource.key] = Kind(resource, self.documents[resource.api], sites, spec)
        self._by_schema: dict[int, Kind] = {}
        for kind in self.by_key.values():
            schema = kind.document.generator.flattener.resolve(kind.schema)
            self._by_schema.setdefault(id(schema), kind)

    def of_shape(self, shape: Shape) -> Kind | None:
        """The resource whose items a shape shows."""
        for anchor in shape.rules.anchors:
            kind = self._by_schema.get(anchor)
            if kind is not None:
                return kind
        return None

    def parents(self, scopes: Iterable[Scope]) -> Iterator[tuple[Scope, Kind | None]]:
        """Each level above with its resource, where that is played."""
        for scope in scopes:
            yield scope, self.by_key.get(scope.resource)
