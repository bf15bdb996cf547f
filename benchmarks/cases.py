"""The cases: what is asked of whom, and what is measured."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from benchmarks import material, peers, targets
from benchmarks.material import Material

DOCUMENT_VARIABLE = "DIORAMA_BENCH_DOCUMENT"
OURS = (peers.SERVE, peers.MOCK)
EVERYONE = (*OURS, *peers.OTHERS, peers.BARE)
QUICKEST = (*OURS, peers.WIREMOCK, peers.MOCKSERVER, peers.MOUNTEBANK, peers.BARE)
OF_DOCUMENTS = (*OURS, peers.MOCKSERVER, peers.MOCKOON, peers.PRISM)
VALIDATING = (*OURS, peers.WIREMOCK, peers.MOCKSERVER, peers.MOCKOON, peers.PRISM)
KEEPING = (peers.SERVE, peers.MOCKSERVER, peers.MOCKOON, peers.JSON_SERVER)
LISTING = (*KEEPING, peers.WIREMOCK, peers.MOUNTEBANK)
OF_ROUTES = (*OURS, peers.WIREMOCK, peers.MOCKSERVER, peers.MOCKOON, peers.PRISM, peers.MOUNTEBANK)
STARTING = (*OURS, *peers.OTHERS)
OF_MANY_ROUTES = tuple(name for name in OF_ROUTES if name != peers.PRISM)  # of which it may answer none in a run
# Prism takes minutes for a document of some megabytes, and MockServer refuses YAML of more than three.
OF_LARGE_DOCUMENTS = (*OURS, peers.MOCKOON)


class Kind(Enum):
    """How a case is measured."""

    THROUGHPUT = "closed loop"
    THROUGHPUT_AND_LATENCY = "closed loop, then open loop"
    CREATE_AND_READ = "closed loop of clients that create and read"
    START = "time to the first reply"
    MEMORY = "resident memory"


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        name: for ``--only`` and records.
        title: for tables.
        kind: how it is measured.
        servers: who takes part, as far as they are there.
        make: writes the material into a folder.
        keep_cache: whether each start finds what the one before cached.
    """

    name: str
    title: str
    kind: Kind
    servers: tuple[str, ...]
    make: Callable[[Path], Material]
    keep_cache: bool = False


def all_cases() -> list[Case]:
    """The cases of this run; a document of the environment adds three."""
    cases = [
        Case(targets.CONSTANT, "Constant JSON reply", Kind.THROUGHPUT_AND_LATENCY, EVERYONE, material.constant),
        Case(
            targets.DISTINCT, "Constant JSON reply, no two requests alike", Kind.THROUGHPUT, QUICKEST, material.distinct
        ),
        Case(
            targets.GENERATED, "Reply made from a document", Kind.THROUGHPUT, OF_DOCUMENTS, material.generated
        ),
        Case(targets.VALIDATED, "Validated POST", Kind.THROUGHPUT, VALIDATING, material.validated),
        Case(targets.CREATE_READ, "Create and read", Kind.CREATE_AND_READ, KEEPING, material.collection),
        Case(targets.LIST, "List of 1,000", Kind.THROUGHPUT, LISTING, _listing(1000)),
        Case(targets.ROUTES_10, "10 routes, asked in turn", Kind.THROUGHPUT, OURS, _routes(10)),
        Case(targets.ROUTES_1000, "1,000 routes, asked in turn", Kind.THROUGHPUT, OF_ROUTES, _routes(1000)),
        Case(targets.ROUTES_10000, "10,000 routes, asked in turn", Kind.THROUGHPUT, OF_MANY_ROUTES, _routes(10000)),
        Case(targets.START, "Start to first reply, nothing cached", Kind.START, STARTING, material.example),
        Case(
            targets.START_CACHED, "Start to first reply, started before", Kind.START, OURS, material.example,
            keep_cache=True,
        ),
        Case(targets.MEMORY, "Resident memory", Kind.MEMORY, STARTING, material.example),
    ]  # fmt: skip
    document = os.environ.get(DOCUMENT_VARIABLE)
    if document:
        make = _other(Path(document))
        title = "Large document"
        cases += [
            Case(targets.DOCUMENT, f"{title}, start, nothing cached", Kind.START, OF_LARGE_DOCUMENTS, make),
            Case(
                targets.DOCUMENT_CACHED, f"{title}, start, started before", Kind.START, OURS, make, keep_cache=True
            ),
            Case(targets.DOCUMENT_MEMORY, f"{title}, resident memory", Kind.MEMORY, OF_LARGE_DOCUMENTS, make),
        ]  # fmt: skip
    return cases


def _routes(count: int) -> Callable[[Path], Material]:
    return lambda folder: material.routes(folder, count)


def _listing(count: int) -> Callable[[Path], Material]:
    return lambda folder: material.listing(folder, count)


def _other(document: Path) -> Callable[[Path], Material]:
    return lambda folder: material.other(folder, document)
