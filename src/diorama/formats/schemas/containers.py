"""Containers: faults of arrays and objects."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from diorama.formats.schemas.equality import key_of
from diorama.formats.schemas.evaluated import evaluated_items, evaluated_names
from diorama.formats.schemas.explanation import Handler, Place, Search, handles
from diorama.formats.schemas.patterns import matches
from diorama.formats.schemas.quotation import cut, named, pointer_of, quoted


def _size(
    keyword: str, kind: type[list[Any] | dict[str, Any]], holds: Callable[[Any, Any], bool], words: str
) -> Handler:
    def look(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
        if isinstance(value, kind) and not holds(len(value), rule):
            things = ("item", "items") if keyword.endswith("Items") else ("property", "properties")
            counted = f"{quoted(rule)} {things[rule != 1]}"
            message = f"{search.label(at)} must have {words} {counted}, got {len(value)}"
            search.add(at, keyword, message, f"{where}/{keyword}")

    return look


handles("minItems")(_size("minItems", list, operator.ge, "at least"))
handles("maxItems")(_size("maxItems", list, operator.le, "at most"))
handles("minProperties")(_size("minProperties", dict, operator.ge, "at least"))
handles("maxProperties")(_size("maxProperties", dict, operator.le, "at most"))


@handles("uniqueItems")
def _unique(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if not rule or not isinstance(value, list):
        return
    seen: dict[Any, int] = {}
    for index, item in enumerate(value):
        first = seen.setdefault(key_of(item), index)
        if first != index:
            message = f"the items of {search.label(at)} must differ, item {index} is the same as item {first}"
            search.add((*at, index), "uniqueItems", message, f"{where}/uniqueItems")
            return


@handles("prefixItems")
def _prefix(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, list):
        for index, (item, one) in enumerate(zip(value, rule, strict=False)):
            search.visit(one, item, (*at, index), f"{where}/prefixItems/{index}")


@handles("items")
def _items(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if not isinstance(value, list):
        return
    first = len(schema.get("prefixItems", ()))
    for index in range(first, len(value)):
        if rule is False:
            message = f"{search.label(at)} must have at most {first} items, got {len(value)}"
            search.add((*at, index), "items", message, f"{where}/items")
            return
        search.visit(rule, value[index], (*at, index), f"{where}/items")


@handles("contains")
def _contains(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if not isinstance(value, list):
        return
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    found = sum(not search.probe(rule, item, (*at, index), f"{where}/contains", 1) for index, item in enumerate(value))
    words = "that match what it must contain"
    if found < least:
        keyword = "minContains" if "minContains" in schema else "contains"
        message = f"{search.label(at)} must have at least {least} items {words}, got {found}"
        search.add(at, keyword, message, f"{where}/{keyword}")
    elif most is not None and found > most:
        message = f"{search.label(at)} must have at most {most} items {words}, got {found}"
        search.add(at, "maxContains", message, f"{where}/maxContains")


@handles("unevaluatedItems")
def _unevaluated_items(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, list):
        known = evaluated_items(search, schema, value, at, where)
        for index in range(len(value)):
            if index not in known:
                _left_over(search, rule, value[index], (*at, index), f"{where}/unevaluatedItems", "unevaluatedItems")


@handles("required")
def _required(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for name in rule:
            if name not in value:
                search.add((*at, name), "required", f"{search.label((*at, name))} is missing", f"{where}/required")


@handles("dependentRequired")
def _dependent(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for name, needed in rule.items():
            for other in needed if name in value else ():
                if other not in value:
                    message = f"{search.label((*at, other))} is missing; it is needed beside {cut(name)}"
                    here = f"{where}/dependentRequired{pointer_of((name,))}"
                    search.add((*at, other), "dependentRequired", message, here)


@handles("dependentSchemas")
def _dependent_schemas(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for name, one in rule.items():
            if name in value:
                search.visit(one, value, at, f"{where}/dependentSchemas{pointer_of((name,))}")


@handles("properties")
def _properties(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for name, one in rule.items():
            if name in value:
                search.visit(one, value[name], (*at, name), f"{where}/properties{pointer_of((name,))}")


@handles("patternProperties")
def _patterns(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for pattern, one in rule.items():
            for name, item in value.items():
                if matches(pattern, name):
                    search.visit(one, item, (*at, name), f"{where}/patternProperties{pointer_of((pattern,))}")


@handles("additionalProperties")
def _additional(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if rule is True or not isinstance(value, dict):
        return
    known = schema.get("properties", {})
    patterns = schema.get("patternProperties", ())
    for name, item in value.items():
        if name in known or any(matches(pattern, name) for pattern in patterns):
            continue
        here = f"{where}/additionalProperties"
        if rule is not False:
            search.visit(rule, item, (*at, name), here)
            continue
        words = f"known are {named(known)}" if known else "there are none"
        message = f"{search.label((*at, name))} is no known property; {words}"
        search.add((*at, name), "additionalProperties", message, here)


@handles("unevaluatedProperties")
def _unevaluated(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        known = evaluated_names(search, schema, value, at, where)
        for name, item in value.items():
            if name not in known:
                here = f"{where}/unevaluatedProperties"
                _left_over(search, rule, item, (*at, name), here, "unevaluatedProperties")


def _left_over(search: Search, rule: Any, item: Any, at: Place, where: str, keyword: str) -> None:
    if rule is False:
        what = "item" if keyword == "unevaluatedItems" else "property"
        search.add(at, keyword, f"{search.label(at)} is no known {what}", where)
    else:
        search.visit(rule, item, at, where)


@handles("propertyNames")
def _names(search: Search, schema: Mapping[str, Any], rule: Any, value: Any, at: Place, where: str) -> None:
    if isinstance(value, dict):
        for name in value:
            for fault in search.probe(rule, name, (), f"{where}/propertyNames", 1):
                why = fault.message.removeprefix(search.whole).strip()
                message = f"the name {quoted(name)} {why}"
                search.add((*at, name), "propertyNames", message, fault.schema_pointer)
