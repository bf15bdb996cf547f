"""Making items: what a client creates, what was there before it came, and what it names though it is nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from diorama.capabilities.resources.model import Reference, Scope
from diorama.capabilities.resources.playing.agreement import agree, scope_of
from diorama.capabilities.resources.playing.coercion import scalar
from diorama.capabilities.resources.playing.completion import Maker, Wish
from diorama.capabilities.resources.playing.descent import Descent
from diorama.capabilities.resources.playing.kinds import STOCK_AUTO, Kind, Kinds, Row, Scopes, scope_key
from diorama.capabilities.resources.playing.places import ABSENT, occurrences, replaced, text_of, value_at, without
from diorama.capabilities.resources.playing.prepared import Prepared
from diorama.capabilities.resources.playing.refusals import dangling, exists
from diorama.capabilities.resources.playing.repair import repaired
from diorama.capabilities.resources.playing.rings import Rings
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.capabilities.resources.playing.spots import base_of
from diorama.formats.generation import Setting
from diorama.formats.names import canonical
from diorama.model.errors import DioramaError
from diorama.model.pointers import escaped
from diorama.ports.dice import Dice
from diorama.ports.exchange import OpenExchange

ID_ATTEMPTS_MAX = 20
STOCKED = ("resources", "stocked")
"""Which resources, and below what, have got their initial contents."""

COUNTED = ("resources", "counted")
"""How many numbers each resource has given as ids."""

_WHOLE_NUMBERS = frozenset({"integer"})

AGE_MIN_US = 3_600_000_000
AGE_SPAN_US = 30 * 86_400_000_000
"""What is there from the beginning came in the thirty days before, up to an hour ago."""

DEPTH_MAX = 4
"""Things that are made because others name them name others in turn; beyond this nobody follows."""


class Making:
    """Makes items of all kinds.

    Args:
        kinds: all resources.
        locale: of made people and places.
    """

    def __init__(self, kinds: Kinds, locale: str = "en") -> None:
        self.kinds = kinds
        self.locale = locale
        self.descent = Descent(kinds)
        self._rings = Rings(kinds)
        self._prepared = Prepared(kinds)
        self._references: dict[str, list[tuple[Reference, Kind]]] = {}

    def maker(self, x: OpenExchange, kind: Kind, dice: Dice, scopes: Mapping[str, str], depth: int = 0) -> Maker:
        """What the making of an item of a kind draws on."""
        return Maker(
            generator=kind.document.generator,
            dice=dice,
            now_us=x.clock_us,
            thing=kind.resource.name,
            lookup=lambda shape, item_id: self.embedded(x, shape, scopes, item_id, depth),
            base=partial(base_of, x),
            locale=self.locale,
        )

    # Items.

    def new(
        self,
        x: OpenExchange,
        kind: Kind,
        scopes: Scopes,
        written: Mapping[str, Any],
        dice: Dice,
        *,
        item_id: str = "",
        wish: Wish | None = None,
        depth: int = 0,
    ) -> Row | None:
        """Make an item and keep it.

        Args:
            x: the exchange.
            kind: of what.
            scopes: the levels that it lies below.
            written: what a client wrote of it.
            dice: chance for this item.
            item_id: when it is chosen already.
            wish: how much of what nobody wrote is made; None for what a client creates.
            depth: how many things were made because of others on the way here.

        Returns:
            Its row; None when no item can be right by its schema.

        Raises:
            DioramaError: ``resource_exists``, ``reference_unknown``.
        """
        is_new = wish is None
        maker = self.maker(x, kind, dice, scopes, depth)
        maker.age_us = 0 if is_new else _age_us(dice)
        item_id, id_value = self.identified(x, kind, scopes, written, dice, item_id)
        given = self._placed(kind, scopes, dict(written), id_value)
        maker.address = partial(kind.path, x.root_path, scopes, item_id)
        kept = {pointer[0]: given[pointer[0]] for pointer in kind.fixed if pointer[0] in given}
        shape = kind.settled(given)
        fitting = maker.fitting(shape, given, ())
        if is_new:
            self.check_references(x, kind, scopes, fitting, depth)
        self._refer(x, kind, fitting, shape, dice, depth, is_new=is_new)
        agree(x, self.kinds, kind, scopes, fitting, shape)
        item = maker.filled(shape, fitting, wish or Wish(settable=kind.settable))
        item = repaired(kind.check, shape, item, maker, kept)
        if item is None:
            return None
        row: Row = {"item": item, "in": dict(scopes)}
        x.tx.insert(kind.address, kind.key(scopes, item_id), row)
        return row

    def identified(
        self, x: OpenExchange, kind: Kind, scopes: Scopes, written: Mapping[str, Any], dice: Dice, item_id: str
    ) -> tuple[str, Any]:
        """(id as text, id as the schema has it): the client's where it chose one, else a free one."""
        field = kind.resource.id_field
        shape = kind.id_shape
        if not field or shape is None:
            if item_id or kind.resource.singleton:
                return item_id, ABSENT
            return dice.derive("row").uuid4(), ABSENT
        if not item_id:
            chosen = self._chosen(kind, written)
            if chosen is not ABSENT and text_of(chosen):
                item_id = text_of(chosen)
        if item_id:
            held = x.tx.get(kind.address, kind.key(scopes, item_id))
            if held is not None:
                if "gone" not in held:
                    raise exists(kind, item_id)
                x.tx.delete(kind.address, kind.key(scopes, item_id))
            value = scalar(item_id, shape)
            return item_id, item_id if value is ABSENT else value
        if shape.types == _WHOLE_NUMBERS:
            number = self._next_number(x, kind, scopes, shape)
            if number is not None:
                return text_of(number), number
        setting = self._setting(x, kind)
        for attempt in range(ID_ATTEMPTS_MAX):
            value = kind.document.generator.identifier(shape.schema, dice.derive(f"id {attempt}"), setting)
            if not x.tx.has(kind.address, kind.key(scopes, text_of(value))):
                return text_of(value), value
        raise exists(kind, text_of(value))

    def _setting(self, x: OpenExchange, kind: Kind) -> Setting:
        """What an id is made by."""
        names = kind.resource.id_field
        return Setting(names=names, thing=kind.resource.name, now_us=x.clock_us, locale=self.locale)

    def _next_number(self, x: OpenExchange, kind: Kind, scopes: Scopes, shape: Shape) -> int | None:
        """The number after the last one given, as databases count; None where the schema allows none of the next."""
        for _ in range(ID_ATTEMPTS_MAX):
            number = int(x.tx.incr(COUNTED, kind.resource.key))
            if kind.document.generator.conforms(shape.schema, number) and not x.tx.has(
                kind.address, kind.key(scopes, text_of(number))
            ):
                return number
        return None

    def _chosen(self, kind: Kind, written: Mapping[str, Any]) -> Any:
        """The id that a client chose in its body, where clients may."""
        field = kind.resource.id_field
        if len(field) > 1:
            return value_at(written, field, ABSENT)
        letters = canonical(field[0])
        if letters not in kind.settable:
            return ABSENT
        for name, value in written.items():
            if canonical(name) == letters and isinstance(value, str | int):
                return value
        return ABSENT

    def _placed(self, kind: Kind, scopes: Scopes, given: dict[str, Any], id_value: Any) -> dict[str, Any]:
        """What was written, with the id and the levels above where an item has them."""
        if id_value is not ABSENT:
            given = replaced(given, kind.resource.id_field, id_value)
        for scope in kind.home:
            value = scopes.get(scope_key(scope))
            if not scope.field or value is None:
                continue
            shape = kind.shape.at(*scope.field)
            typed = ABSENT if shape is None else scalar(value, shape)
            if typed is not ABSENT or shape is not None:
                given = replaced(given, scope.field, value if typed is ABSENT else typed)
        return given

    # References.

    def check_references(
        self, x: OpenExchange, kind: Kind, scopes: Scopes, given: Mapping[str, Any], depth: int = 0
    ) -> None:
        """Refuse, or make, what a client names and is nowhere.

        Raises:
            DioramaError: ``reference_unknown``.
        """
        for reference, target in self._certain(kind):
            if reference.field[0] not in given:
                continue
            for value in occurrences(given, reference.field):
                if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                    self.known(x, target, scopes, text_of(value), depth)

    def _certain(self, kind: Kind) -> list[tuple[Reference, Kind]]:
        """What the items of a kind refer to for sure, with what that is."""
        found = self._references.get(kind.resource.key)
        if found is None:
            by_key = self.kinds.by_key
            found = self._references[kind.resource.key] = [
                (one, by_key[one.resource])
                for one in kind.resource.references
                if one.certain and one.field and one.resource in by_key
            ]
        return found

    def known(self, x: OpenExchange, kind: Kind, scopes: Mapping[str, str], item_id: str, depth: int = 0) -> Row | None:
        """The row of something that is referred to; None where nobody can tell.

        Raises:
            DioramaError: ``reference_unknown``.
        """
        inner = {key: scopes[key] for key in map(scope_key, kind.home) if key in scopes}
        self.ensure(x, kind, inner, depth + 1)
        row = kind.find(x, inner, item_id)
        if row is not None and "gone" not in row:
            return row
        if len(inner) < len(kind.identity) or depth > DEPTH_MAX:
            return None
        if row is None and (kind.unknown_ids == "make" or self._prepared.has(kind, item_id)):
            return self.found(x, kind, inner, item_id, depth + 1)
        raise dangling(kind, item_id, row)

    def embedded(self, x: OpenExchange, shape: Shape, scopes: Mapping[str, str], item_id: str, depth: int) -> Any:
        """The object that stands in the place of an id that a client wrote; ABSENT when no resource has it."""
        kind = self.kinds.of_shape(shape)
        if kind is None:
            return ABSENT
        row = self.known(x, kind, scopes, item_id, depth)
        return ABSENT if row is None else row["item"]

    def _refer(
        self, x: OpenExchange, kind: Kind, given: dict[str, Any], shape: Shape, dice: Dice, depth: int, *, is_new: bool
    ) -> None:
        """Let what nobody wrote refer to things that there are, so that a client can follow."""
        for reference in kind.resource.references:
            is_many = reference.field[1:] == ("*",)
            if not (len(reference.field) == 1 or (is_many and not is_new)) or reference.field[0] in given:
                continue
            name = reference.field[0]
            member = shape.members.get(name)
            target = self.kinds.by_key.get(reference.resource)
            if member is None or target is None or target is kind:
                continue
            # What a client may name, or leave null, and did not, is not named for it.
            if is_new and (name not in shape.required or (member.nullable and kind.takes(name))):
                continue
            if not is_new:
                self.ensure(x, target, {}, depth + 1)
            self._point(x, reference, target, given, member, dice)

    def _point(
        self, x: OpenExchange, reference: Reference, target: Kind, given: dict[str, Any], member: Shape, dice: Dice
    ) -> None:
        name = reference.field[0]
        rows = [] if member.nullable and not reference.certain else target.rows(x, {})
        if target.has_stock:
            # Who was there from the beginning is there whoever asked first.
            rows = rows[: max(len(target.stock), STOCK_AUTO)]
        if rows and len(reference.field) > 1:
            fewest, most = member.settled([]).rules.min_items, member.settled([]).rules.max_items
            count = min(max(fewest, 1 + dice.derive(f"many {name}").below(2)), len(rows), most or len(rows))
            start = dice.derive(f"to {name}").below(len(rows))
            chosen = (rows[(start + number) % len(rows)][1]["item"] for number in range(count))
            given[name] = [item if reference.embedded else value_at(item, target.resource.id_field) for item in chosen]
        elif rows:
            item = dice.derive(f"to {name}").choice(rows)[1]["item"]
            given[name] = item if reference.embedded else value_at(item, target.resource.id_field)
        elif member.nullable:
            given[name] = None

    # What is not there yet.

    def found(self, x: OpenExchange, kind: Kind, scopes: Scopes, item_id: str, depth: int = 0) -> Row | None:
        """Something that a client names, as if it had been there all the time: the same whoever asks first.

        A name that is no id by the item's own schema, though the path allows it, is another name of one that has an id.
        """
        dice = x.standing_dice("/".join(["resources", kind.resource.key, kind.key(scopes, item_id)]))
        row = self.new(x, kind, scopes, {}, dice, item_id=item_id, wish=_rich(kind), depth=depth)
        shape = kind.id_shape
        generator = kind.document.generator
        if row is None and shape is not None and not generator.conforms(shape.schema, item_id):
            own = text_of(generator.identifier(shape.schema, dice.derive("id"), self._setting(x, kind)))
            row = kind.find(x, scopes, own)
            if row is None:
                row = self.new(x, kind, scopes, {}, dice, item_id=own, wish=_rich(kind), depth=depth)
        return row

    def ensure(self, x: OpenExchange, kind: Kind, scopes: Mapping[str, str], depth: int = 0) -> None:
        """Put in what a resource holds at first, when it is first touched."""
        if not kind.has_stock or depth > DEPTH_MAX:
            return
        first = self._rings.first(kind)
        if first is not kind and not first.home and not x.tx.has(STOCKED, escaped(first.resource.key)):
            self.ensure(x, first, {}, depth)
        missing = [scope for scope in kind.home if scope_key(scope) not in scopes]
        if missing:
            self._ensure_below(x, kind, missing[0], dict(scopes), depth)
            return
        mark = "/".join([escaped(kind.resource.key), *(escaped(scopes[key]) for key in map(scope_key, kind.home))])
        if not x.tx.has(STOCKED, mark):
            x.tx.set(STOCKED, mark, 1)
            self._stock(x, kind, scope_of(scopes, kind.home), mark, depth)

    def _stock(self, x: OpenExchange, kind: Kind, scopes: Scopes, mark: str, depth: int) -> None:
        """What a resource holds at first below some levels."""
        held = [sample for sample in kind.stock if self._is_below(x, kind, scopes, sample)]
        if not held and kind.generates:
            held = [None] * STOCK_AUTO
        every = [x.standing_dice(f"resources/stock/{mark}/{number}") for number in range(len(held))]
        # The oldest stands first, as if they had come one after the other.
        for sample, dice in zip(held, sorted(every, key=_age_us, reverse=True), strict=True):
            given = sample if isinstance(sample, dict) else {}
            item_id = kind.id_of(given)
            if item_id and x.tx.has(kind.address, kind.key(scopes, item_id)):
                item_id, given = "", without(given, kind.resource.id_field)
            try:
                self.new(x, kind, scopes, given, dice, item_id=item_id, wish=_rich(kind), depth=depth)
            except DioramaError as error:
                if error.code != "resource_exists":
                    raise
                return  # there are no ids for more

    def _is_below(self, x: OpenExchange, kind: Kind, scopes: Scopes, sample: Any) -> bool:
        """Whether an item of the stock stands below some levels: it says so, or what it names there is nowhere."""
        if not isinstance(sample, dict) or kind.belongs({"item": sample, "in": scopes}, scopes):
            return True
        if kind.fixtures is not None:
            return False
        for scope, parent in self.kinds.parents(kind.home):
            named = value_at(sample, scope.field) if scope.field else None
            if parent is not None and isinstance(named, str | int):
                inner = scope_of(scopes, parent.home)
                if text_of(named) != scopes[scope_key(scope)] and parent.find(x, inner, text_of(named)) is not None:
                    return False
        return True

    def _ensure_below(self, x: OpenExchange, kind: Kind, scope: Scope, scopes: Scopes, depth: int) -> None:
        """The same below each of the things that the missing level names."""
        parent = self.kinds.by_key.get(scope.resource)
        if parent is None or parent is kind:
            return
        inner = scope_of(scopes, parent.home)
        self.ensure(x, parent, inner, depth + 1)
        for _, row in parent.rows(x, inner):
            self.ensure(x, kind, {**row["in"], **scopes, scope_key(scope): parent.id_of(row["item"])}, depth + 1)


def _rich(kind: Kind) -> Wish:
    return Wish(settable=kind.settable, rich=True)


def _age_us(dice: Dice) -> int:
    """How long something has been there that nobody created."""
    return AGE_MIN_US + dice.derive("age").below(AGE_SPAN_US)
