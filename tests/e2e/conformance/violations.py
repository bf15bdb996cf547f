"""Violations: for one constraint and a value that keeps it, values that break it and, if possible, nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from tests.e2e.conformance.formats import VIOLATIONS
from tests.e2e.conformance.samples import Samples, UnsampledError, resolved, types_of, varied
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.sites import Site

ITEMS_MAX = 2_000
ANY_VALUES: tuple[Any, ...] = (
    "no branch takes this",
    12.5,
    True,
    {"unexpected": {"a": 1}},
    [{"unexpected": 1}],
    None,
    -1,
    "",
)


class Violations:
    """Breaks constraints.

    Args:
        schemas: of the document.
        samples: of the same.
    """

    def __init__(self, schemas: Schemas, samples: Samples) -> None:
        self._schemas = schemas
        self._samples = samples

    def of(self, site: Site, value: Any) -> Iterator[Any]:
        """Candidates for what stands at a site, the plainest first. They may break more; the caller looks.

        Args:
            site: the constraint.
            value: a valid value of that place.
        """
        kind, _, name = site.kind.partition(":")
        schema = site.schema
        if kind == "format":
            yield from VIOLATIONS[name]
        elif kind in ("oneOf", "anyOf"):
            yield from self._branchless(schema, value)
        elif kind == "not":
            try:
                yield self._samples.of(schema["not"])
            except UnsampledError:
                return
        elif kind in ("required", "minProperties", "maxProperties", "additionalProperties"):
            yield from self._of_object(kind, schema, value)
        elif kind in ("minItems", "maxItems", "uniqueItems"):
            yield from self._of_array(kind, schema, value)
        elif kind in ("minLength", "maxLength", "pattern"):
            yield from _of_text(kind, schema, value)
        elif kind in ("type", "enum", "const"):
            yield from self._of_any(kind, schema)
        else:
            yield from _of_number(kind, schema)

    def _branchless(self, schema: dict[str, Any], value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            yield {}
            yield {**value, "unexpected": 1}
            for name in value:
                yield {key: item for key, item in value.items() if key != name}
            for name in value:
                yield {**value, name: {"unexpected": [1]}}
        yield from ANY_VALUES

    def _of_object(self, kind: str, schema: dict[str, Any], value: Any) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        if kind == "required":
            for name in schema["required"]:
                rest = {key: item for key, item in value.items() if key != name}
                yield rest
                for other, inner in schema.get("properties", {}).items():
                    if other not in value and other not in schema["required"]:
                        yield {**rest, other: self._samples.of(inner)}
                        break
        elif kind == "additionalProperties":
            yield {**value, "unexpected": "x"}
        elif kind == "minProperties":
            required = resolved(self._schemas, schema).get("required", [])
            names = [name for name in value if name not in required]
            kept = schema[kind] - 1 - (len(value) - len(names))
            if kept >= 0:
                yield {name: item for name, item in value.items() if name in required or name in names[:kept]}
        elif schema[kind] <= ITEMS_MAX:
            sample: Any = next(iter(value.values()), "x")
            extra = schema.get("additionalProperties", True)
            if isinstance(extra, dict):
                sample = self._samples.of(extra)
            added = {f"key{number}": sample for number in range(schema[kind] + 1 - len(value))}
            yield {**value, **added}

    def _of_array(self, kind: str, schema: dict[str, Any], value: Any) -> Iterator[Any]:
        if not isinstance(value, list):
            return
        if kind == "minItems":
            yield value[: schema[kind] - 1]
            return
        items = resolved(self._schemas, schema).get("items", True)
        first = value[0] if value else self._samples.of(items)
        if kind == "uniqueItems":
            yield [first, first]
            yield [*value, value[-1] if value else first]
        elif schema[kind] <= ITEMS_MAX:
            count = schema[kind] + 1
            yield [*value, *[first] * count][:count]
            choices = resolved(self._schemas, items).get("enum", [])
            yield list(choices[:count]) if len(choices) >= count else [varied(first, at) for at in range(count)]

    def _of_any(self, kind: str, schema: dict[str, Any]) -> Iterator[Any]:
        types = types_of(schema)
        if kind == "type":
            for value in ("abc", 12, 12.5, True, {"a": 1}, [1], None):
                if not _is_of(value, types):
                    yield value
            return
        known = schema["enum"] if kind == "enum" else [schema["const"]]
        longest = max((len(one) for one in known if isinstance(one, str)), default=0)
        highest = max((one for one in known if isinstance(one, (int, float)) and not isinstance(one, bool)), default=0)
        others: tuple[Any, ...] = (
            "nonesuch",
            "n" * max(longest, 1),
            "zz",
            highest + 1,
            True,
            False,
            ["nonesuch"],
            {"nonesuch": 1},
        )
        for value in others:
            if json.dumps(value) not in {json.dumps(one) for one in known} and _is_of(value, types):
                yield value


def _of_text(kind: str, schema: dict[str, Any], value: Any) -> Iterator[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    text = value if isinstance(value, str) and value else "a" * max(least, 1)
    if kind == "minLength":
        yield text[: least - 1]
        yield "a" * (least - 1)
    elif kind == "maxLength":
        if most <= 100_000:
            yield (text * (int(most) // len(text) + 2))[: int(most) + 1]
            for sign in ("a", "0", "A"):
                yield sign * (int(most) + 1)
    else:
        length = int(min(max(len(text), least, 1), most))
        for sign in ("~", "0", "a", "A", "-", "é", " ", "\n"):
            yield sign * length
        yield text[:-1] + "~"
        yield "~" + text[1:]
        yield text + "~"
        yield ""


def _of_number(kind: str, schema: dict[str, Any]) -> Iterator[int | float]:
    bound = schema[kind]
    is_integer = "integer" in types_of(schema)
    if kind == "minimum":
        yield from (bound - 1, bound - 0.5)
    elif kind == "maximum":
        yield from (bound + 1, bound + 0.5)
    elif kind != "multipleOf":
        yield bound
    else:
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        base = math.ceil(low / bound) * bound
        yield from ((base + 1, base + bound + 1) if is_integer else (base + bound / 2, base + bound * 1.5))


def _is_of(value: Any, types: tuple[str, ...]) -> bool:
    """Whether a value is of one of some JSON types; of any when none are named."""
    if not types:
        return True
    names = {
        bool: ("boolean",),
        int: ("integer", "number"),
        float: ("number",),
        str: ("string",),
        dict: ("object",),
        list: ("array",),
        type(None): ("null",),
    }[type(value)]
    return any(name in types for name in names)
