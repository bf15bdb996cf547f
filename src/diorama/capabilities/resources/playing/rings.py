"""Rings: resources that refer to each other in a circle, and which of them begins."""

from __future__ import annotations

from diorama.capabilities.resources.playing.kinds import Kind, Kinds


class Rings:
    """Tells which of the resources that refer to each other gets its first items first, whoever is asked for.

    Args:
        kinds: all resources.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._reached: dict[str, frozenset[str]] = {}
        self._first: dict[str, Kind] = {}

    def first(self, kind: Kind) -> Kind:
        """The first, in the document's order, of the resources in one ring with a kind; itself where there is none."""
        key = kind.resource.key
        found = self._first.get(key)
        if found is None:
            reached = self._reach(key)
            ring = (one for one in self._kinds.by_key if one in reached and key in self._reach(one))
            found = self._first[key] = self._kinds.by_key[next(ring, key)]
        return found

    def _reach(self, key: str) -> frozenset[str]:
        """All resources that one leads to by references."""
        found = self._reached.get(key)
        if found is None:
            seen: dict[str, None] = {}
            going = [key]
            while going:
                kind = self._kinds.by_key.get(going.pop())
                for reference in kind.resource.references if kind is not None else ():
                    if reference.resource in self._kinds.by_key and reference.resource not in seen:
                        seen[reference.resource] = None
                        going.append(reference.resource)
            found = self._reached[key] = frozenset(seen)
        return found
