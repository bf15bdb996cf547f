"""Player: one operation of a resource, from a request to a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.model import Play, Role
from diorama.capabilities.resources.playing.acting import acted
from diorama.capabilities.resources.playing.agreement import scope_of
from diorama.capabilities.resources.playing.answers import Answers
from diorama.capabilities.resources.playing.bounds import check_depth
from diorama.capabilities.resources.playing.changes import Change, patched
from diorama.capabilities.resources.playing.claims import Claim, patch_claim, refused
from diorama.capabilities.resources.playing.completion import LEAN, Wish
from diorama.capabilities.resources.playing.kinds import Kind, Row, Scopes, scope_key
from diorama.capabilities.resources.playing.making import Making
from diorama.capabilities.resources.playing.moments import form_of, part_of
from diorama.capabilities.resources.playing.moments import written as moment
from diorama.capabilities.resources.playing.outlets import Encodings, Facts
from diorama.capabilities.resources.playing.places import ABSENT, put, replaced, text_of, value_at
from diorama.capabilities.resources.playing.refusals import unknown
from diorama.capabilities.resources.playing.repair import repaired
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.playing.spots import spot_value
from diorama.formats.names import canonical
from diorama.formats.preferences import NO_PREFERENCES, preferences_of
from diorama.formats.serialisation.negotiation import accept_of
from diorama.model.definition import Endpoint
from diorama.model.http import Reply
from diorama.ports.capability import Outcome, header_bit
from diorama.ports.exchange import OpenExchange

ACCEPT = header_bit(b"accept")
PREFER = header_bit(b"prefer")


class Written(Struct, frozen=True):
    """What a client wrote for a change.

    Attributes:
        item: of the item.
        beside: beside the item.
        claim: what of it has to stand.
        mode: ``fields``, ``form`` or ``merge``.
    """

    item: dict[str, Any]
    beside: dict[str, Any]
    claim: Claim
    mode: str = "fields"


class Player:
    """Plays one operation. What it needs of the document is looked at when it is first called.

    Args:
        kind: of what.
        play: what it does.
        endpoint: its endpoint.
        making: makes items.
        encodings: items as JSON.
    """

    def __init__(self, kind: Kind, play: Play, endpoint: Endpoint, making: Making, encodings: Encodings) -> None:
        self.kind = kind
        self.play = play
        self.making = making
        self._endpoint = endpoint
        self._encodings = encodings
        self._ready: Answers | None = None
        self._levels = tuple(making.kinds.parents(play.scopes))
        self._act = {
            Role.CREATE: self._create,
            Role.READ: self._read,
            Role.LIST: self._list,
            Role.REPLACE: self._replace,
            Role.UPDATE: self._update,
            Role.DELETE: self._delete,
            Role.ACTION: self._action,
        }[play.role]

    def compose(self, x: OpenExchange) -> Outcome:
        """The reply; None when something else has to answer.

        Raises:
            DioramaError: ``resource_unknown``, ``resource_exists``, ``reference_unknown``, ``patch_failed``.
        """
        request = x.request
        if (request.triggers & PREFER or b"__" in request.query) and preferences_of(x) != NO_PREFERENCES:
            return None
        ready = self._ready
        if ready is None:
            ready = self._ready = Answers(self.kind, self.play, self._endpoint, self.making, self._encodings)
        accept = accept_of(request) if request.triggers & ACCEPT else None
        if not ready.outlet.accepts(accept or None):
            return None
        if x.parameters is None and "reader" in x.memo:
            x.memo["reader"](x)
        if request.body:
            check_depth(x.memo.get("body"), len(request.body))
        scopes = self._scopes(x) if self._levels else {}
        if self.kind.has_stock:
            self.making.ensure(x, self.kind, scopes)
        return self._act(x, ready, scopes)

    # What the request says.

    def _scopes(self, x: OpenExchange) -> Scopes:
        """The levels above, each of which has to be there.

        Raises:
            DioramaError: ``resource_unknown``.
        """
        out: Scopes = {}
        for scope, parent in self._levels:
            value = spot_value(x, scope.spot)
            if value is None or value == "":
                continue
            text = text_of(value)
            if parent is not None and parent is not self.kind and parent.resource.id_field:
                text = self._parent(x, parent, scope_of(out, parent.home), text)
            out[scope_key(scope)] = text
        return out

    def _parent(self, x: OpenExchange, parent: Kind, scopes: Scopes, item_id: str) -> str:
        """The id of a level above, which has to be there."""
        self.making.ensure(x, parent, scopes)
        row = parent.find(x, scopes, item_id)
        if row is None and parent.unknown_ids == "make":
            row = self.making.found(x, parent, scopes, item_id)
            item_id = parent.held_as(row, item_id)
        if row is None or "gone" in row:
            raise unknown(parent, item_id, row)
        return item_id

    def _body(self, x: OpenExchange) -> tuple[dict[str, Any], dict[str, Any]]:
        """(what the request writes of the item, what it writes beside it)."""
        body = x.memo.get("body")
        pointer = self.play.body or ()
        if not isinstance(body, dict):
            return {}, {}
        item = value_at(body, pointer)
        beside = {name: value for name, value in body.items() if name != pointer[0]} if pointer else {}
        return (item if isinstance(item, dict) else {}), beside

    def _own(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Of what was written, that which clients may write."""
        return {name: value for name, value in written.items() if self.kind.lets(name)}

    def _id(self, x: OpenExchange) -> str:
        spot = self.play.id
        value = None if spot is None else spot_value(x, spot)
        return "" if value is None else text_of(value)

    def _row(self, x: OpenExchange, scopes: Scopes) -> tuple[str, Row]:
        """(key, row) of the item that the request names.

        Raises:
            DioramaError: ``resource_unknown``.
        """
        kind = self.kind
        item_id = self._id(x)
        row = kind.find(x, scopes, item_id)
        if row is not None and not kind.belongs(row, scopes):
            row = None
        elif row is None and (kind.unknown_ids == "make" or kind.resource.singleton):
            row = self.making.found(x, kind, scopes, item_id)
            item_id = kind.held_as(row, item_id)
        if row is None or ("gone" in row and not (self.play.tombstone and self.play.role is Role.READ)):
            raise unknown(kind, item_id, row)
        return kind.key({**row["in"], **scopes}, item_id), row

    # What the operations do.

    def _create(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        item, beside = self._body(x)
        row: Row | None = ABSENT if ready.drafts is None else ready.drafts.made(x, item, self._id(x))
        if row is ABSENT:
            given = {**ready.defaults, **self._own(item)}
            if not ready.view.is_whole:
                given = ready.view.seen(given, self.making.maker(x, self.kind, x.dice, scopes))
            row = self.making.new(x, self.kind, scopes, given, x.dice.derive("item"), item_id=self._id(x))
        if row is None:
            return None
        key = self.kind.key(scopes, self.kind.id_of(row["item"]))
        ready.shown_right(row)
        if beside:
            row = {**row, "beside": beside}
            x.tx.set(self.kind.address, key, row)
        return ready.item_reply(x, key, row, scopes)

    def _read(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        key, row = self._row(x, scopes)
        return ready.item_reply(x, key, row, scopes)

    def _list(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        return ready.list_reply(x, scopes)

    def _replace(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        kind = self.kind
        item_id = self._id(x)
        row = kind.find(x, scopes, item_id)
        item, beside = self._body(x)
        if row is None or "gone" in row:
            if ready.is_upsert or self.play.makes or kind.unknown_ids == "make" or kind.resource.singleton:
                given = self._own(item)
                made = self.making.new(x, kind, scopes, given, x.dice.derive("item"), item_id=item_id)
                if made is not None:
                    return ready.item_reply(x, kind.key(scopes, item_id), made, scopes, is_new=True)
                row = self.making.found(x, kind, scopes, item_id) if kind.unknown_ids == "make" else None
                if row is None or "gone" in row:
                    return None
            else:
                raise unknown(kind, item_id, row)
        if not kind.belongs(row, scopes):
            raise unknown(kind, item_id)
        held = {name: value for name, value in row["item"].items() if not kind.lets(name)}
        own = self._own(item)
        written = Written({**ready.defaults, **own}, beside, Claim(own, self.play.body or ()))
        return self._changed(x, ready, scopes, (item_id, row), held, written)

    def _update(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        item_id = self._id(x)
        item, beside = self._body(x)
        mode = ready.mode(x)
        if self.play.makes and mode != "json":
            held = self.kind.find(x, scopes, item_id)
            if held is None or "gone" in held:
                dice = x.dice.derive("item")
                made = self.making.new(x, self.kind, scopes, self._own(item), dice, item_id=item_id)
                if made is not None:
                    return ready.item_reply(x, self.kind.key(scopes, item_id), made, scopes, is_new=True)
        _, row = self._row(x, scopes)
        if mode == "json":
            place = self.play.item or ()
            after, claim = patch_claim(self.kind, row["item"], patched(row["item"], x.memo.get("body")), place)
            return self._changed(x, ready, scopes, (item_id, row), after, Written({}, {}, claim))
        own = self._own(item)
        written = Written(own, beside, Claim(own, self.play.body or ()), mode)
        return self._changed(x, ready, scopes, (item_id, row), row["item"], written)

    def _changed(
        self, x: OpenExchange, ready: Answers, scopes: Scopes, held: tuple[str, Row], before: Any, written: Written
    ) -> Reply | None:
        """Change an item, keep it and show it.

        Args:
            x: the exchange.
            ready: of this operation.
            scopes: the levels above.
            held: the item's id, and its row as it was.
            before: what is changed: the item, or what of it stays.
            written: by the client.
        """
        row = held[1]
        item_id = self.kind.held_as(row, held[0])
        given, beside, mode = written.item, written.beside, written.mode
        kind, old = self.kind, row["item"]
        maker = self.making.maker(x, kind, x.dice.derive("item"), row["in"])
        maker.address = partial(kind.path, x.root_path, {**row["in"], **scopes}, item_id)
        shape = kind.shape.settled(old)
        change = Change(maker, deep=mode != "fields", blanks=mode == "form")
        named = written.claim.said if written.claim.is_patch else maker.fitting(shape, given, ())
        self.making.check_references(x, kind, {**row["in"], **scopes}, named)
        after = change.merged(before, given, shape)
        if change.misfits:
            wrong = refused(change.misfits, self._bodies(x))
            if wrong:
                raise written.claim.refusal(wrong)
        for pointer in kind.fixed:
            held = value_at(old, pointer, ABSENT)
            if held is not ABSENT:
                after = replaced(after, pointer, held)
        for pointer, value in self.play.sets:
            after = replaced(after, pointer, value)
        for pointer in self.play.stamps:
            form = form_of(shape.members[pointer[0]]) if pointer[0] in shape.members else ""
            after = replaced(after, pointer, moment(x.clock_us, form)) if form else after
        if before is not old and not written.claim.is_patch:
            after = maker.filled(shape, after, Wish(settable=kind.settable))
        touch(after, shape, x.clock_us)
        kept = {pointer[0]: after[pointer[0]] for pointer in kind.fixed if pointer and pointer[0] in after}
        done = self._stands(after, old, written.claim, lambda: repaired(kind.check, shape, after, maker, kept))
        if done is None:
            return None
        changed = {**row, "item": done}
        if beside:
            changed["beside"] = beside
        key = kind.key({**row["in"], **scopes}, item_id)
        x.tx.set(kind.address, key, changed)
        ready.shown_right(changed)
        return ready.item_reply(x, key, changed, scopes)

    def _stands(self, after: dict[str, Any], old: Any, claim: Claim, repair: Callable[[], Any]) -> Any:
        """The changed item, with what the server added to it made right; None when none can be.

        Raises:
            DioramaError: ``request_violates_schema`` or ``patch_failed`` when what the client wrote is wrong.
        """
        check = self.kind.check
        if check.holds(after):
            return after
        blamed = claim.blamed(check, after)
        if blamed:
            raise claim.refusal(blamed)
        done = repair()
        if not claim.said:
            return done
        wrong = claim.disturbed(after, done) if done is not None else check.faults(after, "the item")
        if wrong and (done is not None or check.holds(old)):
            raise claim.refusal(wrong)
        return done

    def _bodies(self, x: OpenExchange) -> Iterator[Shape]:
        """The shapes of the item in what this request may be, by its media type."""
        sent = (x.request.header(b"content-type") or b"").partition(b";")[0].strip().lower().decode("latin-1")
        body = self._endpoint.request_body
        media = [one for one in (body.content if body is not None else ()) if one.schema is not None]
        same = [one for one in media if one.name.partition(";")[0].strip() == sent]
        for one in same or media:
            shape = self.kind.document.shapes.of(one.schema if one.schema is not None else True)
            place = shape.place(*(self.play.body or ()))
            if place is not None:
                yield place

    def _delete(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        kind = self.kind
        key, row = self._row(x, scopes)
        if kind.unknown_ids == "make":
            # Else the next who names it would find it made again. Its id is all that is needed for that.
            left: dict[str, Any] = {}
            if kind.resource.id_field:
                put(left, kind.resource.id_field, value_at(row["item"], kind.resource.id_field))
            x.tx.set(kind.address, key, {"item": left, "in": row["in"], "gone": True})
        else:
            x.tx.delete(kind.address, key)
        self.making.descent.remove(x, kind, scopes, row)
        if self.play.item is not None and not self.play.tombstone:
            for pointer, value in self.play.sets:
                row = {**row, "item": replaced(row["item"], pointer, value)}
            return ready.item_reply(x, key, row, scopes)
        media = ready.outlet.media
        if media is None or media.schema is None:
            return ready.outlet.reply(x, None, Facts())
        maker = self.making.maker(x, kind, x.dice.derive("tombstone"), scopes)
        given: dict[str, Any] = {"deleted": True}
        if kind.resource.id_field:
            put(given, kind.resource.id_field, value_at(row["item"], kind.resource.id_field))
        body = maker.whole(ready.root, given, LEAN)
        if self.play.tombstone:
            x.tx.set(kind.address, key, {"item": body, "in": row["in"], "gone": True})
        return ready.outlet.reply(x, body, Facts())

    def _action(self, x: OpenExchange, ready: Answers, scopes: Scopes) -> Reply | None:
        if self.play.id is None and not self.kind.resource.singleton:
            return None
        item_id = self._id(x)
        _, row = self._row(x, scopes)
        item, beside = self._body(x)
        taken = {name: value for name, value in item.items() if canonical(name) in ready.writable}
        given = acted(row["item"], taken, self.kind.shape.settled(row["item"]), self.play.action)
        said = {name: value for name, value in taken.items() if name in given}
        written = Written(given, beside, Claim(said, self.play.body or ()), ready.mode(x))
        return self._changed(x, ready, scopes, (item_id, row), row["item"], written)


def touch(item: dict[str, Any], shape: Shape, clock_us: int) -> None:
    """Move the times of an item that say when it last changed to the clock."""
    for name, member in shape.members.items():
        if name in item and part_of(name) == "updated":
            form = form_of(member)
            if form:
                item[name] = moment(clock_us, form)
