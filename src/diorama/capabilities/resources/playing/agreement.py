"""Agreement: what a thing has in common with those that it names or lies below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diorama.capabilities.resources.model import Scope
from diorama.capabilities.resources.playing.kinds import Kind, Kinds, Scopes, scope_key
from diorama.capabilities.resources.playing.places import text_of, value_at
from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.names import canonical
from diorama.ports.exchange import OpenExchange

AGREEING = frozenset(("amount", "currency", "currencycode", "country", "countrycode", "locale", "language", "livemode"))
"""Properties that a thing has from what it belongs to: a refund's currency is its payment's."""


def agree(x: OpenExchange, kinds: Kinds, kind: Kind, scopes: Scopes, given: dict[str, Any], shape: Shape) -> None:
    """Take over what a thing has in common with those that it names or lies below, where nobody wrote it.

    Args:
        x: the exchange.
        kinds: all resources.
        kind: of the thing.
        scopes: the levels above it.
        given: what is known of it, to which is added.
        shape: of it.
    """
    agreeing: list[str] | None = shape.plans.get("agreeing")
    if agreeing is None:
        agreeing = shape.plans["agreeing"] = [
            name
            for name, member in shape.members.items()
            if name in shape.required and canonical(name) in AGREEING and not member.nullable
        ]
    wanted = [name for name in agreeing if name not in given]
    for kin in _kin(x, kinds, kind, scopes, given) if wanted else ():
        for name in wanted:
            if name not in given and isinstance(kin.get(name), str | int):
                given[name] = kin[name]


def _kin(
    x: OpenExchange, kinds: Kinds, kind: Kind, scopes: Scopes, given: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The items that a thing names, then those that it lies below, the nearest first."""
    named = [(kinds.by_key.get(one.resource), value_at(given, one.field)) for one in kind.resource.references]
    named += [(parent, scopes.get(scope_key(scope))) for scope, parent in kinds.parents(kind.home[::-1])]
    for target, value in named:
        if isinstance(value, dict):
            yield value
        elif target is not None and isinstance(value, str | int):
            row = target.find(x, scope_of(scopes, target.home), text_of(value))
            if row is not None:
                yield row["item"]


def scope_of(scopes: Mapping[str, str], home: tuple[Scope, ...]) -> Scopes:
    """The levels of a mapping that a kind knows."""
    return {key: scopes[key] for key in map(scope_key, home) if key in scopes}
