"""Fields: what stands where in bodies and items, by canonical name, and whether what was written is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.e2e.conformance.samples import resolved, types_of
from tests.e2e.conformance.schemas import Schemas

SCALARS = frozenset({"string", "integer", "number", "boolean"})
MISSING: Any = object()
_OWN_TIME = re.compile(r"updat|modif|chang|revis|version|etag|latest|last")
Pointer = tuple[str, ...]


def canonical(name: str) -> str:
    """A name without its style: ``FriendlyName`` and ``friendly_name`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def at(value: Any, pointer: Pointer) -> Any:
    """What stands at a pointer; MISSING when nothing does."""
    for name in pointer:
        if isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return MISSING
    return value


def put(value: Any, pointer: Pointer, new: Any) -> Any:
    """A value with something else at a pointer; objects on the way are made."""
    if not pointer:
        return new
    held = dict(value) if isinstance(value, dict) else {}
    held[pointer[0]] = put(held.get(pointer[0]), pointer[1:], new)
    return held


def properties(schemas: Schemas, schema: Any, depth: int = 0) -> dict[str, Any]:
    """The properties of an object's converted schema, of all its branches together; the first one of a name counts."""
    if not isinstance(schema, dict) or depth > 5:
        return {}
    plain = resolved(schemas, schema)
    found = dict(plain.get("properties", {}))
    for word in ("anyOf", "oneOf"):
        for branch in plain.get(word, []):
            found = {**properties(schemas, branch, depth + 1), **found}
    return found


def inside(schemas: Schemas, schema: Any, pointer: Pointer) -> Any:
    """The converted schema at a pointer; True when it says nothing."""
    for name in pointer:
        schema = properties(schemas, schema).get(name, True)
    return schema


def elements(schemas: Schemas, schema: Any) -> Any:
    """The converted schema of an array's items, or of an object's values."""
    plain = resolved(schemas, schema) if isinstance(schema, dict) else {}
    return plain.get("items", plain.get("additionalProperties", True))


def scalar(schemas: Schemas, schema: Any) -> dict[str, Any] | None:
    """The part of a schema that describes a scalar: itself, or its first branch that does; None when none does."""
    if not isinstance(schema, dict):
        return None
    plain = resolved(schemas, schema)
    kinds = set(types_of(plain)) - {"null"}
    if kinds and kinds <= SCALARS:
        return plain
    if not kinds:
        for branch in [*plain.get("anyOf", []), *plain.get("oneOf", [])]:
            found = scalar(schemas, branch)
            if found is not None and found.get("enum") != [""]:
                return found
    return None


def spellings(value: Any) -> Iterator[Any]:
    """A written scalar in all types that it may be shown in."""
    yield value
    if isinstance(value, str):
        try:
            yield json.loads(value)
        except ValueError:
            return
    elif isinstance(value, (bool, int, float)):
        yield json.dumps(value)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, and true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


class Shown:
    """Compares what was written with what is shown.

    Args:
        schemas: the document's, for replies.
        schema: the item's converted schema.
    """

    def __init__(self, schemas: Schemas, schema: Any) -> None:
        self._schemas = schemas
        self._schema = schema
        self._properties = {name: one for name, one in properties(schemas, schema).items() if not _hidden(schemas, one)}

    def narrowed(self, item: Any) -> Shown:
        """The same for an item that some of the schema's branches describe: what the others have, it need not show."""
        plain = resolved(self._schemas, self._schema) if isinstance(self._schema, dict) else {}
        for word in ("anyOf", "oneOf"):
            branches = plain.get(word, [])
            fitting = [one for one in branches if self._schemas.validator(one).is_valid(item)]
            if fitting and len(fitting) < len(branches):
                return Shown(self._schemas, {**plain, word: fitting})
        return self

    def name(self, written: str) -> str:
        """What the item calls a written property; empty when it has none."""
        if written in self._properties:
            return written
        wanted = canonical(written)
        return next((name for name in self._properties if canonical(name) == wanted), "")

    def expected(self, name: str, value: Any) -> list[Any]:
        """What may stand in the item for a written value; nothing when its schema takes none of that."""
        shown = self.name(name)
        if not shown or (isinstance(value, (dict, list)) and not _is_map(value)):
            return []
        validator = self._schemas.validator(self._properties[shown])
        return [one for one in spellings(value) if validator.is_valid(one)]

    def differences(self, written: Mapping[str, Any], item: Any) -> list[str]:
        """Where the item does not show what was written, in words."""
        if not isinstance(item, dict):
            return [f"no object but {str(item)[:60]}"]
        found = []
        for name, value in written.items():
            expected = self.expected(name, value)
            shown = item.get(self.name(name))
            if expected and not any(same(shown, one) or _within(one, shown) for one in expected):
                found.append(f"{self.name(name)}: wrote {str(value)[:60]!r}, shows {str(shown)[:60]!r}")
        return found


def unlike(before: Any, after: Any, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Properties, in words, that both items have and that differ; those that a server moves by itself aside."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [] if same(before, after) else [f"{str(before)[:60]} became {str(after)[:60]}"]
    return [
        f"{name}: {str(before[name])[:60]!r} became {str(after[name])[:60]!r}"
        for name in before
        if name in after
        and before[name] != after[name]
        and canonical(name) not in but
        and not (but and _OWN_TIME.search(canonical(name)))
    ]


def _is_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _within(written: Any, shown: Any) -> bool:
    """Whether an object shows all that was written into it."""
    return isinstance(written, dict) and isinstance(shown, dict) and written.items() <= shown.items()


def _hidden(schemas: Schemas, schema: Any) -> bool:
    return isinstance(schema, dict) and schemas.is_hidden(schema)
