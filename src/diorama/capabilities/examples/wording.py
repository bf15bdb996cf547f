"""Wording: our own errors in the words and the form of a document's error schemas.

Fields that tell what happened get the error's message, codes and types the fitting value of those that the document
lists, numbers the status. What the schema requires besides is made up; what is optional and says nothing is left out.

Source: RFC 9457 (problem details), whose member names many error schemas share.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from diorama.formats.generation import Generator, Setting
from diorama.model.definition import Schema
from diorama.model.errors import DioramaError
from diorama.ports.dice import Dice

DEPTH_MAX = 4

MESSAGES = frozenset(
    ("message", "detail", "details", "description", "errordescription", "errormessage", "msg", "text", "reason",
     "title", "developermessage", "usermessage", "userfacingmessage", "statusmessage", "statustext", "error", "summary")
)  # fmt: skip
CODES = frozenset(
    ("code", "errorcode", "type", "status", "statuscode", "httpstatus", "httpstatuscode", "httpcode", "error", "name",
     "errortype", "category", "reasoncode", "responsecode", "errorname", "kind")
)  # fmt: skip
NESTED = frozenset(("error", "errors", "fault", "faults", "problem", "problems", "errordetails", "details", "messages"))
KEPT = frozenset(("id", "requestid", "traceid", "correlationid", "timestamp", "moreinfo", "errorid", "object"))
_STATUSES = frozenset(("status", "statuscode", "httpstatus", "httpstatuscode", "httpcode"))

FITTING: dict[str, tuple[str, ...]] = {
    "resource_unknown": ("notfound", "resourcemissing", "doesnotexist", "unknown", "missing", "nosuch"),
    "resource_exists": ("alreadyexists", "resourceexists", "duplicate", "conflict", "exists"),
    "reference_unknown": ("referenceunknown", "resourcemissing", "notfound", "invalidreference", "unknown", "missing"),
    "patch_failed": ("conflict", "patch"),
}
"""Words that the fitting code has, the best first; after them any that speaks of an invalid request."""

_ANY = ("invalidrequest", "badrequest", "invalid", "validation", "request", "client", "generic", "other", "error")
_TOLD: dict[str, str] = {
    "resource_unknown": "not_found",
    "resource_exists": "already_exists",
    "reference_unknown": "resource_missing",
    "patch_failed": "conflict",
}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_PHRASE = re.compile(r"\d{3}([ _-]).+")


class Wording:
    """Words errors by the schemas of one document.

    Args:
        generator: of the document.
        locale: of made-up parts.
    """

    def __init__(self, generator: Generator, locale: str) -> None:
        self._generator = generator
        self._locale = locale
        self._joined: dict[tuple[int, ...], Schema] = {}

    def body(self, schema: Schema, error: DioramaError, status: int, dice: Dice, now_us: int) -> Any:
        """A body for an error; it is right by the schema wherever one can be.

        Args:
            schema: of the body.
            error: what is told.
            status: the HTTP status that carries it.
            dice: for what is made up.
            now_us: the sandbox's clock.
        """
        told = _Telling(self, error, status, dice, now_us)
        value = told.value((schema,), 0, "error")
        if self._generator.conforms(schema, value):
            return value
        return self.made((schema,), dice, now_us, {})

    def made(self, sources: tuple[Schema, ...], dice: Dice, now_us: int, given: dict[str, Any], name: str = "") -> Any:
        """A made-up value around what is given."""
        names = (name,) if name else ()
        setting = Setting(names=names, thing="error", given=given, now_us=now_us, locale=self._locale)
        return self._generator.believable(self.joined(sources), dice, setting=setting)

    def joined(self, sources: tuple[Schema, ...]) -> Schema:
        """Several schemas as one, the same object each time, since the generator knows schemas by identity."""
        if len(sources) == 1:
            return sources[0]
        key = tuple(map(id, sources))
        found = self._joined.get(key)
        if found is None:
            found = self._joined[key] = {"allOf": list(sources)}
        return found

    @property
    def generator(self) -> Generator:
        """The document's generator."""
        return self._generator


