"""Schemas as ``jsonschema`` understands them: every version's dialect turned into 2020-12.

It shares nothing with the code under test.
"""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.formats import CHECKER

ROOT = "urn:conformance"
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_ONES = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties",
)  # fmt: skip


class Schemas:
    """The schemas of one document, for one direction.

    Args:
        document: the document.
        direction: ``request``: what is ``readOnly`` is not required; ``reply``: what is ``writeOnly`` is not.
    """

    def __init__(self, document: Document, direction: str) -> None:
        self._document = document
        self._hidden = "readOnly" if direction == "request" else "writeOnly"
        self._is_old = document.dialect in ("2.0", "3.0")
        self._definitions: dict[str, Any] = {}
        self._contents = {"$defs": self._definitions}
        resource = DRAFT202012.create_resource(self._contents)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)
        self._converted: dict[int, tuple[Any, Any]] = {}
        self._validators: dict[int, tuple[Any, Validator]] = {}

    def converted(self, raw: Any) -> Any:
        """A schema of the document in 2020-12, its references leading into this collection."""
        if not isinstance(raw, dict):
            return True if raw is None else raw
        known = self._converted.get(id(raw))
        if known is None:
            known = self._converted[id(raw)] = (raw, self._convert(raw))
        return known[1]

    def validator(self, schema: Any) -> Validator:
        """What checks values by a converted schema."""
        known = self._validators.get(id(schema))
        if known is None:
            made = Draft202012Validator(schema, registry=self._registry, format_checker=CHECKER)
            known = self._validators[id(schema)] = (schema, made)
        return known[1]

    def followed(self, schema: Any) -> Any:
        """The converted schema that a converted schema's ``$ref`` leads to."""
        return self._definitions[schema["$ref"].removeprefix(f"{ROOT}#/$defs/")]

    def _reference(self, reference: str) -> str:
        name = reference.replace("%", "%25").replace("~", "%7E").replace("/", ".").replace("#", "")
        name = "".join(sign if sign.isalnum() or sign in "._-" else f"_{ord(sign):x}_" for sign in name)
        if name not in self._definitions:
            self._definitions[name] = True  # so that circles end here
            self._definitions[name] = self.converted(self._document.at(reference))
        return f"{ROOT}#/$defs/{name}"

    def _convert(self, raw: dict[str, Any]) -> Any:
        if "$ref" in raw and isinstance(raw["$ref"], str):
            reference = {"$ref": self._reference(raw["$ref"])}
            if self._is_old:
                return reference
            rest = {key: value for key, value in raw.items() if key != "$ref"}
            return reference | self._convert(rest) if rest else reference
        made = dict(raw)
        for key in ("example", "xml", "discriminator", "externalDocs", "$schema", "$id", "deprecated"):
            made.pop(key, None)
        if "example" in raw:
            made["examples"] = [raw["example"]]
        for key in _LISTS:
            if isinstance(raw.get(key), list):
                made[key] = [self.converted(one) for one in raw[key]]
        for key in _MAPS:
            if isinstance(raw.get(key), dict):
                made[key] = {name: self.converted(one) for name, one in raw[key].items()}
        for key in _ONES:
            if key in raw and not isinstance(raw[key], list):
                made[key] = self.converted(raw[key])
        if isinstance(raw.get("pattern"), str):
            made["pattern"] = _pattern(raw["pattern"])
        self._drop_hidden(made, raw)
        return self._modern(made) if self._is_old else made

    def _drop_hidden(self, made: dict[str, Any], raw: dict[str, Any]) -> None:
        """A property that only the other direction has is not required in this one."""
        if isinstance(raw.get("required"), list):
            properties = raw.get("properties") or {}
            made["required"] = [name for name in raw["required"] if not self.is_hidden(properties.get(name))]
        else:
            made.pop("required", None)

    def is_hidden(self, schema: Any) -> bool:
        """Whether a property's schema, raw or converted, says that it does not travel in this direction."""
        if not isinstance(schema, dict):
            return False
        if schema.get(self._hidden) is True:
            return True
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return False
        if reference.startswith(ROOT):
            return self.is_hidden(self.followed(schema))
        return self.is_hidden(self._document.resolved({"$ref": reference}))

    def _modern(self, made: dict[str, Any]) -> Any:
        """3.0's and 2.0's own words in those of 2020-12."""
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            exclusive = made.get(word)
            if isinstance(exclusive, bool):
                del made[word]
                if exclusive and bound in made:
                    made[word] = made.pop(bound)
        if made.get("type") == "file":
            made["type"] = "string"
        if made.pop("nullable", False) or made.pop("x-nullable", False):
            return _nullable(made)
        return made


def _pattern(pattern: str) -> str:
    """An ECMAScript pattern in Python's words; one that takes everything where it has none."""
    text = re.sub(r"\\p\{(?:L|Letter|Alphabetic)\}", r"[^\\W\\d_]", pattern)
    text = re.sub(r"(?<!\\)\$$", r"\\Z", text)  # Python's $ lets a line break follow
    try:
        re.compile(text)
    except re.error:
        return ""
    return text


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    """The schema with null besides. 3.0.3 gives the word no meaning without ``type``; documents in the field do."""
    if "enum" in made and None not in made["enum"]:
        made["enum"] = [*made["enum"], None]
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        return made
    for word in ("anyOf", "oneOf"):
        if word in made:
            made[word] = [*made[word], {"type": "null"}]
            return made
    return {"anyOf": [made, {"type": "null"}]} if "allOf" in made else made
