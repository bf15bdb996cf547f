"""Completion: an item as replies show it, from what a client wrote of it and what the schema asks for beyond."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from diorama.capabilities.resources.playing.coercion import scalar
from diorama.capabilities.resources.playing.moments import Form, form_of, part_of, written
from diorama.capabilities.resources.playing.places import ABSENT, text_of
from diorama.capabilities.resources.playing.shapes import SELF_NAMES, Shape
from diorama.formats.generation import Generator, Setting
from diorama.formats.names import canonical
from diorama.ports.dice import Dice

DEPTH_MAX = 10
TELLING = frozenset(("status", "state", "type", "kind", "object", "version", "mode", "apiversion"))
"""What a service says of a thing that it has just made, though its schema would allow it to say nothing."""

COUNTS = frozenset(("count", "total", "totalcount", "size", "length", "totalitems"))

Lookup = Callable[[Shape, str], Any]


class Wish(Struct, frozen=True):
    """How much of what nobody wrote is made.

    Attributes:
        settable: canonical names of the properties that clients may write; None for all.
        rich: whether the thing has been there for a while, so that somebody filled in what can be filled in.
        lean: whether only what has to be there is made, as around the items of a list.
    """

    settable: frozenset[str] | None = None
    rich: bool = False
    lean: bool = False


CLIENT = Wish()
SERVER = Wish(settable=frozenset())
LEAN = Wish(settable=frozenset(), lean=True)

Act = Literal["constant", "time", "address", "make", "object", "list"]


class Step(Struct, frozen=True):
    """What is done about a property that nobody wrote."""

    name: str
    shape: Shape
    act: Act
    constant: Any = None
    form: Form = ""


class Maker(Struct):
    """What the making of one thing draws on.

    Attributes:
        generator: of the document.
        dice: chance, for this thing alone.
        now_us: the exchange's clock reading.
        thing: what it is called.
        address: gives its own URL's path.
        base: gives scheme and host of the request.
        lookup: gives the object that has to stand where a client wrote an id; ABSENT when the id is nobody's.
        locale: of made people and places.
        age_us: how long the thing has been there, in virtual microseconds.
    """

    generator: Generator
    dice: Dice
    now_us: int
    thing: str
    lookup: Lookup
    address: Callable[[], str] = str
    base: Callable[[], str] = str
    locale: str = "en"
    age_us: int = 0

    def whole(
        self, shape: Shape, given: Mapping[str, Any], wish: Wish = CLIENT, names: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """An object: what is given, fitted to the schema, and what has to be beside it.

        Args:
            shape: of the object.
            given: properties as a client wrote them, in whatever style of names.
            wish: how much of the rest is made.
            names: the properties around, from the outermost.
        """
        shape = shape.settled(given or ABSENT)
        return self.filled(shape, self.fitting(shape, given, names), wish, names)

    def filled(
        self, shape: Shape, fitting: dict[str, Any], wish: Wish = CLIENT, names: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """An object from what fits it already: the rest is made, and all stands in the schema's order."""
        out: dict[str, Any] = {}
        left = len(fitting)
        for name, step in steps_of(shape, wish):
            if name in fitting:
                out[name] = fitting[name]
                left -= 1
            elif step is not None:
                out[name] = step.constant if step.act == "constant" else self.absent(step, out, fitting, names)
        if left:
            for name, value in fitting.items():
                out.setdefault(name, value)
        return out

    def fitting(self, shape: Shape, given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        """What of the given fits the schema, under the schema's names."""
        members = shape.members
        out: dict[str, Any] = {}
        for name, value in given.items():
            member = members.get(name)
            known = name
            if member is None:
                known = self.known(shape, canonical(name))
                member = members.get(known) if known else shape.further(name)
            elif type(value) in member.plain:
                out[name] = value
                continue
            elif type(value) is list and member.plain_items and all(type(item) in member.plain_items for item in value):
                out[name] = list(value)
                continue
            if member is None or (known != name and known in given):
                continue
            fitted = self.fitted(member, value, (*names, known or name))
            if fitted is not ABSENT:
                out[known or name] = fitted
        return out

    def known(self, shape: Shape, letters: str) -> str:
        """The property that a name in another style means; an id may mean the object that has it."""
        known = shape.spelt.get(letters, "")
        if not known and letters.endswith("id"):
            known = shape.spelt.get(letters[:-2], "")
            if known and not shape.members[known].allows("object"):
                return ""
        return known

    def fitted(self, shape: Shape, value: Any, names: tuple[str, ...]) -> Any:
        """A value as a schema has it; ABSENT when nothing of it fits."""
        if type(value) in shape.plain:
            return value
        shape = shape.settled(value)
        if isinstance(value, dict):
            if shape.allows("object"):
                return self.whole(shape, value, CLIENT, names)
            inner = value.get("id")
            return scalar(inner, shape) if inner is not None else ABSENT
        if isinstance(value, list):
            if shape.allows("array"):
                fitted = (self.fitted(shape.item, item, names) for item in value)
                return [item for item in fitted if item is not ABSENT]
            return self._enveloped(shape, value, names)
        if type(value) is str and value in shape.words:
            return value
        fitted = scalar(value, shape)
        if fitted is not ABSENT or value is None:
            return fitted
        if shape.allows("object"):
            return self.lookup(shape, text_of(value))
        if shape.allows("array"):
            item = self.fitted(shape.item, value, names)
            return [item] if item is not ABSENT else ABSENT
        return ABSENT

    def _enveloped(self, shape: Shape, value: list[Any], names: tuple[str, ...]) -> Any:
        """An array where replies show an object with the array in it."""
        for name, member in shape.members.items():
            if member.settled([]).allows("array") and not member.allows("string"):
                out = self.whole(shape, {name: value}, LEAN, names)
                for other in out:
                    if canonical(other) in COUNTS and isinstance(out[other], int):
                        out[other] = len(out[name])
                return out
        return ABSENT

    def absent(self, step: Step, around: Mapping[str, Any], given: Mapping[str, Any], names: tuple[str, ...]) -> Any:
        """The value of a property that nobody wrote."""
        act = step.act
        if act == "constant":
            return step.constant
        if act == "time":
            return written(self._moment_us(step.name), step.form)
        if act == "address":
            rules = step.shape.settled().rules
            path = self.address()
            if not path and step.shape.nullable:
                return None
            address = (self.base() if rules.format in {"uri", "url", "iri"} else "") + path
            # What has no address that is known gets a made one below, as any text that the schema asks for.
            if path and (not rules.patterns or self.generator.conforms(step.shape.schema, address)):
                return address
        if act == "list":
            return []
        inner = (*names, step.name)
        if act == "object" and len(inner) < DEPTH_MAX:
            return self.whole(step.shape, {}, LEAN, inner)
        if step.constant is not None and _counts_part_of(step.name, given):
            return step.constant
        return self.made(step.shape, inner, around)

    def _moment_us(self, name: str) -> int:
        """When something happened to the thing: when it came, or some time after that."""
        if not self.age_us:
            return self.now_us
        since_us = self.age_us if part_of(name) == "created" else self.dice.derive("changed").below(self.age_us)
        return self.now_us - since_us

    def made(self, shape: Shape, names: tuple[str, ...], around: Mapping[str, Any]) -> Any:
        """A believable value for a place."""
        setting = Setting(
            names=names,
            thing=self.thing,
            around=around,
            now_us=self.now_us,
            locale=self.locale,
        )
        return self.generator.believable(shape.schema, self.dice.derive("/".join(names)), "reply", setting)


def _counts_part_of(name: str, given: Mapping[str, Any]) -> bool:
    """Whether a number is a part of a number that the client wrote: ``amount_refunded`` of ``amount``."""
    letters = canonical(name)
    for other, value in given.items():
        part = canonical(other)
        if letters != part and letters.startswith(part) and isinstance(value, int | float):
            return True
    return False


def steps_of(shape: Shape, wish: Wish) -> list[tuple[str, Step | None]]:
    """What is done about each property when nobody wrote it, None for nothing; decided once for each shape and wish."""
    known: list[tuple[str, Step | None]] | None = shape.plans.get(wish)
    if known is None:
        known = shape.plans[wish] = [
            (name, _step(name, member, wish, required=name in shape.required)) for name, member in shape.members.items()
        ]
    return known


def _step(name: str, member: Shape, wish: Wish, *, required: bool) -> Step | None:
    """What is done about one property; None leaves it out."""
    letters = canonical(name)
    server = wish.settable is not None and letters not in wish.settable
    if wish.lean and not required:
        return None
    rules = member.rules
    if rules.values is not None and len(rules.values) == 1:
        return Step(name, member, "constant", rules.values[0])
    if rules.defaults and member_takes(member, rules.defaults[0]):
        return Step(name, member, "constant", rules.defaults[0])
    form = form_of(member) if part_of(name) else ""
    if form and (server or required):
        return Step(name, member, "time", form=form)
    if server and letters in SELF_NAMES and member.allows("string"):
        return Step(name, member, "address")
    if _is_map(member) and not member.nullable:
        return Step(name, member, "constant", {})
    is_scalar = not (member.allows("object") or member.allows("array"))
    telling = server and letters in TELLING and is_scalar
    if member.nullable and not (is_scalar and wish.rich) and not telling:
        return Step(name, member, "constant", None)
    if required or telling or (is_scalar and (server or wish.rich)):
        return _made_step(name, member, letters)
    return None


def _is_map(member: Shape) -> bool:
    """Whether a property holds names of the client's own, such as ``metadata``; at first it has none."""
    rules = member.rules
    if rules.types != ("object",) or rules.min_properties or rules.choices or member.members:
        return False
    return any(isinstance(frame.additional, dict) for frame in rules.frames)


def _made_step(name: str, member: Shape, letters: str) -> Step:
    settled = member.settled()
    if settled.allows("object") and settled.members:
        return Step(name, member, "object")
    if settled.allows("object") and not settled.rules.min_properties and not settled.rules.required:
        return Step(name, member, "constant", {})
    if settled.allows("array") and settled.rules.min_items == 0:
        return Step(name, member, "list")
    if settled.allows("boolean") and letters.startswith("has") and settled.rules.values is None:
        return Step(name, member, "constant", constant=False)
    is_number = settled.allows("number") or settled.allows("integer")
    minimum = settled.rules.minimum
    zero = 0 if is_number and settled.rules.values is None and (minimum is None or minimum <= 0) else None
    return Step(name, member, "make", zero)


def member_takes(member: Shape, value: Any) -> bool:
    """Whether a value is right for a property by its type; the whole item is tested later."""
    return scalar(value, member) is not ABSENT if not isinstance(value, dict | list) else True
