"""Rules: all that several schemas together ask of one value, flattened so that a value can be made from it.

``$ref`` is followed and ``allOf`` is merged while flattening. ``oneOf``, ``anyOf`` and ``if`` stay open as choices:
whoever takes one flattens again with the chosen alternative added. Schemas are told apart by identity, so the schemas
of a :class:`Flattener` must not be changed while it is used; it keeps them alive itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from msgspec import Struct

from diorama.formats.generation.conformance import Conformance, equal, fraction
from diorama.formats.generation.patterns import matches
from diorama.model.definition import Schema

Sources = tuple[Schema, ...]

SCALARS = frozenset(("string", "number", "integer", "boolean", "null"))
ALL_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


class Frame(Struct):
    """The object keywords of one schema; ``additional`` judges only the names which this very schema does not list."""

    properties: dict[str, Schema]
    patterns: dict[str, Schema]
    additional: Schema | None


class Row(Struct):
    """The array keywords of one schema."""

    prefix: list[Schema]
    items: Schema | None


class Choice(Struct):
    """An open decision: one of the alternatives has to hold.

    Attributes:
        key: identity of the keyword's value, to mark the decision as taken.
        alternatives: each a tuple of schemas that all hold when it is taken.
    """

    key: int
    alternatives: tuple[Sources, ...]


class Containment(Struct):
    """``contains`` with its bounds."""

    schema: Schema
    least: int
    most: int | None


class Rules(Struct):
    """What is asked of one value.

    Attributes:
        sources: the schemas that it was flattened from.
        chosen: the decisions that were taken on the way.
        checked: whether a value made by these rules has to be tested, because not every keyword is met by construction.
        impossible: whether no value can be right.
        samples: values that the document offers, best first: ``example``, then ``examples``.
        hints: for properties: values that a part of an ``allOf`` offers in its own example.
        defaults: values of ``default``.
        anchors: identity of each source behind its references, to see when making comes back to it. Bare ``true``
            and ``false`` have none.
    """

    sources: Sources
    chosen: frozenset[int]
    checked: bool = False
    impossible: bool = False
    types: tuple[str, ...] | None = None
    values: list[Any] | None = None
    samples: list[Any] = []
    defaults: list[Any] = []
    hints: dict[str, Any] = {}
    minimum: Fraction | None = None
    above: Fraction | None = None
    maximum: Fraction | None = None
    below: Fraction | None = None
    steps: list[Fraction] = []
    min_length: int = 0
    max_length: int | None = None
    patterns: list[str] = []
    format: str = ""
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False
    rows: list[Row] = []
    containments: list[Containment] = []
    frames: list[Frame] = []
    required: dict[str, None] = {}
    dependent_required: dict[str, list[str]] = {}
    dependent_schemas: list[tuple[str, Schema]] = []
    name_schemas: list[Schema] = []
    min_properties: int = 0
    max_properties: int | None = None
    closed: bool = False
    choices: list[Choice] = []
    read_only: bool = False
    write_only: bool = False
    declared: list[str] | None = None
    property_sources: dict[str, Sources | None] = {}
    anchors: tuple[int, ...] = ()

    def sources_of(self, name: str) -> Sources | None:
        """The schemas that a property's value has to meet; None when the property must not be there."""
        known = self.property_sources.get(name, ())
        if known != ():
            return known
        found: list[Schema] = []
        for frame in self.frames:
            named = False
            if name in frame.properties:
                found.append(frame.properties[name])
                named = True
            for pattern, schema in frame.patterns.items():
                if matches(pattern, name):
                    found.append(schema)
                    named = True
            if not named and frame.additional is not None:
                found.append(frame.additional)
        sources: Sources | None = None if any(schema is False for schema in found) else tuple(found) or (True,)
        self.property_sources[name] = sources
        return sources

    def names(self) -> list[str]:
        """The properties that the document names and does not forbid, in its order."""
        if self.declared is None:
            seen: dict[str, None] = {}
            for frame in self.frames:
                seen.update(dict.fromkeys(frame.properties))
            self.declared = [name for name in seen if self.sources_of(name) is not None]
        return self.declared

    def item_sources(self, index: int) -> Sources | None:
        """The schemas that an item has to meet; None when there must be no item at this index."""
        found: list[Schema] = []
        for row in self.rows:
            schema = row.prefix[index] if index < len(row.prefix) else row.items
            if schema is False:
                return None
            if schema is not None:
                found.append(schema)
        return tuple(found) or (True,)

    @property
    def scalar(self) -> bool:
        """Whether a value is surely neither an object nor an array."""
        if self.values is not None:
            return True
        return not self.choices and self.types is not None and not ("object" in self.types or "array" in self.types)


