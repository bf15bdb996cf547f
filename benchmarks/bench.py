"""The servers of one case: started on their core, with right replies, and only one of them awake at a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.exchange import ExchangeError, Probe, fetch
from benchmarks.material import Material
from benchmarks.peers import Peer
from benchmarks.process import ProcessError, ServerProcess, free_port, running
from benchmarks.replies import ReplyError, create, mismatch, probe_of
from benchmarks.results import Results

AWAKE_S = 0.05


class Bench:
    """Where the servers of a case run.

    Args:
        case: the case.
        made: its material.
        workspace: a folder for data, caches and logs.
        core: the core of the servers.
        results: what is told of problems.
    """

    def __init__(self, case: Case, made: Material, workspace: Path, core: int, results: Results) -> None:
        self.case = case
        self.made = made
        self._workspace = workspace
        self._core = core
        self._results = results
        self._count = 0

    def start(self, stack: contextlib.ExitStack, peer: Peer) -> ServerProcess | None:
        """Start a peer for as long as the stack is open; None, and a problem, when it does not start."""
        self._count += 1
        cache = self._workspace / "caches" / (peer.name if self.case.keep_cache else str(self._count))
        data = self._workspace / "data" / str(self._count)
        for folder in (cache, data):
            folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        command = ["taskset", "-c", str(self._core), *peer.command(port, self.made, data)]
        log = self._workspace / f"server-{self._count}.log"
        collection = self.made.api.collection
        early = collection is not None and peer.registration is not None
        probe = Probe(peer.liveness) if early else probe_of(self.made.first, self.made.headers)
        try:
            return stack.enter_context(running(command, port, peer.surroundings(cache), log, probe))
        except ProcessError as error:
            self._results.problem(self.case.name, peer.name, f"not measured, it did not start: {error}")
            return None

    def prepare(self, peer: Peer, server: ServerProcess) -> bool:
        """Tell a server of the collection, fill it, and compare its replies; False, and a problem, when it is wrong."""
        collection = self.made.api.collection if peer.keeps_rows else None
        try:
            if collection and peer.registration:
                _register(server.port, peer.registration(collection))
            if collection:
                create(server.port, collection, self.made.headers)
            wrong = mismatch(server.port, self.made.asked, self.made.headers, self.made.api.collection)
        except ReplyError as error:
            wrong = str(error)
        if wrong:
            self._results.problem(self.case.name, peer.name, f"not measured, its reply is not the right one: {wrong}")
        return not wrong


@contextlib.contextmanager
def awake(server: ServerProcess) -> Iterator[None]:
    """Let a server run that is held otherwise."""
    server.resume()
    time.sleep(AWAKE_S)  # what waited while it was held comes first
    try:
        yield
    finally:
        server.pause()


def _register(port: int, probe: Probe) -> None:
    try:
        status = fetch(port, probe).status
    except ExchangeError as error:
        raise ReplyError(f"{probe.path}: no reply ({error})") from error
    if status != probe.status:
        raise ReplyError(f"{probe.path}: status {status} instead of {probe.status}")
