"""Brackets: ``a[b][c]=1&a[d][]=2`` as nested values.

Source: OpenAPI 3.1.1, section 4.8.12.4 (deepObject); the qs library, whose further nesting APIs in the field follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

DEPTH_MAX = 32


def tokens_of(name: str) -> list[str] | None:
    """``a[b][]`` as ``["a", "b", ""]``; None when the brackets do not pair up, or are too many."""
    base, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if rest.count("[") >= DEPTH_MAX or not base or not rest.endswith("]"):
        return None
    tokens = [base, *rest[:-1].split("][")]
    if len(tokens) > DEPTH_MAX or any("[" in token or "]" in token for token in tokens):
        return None
    return tokens


def nested(pairs: Iterable[tuple[list[str], str]]) -> dict[str, Any]:
    """Values by their tokens as a tree; what stands twice becomes a list."""
    tree: dict[str, Any] = {}
    for tokens, value in pairs:
        place = tree
        for at, token in enumerate(tokens[:-1]):
            inner = place.get(token)
            if token == "" and tokens[at + 1] != "":
                # `a[][b]=1&a[][c]=2`: a name that the last item has already begins the next item.
                items = place.setdefault("", [])
                if not isinstance(items, list):
                    items = place[""] = [items]
                last = items[-1] if items and isinstance(items[-1], dict) else None
                if last is None or (tokens[at + 1] in last and at + 2 == len(tokens)):
                    items.append({})
                place = items[-1]
                continue
            if not isinstance(inner, dict):
                # A plain value beside bracketed ones (`a=1&a[b]=2`) stays under the empty name.
                inner = place[token] = {} if inner is None else {"": inner}
            place = inner
        _put(place, tokens[-1], value)
    return tree


def _put(place: dict[str, Any], name: str, value: str) -> None:
    held = place.get(name)
    if held is None:
        place[name] = [value] if name == "" else value
    elif isinstance(held, list):
        held.append(value)
    elif isinstance(held, dict):
        _put(held, "", value)
    else:
        place[name] = [held, value]
