"""Branches: faults of values that match none, or too many, of several schemas. The closest one is explained.

Source: OpenAPI 3.1.1, section 4.8.25 (Discriminator Object): it names the branch, and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diorama.formats.schemas.explanation import Fault, Place, Search, handles
from diorama.formats.schemas.quotation import cut, listed, named, quoted, type_of, type_words
from diorama.formats.schemas.rewriting import REF_ROOT


@handles("allOf")
def _all(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    for index, one in enumerate(rule):
        search.visit(one, value, at, f"{where}/allOf/{index}")


@handles("anyOf")
def _any(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    _choose(search, schema, "anyOf", value, at, where)


@handles("oneOf")
def _one(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    _choose(search, schema, "oneOf", value, at, where)


@handles("not")
def _not(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if not search.probe(rule, value, at, f"{where}/not", 1):
        why = "match what is excluded"
        if isinstance(rule, Mapping) and set(rule) <= {"enum", "const"}:
            why = f"be any of {listed(rule.get('enum') or [rule.get('const')])}"
        elif isinstance(rule, Mapping) and set(rule) == {"type"}:
            why = f"be {type_words([rule['type']] if isinstance(rule['type'], str) else rule['type'])}"
        elif isinstance(rule, Mapping) and set(rule) <= {"required", "properties"} and "required" in rule:
            why = f"have {named(rule['required'])}" + (" together" if len(rule["required"]) > 1 else "")
        got = search.got(schema, value, at)
        search.add(at, "not", f"{search.label(at)} must not {why}{got}", f"{where}/not")


@handles("if")
def _if(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    branch = "else" if search.probe(rule, value, at, f"{where}/if", 1) else "then"
    if branch in schema:
        search.visit(schema[branch], value, at, f"{where}/{branch}")


def _choose(search: Search, schema: Mapping[str, Any], keyword: str, value: Any, at: Place, where: str) -> None:
    """Faults of ``anyOf`` and ``oneOf``."""
    branches = schema[keyword]
    here = f"{where}/{keyword}"
    tried = [search.probe(one, value, at, f"{here}/{index}") for index, one in enumerate(branches)]
    right = [index for index, faults in enumerate(tried) if not faults]
    if len(right) == 1 or (right and keyword == "anyOf"):
        return
    if right:
        names = named(_name(search, branches[index], index) for index in right)
        search.add(at, keyword, f"{search.label(at)} matches {names}; it must match exactly one of them", here)
        return
    told = _told(search, schema, keyword, value, at)
    if isinstance(told, int):
        _add_all(search, tried[told])
        return
    if told is not None:
        search.add(told.at, told.rule, told.message, where + told.schema_pointer)
        return
    _closest(search, branches, tried, value, at, here, keyword)


def _closest(
    search: Search, branches: list[Any], tried: list[list[Fault]], value: Any, at: Place, here: str, keyword: str
) -> None:
    ranked = sorted(range(len(branches)), key=lambda index: _distance(tried[index], at))
    best = ranked[0]
    if _is_mistyped(tried[best], at):
        types = [name for one in branches for name in _types(search, one)]
        words = type_words(dict.fromkeys(types)) if types else "of another type"
        got = search.got({}, value, at)
        search.add(at, keyword, f"{search.label(at)} must be {words}{got}", here)
        return
    rivals = [index for index in ranked if not _is_mistyped(tried[index], at)]
    if len(rivals) > 1:
        names = named(_name(search, one, index) for index, one in enumerate(branches))
        count = "exactly one" if keyword == "oneOf" else "at least one"
        closest = _name(search, branches[best], best)
        message = f"{search.label(at)} must match {count} of {names}; the closest is {closest}, see below"
        search.add(at, keyword, message, here)
    _add_all(search, tried[best])


def _add_all(search: Search, faults: list[Fault]) -> None:
    for fault in faults:
        search.add(fault.at, fault.rule, fault.message, fault.schema_pointer)


def _is_mistyped(faults: list[Fault], at: Place) -> bool:
    return any(fault.rule == "type" and fault.at == at for fault in faults)


def _distance(faults: list[Fault], at: Place) -> tuple[bool, int, int, int]:
    """How far a value is from a branch: another type, then another tag, then how many faults near its top."""
    tags = sum(fault.rule in ("const", "enum") and len(fault.at) <= len(at) + 1 for fault in faults)
    near = sum(len(fault.at) <= len(at) + 1 for fault in faults)
    return _is_mistyped(faults, at), tags, near, len(faults)


def _types(search: Search, schema: Any, depth: int = 0) -> list[str]:
    if not isinstance(schema, Mapping) or depth > 8:
        return []
    types = schema.get("type")
    if types is not None:
        return [types] if isinstance(types, str) else list(types)
    if "$ref" in schema:
        return _types(search, search.home.definition(schema["$ref"][len(REF_ROOT) :]), depth + 1)
    return []


def _name(search: Search, schema: Any, index: int) -> str:
    """What to call a branch: its definition's name, its type, or its number."""
    if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        return search.home.name(schema["$ref"][len(REF_ROOT) :])
    types = _types(search, schema)
    if len(types) == 1 and types[0] != "object":
        return types[0]
    return f"alternative {index + 1}"


def _told(search: Search, schema: Mapping[str, Any], keyword: str, value: Any, at: Place) -> int | Fault | None:
    """The branch that a discriminator names, or what is wrong with its property, or None when there is none."""
    discriminator = schema.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    if not isinstance(name, str) or not isinstance(value, dict):
        return None
    assert isinstance(discriminator, Mapping)
    by_name = {
        search.home.name(one["$ref"][len(REF_ROOT) :]): index
        for index, one in enumerate(schema[keyword])
        if isinstance(one, Mapping) and isinstance(one.get("$ref"), str)
    }
    mapping = discriminator.get("mapping")
    known: dict[str, int] = {}
    for tag, reference in mapping.items() if isinstance(mapping, Mapping) else ():
        target = str(reference).rpartition("/")[2]
        if target in by_name:
            known[str(tag)] = by_name[target]
    mapped = set(known.values())
    known.update({tag: index for tag, index in by_name.items() if index not in mapped})
    words = f"it says which of {named(by_name)} it is" if by_name else "it says which alternative it is"
    here = (*at, name)
    if name not in value:
        return Fault(here, "required", f"{search.label(here)} is missing; {words}", "/discriminator")
    tag = value[name]
    if type_of(tag) == "string" and tag in known:
        return known[tag]
    default = str(discriminator.get("defaultMapping", "")).rpartition("/")[2]
    if default in by_name:
        return by_name[default]
    message = f"{search.label(here)} must be one of {listed(known)}, got {cut(quoted(tag))}"
    return Fault(here, "discriminator", message, "/discriminator")
