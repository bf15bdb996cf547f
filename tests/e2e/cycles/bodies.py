"""Bodies: valid ones for a request, the plainest and fuller ones, and other values for single fields."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from jsonschema.protocols import Validator

from tests.e2e.conformance.operations import Media
from tests.e2e.conformance.samples import Samples, UnsampledError, resolved, types_of, varied
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.cycles.fields import Pointer, at, canonical, inside, properties, put, scalar

_TEXTS = {
    "date-time": "2024-05-06T07:{0:02d}:09Z",
    "date": "2024-05-{0:02d}",
    "time": "07:{0:02d}:09Z",
    "uuid": "0f4a2c6e-9f3b-4f6e-8a47-3a1b2c3d4e{0:02d}",
    "email": "ada{0}@example.com",
    "uri": "https://example.com/a{0}",
    "url": "https://example.com/a{0}",
    "hostname": "a{0}.example.com",
}


class Bodies:
    """Makes bodies for one document.

    Args:
        schemas: the document's, for requests.
        samples: of the same.
    """

    def __init__(self, schemas: Schemas, samples: Samples) -> None:
        self._schemas = schemas
        self._samples = samples
        self._filled = Samples(schemas, filled=True)
        self._number = 0

    def plain(self, media: Media) -> Any:
        """What is required and no more; what text cannot say, empty objects, with something in it.

        Raises:
            UnsampledError: when no valid value is found.
        """
        schema = self._schemas.converted(media.schema)
        plain = self._samples.of(schema)
        if media.kind != "json" and plain != {} and is_hollow(plain):
            plain = self._filled.of(schema)
        return copy.deepcopy(plain)

    def full(self, media: Media, pointer: Pointer, avoided: frozenset[str]) -> Any:
        """The plainest body with every scalar property at a pointer that may stand beside the others.

        Args:
            media: the body's media type.
            pointer: where in the body the item's properties stand.
            avoided: canonical names of properties that are left as they are.

        Raises:
            UnsampledError: when no valid value is found.
        """
        self._number += 1
        body = self.plain(media)
        held = at(body, pointer)
        held = held if isinstance(held, dict) else {}
        validator = self.validator(media)
        for name, schema in self.writable(media, pointer).items():
            if canonical(name) in avoided:
                continue
            value = next(self.values(name, schema, self._number), None)
            if value is not None and validator.is_valid(put(body, pointer, {**held, name: value})):
                held = {**held, name: value}
        return put(body, pointer, held) if held else body

    def validator(self, media: Media) -> Validator:
        """What checks whole bodies."""
        return self._schemas.validator(self._schemas.converted(media.schema))

    def writable(self, media: Media, pointer: Pointer) -> dict[str, Any]:
        """The properties that a body takes at a pointer, without those that are only read."""
        found = properties(self._schemas, inside(self._schemas, self._schemas.converted(media.schema), pointer))
        return {name: schema for name, schema in found.items() if not self._schemas.is_hidden(schema)}

    def values(self, name: str, schema: Any, number: int) -> Iterator[Any]:
        """Valid values of a scalar or a free map, different for each number as far as its schema has them."""
        validator = self._schemas.validator(schema)
        for value in self._candidates(name, schema, number):
            if validator.is_valid(value):
                yield value

    def _candidates(self, name: str, schema: Any, number: int) -> Iterator[Any]:
        plain = scalar(self._schemas, schema)
        if plain is None:
            if _is_map(self._schemas, schema):
                yield {"colour": f"blue {number}"}
            return
        kinds = types_of(plain)
        choices = [one for one in plain.get("enum", []) if one not in ("", None)]
        for step in range(len(choices)):
            yield choices[(number + step) % len(choices)]
        if "boolean" in kinds:
            yield from (number % 2 == 0, number % 2 != 0)
        elif "string" in kinds and not choices:
            yield from self._texts(name, plain, number)
        elif not choices:
            try:
                yield from (varied(self._samples.of(schema), number), self._samples.of(schema))
            except UnsampledError:
                return

    def _texts(self, name: str, plain: dict[str, Any], number: int) -> Iterator[str]:
        form = _TEXTS.get(plain.get("format", ""))
        if form is not None:
            yield form.format(number % 28 + 1)
        if "pattern" not in plain:
            yield f"{name} {number}"
            yield f"n{number}"
        try:
            sample = str(self._samples.of(plain))
        except UnsampledError:
            return
        for sign in "0123456789abcdefABCDEF"[number % 10 :]:
            yield sample[:-1] + sign
        yield sample


def _is_map(schemas: Schemas, schema: Any) -> bool:
    """Whether a schema, or a branch of it, is an object of texts by free names."""
    plain = resolved(schemas, schema) if isinstance(schema, dict) else {}
    rest = plain.get("additionalProperties")
    if isinstance(rest, dict) and not plain.get("properties"):
        return "string" in types_of(resolved(schemas, rest))
    return any(_is_map(schemas, one) for word in ("anyOf", "oneOf") for one in plain.get(word, []))


def is_hollow(value: Any) -> bool:
    """Whether a value, or one inside it, is an empty container or null, which text cannot say."""
    if isinstance(value, dict):
        return not value or any(is_hollow(one) for one in value.values())
    return value is None or (isinstance(value, list) and (not value or any(is_hollow(one) for one in value)))
