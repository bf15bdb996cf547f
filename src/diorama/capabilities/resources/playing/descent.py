"""Descent: what lies below an item, which goes when the item goes."""

from __future__ import annotations

from collections.abc import Iterator

from diorama.capabilities.resources.playing.kinds import Kind, Kinds, Row, Scopes, scope_key
from diorama.ports.exchange import OpenExchange

REMOVED_MAX = 10_000
"""So many rows go with one item at most; a sandbox that has more below one item keeps the rest."""


class Descent:
    """What lies below the items of a kind.

    Args:
        kinds: all resources.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._below: dict[str, tuple[Kind, ...]] = {}

    def remove(self, x: OpenExchange, kind: Kind, scopes: Scopes, row: Row) -> None:
        """Take away all that lies below an item, and below that, so that a new item of its id does not inherit it.

        Args:
            x: the exchange.
            kind: of the item.
            scopes: the levels above it.
            row: of the item.
        """
        left = REMOVED_MAX
        going = [(kind, {**row["in"], **scopes}, row)]
        while going:
            above, levels, owner = going.pop()
            owner_id = above.id_of(owner["item"])
            for one in self._kinds_below(above) if owner_id else ():
                inner = {**levels, above.resource.key: owner_id}
                for key, row_below in list(one.rows(x, inner)):
                    if not left:
                        return
                    left -= 1
                    x.tx.delete(one.address, key)
                    going.append((one, {**row_below["in"], **inner}, row_below))

    def _kinds_below(self, kind: Kind) -> tuple[Kind, ...]:
        found = self._below.get(kind.resource.key)
        if found is None:
            found = self._below[kind.resource.key] = tuple(self._found(kind))
        return found

    def _found(self, kind: Kind) -> Iterator[Kind]:
        """The kinds whose items are made below an item, or are named by way of it."""
        for one in self._kinds.by_key.values():
            for scope in one.home:
                key = scope_key(scope)
                is_own = key in one.identity or key in one.born
                if scope.resource == kind.resource.key and one is not kind and scope.spot.place == "path" and is_own:
                    yield one
                    break
