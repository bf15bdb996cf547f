"""Clusters: the operations of a document put together by the collection that their paths speak of.

Only paths and methods decide here, so a cluster is a guess; :mod:`drafts` holds it against the schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.paths import HOLE, Segments
from diorama.capabilities.resources.inference.vocabulary import COPIES, SEARCHES, TRIALS, VERBS, Verb
from diorama.formats.names import singular, words

Slot = Literal["collection", "item", "action", "search", "verb"]


class Member:
    """An operation in a cluster.

    Attributes:
        operation: the operation.
        slot: where it stands: the collection's path, an item's path, below an item, a search of the collection, or a
            path that ends in a verb.
        word: the words behind the collection's or item's path, joined by ``_``; empty for the first two slots.
        verb: what such a word means when it is one of the usual verbs.
    """

    __slots__ = ("operation", "slot", "verb", "word")

    def __init__(self, operation: Operation, slot: Slot, word: str = "", verb: Verb | None = None) -> None:
        self.operation = operation
        self.slot: Slot = slot
        self.word = word
        self.verb: Verb | None = verb


class Cluster:
    """The operations of what may be a collection.

    Attributes:
        segments: the collection's path.
        members: its operations, in the document's order.
        spoken: whether its paths end in verbs (``/transfer/create``).
    """

    __slots__ = ("members", "segments", "spoken")

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.members: list[Member] = []
        self.spoken = False

    def slot(self, slot: Slot) -> Iterator[Member]:
        """The members of a slot."""
        return (member for member in self.members if member.slot == slot)


def clusters_of(operations: Sequence[Operation]) -> list[Cluster]:
    """All clusters of a document, in the order in which their first operations stand."""
    ground = _Ground(operations)
    clusters: dict[Segments, Cluster] = {}
    for operation in operations:
        segments, member = ground.member(operation)
        cluster = clusters.setdefault(segments, Cluster(segments))
        cluster.members.append(member)
        cluster.spoken = cluster.spoken or member.slot == "verb"
    return list(clusters.values())


class _Ground:
    """What all paths of a document say together."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.item_parents = {one.path.segments[:-1] for one in operations if one.path.segments[-1:] == (HOLE,)}
        self.read = {one.path.segments for one in operations if one.method == "GET"}
        self.taken = {one.path.segments for one in operations}
        self.spoken: dict[Segments, set[Verb]] = {}
        for operation in operations:
            said = self._said(operation.path.segments)
            if said is not None:
                self.spoken.setdefault(said[0], set()).add(said[1])

    def member(self, operation: Operation) -> tuple[Segments, Member]:
        """The cluster that an operation belongs to, and as what."""
        segments = operation.path.segments
        if not segments or segments in self.item_parents:
            return segments, Member(operation, "collection")
        front, last = segments[:-1], segments[-1]
        said = self._said(segments)
        if said is not None and self._speaks(said[0]):
            return said[0], Member(operation, "verb", front[-1] if last == HOLE else last, said[1])
        if last == HOLE:
            return front, Member(operation, "item")
        parent = front if front in self.item_parents or front in self.taken else None
        if operation.method == "GET":
            if parent is not None and SEARCHES.intersection(words(last)[:1]) and HOLE not in front[-1:]:
                return front, Member(operation, "search", last)
            return segments, Member(operation, "collection")
        if segments in self.read:
            return segments, Member(operation, "collection")
        return self._written(operation, segments)

    def _written(self, operation: Operation, segments: Segments) -> tuple[Segments, Member]:
        """Where an operation that writes belongs when nothing is read at its path."""
        front, last = segments[:-1], segments[-1]
        if front[-1:] == (HOLE,) and front[:-1]:
            return front[:-1], Member(operation, "action", last)
        if front[-2:-1] == (HOLE,) and front[:-2] and front not in self.taken:
            return front[:-2], Member(operation, "action", f"{front[-1]}_{last}")
        verb = _verb(last)
        if front and (front in self.taken or front in self.item_parents):
            if SEARCHES.intersection(words(last)[:1]):
                return front, Member(operation, "search", last)
            if verb is not None:
                return front, Member(operation, "verb", last, verb)
        elif verb is not None and front and front[-1] != HOLE:
            return front, Member(operation, "verb", last, verb)
        else:
            for collection, word in self._perhaps(segments):
                if self._speaks(collection):
                    return collection, Member(operation, "verb", word)
        return segments, Member(operation, "collection")

    def _perhaps(self, segments: Segments) -> Iterator[tuple[Segments, str]]:
        """The collections that a path with an unusual verb may speak of: ``/transfer/cancel``, ``/cancelTransfer``."""
        front, last = segments[:-1], segments[-1]
        yield front, last
        parts = words(last)
        if len(parts) > 1:
            yield (*front, _noun(parts[1:])), parts[0]
            if "." in last:
                yield (*front, _noun(words(last.rpartition(".")[0]))), last.rpartition(".")[2]

    def _speaks(self, collection: Segments) -> bool:
        """Whether a collection has enough operations named by verbs to be taken for one of that style."""
        verbs = self.spoken.get(collection, set())
        if collection in self.item_parents:
            return False
        return len(verbs) > 1 and ("create" in verbs or "list" in verbs)

    def _said(self, segments: Segments) -> tuple[Segments, Verb] | None:
        """The collection and the verb of a path that ends in a verb.

        ``/transfer/create``, ``/createTransfer``, ``/transfers.create``, and with an id ``/transfer/get/{id}``.
        """
        if segments[-1:] == (HOLE,):
            is_verb = len(segments) > 2 and segments[-2] in VERBS and segments[-3] != HOLE
            return (segments[:-2], VERBS[segments[-2]]) if is_verb else None
        if not segments or segments in self.item_parents:
            return None
        front, last = segments[:-1], segments[-1]
        parts = words(last)
        if not parts:
            return None
        if len(parts) == 1:
            verb = VERBS.get(parts[0])
            return (front, verb) if verb is not None and front and front[-1] != HOLE else None
        if parts[0] in VERBS and not (TRIALS | COPIES).intersection(parts[1:]) and parts[1] != "by":
            return (*front, _noun(parts[1:])), VERBS[parts[0]]
        if "." in last and parts[-1] in VERBS:
            return (*front, _noun(parts[:-1])), VERBS[parts[-1]]
        return None


def _noun(parts: Sequence[str]) -> str:
    return "_".join((*parts[:-1], singular(parts[-1])))


def _verb(segment: str) -> Verb | None:
    """The usual verb that a segment begins with, unless what it says is only tried or is about many."""
    parts = words(segment)
    if not parts or (TRIALS | COPIES).intersection(parts):
        return None
    return VERBS.get(parts[0])
