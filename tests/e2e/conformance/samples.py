"""One valid value for a schema: the document's own example where it is right, else built by type."""

from __future__ import annotations

from random import Random
from typing import Any, cast

import rstr

from tests.e2e.conformance.schemas import Schemas

DEPTH_MAX = 12
TEXTS = {
    "date-time": "2024-05-06T07:08:09Z",
    "date": "2024-05-06",
    "time": "07:08:09Z",
    "uuid": "0f4a2c6e-9f3b-4f6e-8a47-3a1b2c3d4e5f",
    "email": "ada@example.com",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "AAAA",
    "json-pointer": "/a",
}


class UnsampledError(Exception):
    """No valid value was found; the message says for what."""


def resolved(schemas: Schemas, schema: Any) -> dict[str, Any]:
    """A converted schema with its references followed and its ``allOf`` laid together, as far as that is plain."""
    made: dict[str, Any] = {}
    todo = [schema]
    for _ in range(60):
        if not todo:
            break
        one = todo.pop()
        if not isinstance(one, dict):
            continue
        if "$ref" in one:
            todo.append(schemas.followed(one))
        todo += one.get("allOf", [])
        for key, value in one.items():
            if key == "properties":
                made[key] = made.get(key, {}) | value
            elif key == "required":
                made[key] = list(dict.fromkeys([*made.get(key, []), *value]))
            elif key not in ("$ref", "allOf"):
                made.setdefault(key, value)
    return made


def types_of(schema: dict[str, Any]) -> tuple[str, ...]:
    """The types that a schema names; none when it names none."""
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


class Samples:
    """Makes values for converted schemas and remembers them.

    Args:
        schemas: the collection that they belong to.
        filled: whether objects are not left empty, since text cannot say that.
    """

    def __init__(self, schemas: Schemas, *, filled: bool = False) -> None:
        self._schemas = schemas
        self._filled = filled
        self._known: dict[int, tuple[Any, Any]] = {}

    def of(self, schema: Any) -> Any:
        """A valid value.

        Raises:
            UnsampledError: when none was found.
        """
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = (schema, self._made(schema, 0))
        return known[1]

    def _made(self, schema: Any, depth: int) -> Any:
        if depth > DEPTH_MAX:
            raise UnsampledError("the schema is nested too deeply")
        if not isinstance(schema, dict):
            return "anything"
        validator = self._schemas.validator(schema)
        plain = resolved(self._schemas, schema)
        for value in self._candidates(plain, depth):
            if validator.is_valid(value):
                return value
        raise UnsampledError(f"nothing fits {str(schema)[:200]}")

    def _candidates(self, plain: dict[str, Any], depth: int) -> Any:
        if "const" in plain:
            yield plain["const"]
        yield from plain.get("examples", [])
        yield from (value for value in plain.get("enum", []) if value is not None)
        if "default" in plain:
            yield plain["default"]
        for kind in [one for one in types_of(plain) if one != "null"] or self._implied(plain):
            yield from self._typed(kind, plain, depth)
        for word in ("oneOf", "anyOf"):
            for branch in plain.get(word, []):
                try:
                    value = self._made(branch, depth + 1)
                except UnsampledError:
                    continue
                yield value
                if isinstance(value, dict) and "properties" in plain:
                    yield self._object(plain, depth) | value
        yield None

    def _implied(self, plain: dict[str, Any]) -> list[str]:
        if "properties" in plain or "required" in plain:
            return ["object"]
        return ["array"] if "items" in plain else ["string", "integer", "object"]

    def _typed(self, kind: str, plain: dict[str, Any], depth: int) -> Any:
        try:
            if kind == "object":
                yield self._object(plain, depth)
            elif kind == "array":
                yield self._array(plain, depth)
            elif kind == "string":
                yield from _texts(plain)
            elif kind == "boolean":
                yield True
            else:
                yield from _numbers(plain, kind)
        except UnsampledError:
            return

    def _object(self, plain: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = plain.get("properties", {})
        made = {name: self._made(properties.get(name, True), depth + 1) for name in plain.get("required", [])}
        wanted = max(plain.get("minProperties", 0), 1 if self._filled else 0)
        for name, schema in properties.items():
            if len(made) >= wanted:
                break
            made.setdefault(name, self._made(schema, depth + 1))
        extra = plain.get("additionalProperties", True)
        while len(made) < wanted and extra is not False:
            made[f"key{len(made)}"] = self._made(extra, depth + 1)
        return made

    def _array(self, plain: dict[str, Any], depth: int) -> list[Any]:
        count = max(plain.get("minItems", 0), 1)
        items = plain.get("items", True)
        first = self._made(items, depth + 1)
        if count == 1:
            return [first]
        if not plain.get("uniqueItems"):
            return [first] * count
        choices = resolved(self._schemas, items).get("enum", [])
        return list(choices[:count]) if len(choices) >= count else [varied(first, at) for at in range(count)]


def varied(value: Any, at: int) -> Any:
    """A value like another one but different from it, for each ``at`` from 1."""
    if at == 0 or isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value + str(at)
    if isinstance(value, (int, float)):
        return value + at
    if isinstance(value, list):
        return [varied(item, at) for item in value]
    return {key: varied(item, at) for key, item in value.items()}


def _texts(plain: dict[str, Any]) -> Any:
    least, most = plain.get("minLength", 0), plain.get("maxLength", 1_000)
    if "pattern" in plain:
        for _ in range(3):
            try:
                yield rstr.Rstr(cast("Random", _Even())).xeger(plain["pattern"])
            except Exception:  # noqa: BLE001  Whatever a pattern of another dialect does to it, it is no sample.
                break
    text = TEXTS.get(plain.get("format", ""), "sample")
    yield text
    yield (text * (least // len(text) + 1))[: max(least, min(most, len(text)))]
    for sign in ("A", "0", "a"):
        yield sign * max(least, 1)


def _numbers(plain: dict[str, Any], kind: str) -> Any:
    step = plain.get("multipleOf", 1)
    low = plain.get("minimum", plain.get("exclusiveMinimum", 1))
    for times in range(3):
        value = low + step * times
        yield value
        yield -(-low // step) * step + step * times
    for high in (plain.get("maximum"), plain.get("exclusiveMaximum")):
        if high is not None:
            yield high
            yield high - step
    if kind == "number":
        yield low + 0.5
    yield 0


class _Even:
    """What rstr draws from: always the first choice and the least count, so that samples never change."""

    def choice(self, items: Any) -> Any:
        return items[0] if not isinstance(items, str) else next((one for one in items if one.isalnum()), items[0])

    def randint(self, low: int, high: int) -> int:
        return low

    def sample(self, items: Any, count: int) -> Any:
        return list(items)[:count]

    def shuffle(self, items: Any) -> None:
        return
