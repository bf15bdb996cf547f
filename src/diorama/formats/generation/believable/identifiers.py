"""Identifiers: ids in the document's own style.

What the id's own schema says goes first: its type, its pattern, its format, its example, its description. After that
the document as a whole speaks: where its objects name their own type (``object: "customer"``) or where other ids have
prefixes, a thing's id gets one, too, made from the thing's name. Everything else is a UUID.
"""

from __future__ import annotations

import re
from typing import Any

from diorama.formats.generation.believable.network import hexadecimal, token
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject
from diorama.formats.generation.naming import endings
from diorama.formats.names import singular, words
from diorama.ports.dice import Dice

LENGTH = 14
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PREFIX = re.compile(
    r"(?i:prefix(?:ed)?|starts?|starting|begins?|beginning)(?: \w+){0,3}? [`'\"]?([a-z]{1,10}_)(?![a-z])"
)
_QUOTED = re.compile(r"[`'\"(]([a-z]{2,10}_)(?:[A-Za-z0-9]{6,}|\.{3}|…|x{3,}|\*+)")
_EVIDENCE = re.compile(r"([a-z]{2,10}_)(?=[A-Za-z]*[0-9])[A-Za-z0-9]{8,}")
_CODE = re.compile(r"\^([A-Za-z_-]*)\[([0-9A-Fa-f-]+)\]\{(\d{1,3})\}\$")
_PART = re.compile(r"[0-9a-f]{8,}|[0-9]+|[A-Za-z0-9]{10,}")

LAST_WORDS = ("id", "sid", "uuid", "guid", "identifier", "ids", "sids", "uuids", "key id", "resource name")
SCAN_MAX = 20_000
"""So many schemas are looked at for the style of a document's ids, then it counts as seen."""


class Style:
    """The style of a document's ids, looked for when it is first needed.

    Args:
        schemas: the document's schemas.
    """

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas
        self._prefixes: dict[str, str] | None = None
        self._known: dict[tuple[str, ...], str] = {}
        self._prefixed = False
        self._things: frozenset[str] = frozenset()
        self._lower_currency = False

    @property
    def lower_currency(self) -> bool:
        """Whether the document says somewhere that it writes currencies in lower case."""
        if self._prefixes is None:
            self._look()
        return self._lower_currency

    def is_thing(self, name: tuple[str, ...]) -> bool:
        """Whether the document has things of this name, each with an id."""
        if self._prefixes is None:
            self._look()
        return " ".join(name) in self._things

    def prefix(self, thing: tuple[str, ...]) -> str:
        """``cus_`` for a thing of this name; empty when the document's ids have no prefixes."""
        known = self._known.get(thing)
        if known is None:
            known = self._prefix(thing)
            if len(self._known) < SCAN_MAX:
                self._known[thing] = known
        return known

    def _prefix(self, thing: tuple[str, ...]) -> str:
        if self._prefixes is None:
            self._look()
        prefixes = self._prefixes or {}
        for key, _ in endings(thing):
            if key in prefixes:
                return prefixes[key]
        return shortened(thing) + "_" if self._prefixed and thing else ""

    def _look(self) -> None:
        """Look at every object's own id, and whether objects say what they are."""
        prefixes: dict[str, str] = {}
        things: list[str] = []
        self._prefixes = prefixes
        for name, schema in list(self._schemas.items())[:SCAN_MAX]:
            properties = schema.get("properties") if isinstance(schema, dict) else None
            if not isinstance(properties, dict):
                continue
            own = words(name)
            if "id" in properties:
                things.append(" ".join(own))
            currency = properties.get("currency")
            if isinstance(currency, dict) and "lowercase" in str(currency.get("description", "")):
                self._lower_currency = True
            found = _own_prefix(properties.get("id"))
            if found:
                prefixes.setdefault(" ".join(own), found)
                self._prefixed = True
            told = properties.get("object")
            listed = told.get("enum") or [told.get("const")] if isinstance(told, dict) else []
            if len(listed) == 1 and isinstance(listed[0], str) and words(listed[0]) == own and "id" in properties:
                self._prefixed = self._prefixed or _free(properties["id"])
        self._things = frozenset(things)


