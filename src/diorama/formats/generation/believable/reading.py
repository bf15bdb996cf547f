"""Reading: which maker a scalar gets, by its name, its format, its description and what stands around it.

The tables of names are data; each domain (people, places, money, …) brings its own. A maker is chosen once for each
scalar of a schema and remembered; what it makes counts only when the schema allows it.
"""

from __future__ import annotations

import re
from typing import Any

from diorama.formats.generation.believable import banking, moments, money, network, people, places, quantities, texts
from diorama.formats.generation.believable.beginnings import begins_at_zero, counts_beside, first_state, off_at_first
from diorama.formats.generation.believable.choices import STATES, likely, switched
from diorama.formats.generation.believable.identifiers import Style, identifier
from diorama.formats.generation.believable.scene import IDENTITIES, Scene
from diorama.formats.generation.believable.sequence import Step
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, fitting, limited
from diorama.formats.generation.flattening import Flattener
from diorama.formats.generation.naming import endings, kind_of
from diorama.formats.generation.reserved.cards import BRAND_NAMES, Card, branded
from diorama.formats.generation.rules import Rules
from diorama.formats.generation.scalars import DRAWN
from diorama.formats.names import singular, words
from diorama.ports.dice import Dice

NOTHING: Any = object()
"""Stands for no value, since None is one."""

NAMES: dict[str, Factory] = {
    **texts.NAMES, **quantities.NAMES, **network.NAMES, **money.NAMES, **moments.NAMES,
    **places.NAMES, **banking.NAMES, **people.NAMES,
}  # fmt: skip
"""By name or ending of one, with ``kind: `` before it where it counts only there. Later domains go before earlier."""

FORMATS: dict[str, Factory] = {
    **network.FORMATS, **money.FORMATS, **moments.FORMATS, **places.FORMATS, **people.FORMATS,
}  # fmt: skip

BEGINNINGS: dict[str, Factory] = {
    "amount": money.money(),
    "num": quantities.between(0, 5),
    "date": moments.NAMES["date"],
}
"""For numbers and dates whose name's ending says nothing: ``amount_eligible_for_payout``."""

SAME_FAMILY: tuple[dict[str, Factory], ...] = (moments.NAMES, people.NAMES, network.NAMES, money.NAMES, places.NAMES)
FORMAT_FAMILY: dict[str, dict[str, Factory]] = {
    form: next((names for names in SAME_FAMILY if factory in names.values()), {}) for form, factory in FORMATS.items()
}
"""Of which domain a format is: a name says more about a moment than the format, but it does not make it a text."""

REMEMBERED_MAX = 50_000
TEXT_MAX = 600


