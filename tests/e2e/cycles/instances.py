"""Instances: items that exist on the server, made as a client would, with the ids that lead to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from diorama.capabilities.resources.model import Play, Resource, Role, Spot
from tests.e2e.conformance.drafts import ABSENT, Draft
from tests.e2e.conformance.operations import Media
from tests.e2e.conformance.samples import UnsampledError
from tests.e2e.cycles.bodies import Bodies
from tests.e2e.cycles.dialogue import Dialogue, Said, media_of
from tests.e2e.cycles.fields import MISSING, Pointer, at, canonical, put
from tests.e2e.cycles.understood import Understood

DEPTH_MAX = 8


@dataclass(frozen=True)
class Instance:
    """An item on the server.

    Attributes:
        id: its id; None when none was shown.
        item: as the server showed it.
        ids: by resource key, of itself and of what it is nested in.
        written: what was written into it, by property.
    """

    id: Any
    item: Any
    ids: dict[str, Any] = field(default_factory=dict)
    written: dict[str, Any] = field(default_factory=dict)


class Instances:
    """Makes and finds items.

    Args:
        dialogue: with the server.
        known: the resources.
    """

    def __init__(self, dialogue: Dialogue, known: Understood) -> None:
        self._dialogue = dialogue
        self._known = known
        self.bodies = Bodies(dialogue.requests, dialogue.samples)
        self._lasting: dict[str, Instance | None] = {}
        self._chosen = 0
        self._named = {canonical(one.name): one.key for one in known.resources.values() if not one.singleton}
        self._of_endpoint = {play.endpoint: one for one in known.resources.values() for play in one.plays}

    def draft(self, play: Play, ids: dict[str, Any], *, item: Any = None, body: Any = ABSENT, id_: Any = None) -> Draft:
        """A request of a play.

        Args:
            play: the play.
            ids: of what the item is nested in, by resource key; what is missing is made.
            item: the item, whose own fields name what it is nested in.
            body: the request's body; the plainest when ABSENT and there is one.
            id_: the item's id.

        Raises:
            UnsampledError: when no valid request is found.
        """
        operation = self._known.operations[play.endpoint]
        media = media_of(operation, play.patch if play.role is Role.UPDATE else "")
        if body is ABSENT and media is not None and (operation.body_required or operation.method in ("POST", "PUT")):
            body = self._with_references(self._resource_of(play), self.bodies.plain(media), 1)
        values: dict[tuple[str, str], Any] = {}
        spots = [(one.spot, self._scope(one.field, one.resource, ids, item)) for one in play.scopes]
        spots += [(play.id, id_)] if play.id is not None and id_ is not None else []
        for name, pointer in play.listing.filters if play.listing is not None else ():
            wanted = any(one.name == name and one.required for one in operation.parameters)
            shown = at(item, pointer) if wanted and item is not None else MISSING
            if isinstance(shown, (str, int)):
                spots.append((Spot("query", name), shown))
        for name in [one.name for one in operation.parameters if one.place == "query" and one.required]:
            held = self.lasting(self._named.get(canonical(name), ""), 1)
            if held is not None and not any(spot.name == name for spot, _ in spots):
                spots.append((Spot("query", name), held.id))
        for spot, value in spots:
            if value is None:
                continue
            if spot.place == "body":
                body = put({} if body is ABSENT else body, spot.pointer, value)
            else:
                values[spot.place, spot.name] = value
        if media is None or (body in ({}, ABSENT) and media.kind != "json"):
            media, body = None, ABSENT
        return self._dialogue.draft(operation, values, media if body is not ABSENT else None, body)

    def ids_for(self, resource: Resource, plays: list[Play], depth: int = 0) -> dict[str, Any]:
        """The ids of everything that a resource's plays are nested in."""
        ids: dict[str, Any] = {}
        keys = [one.resource for play in plays for one in reversed(play.scopes) if one.resource]
        for key in dict.fromkeys(keys):
            if key not in ids and key != resource.key:
                held = self.lasting(key, depth + 1)
                ids = {**({} if held is None else held.ids), **ids}
        return ids

    def lasting(self, key: str, depth: int = 0) -> Instance | None:
        """An item of a resource that stays, made at first need; None when there is none and none can be made."""
        if key not in self._lasting and depth <= DEPTH_MAX:
            self._lasting[key] = None  # so that circles of references end here
            resource = self._known.resources.get(key)
            if resource is not None:
                self._lasting[key] = self._made(resource, depth) or self._found(resource, depth)
        return self._lasting.get(key)

    def create(self, resource: Resource, play: Play, *, fuller: bool, depth: int = 0) -> tuple[Said, Instance | None]:
        """Create an item. The instance is None when that failed or showed none.

        Raises:
            UnsampledError: when no valid request is found.
        """
        ids = self.ids_for(resource, [play], depth)
        media = media_of(self._known.operations[play.endpoint])
        body: Any = ABSENT
        if media is not None:
            pointer = play.body or ()
            body = self.bodies.full(media, pointer, self.avoided(resource)) if fuller else self.bodies.plain(media)
            body = self._with_references(resource, self._with_own_id(resource, media, pointer, body), depth)
        said = self._dialogue.say(self.draft(play, ids, body=body))
        item = None if play.item is None else item_in(said.value, play)
        if not 200 <= said.answer.status < 300 or item is None:
            return said, None
        held = at(body, play.body or ()) if body is not ABSENT else {}
        id_ = at(item, resource.id_field) if resource.id_field else None
        made = {} if id_ is None or id_ is MISSING else {resource.key: id_}
        written = held if isinstance(held, dict) else {}
        return said, Instance(None if id_ is MISSING else id_, item, {**ids, **made}, written)

    def avoided(self, resource: Resource) -> frozenset[str]:
        """Canonical names of what a client does not make up: ids, of itself and of others, and what they are within."""
        pointers = [resource.id_field, *(one.field for one in resource.references)]
        pointers += [one.field for play in resource.plays for one in play.scopes]
        names = [next((part for part in reversed(one) if part != "*"), "") for one in pointers]
        names += [one.spot.name for play in resource.plays for one in play.scopes]
        return frozenset([*self._named, *(canonical(name) for name in names if name)])

    def _resource_of(self, play: Play) -> Resource:
        return self._of_endpoint[play.endpoint]

    def _with_own_id(self, resource: Resource, media: Media, pointer: Pointer, body: Any) -> Any:
        """A body whose id, where clients have to choose one, is another each time."""
        held = at(body, pointer)
        own = canonical(resource.id_field[-1]) if resource.id_field else ""
        for name, schema in self.bodies.writable(media, pointer).items() if isinstance(held, dict) else ():
            if canonical(name) == own and name in held:
                self._chosen += 1
                chosen = next(self.bodies.values(name, schema, self._chosen), held[name])
                return put(body, pointer, {**held, name: chosen})
        return body

    def _with_references(self, resource: Resource, value: Any, depth: int) -> Any:
        """A body whose references name what exists."""
        wanted = self._named | _names(resource)
        if isinstance(value, list):
            return [self._with_references(resource, one, depth) for one in value]
        if not isinstance(value, dict):
            return value
        made = {}
        for name, one in value.items():
            key = wanted.get(canonical(name))
            if key is not None and isinstance(one, (str, int)) and not isinstance(one, bool):
                held = self.lasting(key, depth + 1)
                made[name] = one if held is None or held.id is None else held.id
            else:
                made[name] = self._with_references(resource, one, depth)
        return made

    def _made(self, resource: Resource, depth: int) -> Instance | None:
        for play in self._known.plays(resource, Role.CREATE):
            try:
                _, made = self.create(resource, play, fuller=False, depth=depth)
            except UnsampledError:
                continue
            if made is not None and made.id is not None:
                return made
        return None

    def _found(self, resource: Resource, depth: int) -> Instance | None:
        for play in self._known.plays(resource, Role.LIST):
            ids = self.ids_for(resource, [play], depth)
            try:
                said = self._dialogue.say(self.draft(play, ids))
            except UnsampledError:
                continue
            for item in items_in(said.value, play)[:1]:
                id_ = at(item, resource.id_field)
                return Instance(id_, item, {**ids, resource.key: id_})
        return None

    def _scope(self, pointer: tuple[str, ...], key: str, ids: dict[str, Any], item: Any) -> Any:
        shown = at(item, pointer) if pointer and item is not None else MISSING
        if isinstance(shown, (str, int)) and not isinstance(shown, bool):
            return shown
        return ids.get(key)


def _names(resource: Resource) -> dict[str, str]:
    """Canonical names of an item's references, with the keys of what they name."""
    parts = [(next((part for part in reversed(one.field) if part != "*"), ""), one) for one in resource.references]
    return {canonical(name): one.resource for name, one in parts if name}


def item_in(value: Any, play: Play) -> Any:
    """The one item in a reply's body; None when there is none."""
    item = at(value, play.item or ())
    if play.item_listed:
        item = item[0] if isinstance(item, list) and item else MISSING
    return None if item is MISSING else item


def items_in(value: Any, play: Play) -> list[Any]:
    """The items in the body of a list's reply."""
    items = at(value, play.item or ())
    if isinstance(items, dict):
        return list(items.values()) if play.item_keyed else []
    return items if isinstance(items, list) else []
