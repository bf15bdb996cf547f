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
EVERYONE = (peers.SERVE, peers.MOCK, peers.WIREMOCK, peers.PRISM, peers.BARE)
MOCK_SERVERS = (peers.SERVE, peers.MOCK, peers.WIREMOCK, peers.PRISM)
OURS = (peers.SERVE, peers.MOCK)


class Kind(Enum):
    """How a case is measured."""

    THROUGHPUT = "closed loop"
    THROUGHPUT_AND_LATENCY = "closed loop, then open loop"
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
        rotate: whether all paths of the material are asked for in turn, rather than the first.
        keep_cache: whether each start finds what the one before cached.
    """

    name: str
    title: str
    kind: Kind
    servers: tuple[str, ...]
    make: Callable[[Path], Material]
    rotate: bool = False
    keep_cache: bool = False


def all_cases() -> list[Case]:
    """The cases of this run; a document of the environment adds two."""
    cases = [
        Case(targets.CONSTANT, "Constant JSON reply", Kind.THROUGHPUT_AND_LATENCY, EVERYONE, material.constant),
        Case(
            targets.ROUTES_10, "10 routes, asked in turn", Kind.THROUGHPUT, OURS, _routes(10), rotate=True
        ),
        Case(
            targets.ROUTES_1000, "1,000 routes, asked in turn", Kind.THROUGHPUT, MOCK_SERVERS, _routes(1000),
            rotate=True,
        ),
        Case(targets.START, "Start to first reply, nothing cached", Kind.START, MOCK_SERVERS, material.example),
        Case(
            targets.START_CACHED, "Start to first reply, started before", Kind.START, OURS, material.example,
            keep_cache=True,
        ),
        Case(targets.MEMORY, "Resident memory", Kind.MEMORY, MOCK_SERVERS, material.example),
    ]  # fmt: skip
    document = os.environ.get(DOCUMENT_VARIABLE)
    if document:
        make = _other(Path(document))
        cases += [
            Case("document", "Your document, start to first reply, nothing cached", Kind.START, OURS, make),
            Case(
                "document-cached", "Your document, start to first reply, started before", Kind.START, OURS, make,
                keep_cache=True,
            ),
            Case("document-memory", "Your document, resident memory", Kind.MEMORY, OURS, make),
        ]  # fmt: skip
    return cases


def _routes(count: int) -> Callable[[Path], Material]:
    return lambda folder: material.routes(folder, count)


def _other(document: Path) -> Callable[[Path], Material]:
    return lambda folder: material.other(folder, document)
