"""Scene: the facts behind an object, which its values agree on.

An object of a body has one currency, one moment at which it was made, one person, one place, one amount. Each fact is
drawn when it is first needed, from the object's own dice by the fact's name, so that it does not depend on which
property asks first. An object inside another one takes over the facts that it would share in life; the items of an
array are things of their own. What stands already (``given``, ``around``) is learned first and goes before what is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct

from diorama.formats.generation.believable.calendar import date, parsed_us
from diorama.formats.generation.believable.locales import Locale, locale, locale_of_country
from diorama.formats.generation.naming import kind_of
from diorama.formats.generation.setting import REFERENCE_US, Setting
from diorama.formats.names import words
from diorama.ports.dice import Dice

SHARED_EVERYWHERE = frozenset(("currency", "country", "place country"))
"""Facts that the items of an array share with what is around them."""

OWN_KINDS = frozenset(("person", "company", "bank", "place", "card"))
"""Objects named after one of these are somebody else: an order's recipient is not who sold it."""

SAME_PERSON = frozenset(("billing", "shipping", "delivery", "profile", "contact", "contacts", "address"))
"""Though objects with one of these words are about whom the object around is about."""

PRIVATE = frozenset(("person", "given name", "family name", "full name", "email", "company", "card", "place", "city"))
"""Facts that such an object does not take over."""


IDENTITIES = frozenset(("id", "sid", "uuid", "guid", "identifier"))
SAYING_NOTHING = frozenset(
    (
        "data", "item", "items", "result", "results", "record", "records", "value", "values", "entry",
        "entries", "content", "object", "objects", "list", "attributes", "body", "response", "resource",
        "embedded", "row", "rows",
    )
)  # fmt: skip
"""Words that do not say what a thing is."""


class Stage(Struct):
    """What holds for a whole value.

    Attributes:
        now_us: virtual microseconds since 1970.
        locale: of its people and places.
        thing: what the outermost object is called, as words.
        identities: the ids that stand somewhere, as names of facts.
        is_new: whether the whole was made just now.
    """

    now_us: int
    locale: Locale
    thing: tuple[str, ...] = ()
    identities: set[str] = set()
    is_new: bool = False


class Scene:
    """The facts of one object.

    Args:
        stage: what holds for the whole value.
        dice: the object's own.
        parent: the scene around it; None at the outermost.
        name: the object's property name.
        item: whether it is an item of an array.

    Attributes:
        words: what the object is called; the outermost one as its thing is.
        key: tells scenes apart where makers are remembered.
        many: whether the values made here are items of an array of scalars, which should differ.
    """

    __slots__ = ("dice", "facts", "item", "key", "many", "name", "own", "parent", "stage", "words")

    def __init__(self, stage: Stage, dice: Dice, parent: Scene | None, name: str, *, item: bool = False) -> None:
        self.stage = stage
        self.dice = dice
        self.parent = parent
        self.name = name
        self.item = item
        self.many = False
        self.words = words(name) if name else stage.thing
        self.key = name
        self.own = kind_of(self.words) in OWN_KINDS and not any(word in SAME_PERSON for word in self.words)
        self.facts: dict[str, Any] = {}

    def known(self, fact: str) -> Any:
        """A fact that stands already, here or around; None when none does."""
        scene: Scene | None = self
        while scene is not None:
            value = scene.facts.get(fact)
            if value is not None:
                return value
            if not scene.shares(fact):
                return None
            scene = scene.parent
        return None

    def shares(self, fact: str) -> bool:
        """Whether a fact is the same in what is around this object."""
        if self.item:
            return fact in SHARED_EVERYWHERE or fact.startswith("id ")
        return not (self.own and fact in PRIVATE)

    def fact(self, fact: str, make: Callable[[Scene, Dice], Any]) -> Any:
        """A fact, drawn at the outermost object that shares it when it does not stand yet."""
        value = self.facts.get(fact)
        if value is None:
            value = self.known(fact)
            if value is None:
                scene = self
                while scene.parent is not None and scene.parent.parent is not None and scene.shares(fact):
                    scene = scene.parent
                value = make(scene, scene.dice.derive("~" + fact))
                scene.facts[fact] = value
            self.facts[fact] = value
        return value

    def inner(self, dice: Dice, name: str, *, item: bool = False, schema: str = "") -> Scene:
        """The scene of an object inside this one.

        Args:
            dice: the object's own.
            name: of its property; of an item, that of the array.
            item: whether it is an item of an array.
            schema: what the document calls it, which counts where the property's name says nothing.
        """
        scene = Scene(self.stage, dice, self, name, item=item)
        if not scene.words or all(word in SAYING_NOTHING for word in scene.words):
            own = words(schema)
            if not own and self.identified_itself and scene.words:
                own = (*self.words, *scene.words)  # parts of a thing, not several things
            scene.words = own or self.words
        return scene

    @property
    def identified_itself(self) -> bool:
        """Whether this object has an id of its own."""
        return any(fact.startswith("id ") for fact in self.facts)

    def repeated(self, name: str) -> Any:
        """The id that stands under the same name around this object; None when none does."""
        if self.parent is None:
            return None
        fact = _identity(name)
        if not fact:
            if self.item or not self.name:
                return None
            fact = " ".join(("id", *words(self.name), *words(name)))
        return self.parent.known(fact) if fact in self.stage.identities else None

    def scattered(self, dice: Dice) -> Scene:
        """A scene for one scalar of an array, whose values differ from each other."""
        scene = Scene(self.stage, dice, self, self.name, item=True)
        scene.words = self.words
        scene.key = self.key
        scene.many = True
        return scene

    @property
    def locale(self) -> Locale:
        """The locale of this object's people: that of its country where that is known."""
        country = self.known("country")
        found = locale_of_country(country) if country else None
        return found or self.stage.locale

    def learn(self, name: str, value: Any) -> None:
        """Take a value that stands for the fact that it is."""
        fact = _fact(name)
        if not fact or value is None or isinstance(value, bool):
            return
        if fact == "id":
            row = words(name)
            own = (*self.words, row[-1]) if len(row) == 1 else row
            if len(own) > 1 and isinstance(value, str | int):
                fact = "id " + " ".join(own)
                self.facts[fact] = value
                self.stage.identities.add(fact)
            return
        if fact == "own name":
            if kind_of(self.words) != "person":
                return
            fact = "full name"
        if fact in {"moment", "updated"}:
            stands = self.known(fact) or self.stage.now_us
            value = stands if value == date(stands) else moment_us(value)  # a day says less than what is known
        elif fact == "amount":
            value = minor_units(value)
        elif not isinstance(value, str) or not value:
            return
        elif fact == "currency":
            value = value.upper()
        if value is not None:
            self.facts[fact] = value