def _free(schema: Any) -> bool:
    """Whether an id is any string."""
    return isinstance(schema, dict) and schema.get("type") == "string" and not ({"format", "pattern"} & schema.keys())


def _own_prefix(schema: Any) -> str:
    if not isinstance(schema, dict) or schema.get("type") != "string":
        return ""
    examples = schema.get("examples")
    samples = [schema.get("example"), *(examples if isinstance(examples, list) else [])]
    for sample in samples:
        found = _EVIDENCE.fullmatch(sample) if isinstance(sample, str) else None
        if found:
            return found[1]
    return described(str(schema.get("description", "")))


def described(text: str) -> str:
    """The prefix that a description tells; empty when it tells none."""
    found = _PREFIX.search(text) or _QUOTED.search(text)
    return found[1] if found else ""


def shortened(thing: tuple[str, ...]) -> str:
    """A thing's name in short: initials of several words, else up to the consonant after the first vowel."""
    if len(thing) > 1:
        return "".join(word[0] for word in thing if word[:1].isalpha())[:4]
    word = singular(thing[0])
    if len(word) <= 5:
        return word
    for index, letter in enumerate(word):
        if letter in "aeiou":
            return word[: max(3, index + 2)]
    return word[:3]


def identifier(style: Style) -> Factory:
    """A factory of ids."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type in {"integer", "number"}:
            return _numeric(subject)
        if subject.type != "string":
            return None
        return _patterned(subject) or _textual(subject, style)

    return factory


def _numeric(subject: Subject) -> Maker:
    sample = subject.samples[0] if subject.samples and isinstance(subject.samples[0], int) else 0
    digits = len(str(sample)) if sample else 6
    low = 10 ** (digits - 1) if digits > 1 else 1
    return lambda _scene, dice: low + dice.below(9 * low)


def _patterned(subject: Subject) -> Maker | None:
    """Ids of a pattern that fixes their form: a prefix and a code at once, others by the sampler of patterns."""
    for pattern in subject.rules.patterns:
        found = _CODE.fullmatch(pattern)
        if found:
            return _coded(found[1], found[2].lower(), int(found[3]))
    return (lambda _scene, _dice: None) if any(len(pattern) > 4 for pattern in subject.rules.patterns) else None


def _coded(prefix: str, letters: str, length: int) -> Maker | None:
    if letters in {"0-9a-f", "a-f0-9", "0-9a-fa-f", "a-fa-f0-9"} and length <= 64:
        return lambda _scene, dice: prefix + hexadecimal(dice, length)
    if letters == "0-9" and length <= 32:
        return lambda _scene, dice: f"{prefix}{dice.below(10**length):0{length}d}"
    return None


def _textual(subject: Subject, style: Style) -> Maker:
    rules, sample = subject.rules, subject.sample
    if rules.format in {"uuid", "guid"} or _UUID.fullmatch(sample):
        return lambda _scene, dice: dice.uuid4()
    if sample and any(letter.isdigit() for letter in sample) and " " not in sample:
        return lambda _scene, dice: like(sample, dice)
    told = described(subject.text)
    thing = subject.before

    def maker(scene: Scene, dice: Dice) -> str:
        prefix = told or style.prefix(thing or scene.words or scene.stage.thing)
        most = rules.max_length
        if prefix:
            least = max(LENGTH, rules.min_length - len(prefix))
            return prefix + token(dice, least if most is None else max(1, min(least, most - len(prefix))))
        if rules.format == "" and ((most is not None and most < 36) or rules.min_length > 36):
            return token(dice, max(rules.min_length, min(most or 64, max(rules.min_length, 20))))
        return dice.uuid4()

    return maker


def like(sample: str, dice: Dice) -> str:
    """An id of the same form as another: its words stay, its digits and long codes are new."""

    def another(found: re.Match[str]) -> str:
        part = found[0]
        if part.isdigit():
            first = 1 + dice.below(9) if part[0] != "0" else 0
            return str(first) + "".join(str(dice.below(10)) for _ in part[1:])
        if part.isalpha():
            return part  # a long word, not a code
        if all(letter in "0123456789abcdef" for letter in part):
            return f"{dice.below(16 ** len(part)):0{len(part)}x}"
        made = token(dice, len(part))
        return made.upper() if part.isupper() else made.lower() if part.islower() else made

    return _PART.sub(another, sample)
