"""Cycles: schemas that apply to a value only by way of themselves.

A schema may contain itself below a property; that is recursion, and stays. But ``Pet: {oneOf: [Cat]}`` with
``Cat: {allOf: [Pet]}`` asks of one and the same value the same question for ever, and validators run out of stack.
Real documents have it, since inheritance is drawn both ways.

Source: JSON Schema 2020-12 Core, section 9.4.1 (guarding against infinite recursion).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.formats.openapi.notes import Notes, refuse_at
from diorama.formats.openapi.places import Place

_PREFIX = "#/$defs/"
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("not", "if", "then", "else")
_CHOICES = ("oneOf", "anyOf")

Link = tuple[str, tuple[str | int, ...]]
"""The name that a ``$ref`` leads to, and the way to the schema that has it."""


def links_of(schema: Any) -> Iterator[Link]:
    """The references of a schema that apply to the value itself, not to something in it."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(schema, ())]
    while stack:
        item, way = stack.pop()
        if type(item) is not dict:
            continue
        reference = item.get("$ref")
        if type(reference) is str:
            yield reference[len(_PREFIX) :], way
        for keyword in _LISTS:
            if type(branches := item.get(keyword)) is list:
                stack += [(branch, (*way, keyword, index)) for index, branch in enumerate(branches)]
        for keyword in _SINGLE:
            if keyword in item:
                stack.append((item[keyword], (*way, keyword)))
        if type(parts := item.get("dependentSchemas")) is dict:
            stack += [(part, (*way, "dependentSchemas", key)) for key, part in parts.items()]


def break_cycles(schemas: dict[str, Any], origins: dict[str, Place], notes: Notes) -> dict[str, list[Link]]:
    """Take the links out of ``schemas`` that close a circle.

    Args:
        schemas: all definitions; changed in place.
        origins: where each stands in its document.
        notes: gets a finding for each circle, and an error where a circle consists of nothing but references.

    Returns:
        The links that are left, by the name of the schema that has them.
    """
    links = {name: list(links_of(schema)) for name, schema in schemas.items()}
    if not _closing_links(links):
        return links
    _share_bases(schemas, links, origins, notes)
    for name, target, way in _closing_links(links):
        if schemas[name].keys() == {"$ref"} and _only_references(schemas, target):
            notes.error(
                origins[name],
                f"the schema {name!r} leads round in a circle and says nothing",
                "Let one of the references lead to a schema.",
                "reference_unresolved",
            )
            schemas[name] = {}
            continue
        # In a circle of "and" the repeated question adds nothing; in a circle of "or" it never lets anything in.
        choice = next((key for key in reversed(way) if isinstance(key, str)), "") in _CHOICES
        schemas[name] = _replaced(schemas[name], way, False if choice else None)
        notes.finding(
            origins[name],
            f"the schema {name!r} applies to a value only by way of itself; the link to {target!r} is left out",
            "Let only one of the two schemas refer to the other.",
        )
    return {name: list(links_of(schema)) for name, schema in schemas.items()}


def _share_bases(
    schemas: dict[str, Any], links: dict[str, list[Link]], origins: dict[str, Place], notes: Notes
) -> None:
    """Inheritance drawn both ways: let the child refer to its parent without the parent's choice of children."""
    for child, out in [*links.items()]:
        for target, way in out:
            is_part = bool(way) and way[-2:][0] == "allOf"
            chosen = any(back == child and _is_choice(way_back) for back, way_back in links.get(target, ()))
            if not is_part or not chosen:
                continue
            base = f"{target}.base"
            if base not in schemas:
                parent = schemas[target]
                schemas[base] = {
                    key: item for key, item in parent.items() if key not in _CHOICES and key != "discriminator"
                }
                origins[base] = origins[target]
                links[base] = list(links_of(schemas[base]))
            schemas[child] = _replaced(schemas[child], way, {"$ref": _PREFIX + base})
            notes.finding(
                origins[child],
                f"{child!r} and {target!r} refer to each other; {child!r} takes {target!r} without its choice",
                f"Move what {child!r} needs of {target!r} into a schema of its own.",
            )
        links[child] = list(links_of(schemas[child]))


def _is_choice(way: tuple[str | int, ...]) -> bool:
    return len(way) == 2 and way[0] in _CHOICES


def bound_chains(links: dict[str, list[Link]], origins: dict[str, Place], chain_max: int, branches_max: int) -> None:
    """Bound how far the schemas that apply to one value unfold. Validators follow them with their stack.

    Args:
        links: of all definitions, without cycles.
        origins: where each stands in its document.
        chain_max: how many schemas may lie between a value and the last one that applies to it.
        branches_max: how many may apply to one value altogether.

    Raises:
        DioramaError: document_trap.
    """
    known: dict[str, tuple[int, int]] = {}
    for start in links:
        stack = [start]
        while stack:
            name = stack[-1]
            waiting = [target for target, _ in links[name] if target not in known and target in links]
            if waiting and name not in known:
                stack += waiting
                continue
            stack.pop()
            chain, branches = 0, 0
            for target, way in links[name]:
                below = known.get(target, (0, 0))
                chain = max(chain, below[0] + 1 + len(way))
                branches += below[1] + 1
            known[name] = (chain, branches)
            if chain > chain_max or branches > branches_max:
                what = f"{chain_max:,} levels" if chain > chain_max else f"{branches_max:,} schemas"
                refuse_at(
                    "document_trap",
                    f"the schema {name!r} unfolds into more than {what} for one and the same value",
                    origins[name],
                    "Flatten the references under allOf, anyOf and oneOf, or raise the limit.",
                )


def _closing_links(links: dict[str, list[Link]]) -> list[tuple[str, str, tuple[str | int, ...]]]:
    """The links that lead back to a schema which is being looked at, in a walk in the document's order."""
    done: set[str] = set()
    found: list[tuple[str, str, tuple[str | int, ...]]] = []
    for start, out in links.items():
        if start in done:
            continue
        stack = [(start, iter(out))]
        active = {start}
        while stack:
            name, remaining = stack[-1]
            link = next(remaining, None)
            if link is None:
                stack.pop()
                active.discard(name)
                done.add(name)
            elif link[0] in active:
                found.append((name, *link))
            elif link[0] not in done and link[0] in links:
                stack.append((link[0], iter(links[link[0]])))
                active.add(link[0])
    return found


def _only_references(schemas: dict[str, Any], name: str) -> bool:
    """Whether a chain of bare references from here comes back to itself."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        schema = schemas.get(name)
        if not isinstance(schema, dict) or schema.keys() != {"$ref"}:
            return False
        name = schema["$ref"][len(_PREFIX) :]
    return True


def _replaced(schema: Any, way: tuple[str | int, ...], new: Any) -> Any:
    """A copy of a schema along one way; ``None`` as the new value takes only the ``$ref`` out."""
    if not way:
        return {key: item for key, item in schema.items() if key != "$ref"} if new is None else new
    copy: Any = dict(schema) if isinstance(schema, dict) else list(schema)
    copy[way[0]] = _replaced(schema[way[0]], way[1:], new)
    return copy