class _Telling:
    """The telling of one error."""

    def __init__(self, wording: Wording, error: DioramaError, status: int, dice: Dice, now_us: int) -> None:
        self.wording = wording
        self.error = error
        self.status = status
        self.dice = dice
        self.now_us = now_us

    def value(self, sources: tuple[Schema, ...], depth: int, name: str) -> Any:
        """A value by the schemas, which tells the error where it can."""
        generator = self.wording.generator
        rules = generator.flattener.rules(sources)
        if rules.choices and not rules.frames and depth < DEPTH_MAX:
            for alternative in rules.choices[0].alternatives:
                value = self.value(alternative, depth + 1, name)
                if generator.conforms(self.wording.joined(sources), value):
                    return value
        if rules.rows and depth < DEPTH_MAX:
            item = rules.item_sources(0)
            return [self.value(item, depth + 1, name)] if item is not None else []
        members = generator.flattener.members(rules)
        if not members:
            return self._scalar(sources, name)
        told: dict[str, Any] = {}
        for member in members:
            if depth < DEPTH_MAX:
                self._tell(told, member.name, member.rules.sources, scalar=member.scalar, depth=depth)
        value = self.wording.made(sources, self.dice.derive(name), self.now_us, told, name)
        if not isinstance(value, dict):
            return value
        kept = {member.name for member in members if member.required} | told.keys()
        lean = {key: part for key, part in value.items() if key in kept or _plain(key) in KEPT}
        return lean if generator.conforms(self.wording.joined(sources), lean) else value

    def _tell(self, told: dict[str, Any], name: str, sources: tuple[Schema, ...], *, scalar: bool, depth: int) -> None:
        """Put what a property tells under its name; what it cannot tell is left to be made up."""
        plain = _plain(name)
        schema = self.wording.joined(sources)
        if plain in NESTED and not scalar:
            value = self.value(sources, depth + 1, name)
            if value not in ({}, []) and self.wording.generator.conforms(schema, value):
                told[name] = value
            return
        for candidate in self._candidates(plain, sources, told):
            if self.wording.generator.conforms(schema, candidate):
                told[name] = candidate
                return

    def _scalar(self, sources: tuple[Schema, ...], name: str) -> Any:
        """A value without parts: the message where it fits."""
        schema = self.wording.joined(sources)
        for candidate in self._candidates("message", sources, {}):
            if self.wording.generator.conforms(schema, candidate):
                return candidate
        return self.wording.made(sources, self.dice.derive(name), self.now_us, {}, name)

    def _candidates(self, plain: str, sources: tuple[Schema, ...], told: dict[str, Any]) -> list[Any]:
        """What a property of this name may hold, the best first."""
        rules = self.wording.generator.flattener.rules(sources)
        found: list[Any] = []
        if plain in CODES:
            if rules.values is not None:
                found += fitting(self.error.code, self.status, rules.values)
            elif plain in _STATUSES or "integer" in (rules.types or ()):
                found += [self.status, str(self.status)]
            else:
                found += self._codes(plain, rules.samples, rules.format)
        if plain in MESSAGES and rules.values is None:
            text = self.error.message
            if plain == "title" or (plain == "error" and not rules.format):
                text = self.error.kind.title
            most = rules.max_length
            found.append(text if most is None or len(text) <= most else text[: max(0, most - 1)] + "…")
        return found

    def _codes(self, plain: str, samples: list[Any], form: str) -> list[Any]:
        """Codes of a property that lists none: in the style of the example."""
        if plain == "error":
            return []
        if plain == "type" and form in {"uri", "uri-reference", "url"}:
            return ["about:blank"]
        sample = samples[0] if samples and isinstance(samples[0], str) else ""
        like = _PHRASE.fullmatch(sample)
        if like:
            phrase = _PHRASES.get(self.status, "Error")
            return [f"{self.status}{like[1]}{phrase if ' ' in sample[4:] else phrase.replace(' ', '')}"]
        code = _TOLD.get(self.error.code, self.error.code)
        if sample.isupper():
            return [code.upper(), *samples]
        if sample[:1].isupper() and "_" not in sample:
            return ["".join(word.capitalize() for word in code.split("_")), *samples]
        return [code, *samples]


def fitting(code: str, status: int, values: list[Any]) -> list[Any]:
    """The listed values that suit an error, the best first; empty when none does."""
    if status in values:
        return [status]
    texts = [(_plain(value), value) for value in values if isinstance(value, str)]
    found: list[Any] = []
    for wanted in (*FITTING.get(code, ()), str(status), *_ANY):
        found += [value for text, value in texts if text == wanted and value not in found]
        found += [value for text, value in texts if wanted in text and value not in found]
    return found


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
