"""Rendering: a reply from what was selected.

Source: RFC 9110, section 8.6 (Content-Length) and 15 (reason phrases); RFC 9112, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from msgspec import UNSET, Struct

from diorama.capabilities.examples.selection import EMPTY_STATUSES, Selected, given
from diorama.formats.generation import Generator, Setting
from diorama.formats.names import joined, singular_words
from diorama.formats.serialisation import serialise, simple_text
from diorama.formats.serialisation.heads import OWNED
from diorama.formats.serialisation.negotiation import concrete
from diorama.model.definition import Endpoint, Parameter
from diorama.model.http import Reply
from diorama.ports.dice import Dice

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What can be a header's name (RFC 9110, section 5.6.2); a header of another name is not sent."""

_CONTROLS = dict.fromkeys({*range(32), 127} - {9}, " ")
"""A ready head goes to the socket as it is, so that no control character may be left in it here."""

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class Believing(Struct, frozen=True):
    """How values by dice are made.

    Attributes:
        locale: of people and places.
        alphabetical: whether objects list their properties in sorted order, else in the document's.
    """

    locale: str = "en"
    alphabetical: bool = False


class _Chance:
    """Where values by dice come from."""

    __slots__ = ("dice", "now_us", "standing")

    def __init__(self, dice: Dice, now_us: int, *, standing: bool) -> None:
        self.dice = dice
        self.now_us = now_us
        self.standing = standing


class Renderer:
    """Renders the replies of one endpoint.

    Args:
        endpoint: whose replies they are.
        generator: makes values for the schemas of its document.
        believing: how values by dice are made.
    """

    def __init__(self, endpoint: Endpoint, generator: Generator, believing: Believing) -> None:
        self.endpoint = endpoint
        self.generator = generator
        self.believing = believing
        self._thing = thing_of(endpoint.path)

    def render(
        self, selected: Selected, dice: Dice | None, *, now_us: int = 0, standing: bool = False, body: Any = UNSET
    ) -> Reply:
        """A reply.

        Args:
            selected: what it is made from.
            dice: where generated values come from; None for plain samples, whose reply never changes.
            now_us: the sandbox's clock, for values by dice; 0 for none.
            standing: whether the reply never changes though it is made by dice.
            body: the body's value where it is made already.

        Raises:
            DioramaError: ``reply_unserialisable`` when the body cannot be written in its media type.
        """
        chance = None if dice is None else _Chance(dice, now_us, standing=standing)
        octets, content_type = self._body(selected, chance, body)
        headers: list[tuple[bytes, bytes]] = []
        if content_type:
            headers.append((b"content-type", header_bytes(content_type)))
        headers += self._headers(selected, chance)
        if self.endpoint.deprecated:
            headers.append((b"deprecation", b"true"))
        reply = Reply(selected.status, tuple(headers), octets)
        if dice is None or standing:
            reply.head = head(reply)
        return reply

    def _body(self, selected: Selected, chance: _Chance | None, made: Any) -> tuple[bytes, str]:
        """(body, content type); both empty when there is no content."""
        media = selected.media
        if media is None or selected.status in EMPTY_STATUSES:
            return b"", ""
        example = selected.example if made is UNSET else None
        if example is not None and example.serialized is not UNSET:
            text = example.serialized
            return text.encode("utf-8", "replace"), concrete(media.name, selected.asked, text=True)
        if example is not None:
            value = example.value
        elif made is not UNSET:
            value = made
        elif media.schema is not None:
            value = self._value(media.schema, chance, "body", selected.status)
        else:
            return b"", concrete(media.name, selected.asked, text=True)
        content_type = concrete(media.name, selected.asked, text=isinstance(value, str))
        body = serialise(value, content_type, media.schema, self.generator.flattener.schemas, media.encoding)
        return body, content_type

    def _value(self, schema: Any, chance: _Chance | None, label: str, status: int, name: str = "") -> Any:
        """A value by a schema: plain, or believable by dice. A reply that never changes is tested as it is made."""
        if chance is None:
            return self.generator.plain(schema)
        referring = isinstance(schema, dict) and "$ref" in schema
        setting = Setting(
            names=(name,) if name else (),
            thing="error" if status >= 400 else "" if referring else self._thing,
            now_us=chance.now_us,
            locale=self.believing.locale,
            is_new=status == HTTPStatus.CREATED,
        )
        value = self.generator.believable(schema, chance.dice.derive(label), setting=setting)
        if chance.standing and not self.generator.conforms(schema, value):
            plain = self.generator.plain(schema)
            return plain if self.generator.conforms(schema, plain) else value
        return alphabetical(value) if self.believing.alphabetical else value

    def _headers(self, selected: Selected, chance: _Chance | None) -> Iterator[tuple[bytes, bytes]]:
        for parameter in selected.response.headers:
            if parameter.name.lower() in OWNED:
                continue
            text = self._header_text(parameter, chance)
            name = header_bytes(parameter.name)
            if text is not None and _TOKEN.fullmatch(name):
                yield name, header_bytes(text)

    def _header_text(self, parameter: Parameter, chance: _Chance | None) -> str | None:
        """A header's value: its first example, else one by its schema; None when the document says neither."""
        media = parameter.media_type
        examples = parameter.examples or (media.examples if media is not None else ())
        example = next(filter(given, examples), None)
        schema = media.schema if media is not None else parameter.schema
        if example is not None and example.serialized is not UNSET:
            return example.serialized
        if example is not None:
            value = example.value
        elif schema is not None:
            value = self._value(schema, chance, "header " + parameter.name, 200, parameter.name)
        else:
            return None
        if value is None:
            return None
        if media is not None:
            return serialise(value, media.name, schema, self.generator.flattener.schemas).decode("utf-8", "replace")
        return simple_text(value, explode=parameter.explode)


def thing_of(path: str) -> str:
    """What an endpoint is about, by its path: the last part that is no parameter, in the singular."""
    for part in reversed(path.split("/")):
        if part and "{" not in part:
            return joined(singular_words(part))
    return ""


def alphabetical(value: Any) -> Any:
    """A JSON value whose objects are sorted by name."""
    if isinstance(value, dict):
        return {name: alphabetical(value[name]) for name in sorted(value)}
    return [alphabetical(item) for item in value] if isinstance(value, list) else value


def header_bytes(text: str) -> bytes:
    """A header's name or value; what a header cannot carry becomes a space or a question mark."""
    return text.translate(_CONTROLS).strip().encode("latin-1", "replace")


def head(reply: Reply) -> bytes:
    """Status line and headers as ready bytes."""
    lines = [b"HTTP/1.1 %d %b\r\n" % (reply.status, _PHRASES.get(reply.status, "").encode())]
    lines += [b"%b: %b\r\n" % line for line in reply.headers]
    if reply.status not in {204, 304}:
        lines.append(b"content-length: %d\r\n" % len(reply.body))
    return b"".join(lines)
