"""Schemas: every schema of a document as JSON Schema 2020-12, its references leading to ``#/$defs/<name>``.

Source: OpenAPI 3.0.4 section 4.7.24, OpenAPI 3.1.1 section 4.8.24, JSON Schema 2020-12, Swagger 2.0 Schema Object.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import Any

from diorama.formats.openapi.cycles import bound_chains, break_cycles
from diorama.formats.openapi.dialects import is_legacy
from diorama.formats.openapi.keywords import DROP, HANDLERS
from diorama.formats.openapi.limits import Limits
from diorama.formats.openapi.notes import Notes
from diorama.formats.openapi.places import Place
from diorama.formats.openapi.references import References
from diorama.model.definition import Schema
from diorama.model.pointers import tokens_of

PREFIX = "#/$defs/"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_COMBINATORS = ("allOf", "oneOf", "anyOf", "not", "$ref", "const")
_ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "readOnly", "writeOnly", "deprecated", "xml"}
) | {"externalDocs"}
_STRUCTURE = frozenset({"schema", "items", "properties", "allOf", "anyOf", "oneOf", "additionalProperties", "content"})


class Schemas:
    """Converts the schemas of one document and gathers what they refer to.

    Args:
        references: resolves ``$ref``.
        notes: takes what is untidy.
        limits: of branches.
        legacy: whether the document is Swagger 2.0 or OpenAPI 3.0.
    """

    def __init__(self, references: References, notes: Notes, limits: Limits, *, legacy: bool) -> None:
        self.notes = notes
        self.branches_max = limits.branches_max
        self._chain_max = limits.depth_max
        self._references = references
        self._legacy = legacy
        self._legacy_of: dict[str, bool] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._components: dict[str, str] = {}
        self._links: dict[tuple[str, str, str], str] = {}
        self._origins: dict[str, Place] = {}
        self._pending: deque[str] = deque()

    # ------------------------------------------------------------------------------------------------------- naming

    def declare(self, components: Place) -> None:
        """Give the document's own schemas their own names, before anything refers to them."""
        places = {key: components.at(key) for key in components.value}
        for key, place in places.items():
            name = self._unique(key)
            if name != key:
                self.notes.finding(
                    place, f"the name {key!r} has characters that names must not have", "Use letters, digits and . _ -"
                )
            self._components[key] = name
            self._names[place.document.uri, place.pointer] = name
            self._await(name, place)
        for key, place in places.items():
            self._adopt(self._components[key], place)

    def _adopt(self, name: str, place: Place) -> None:
        """Let a component that only refers to another file give that file's schema its name."""
        value = place.value
        reference = value.get("$ref") if isinstance(value, dict) else None
        is_elsewhere = isinstance(reference, str) and not reference.startswith("#")
        if isinstance(reference, str) and is_elsewhere and len(value) == 1 and reference not in self._components:
            target = self._references.resolve(place, reference)
            key = (target.document.uri, target.pointer) if target is not None else None
            if target is not None and key is not None and key not in self._names:
                self._names[key] = name
                self._origins[name] = target

    def _await(self, name: str, place: Place) -> None:
        self._origins[name] = place
        self._pending.append(name)

    def _unique(self, wanted: str) -> str:
        stem = _UNSAFE.sub("_", wanted) or "schema"
        name = stem
        while name in self._taken:
            self._counts[stem] += 1
            name = f"{stem}-{self._counts[stem] + 1}"
        self._taken.add(name)
        return name

    def name_of(self, target: Place) -> str:
        """The name in ``$defs`` of the schema at a place; made up when it has none yet."""
        key = (target.document.uri, target.pointer)
        name = self._names.get(key)
        if name is None:
            tokens = [token for token in tokens_of(target.pointer) if token not in _STRUCTURE]
            stem = ".".join(tokens[-2:]) if target.document.base and len(tokens) > 2 else "".join(tokens[-1:])
            name = self._unique(stem or target.document.uri.rpartition("/")[2].partition(".")[0])
            self._names[key] = name
            self._await(name, target)
        return name

    def mapped(self, place: Place) -> str | None:
        """What a value of a discriminator's mapping means: a component's name, or a reference."""
        value = place.value
        if isinstance(value, str) and value in self._components:
            return PREFIX + self._components[value]
        target = self._references.resolve(place, value) if isinstance(value, str) and _is_reference(value) else None
        if target is None:
            self.notes.finding(
                place, "the discriminator's mapping leads to no schema; it is left out", "Name a schema, or correct it."
            )
            return None
        return PREFIX + self.name_of(target)

    def finish(self) -> dict[str, Any]:
        """All definitions: the document's own first, then what was referred to."""
        found: dict[str, Any] = {}
        while self._pending:
            name = self._pending.popleft()
            found[name] = self.convert(self._origins[name])
        links = break_cycles(found, self._origins, self.notes)
        if not self.notes.has_errors:
            bound_chains(links, self._origins, self._chain_max, self.branches_max)
        return found

    # --------------------------------------------------------------------------------------------------- conversion

    def convert(self, place: Place) -> Schema:
        """A schema in JSON Schema 2020-12. What need not change stays the very same object."""
        value = place.value
        if type(value) is not dict:
            if isinstance(value, bool):
                return value
            if value is None:
                self.notes.tally(place, "an empty schema allows everything", "Write {} or describe the value.")
            else:
                self.notes.error(place, "a schema is an object", "Write a schema, or a $ref to one.")
            return {}
        legacy = self._is_legacy(place)
        if "$id" in value and not legacy:
            place.base = self._references.base_below(place)
        if "$ref" in value or "$dynamicRef" in value or "$recursiveRef" in value:
            changed = self._with_reference(place, value, legacy=legacy)
            if legacy or len(changed) < 2:
                return changed
        else:
            changed = value
        for keyword, item in value.items():
            handler = HANDLERS.get(keyword)
            if handler is None:
                continue
            new = handler(self, place, keyword, item)
            if new is not item:
                if changed is value:
                    changed = dict(value)
                if new is DROP:
                    del changed[keyword]
                else:
                    changed[keyword] = new
        if _is_old(value, changed):
            changed = self._modernised(place, dict(changed) if changed is value else changed, legacy=legacy)
        if "properties" in changed:
            changed = self._lift_required(value, changed)
        return changed

    def _is_legacy(self, place: Place) -> bool:
        uri = place.document.uri
        legacy = self._legacy_of.get(uri)
        if legacy is None:
            legacy = self._legacy_of[uri] = is_legacy(place.document.root, default=self._legacy)
        return legacy

    def _with_reference(self, place: Place, value: dict[str, Any], *, legacy: bool) -> dict[str, Any]:
        """A schema with its ``$ref`` rewritten; its siblings stay only where the dialect lets them."""
        keyword = next(key for key in ("$ref", "$dynamicRef", "$recursiveRef") if key in value)
        reference = value[keyword]
        if not isinstance(reference, str):
            self.notes.error(place.at(keyword), f"{keyword} is text", "Write the reference in quotes.")
            return {}
        if legacy and ("nullable" in value or "x-nullable" in value):
            self.notes.tally(
                place,
                "nullable beside $ref means nothing",
                "Write allOf: [$ref] and nullable: true, or use OpenAPI 3.1.",
            )
        link = self._link(place, reference)
        if not link:
            return {}
        if legacy:
            return {"$ref": link}
        return {("$ref" if key == keyword else key): (link if key == keyword else item) for key, item in value.items()}

    def _link(self, place: Place, reference: str) -> str:
        """What a reference becomes; "" when it leads to nothing."""
        key = (place.document.uri, place.base, reference)
        link = self._links.get(key)
        if link is None:
            if reference in self._components:
                self.notes.finding(
                    place, f"the reference {reference!r} is a bare name", f"Write #/components/schemas/{reference}."
                )
                link = PREFIX + self._components[reference]
            elif place.base == place.document.base and (key[0], reference[1:]) in self._names:
                link = PREFIX + self._names[key[0], reference[1:]]
            else:
                target = self._references.resolve(place, reference)
                link = PREFIX + self.name_of(target) if target is not None else ""
            if link:
                self._links[key] = link
        return link

    def _modernised(self, place: Place, schema: dict[str, Any], *, legacy: bool) -> dict[str, Any]:
        """Keywords of older dialects in the words of 2020-12. The mapping is ours to change."""
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if isinstance(strict := schema.get(exclusive), bool):
                if not legacy:
                    self.notes.finding(
                        place.at(exclusive), f"{exclusive} is a number since OpenAPI 3.1", "Write the number."
                    )
                del schema[exclusive]
                if strict and bound in schema:
                    schema[exclusive] = schema.pop(bound)
        if isinstance(schema.get("items"), list):
            self._items_list(place, schema)
        if isinstance(parts := schema.get("dependencies"), dict):
            self._dependencies(place, schema, parts)
        if place.value.get("type") == "file":
            schema.setdefault("format", "binary")
        nullable = schema.get("nullable", schema.get("x-nullable")) is True
        if legacy:
            schema.pop("nullable", None)
            schema.pop("x-nullable", None)
            return _nullable(schema) if nullable else schema
        if nullable and schema.pop("nullable", None):
            self.notes.tally(place, "nullable means nothing since OpenAPI 3.1", "Write type: [string, 'null'].")
        return schema

    def _items_list(self, place: Place, schema: dict[str, Any]) -> None:
        """``items`` as a list (drafts up to 2019-09) is ``prefixItems``."""
        prefix = [self.convert(place.at("items", index)) for index in range(len(schema["items"]))]
        del schema["items"]
        if prefix:
            schema["prefixItems"] = prefix
        if "additionalItems" in schema:
            schema["items"] = schema.pop("additionalItems")
        self.notes.finding(place, "items as a list is read as prefixItems", "Write prefixItems.")

    def _dependencies(self, place: Place, schema: dict[str, Any], parts: dict[str, Any]) -> None:
        """``dependencies`` (drafts up to 7) was split in two."""
        del schema["dependencies"]
        required = {key: part for key, part in parts.items() if isinstance(part, list)}
        deeper = {
            key: self.convert(place.at("dependencies", key))
            for key, part in parts.items()
            if isinstance(part, dict | bool)
        }
        if required:
            schema.setdefault("dependentRequired", required)
        if deeper:
            schema.setdefault("dependentSchemas", deeper)

    def _lift_required(self, value: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        """``required: true`` on a property (JSON Schema draft 3) as a name in the object's ``required``."""
        properties = value.get("properties")
        if not isinstance(properties, dict):
            return changed
        lifted = [name for name, item in properties.items() if type(item) is dict and item.get("required") is True]
        if not lifted:
            return changed
        required = changed.get("required")
        names = [*(required if isinstance(required, list) else ()), *lifted]
        return changed | {"required": list(dict.fromkeys(names))}


def _is_old(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether a schema uses words of an older dialect."""
    return (
        "nullable" in schema
        or "x-nullable" in schema
        or "dependencies" in schema
        or type(schema.get("items")) is list
        or type(schema.get("exclusiveMinimum")) is bool
        or type(schema.get("exclusiveMaximum")) is bool
        or value.get("type") == "file"
    )


def _is_reference(text: str) -> bool:
    return "#" in text or "/" in text or text.endswith((".yaml", ".yml", ".json"))


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 that allows null, too.

    The letter of 3.0.3 wants ``null`` in ``enum`` as well, and gives ``nullable`` no meaning beside ``allOf``. Those
    who write documents mean that null is allowed, and other tools read them so.
    """
    kind = schema.get("type")
    if not any(keyword in schema for keyword in _COMBINATORS):
        if kind is not None:
            kinds = kind if isinstance(kind, list) else [kind]
            schema["type"] = kinds if "null" in kinds else [*kinds, "null"]
        if isinstance(choices := schema.get("enum"), list) and None not in choices:
            schema["enum"] = [*choices, None]
        return schema
    outside = {key: item for key, item in schema.items() if key in _ANNOTATIONS or key.startswith("x-")}
    inside = {key: item for key, item in schema.items() if key not in outside}
    if inside.keys() == {"anyOf"}:
        return outside | {"anyOf": [*inside["anyOf"], {"type": "null"}]}
    return outside | {"anyOf": [inside, {"type": "null"}]}