class Reader:
    """Finds makers for the scalars of one document.

    Args:
        flattener: of the document.

    Attributes:
        plans: the order in which the properties of objects are made, by identity of their rules.
        cards: the test cards that an object may be, by identity of its rules and what it is called.
    """

    def __init__(self, flattener: Flattener) -> None:
        self.style = Style(flattener.schemas)
        self._flattener = flattener
        self._identifier = identifier(self.style)
        self.plans: dict[int, list[Step]] = {}
        self.cards: dict[tuple[int, tuple[str, ...]], tuple[Card, ...]] = {}
        self._known: dict[tuple[int, str, str, tuple[str, ...], str], Maker | None] = {}
        self._likely: dict[tuple[int, str, bool], list[Any]] = {}

    def value(self, rules: Rules, type_name: str, name: str, scene: Scene, dice: Dice, reference: str = "") -> Any:
        """A believable scalar, or :data:`NOTHING` when nothing is known about it or what is known does not fit.

        Args:
            rules: what its schema asks.
            type_name: which of its types it gets.
            name: of its property.
            scene: of the object that it is in.
            dice: its own.
            reference: the thing that it is the id of, where the schema says so.
        """
        if scene.stage.is_new and type_name in {"integer", "number"} and begins_at_zero(name):
            counted = scene.known("count") is not None and counts_beside(name)
            if not counted and fitting(rules, 0):
                return 0
        key = (id(rules), type_name, name, scene.words, reference)
        try:
            maker = self._known[key]
        except KeyError:
            maker = self.maker(rules, type_name, name, scene.words, reference)
            if len(self._known) < REMEMBERED_MAX:
                self._known[key] = maker
        if maker is None:
            return NOTHING
        value = maker(scene, dice)
        if value is None or (limited(rules) and not fitting(rules, value)):
            return NOTHING
        return value

    def maker(
        self, rules: Rules, type_name: str, name: str, around: tuple[str, ...], reference: str = ""
    ) -> Maker | None:
        """The maker of a scalar; None when nothing is known about it."""
        row = words(name)
        text = self.text(rules)
        subject = Subject(
            rules,
            type_name,
            row,
            around,
            kind_of(around),
            text.lower(),
            _samples(rules, type_name),
            told(text) if type_name == "string" else [],
        )
        if row[-1:] == ("currency",) and self.style.lower_currency:
            subject.text += " lowercase"
        if type_name == "boolean":
            return _switch(row)
        if reference:
            subject.before = words(reference)
            return self._identifier(subject)
        strict = rules.format if rules.format in FORMATS or rules.format in DRAWN else ""
        if rules.format in {"uuid", "guid"}:
            return self._identity(subject)
        if strict and (type_name == "string" or strict in moments.FORMATS):
            return self._of_format(subject, strict)
        made = self._named(subject, NAMES)
        if made is None and rules.format in FORMATS:
            made = FORMATS[rules.format](subject)
        if (made is None and type_name != "string") or row[:1] == ("date",):
            made = made or self._begun(subject)
        if made is None and type_name == "string" and self.style.is_thing(row):
            subject.before = row
            made = self._identifier(subject)
        return made or _sampled(subject) or _some(subject)

    def _of_format(self, subject: Subject, form: str) -> Maker | None:
        """The maker of a format: the name chooses within the format's own domain."""
        family = FORMAT_FAMILY.get(form, {})
        made = self._named(subject, family, identities=False)
        if made is None and form in FORMATS:
            made = FORMATS[form](subject)
        return made

    def _named(self, subject: Subject, table: dict[str, Factory], *, identities: bool = True) -> Maker | None:
        """The maker for the name, the longest of its endings first."""
        row, around = subject.words, subject.before
        for key, start in endings(row):
            before = around + row[:start]
            kind = kind_of(before)
            subject.before, subject.kind = row[:start] or around, kind
            if identities and start == len(row) - 1 and singular(key) in IDENTITIES:
                return self._identity(subject)
            factory = table.get(f"{kind}: {key}") or table.get(key)
            if around and start == 0 and len(row) == 1:
                factory = table.get(f"{around[-1]} {key}") or factory
            made = factory(subject) if factory is not None else None
            if made is not None:
                return made
        subject.before, subject.kind = around, kind_of(around)
        return None

    def _identity(self, subject: Subject) -> Maker | None:
        row = subject.words
        subject.before = row[:-1] if len(row) > 1 and singular(row[-1]) in IDENTITIES else subject.before
        if subject.before == row:
            subject.before = ()
        return self._identifier(subject)

    def _begun(self, subject: Subject) -> Maker | None:
        for length in range(len(subject.words) - 1, 0, -1):
            factory = BEGINNINGS.get(" ".join(subject.words[:length]))
            if factory is not None:
                return factory(subject)
        return None

    def text(self, rules: Rules) -> str:
        """The first description that the schemas of a value give."""
        for source in rules.sources:
            for schema in (source, self._flattener.resolve(source)):
                if isinstance(schema, dict) and isinstance(schema.get("description"), str) and schema["description"]:
                    return str(schema["description"])[:TEXT_MAX]
        return ""

    def listed(self, rules: Rules, fit: list[Any], name: str, scene: Scene, dice: Dice) -> Any:
        """One of the values that an enumeration lists: the scene's currency or country, else a likely one."""
        row = words(name)
        fact = _FACTS.get(row[-1] if row else "")
        if fact is not None and not scene.many:
            wanted = str(scene.known(fact) or getattr(scene.locale, fact)).lower()
            for value in fit:
                if isinstance(value, str) and value.lower() == wanted:
                    return value
        card = scene.known("card") if " ".join(row) in BRAND_NAMES else None
        if card is not None:
            for value in fit:
                if isinstance(value, str) and branded(card, value):
                    return value
        is_new = scene.stage.is_new and not scene.many
        key = (id(rules), name, is_new)
        found = self._likely.get(key)
        if found is None:
            found = likely(row, fit)
            if is_new:
                about_state = row and (row[-1] in STATES or (len(row) > 1 and row[0] in STATES))
                found = [first_state(fit) if about_state else found[0]]
            if len(self._likely) < REMEMBERED_MAX:
                self._likely[key] = found
        return found[0] if len(found) == 1 else dice.choice(fit if scene.many else found)


_FACTS = {"currency": "currency", "country": "country"}


def _samples(rules: Rules, type_name: str) -> list[Any]:
    wanted: tuple[type, ...] = {"string": (str,), "integer": (int,), "number": (int, float)}.get(type_name, ())
    return [sample for sample in (*rules.samples, *rules.defaults) if isinstance(sample, wanted) and sample is not True]


def _switch(row: tuple[str, ...]) -> Maker:
    usual = switched(row)
    if usual is None:
        return lambda _scene, dice: dice.word() & 1 == 0
    if usual and off_at_first(row):
        return lambda scene, _dice: not scene.stage.is_new
    return lambda _scene, _dice: usual


_TOLD = re.compile(
    r"(?:one of|either|can be|may be|values? (?:are|is)|values?:)[^.`]{0,24}((?:`[^`\n]{1,40}`[,/| ]*(?:or |and )?)+)"
)
_SUCH_AS = re.compile(r"e\.g\.?,? [`'\"]([^`'\"\n]{1,40})[`'\"]|\(e\.g\.?,? (\w{2,20})\)")
_QUOTED = re.compile(r"`([^`]+)`")


def told(text: str) -> list[str]:
    """The values that a description lists in so many words: ``Can be `email` or `sms```."""
    found = _TOLD.search(text)
    if found:
        return _QUOTED.findall(found[1])
    return [quoted or bare for quoted, bare in _SUCH_AS.findall(text)]


def _some(subject: Subject) -> Maker | None:
    """Small numbers, for those that nothing is known about."""
    if subject.type == "integer" and not limited(subject.rules):
        return lambda _scene, dice: 1 + dice.below(99)
    if subject.type == "number" and not limited(subject.rules):
        return lambda _scene, dice: (100 + dice.below(9900)) / 100
    return None


def _sampled(subject: Subject) -> Maker | None:
    """The values that the document tells or gives as examples, for what no name says anything about."""
    fit = [sample for sample in subject.samples or subject.told if subject.fits(sample)]
    return (lambda _scene, dice: fit[dice.below(len(fit))]) if fit else None
