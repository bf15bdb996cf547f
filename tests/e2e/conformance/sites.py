"""Sites: where a document's schemas constrain a request, found by walking converted schemas breadth first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.e2e.conformance.formats import VIOLATIONS
from tests.e2e.conformance.samples import Samples, types_of
from tests.e2e.conformance.schemas import Schemas

DEPTH_MAX = 5
NODES_MAX = 600
KINDS = (
    "required", "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties", "additionalProperties", "oneOf", "anyOf", "not",
)  # fmt: skip
_TYPES = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("required", "minProperties", "maxProperties", "additionalProperties"),
}
_TYPE_OF_KIND = {kind: name for name, kinds in _TYPES.items() for kind in kinds}
ALL_TYPES = frozenset(("string", "number", "integer", "boolean", "array", "object", "null"))


@dataclass(frozen=True)
class Step:
    """One step on the way into a value.

    Attributes:
        key: a property's name or an item's index; None for a branch, which stays where it is.
        schema: what the value there must fit, converted.
        holder: what the value that holds it must fit.
    """

    key: str | int | None
    schema: Any
    holder: Any


@dataclass(frozen=True)
class Site:
    """One constraint at one place of a value.

    Attributes:
        kind: the keyword; formats are written ``format:date``.
        schema: the schema object that has the keyword.
        steps: how to get there from the whole value.
    """

    kind: str
    schema: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where it is in the value."""
        return tuple(step.key for step in self.steps if step.key is not None)

    @property
    def branches(self) -> tuple[tuple[str | int, ...], ...]:
        """The places on the way at which a branch was taken: a validator may name those instead."""
        found = []
        path: tuple[str | int, ...] = ()
        for step in self.steps:
            if step.key is None:
                found.append(path)
            else:
                path = (*path, step.key)
        return tuple(found)


def sites(schemas: Schemas, schema: Any) -> Iterator[Site]:
    """All constraints that a converted schema puts on a value, the shallowest first."""
    queue: deque[tuple[Any, tuple[Step, ...], int]] = deque([(schema, (), 0)])
    nodes = 0
    while queue and nodes < NODES_MAX:
        one, steps, depth = queue.popleft()
        if not isinstance(one, dict):
            continue
        nodes += 1
        yield from (Site(kind, one, steps) for kind in _kinds(one))
        if "$ref" in one and len(steps) <= 4 * DEPTH_MAX:
            queue.append((schemas.followed(one), steps, depth))
        queue.extend((part, steps, depth) for part in one.get("allOf", []))
        for word in ("anyOf", "oneOf"):
            for branch in one.get(word, []):
                if len(steps) <= 2 * DEPTH_MAX:
                    queue.append((branch, (*steps, Step(None, branch, one)), depth))
        if depth < DEPTH_MAX:
            for name, inner in one.get("properties", {}).items():
                if not (isinstance(inner, dict) and schemas.is_hidden(inner)):
                    queue.append((inner, (*steps, Step(name, inner, one)), depth + 1))
            for word, key in (("items", 0), ("additionalProperties", "extra")):
                inner = one.get(word)
                if isinstance(inner, dict):
                    queue.append((inner, (*steps, Step(key, inner, one)), depth + 1))


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    """The constraints that a schema object has and that can bear on a value."""
    types = set(types_of(schema))
    types |= {"number"} if "integer" in types else set()
    for kind in KINDS:
        value = schema.get(kind)
        if value is None or value in ([], {}):
            continue
        if kind == "type" and types >= ALL_TYPES:
            continue
        if kind == "additionalProperties" and value is not False:
            continue
        if kind == "uniqueItems" and value is not True:
            continue
        if kind in ("minLength", "minItems", "minProperties") and value == 0:
            continue
        if kind == "format":
            if value in VIOLATIONS:
                yield f"format:{value}"
            continue
        wanted = _TYPE_OF_KIND.get(kind)
        if wanted is None or not types or wanted in types:
            yield kind


class UnreachableError(Exception):
    """No valid value that has the site was found."""


def reached(site: Site, value: Any, schemas: Schemas, samples: Samples) -> Any:
    """The value, changed as little as needed for the site to be in it.

    Raises:
        UnreachableError: when a step leads nowhere.
        UnsampledError: when nothing was found to put there.
    """
    return _reach(site.steps, value, schemas, samples)


def _reach(steps: tuple[Step, ...], value: Any, schemas: Schemas, samples: Samples) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.key is None:
        if not schemas.validator(step.schema).is_valid(value):
            value = samples.of(step.schema)
        return _reach(rest, value, schemas, samples)
    if isinstance(step.key, int):
        if not isinstance(value, list):
            value = samples.of(step.holder)
        if not isinstance(value, list):
            raise UnreachableError("no array")
        first = value[0] if value else samples.of(step.schema)
        return [_reach(rest, first, schemas, samples), *value[1:]]
    if not isinstance(value, dict):
        value = samples.of(step.holder)
    if not isinstance(value, dict):
        raise UnreachableError("no object")
    inner = value[step.key] if step.key in value else samples.of(step.schema)
    return {**value, step.key: _reach(rest, inner, schemas, samples)}


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path of a value."""
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: tuple[str | int, ...], item: Any) -> Any:
    """A copy of a value with something else at a path."""
    if not path:
        return item
    key, rest = path[0], path[1:]
    if isinstance(value, list):
        assert isinstance(key, int)
        return [put(one, rest, item) if index == key else one for index, one in enumerate(value)]
    return {**value, key: put(value[key], rest, item)}
