"""Drafts: a cluster held against its schemas.

What an item is comes from the reading of the replies that most operations share. An operation whose bodies do not fit
it plays nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from diorama.capabilities.resources.inference.clusters import Cluster, Member
from diorama.capabilities.resources.inference.identity import Identity, identity_of, nouns_of
from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.paths import HOLE, Segments, literals
from diorama.capabilities.resources.inference.replies import AGREED, Candidate, agreement
from diorama.capabilities.resources.inference.shapes import Shape, Shapes
from diorama.capabilities.resources.model import Play, Role


class Part:
    """One play of a draft, with what it was made from.

    Attributes:
        operation: the operation.
        play: how it plays, as far as it is known.
        candidate: the reading of its reply; None when that shows no item.
        action: the words of an action.
    """

    __slots__ = ("candidate", "member", "operation", "play")

    def __init__(self, member: Member, play: Play, candidate: Candidate | None) -> None:
        self.member = member
        self.operation: Operation = member.operation
        self.play = play
        self.candidate = candidate


class Draft:
    """What may become a resource.

    Attributes:
        segments: the collection's path.
        nouns: the words of its name, in the singular.
        item: shape of an item.
        identity: its id; None for a singleton or a thing that is only listed.
        singleton: whether there is one in each scope.
        parts: its plays.
        rejected: operations of the cluster that play nothing, each with the reason.
    """

    __slots__ = ("identity", "item", "nouns", "parts", "rejected", "segments", "singleton")

    def __init__(self, segments: Segments, nouns: tuple[str, ...], item: Shape) -> None:
        self.segments = segments
        self.nouns = nouns
        self.item = item
        self.identity: Identity | None = None
        self.singleton = False
        self.parts: list[Part] = []
        self.rejected: list[tuple[Member, str]] = []

    def roles(self) -> set[Role]:
        """What its operations do."""
        return {part.play.role for part in self.parts}


def nouns_at(segments: Segments, item: Shape | None = None) -> tuple[str, ...]:
    """The words of a collection's name; the schema's where the path has none."""
    named = literals(segments)
    if named:
        return nouns_of(named[-1])
    return nouns_of(item.name) if item is not None and item.name else ("item",)


def item_of(shapes: Shapes, cluster: Cluster) -> Shape | None:
    """The shape of an item: the reading that most operations share, one with an id before one without."""
    ballots = [(member, _votes(member)) for member in cluster.members]
    ballots = [(member, readings) for member, readings in ballots if readings]
    if not ballots and not any(True for _ in cluster.slot("item")):
        ballots = [(member, member.operation.items()) for member in cluster.slot("action")]
    nouns = nouns_at(cluster.segments)
    parameters = item_parameters(cluster)
    best: tuple[float, Shape] | None = None
    for _, readings in ballots:
        for reading in readings:
            support = sum(max(_agreed(reading.shape, other.shape) for other in others) for _, others in ballots)
            identified = identity_of(shapes, reading.shape, nouns, parameters) is not None
            weight = support + (0.6 if identified else 0.0) - (0.3 if reading.envelope else 0.0)
            # Of readings that are as good, the richer one: a POST may show but a part of the item.
            richer = best is not None and len(reading.shape.properties) > len(best[1].properties)
            if best is None or weight > best[0] + (-0.01 if richer else 0.01):
                best = weight, reading.shape
    return best[1] if best is not None else None


def item_parameters(cluster: Cluster) -> list[str]:
    """What the item's paths call its id, each name once."""
    found = [member.operation.path.parameters[-1] for member in cluster.members if ends_in_id(member)]
    below = [member.operation.path.parameters_of((*cluster.segments, HOLE))[-1:] for member in cluster.slot("action")]
    return list(dict.fromkeys([*found, *(name for names in below for name in names)]))


def ends_in_id(member: Member) -> bool:
    """Whether an operation's path ends in the id of the item that it is about."""
    return member.slot in ("item", "verb") and member.operation.path.segments[-1:] == (HOLE,)


def _votes(member: Member) -> Sequence[Candidate]:
    """The readings by which an operation says what an item is."""
    operation = member.operation
    if operation.response is None or member.slot == "action" or operation.method == "DELETE":
        return ()
    if member.slot == "search" or (member.slot == "collection" and operation.method == "GET"):
        return operation.lists()
    if member.slot == "verb":
        return operation.lists() if member.verb == "list" else operation.items() if member.verb != "delete" else ()
    if member.slot == "item" and operation.method == "GET":
        return operation.readings
    return operation.items()


def _agreed(one: Shape, other: Shape) -> float:
    value = agreement(one, other)
    return value if value >= AGREED else 0.0


def fitting(readings: Sequence[Candidate], item: Shape) -> tuple[Candidate, float] | None:
    """The reading that agrees best with an item, the outermost of those that agree alike."""
    best: tuple[Candidate, float] | None = None
    for reading in readings:
        value = agreement(reading.shape, item)
        if value >= AGREED and (best is None or value > best[1]):
            best = reading, value
    return best