class Flattener:
    """Makes rules from schemas and remembers them.

    Args:
        schemas: the ``$defs`` that a ``$ref`` of ``#/$defs/<name>`` resolves in.
    """

    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas
        self.conformance = Conformance(schemas)
        self._known: dict[tuple[tuple[int, ...], frozenset[int]], Rules] = {}
        self._kept: list[Any] = []

    def rules(self, sources: Sources, chosen: frozenset[int] = frozenset()) -> Rules:
        """The rules of all the schemas together."""
        key = (tuple(map(id, sources)), chosen)
        rules = self._known.get(key)
        if rules is None:
            rules = Rules(sources, chosen)
            absorption = _Absorption(self, rules)
            for source in sources:
                absorption.absorb(source, whole=True)
            _conclude(rules)
            resolved = [self.resolve(source) for source in sources]
            rules.anchors = tuple(id(schema) for schema in resolved if isinstance(schema, dict) and schema)
            self._known[key] = rules
            self._kept.append(sources)
        return rules

    def resolve(self, schema: Schema) -> Schema:
        """The schema behind a chain of references; True when it leads nowhere."""
        for _ in range(32):
            if not isinstance(schema, dict) or "$ref" not in schema:
                return schema
            schema = self.schemas.get(reference_name(schema["$ref"]), True)
        return True

    def keep(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Keep a made-up schema alive, because rules are remembered by identity."""
        self._kept.append(schema)
        return schema


def reference_name(reference: str) -> str:
    """The name in ``$defs`` that a reference means; discriminator mappings may give the bare name."""
    name = reference.rpartition("/")[2]
    return name.replace("~1", "/").replace("~0", "~") if "~" in name else name


class _Absorption:
    """One run of flattening."""

    def __init__(self, flattener: Flattener, rules: Rules) -> None:
        self.flattener = flattener
        self.rules = rules
        self.seen: set[int] = set()
        self.outermost = ""

    def absorb(self, schema: Schema, *, whole: bool) -> None:
        """Add a schema's demands.

        Args:
            schema: what is added.
            whole: whether its example is one of the whole value, which a part of an ``allOf`` does not have.
        """
        rules = self.rules
        if schema is False:
            rules.impossible = True
        if not isinstance(schema, dict) or id(schema) in self.seen:
            return
        self.seen.add(id(schema))
        for keyword, value in schema.items():
            handler = _HANDLERS.get(keyword)
            if handler is not None:
                handler(rules, value, schema)
        self._offers(schema, whole=whole)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference_name(reference)
            self.outermost = self.outermost or name
            self.absorb(self.flattener.schemas.get(name, True), whole=whole)
        self._choices(schema)
        negated = schema.get("not")
        if isinstance(negated, dict) and list(negated) == ["not"]:
            self.absorb(negated["not"], whole=False)
        for part in schema.get("allOf", ()):
            self.absorb(part, whole=False)
        for trigger, dependent in schema.get("dependentSchemas", {}).items():
            rules.dependent_schemas.append((trigger, dependent))
            rules.checked = True

    def _offers(self, schema: dict[str, Any], *, whole: bool) -> None:
        rules = self.rules
        offers = [schema["example"]] if "example" in schema else []
        examples = schema.get("examples")
        if isinstance(examples, list):
            offers += examples
        if whole or not any(isinstance(offer, dict) for offer in offers):
            rules.samples += offers
        else:
            for offer in offers[:1]:
                rules.hints.update(offer if isinstance(offer, dict) else {})
        if "default" in schema:
            rules.defaults.append(schema["default"])

    def _choices(self, schema: dict[str, Any]) -> None:
        rules = self.rules
        discriminator = schema.get("discriminator")
        has_union = False
        for keyword in ("oneOf", "anyOf"):
            members = schema.get(keyword)
            if not isinstance(members, list) or not members:
                continue
            has_union = True
            rules.checked = rules.checked or (keyword == "oneOf" and len(members) > 1)
            if id(members) not in rules.chosen:
                alternatives = tuple(self._alternative(member, discriminator) for member in members)
                rules.choices.append(Choice(id(members), alternatives))
        if not has_union and isinstance(discriminator, dict):
            self._inherited(discriminator, schema)
        condition = schema.get("if")
        if isinstance(condition, bool):
            self.absorb(schema.get("then" if condition else "else", True), whole=False)
        if isinstance(condition, dict) and ("then" in schema or "else" in schema):
            rules.checked = True
            if id(condition) not in rules.chosen:
                taken = (condition, schema.get("then", True))
                rules.choices.append(Choice(id(condition), (taken, (schema.get("else", True),))))

    def _alternative(self, member: Schema, discriminator: Any) -> Sources:
        """An alternative, with the discriminator's value for it where the alternative leaves that open."""
        if not isinstance(discriminator, dict) or not isinstance(member, dict) or "$ref" not in member:
            return (member,)
        name = discriminator.get("propertyName")
        if not isinstance(name, str):
            return (member,)
        target = reference_name(member["$ref"])
        return (member, self._marked(name, _mark(discriminator, target), member))

    def _marked(self, name: str, mark: str, member: Schema) -> Schema:
        """A schema that fixes the discriminator's property, unless the alternative itself asks for another value.

        Only the alternative and its direct parts are looked at: flattening it here might never end.
        """
        resolved = self.flattener.resolve(member)
        parts = [resolved]
        if isinstance(resolved, dict):
            parts += [self.flattener.resolve(part) for part in resolved.get("allOf", ())]
        for part in parts:
            properties = part.get("properties", {}) if isinstance(part, dict) else {}
            if not self.flattener.conformance.conforms(properties.get(name, True), mark):
                return True
        return self.flattener.keep({"type": "object", "required": [name], "properties": {name: {"const": mark}}})

    def _inherited(self, discriminator: dict[str, Any], schema: dict[str, Any]) -> None:
        """A discriminator of a parent whose children name it in ``allOf``."""
        rules = self.rules
        name = discriminator.get("propertyName")
        if not isinstance(name, str) or id(discriminator) in rules.chosen:
            return
        outer = self.outermost
        mapping = discriminator.get("mapping")
        if outer and self.flattener.schemas.get(outer) is not schema:
            property_schema = schema.get("properties", {}).get(name, True)
            mark = _mark(discriminator, outer)
            if self.flattener.conformance.conforms(property_schema, mark):
                rules.frames.append(Frame({name: self.flattener.keep({"const": mark})}, {}, None))
        elif isinstance(mapping, dict) and mapping:
            refs = [{"$ref": f"#/$defs/{reference_name(str(target))}"} for target in mapping.values()]
            alternatives = []
            for mark, reference in zip(mapping, refs, strict=True):
                marked = {"required": [name], "properties": {name: {"const": mark}}}
                alternatives.append((self.flattener.keep(reference), self.flattener.keep(marked)))
            rules.choices.append(Choice(id(discriminator), tuple(alternatives)))


def _mark(discriminator: dict[str, Any], target: str) -> str:
    mapping = discriminator.get("mapping")
    if isinstance(mapping, dict):
        for mark, reference in mapping.items():
            if reference_name(str(reference)) == target:
                return str(mark)
    return target


def _types(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    wanted = [value] if isinstance(value, str) else [name for name in value if isinstance(name, str)]
    if rules.types is None:
        rules.types = tuple(wanted)
        return
    kept: list[str] = []
    for name in rules.types:
        if name in wanted or (name == "integer" and "number" in wanted):
            kept.append(name)
        elif name == "number" and "integer" in wanted:
            kept.append("integer")
    rules.types = tuple(kept)


def _enum(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        known = rules.values
        rules.values = value if known is None else [item for item in known if any(equal(item, one) for one in value)]


def _tighten_up(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        bound = fraction(value)
        known = getattr(rules, field)
        if bound is not None and (known is None or bound > known):
            setattr(rules, field, bound)

    return handler


def _tighten_down(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        bound = fraction(value)
        known = getattr(rules, field)
        if bound is not None and (known is None or bound < known):
            setattr(rules, field, bound)

    return handler


def _step(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    step = fraction(value)
    if step is not None and step > 0 and step not in rules.steps:
        rules.steps.append(step)


def _count_up(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        if isinstance(value, int | float):
            setattr(rules, field, max(getattr(rules, field), int(value)))

    return handler


def _count_down(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        if isinstance(value, int | float):
            known = getattr(rules, field)
            setattr(rules, field, int(value) if known is None else min(known, int(value)))

    return handler


def _pattern(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, str) and value not in rules.patterns:
        rules.patterns.append(value)


def _format(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.format = rules.format or (value if isinstance(value, str) else "")


def _object(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    """Any of the three object keywords brings all three, once."""
    first = next(name for name in schema if name in _OBJECT_KEYWORDS)
    if schema[first] is not value:
        return
    properties = schema.get("properties")
    patterns = schema.get("patternProperties")
    rules.frames.append(
        Frame(
            properties if isinstance(properties, dict) else {},
            patterns if isinstance(patterns, dict) else {},
            schema.get("additionalProperties"),
        )
    )


_OBJECT_KEYWORDS = ("properties", "patternProperties", "additionalProperties")


def _array(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    prefix = schema.get("prefixItems")
    items = schema.get("items")
    first = next(name for name in schema if name in {"prefixItems", "items"})
    if schema[first] is value:
        rules.rows.append(Row(prefix if isinstance(prefix, list) else [], items if items != [] else None))


def _contains(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.containments.append(Containment(value, int(schema.get("minContains", 1)), schema.get("maxContains")))
    rules.checked = rules.checked or "maxContains" in schema or len(rules.containments) > 1


def _unique(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.unique = rules.unique or value is True


def _required(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        rules.required.update(dict.fromkeys(name for name in value if isinstance(name, str)))


def _dependent_required(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    for name, needed in value.items():
        rules.dependent_required.setdefault(name, []).extend(needed)


def _property_names(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.name_schemas.append(value)
    rules.checked = True


def _not(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.checked = True
    rules.impossible = rules.impossible or value is True or value == {}


def _unevaluated(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.closed = True
    rules.checked = True


def _read_only(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.read_only = rules.read_only or value is True


def _write_only(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.write_only = rules.write_only or value is True


def _const(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    _enum(rules, [value], schema)


_HANDLERS: dict[str, Callable[[Rules, Any, dict[str, Any]], None]] = {
    "type": _types,
    "enum": _enum,
    "const": _const,
    "minimum": _tighten_up("minimum"),
    "exclusiveMinimum": _tighten_up("above"),
    "maximum": _tighten_down("maximum"),
    "exclusiveMaximum": _tighten_down("below"),
    "multipleOf": _step,
    "minLength": _count_up("min_length"),
    "maxLength": _count_down("max_length"),
    "pattern": _pattern,
    "format": _format,
    "properties": _object,
    "patternProperties": _object,
    "additionalProperties": _object,
    "unevaluatedProperties": _unevaluated,
    "unevaluatedItems": _unevaluated,
    "items": _array,
    "prefixItems": _array,
    "contains": _contains,
    "minItems": _count_up("min_items"),
    "maxItems": _count_down("max_items"),
    "uniqueItems": _unique,
    "required": _required,
    "dependentRequired": _dependent_required,
    "propertyNames": _property_names,
    "minProperties": _count_up("min_properties"),
    "maxProperties": _count_down("max_properties"),
    "not": _not,
    "readOnly": _read_only,
    "writeOnly": _write_only,
}


def _conclude(rules: Rules) -> None:
    """Infer the type where none is given, and see what contradicts itself."""
    if rules.types is None and not rules.choices and rules.values is None:
        rules.types = _inferred(rules)
    if rules.types is not None and not rules.types:
        rules.impossible = True
    if rules.values is not None and not rules.values:
        rules.impossible = True


def _inferred(rules: Rules) -> tuple[str, ...] | None:
    for name, signs in _signs(rules):
        if signs:
            return (name,)
    return None


def _signs(rules: Rules) -> Iterator[tuple[str, bool]]:
    yield "object", bool(rules.frames or rules.required or rules.min_properties or rules.name_schemas)
    yield "array", bool(rules.rows or rules.min_items or rules.containments or rules.unique)
    bounds = (rules.minimum, rules.above, rules.maximum, rules.below)
    yield "string", bool(rules.patterns or rules.format or rules.min_length or rules.max_length is not None)
    yield "number", bool(rules.steps) or any(bound is not None for bound in bounds)