def moment_us(value: Any) -> int | None:
    """A moment as microseconds since 1970, from text of RFC 3339 or a number of seconds or milliseconds."""
    if isinstance(value, int | float):
        return int(value * 1000) if value > 100_000_000_000 else int(value * 1_000_000)
    if not isinstance(value, str):
        return None
    return parsed_us(value)


def minor_units(value: Any) -> int | None:
    """An amount in hundredths: whole numbers are that already, decimals and texts are not."""
    if isinstance(value, int):
        return value
    try:
        return round(float(value) * 100)
    except (TypeError, ValueError, OverflowError):
        return None


LEARNED: dict[str, str] = {
    name: fact
    for fact, names in {
        "currency": ("currency", "currency code", "iso currency", "price unit"),
        "country": ("country", "country code", "iso country"),
        "moment": (
            "created", "created at", "date created", "creation date time", "created on", "create time", "created date",
            "creation date", "creation time", "created time", "creation timestamp", "inserted at", "submitted at",
        ),
        "updated": ("updated", "updated at", "date updated", "status update date time", "modified at", "last modified"),
        "given name": ("first name", "given name", "firstname", "forename"),
        "family name": ("last name", "family name", "surname", "lastname"),
        "full name": ("full name",),
        "own name": ("name", "display name"),
        "email": ("email", "email address"),
        "amount": ("amount", "total", "total amount", "amount total", "unit amount", "price"),
        "city": ("city", "town", "town name", "locality"),
        "company": ("company name", "company", "business name"),
    }.items()
    for name in names
}  # fmt: skip
"""The names whose values are facts. They are made before the other properties of their object."""


@lru_cache(maxsize=16_384)
def _fact(name: str) -> str:
    """The fact that a property of this name is, ``id`` for ids; empty for none."""
    row = words(name)
    fact = LEARNED.get(" ".join(row), "")
    return fact or ("id" if row and row[-1] in IDENTITIES else "")


@lru_cache(maxsize=16_384)
def _identity(name: str) -> str:
    """The fact that an id of this name is, when it names another thing: ``account_id``, or ``account`` for its id."""
    row = words(name)
    if not row or (row[-1] in IDENTITIES and len(row) == 1):
        return ""
    return "id " + " ".join(row) + ("" if row[-1] in IDENTITIES else " id")


def outermost(setting: Setting, dice: Dice) -> Scene:
    """The scene that a value begins with: what stands around it, and the object that it is of."""
    stage = Stage(setting.now_us or REFERENCE_US, locale(setting.locale), words(setting.thing), is_new=setting.is_new)
    scene = Scene(stage, dice, None, "")
    for name, value in setting.around.items():
        if value is not None and _fact(name):  # most say nothing, and there may be many
            scene.learn(name, value)
    for name in setting.names[:-1]:
        scene = scene.inner(dice, name)
    return scene
