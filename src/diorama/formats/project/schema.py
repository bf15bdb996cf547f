"""The JSON Schema of ``diorama.yaml``, so that editors complete it and say what is wrong while it is written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import msgspec
from msgspec import Struct

from diorama.formats.project.shape import ProjectFile, project_type

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ENTRY = re.compile(r"^(?P<names>\w+(?:, \w+)*): (?P<text>.*)$")
_CONSTANTS = {"None": "null", "True": "true", "False": "false"}
_CONSTANT = re.compile(r"\b(?:None|True|False)\b")
_MARKUP = re.compile(r":\w+:`([^`]*)`|``([^`]*)``")


def project_schema(corners: Mapping[str, type[Struct]]) -> dict[str, Any]:
    """The schema. Its words are those of the types' own documentation.

    Args:
        corners: the type of each corner by its key, in the order in which they are shown.
    """
    shape = project_type(corners)
    (made,), definitions = msgspec.json.schema_components([shape], ref_template="#/$defs/{name}")
    root = definitions.pop(made["$ref"].rpartition("/")[2])
    for kind in _structs([shape]):
        described = root if kind is shape else definitions[kind.__name__]
        _describe(described, ProjectFile if kind is shape else kind)
    for name, kind in corners.items():
        # The default of a corner repeats the defaults of all that is in it, which editors would write out.
        root["properties"][name] = {"$ref": f"#/$defs/{kind.__name__}"}
    return {"$schema": DIALECT, **root, "title": "Diorama project", "$defs": dict(sorted(definitions.items()))}


def _structs(kinds: list[Any]) -> Iterator[type[Struct]]:
    """All types of structs in some types, each once."""
    seen: set[Any] = set()
    while kinds:
        kind = kinds.pop()
        if isinstance(kind, type) and issubclass(kind, Struct):
            if kind in seen:
                continue
            seen.add(kind)
            yield kind
            kinds += [field.type for field in msgspec.structs.fields(kind)]
        else:
            kinds += get_args(kind)


def _describe(described: dict[str, Any], kind: type[Struct]) -> None:
    """The docstring's words: the first paragraph for the whole, the attributes for the properties."""
    summary, _, attributes = inspect.getdoc(kind).partition("\n\nAttributes:\n")  # type: ignore[union-attr]  # all have one
    described["description"] = _plain(summary)
    del described["title"]
    words = _attributes(attributes)
    for name, schema in described["properties"].items():
        if name in words:
            schema["description"] = words[name]


def _attributes(text: str) -> dict[str, str]:
    words: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(text).splitlines():
        entry = _ENTRY.match(line)
        if entry is not None:
            names = entry["names"].split(", ")
            words.update(dict.fromkeys(names, entry["text"]))
        else:
            words.update({name: f"{words[name]} {line.strip()}".strip() for name in names})
    return {name: _sentence(_plain(word)) for name, word in words.items()}


def _plain(text: str) -> str:
    """Words of Python's documentation as somebody reads them who writes YAML."""
    plain = _MARKUP.sub(lambda found: found[1] or found[2], " ".join(text.split()))
    return _CONSTANT.sub(lambda found: _CONSTANTS[found[0]], plain)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
