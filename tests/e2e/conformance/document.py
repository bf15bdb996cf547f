"""A document read without the code under test: plain YAML or JSON, and where its references lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_BASE: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CoreLoader(_BASE):  # type: ignore[valid-type, misc]  # the C loader where there is one
    """YAML 1.2's core schema: ``on`` and ``2020-01-01`` are text, ``0o17`` is a number."""


CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _integer(loader: Any, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node))
    return int(text, 0) if text.startswith(("0x", "0o")) else int(text)


CoreLoader.add_constructor("tag:yaml.org,2002:int", _integer)


class Document:
    """One OpenAPI document.

    Args:
        path: its file.

    Attributes:
        raw: its root as plain values.
        dialect: ``2.0``, ``3.0``, ``3.1`` or ``3.2``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        loaded = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=CoreLoader)
        self.raw: dict[str, Any] = _with_text_keys(loaded)
        self.dialect = ".".join(str(self.raw.get("openapi") or self.raw.get("swagger")).split(".")[:2])

    def at(self, reference: str) -> Any:
        """What a reference inside this document leads to.

        Raises:
            LookupError: when it leads to nothing, or out of the document.
        """
        if not reference.startswith("#"):
            raise LookupError(f"{reference} leads out of {self.path.name}")
        found: Any = self.raw
        for token in unquote(reference[1:]).split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
        return found

    def resolved(self, value: Any) -> Any:
        """A value, or what it refers to when it is a Reference Object."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = self.at(value["$ref"])
            seen += 1
            if seen > 50:
                raise LookupError("references that lead in a circle")
        return value

    def path_items(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(path template, path item) of all paths, in order."""
        for path, item in (self.raw.get("paths") or {}).items():
            if not path.startswith("x-"):
                yield path, self.resolved(item)

    def methods(self) -> list[tuple[str, str]]:
        """(METHOD, path template) of all operations: nothing but keys that are method names."""
        found = []
        for path, item in self.path_items():
            found += [(key.upper(), path) for key in item if key in METHODS]
            found += [(key.upper(), path) for key in item.get("additionalOperations") or {}]
        return found


def _with_text_keys(value: Any) -> Any:
    """The value with every key as text, as JSON has them: statuses are often written as numbers."""
    if isinstance(value, dict):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value
