"""Flattening: from schemas to rules.

``$ref`` is followed and ``allOf`` is merged while flattening. ``oneOf``, ``anyOf`` and ``if`` stay open as choices:
whoever takes one flattens again with the chosen alternative added. Schemas are told apart by identity, so the schemas
of a :class:`Flattener` must not be changed while it is used; it keeps them alive itself.
"""

from __future__ import annotations

from typing import Any

from diorama.formats.generation.conformance import Conformance
from diorama.formats.generation.keywords import HANDLERS, conclude
from diorama.formats.generation.rules import Choice, Frame, Member, Rules, Sources, demanded
from diorama.model.definition import Schema
from diorama.model.pointers import escaped, last_token


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
            conclude(rules)
            resolved = [self.resolve(source) for source in sources]
            rules.anchors = tuple(id(schema) for schema in resolved if isinstance(schema, dict) and schema)
            self._known[key] = rules
            self._kept.append(sources)
        return rules

    def members(self, rules: Rules) -> list[Member]:
        """The properties that the schemas list, in their order, then those that they only require."""
        members = rules.members
        if members is None:
            required = demanded(rules)
            members = rules.members = []
            for name in dict.fromkeys((*rules.names(), *required)):
                sources = rules.sources_of(name)
                if sources is not None:
                    part = self.rules(sources)
                    members.append(Member(name, part, name in required, part.scalar))
        return members

    def item(self, rules: Rules, index: int) -> Rules | None:
        """The rules of the item at an index; None when there must be none."""
        known = rules.items_known.get(index)
        if known is None:
            sources = rules.item_sources(index)
            if sources is None:
                return None
            known = self.rules(sources)
            if index < 32:
                rules.items_known[index] = known
        return known

    def resolve(self, schema: Schema) -> Schema:
        """The schema behind a chain of references; True when it leads nowhere."""
        for _ in range(32):
            if not isinstance(schema, dict) or "$ref" not in schema:
                return schema
            schema = self.schemas.get(last_token(schema["$ref"]), True)
        return True

    def keep(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Keep a made-up schema alive, because rules are remembered by identity."""
        self._kept.append(schema)
        return schema


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
            handler = HANDLERS.get(keyword)
            if handler is not None:
                handler(rules, value, schema)
        self._offers(schema, whole=whole)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = last_token(reference)
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
        target = last_token(member["$ref"])
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
            refs = [{"$ref": f"#/$defs/{escaped(last_token(str(target)))}"} for target in mapping.values()]
            alternatives = []
            for mark, reference in zip(mapping, refs, strict=True):
                marked = {"required": [name], "properties": {name: {"const": mark}}}
                alternatives.append((self.flattener.keep(reference), self.flattener.keep(marked)))
            rules.choices.append(Choice(id(discriminator), tuple(alternatives)))


def _mark(discriminator: dict[str, Any], target: str) -> str:
    mapping = discriminator.get("mapping")
    if isinstance(mapping, dict):
        for mark, reference in mapping.items():
            if last_token(str(reference)) == target:
                return str(mark)
    return target
