"""One run of the benchmarks: start the servers, compare their replies, measure them in turn, stop them."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import results
from benchmarks.cases import Case, Kind
from benchmarks.closed_loop import LoadError, run_wrk
from benchmarks.exchange import Probe, mismatch
from benchmarks.machine import Cores
from benchmarks.material import Material
from benchmarks.open_loop import OpenLoopError, run_open_loop
from benchmarks.peers import Peer
from benchmarks.process import ProcessError, ServerProcess, free_port, running

SETTLE_S = 1.0


@dataclass(frozen=True)
class Pace:
    """How long and how often.

    Attributes:
        runs: how often each server is measured.
        seconds: how long each time.
        warm_up_seconds: load before the first run, so that just-in-time compilers have done their work.
    """

    runs: int
    seconds: float
    warm_up_seconds: float


FULL = Pace(runs=5, seconds=3, warm_up_seconds=6)
QUICK = Pace(runs=3, seconds=1, warm_up_seconds=2)

Step = Callable[[str], None]


class Session:
    """What all cases of a run share.

    Args:
        peers: who can be started.
        missing: who cannot, and why.
        cores: whose core is which.
        pace: how long and how often.
        step: told before each step what is done next.
    """

    def __init__(self, peers: dict[str, Peer], missing: dict[str, str], cores: Cores, pace: Pace, step: Step) -> None:
        self.results = results.Results()
        self._peers = peers
        self._missing = missing
        self._cores = cores
        self._pace = pace
        self._step = step
        self._count = 0

    def measure(self, case: Case) -> None:
        """Measure one case. Whoever fails in it is reported as a problem and left out."""
        for name in case.servers:
            if name in self._missing:
                self.results.problem(case.name, name, f"not measured, it is missing here ({self._missing[name]})")
        here = [self._peers[name] for name in case.servers if name in self._peers]
        with tempfile.TemporaryDirectory(prefix="diorama-bench-") as folder:
            workspace = Path(folder)
            try:
                made = case.make(workspace)
            except (OSError, LookupError) as error:
                self.results.problems.append(f"{case.name}: {error}")
                return
            if case.kind is Kind.START:
                self._measure_starts(case, here, made, workspace)
            elif case.kind is Kind.MEMORY:
                self._measure_memory(case, here, made, workspace)
            else:
                self._measure_load(case, here, made, workspace)

    def steps(self, case: Case) -> int:
        """How many steps a case takes when nothing fails in it."""
        here = sum(name in self._peers for name in case.servers)
        if case.kind is Kind.MEMORY:
            return 2 * here
        loads = 2 if case.kind is Kind.THROUGHPUT_AND_LATENCY else 1 if case.kind is Kind.THROUGHPUT else 0
        return here * self._pace.runs if not loads else here * (1 + loads * self._pace.runs)

    def _measure_load(self, case: Case, here: list[Peer], made: Material, workspace: Path) -> None:
        with contextlib.ExitStack() as stack:
            servers: dict[str, ServerProcess] = {}
            for peer in here:
                self._step(f"{case.title}: starting and warming up {peer.name}")
                server = self._start(stack, case, peer, made, workspace)
                if server and self._right(case, peer, server, made):
                    servers[peer.name] = server
                    self._load(case, peer.name, server, made, self._pace.warm_up_seconds)
            for run in range(self._pace.runs):
                for name, server in servers.items():
                    self._step(f"{case.title}: {name}, run {run + 1} of {self._pace.runs}")
                    rate = self._load(case, name, server, made, self._pace.seconds)
                    if rate:
                        self.results.add(case.name, name, results.RATE, rate)
            if case.kind is Kind.THROUGHPUT_AND_LATENCY:
                self._measure_latency(case, servers, made)

    def _measure_latency(self, case: Case, servers: dict[str, ServerProcess], made: Material) -> None:
        """At half of what the slowest can do, so that all get the same load and none is overloaded."""
        medians = [self.results.median(case.name, name, results.RATE) for name in servers]
        known = [median for median in medians if median]
        if not known:
            return
        rate = round(min(known) / 2)
        self.results.notes.append(f"{case.name}: latency at {rate} requests/s, open loop")
        for run in range(self._pace.runs):
            for name, server in servers.items():
                self._step(f"{case.title}: latency of {name}, run {run + 1} of {self._pace.runs}")
                try:
                    seen = run_open_loop(
                        self._cores.load, server.port, made.first_path, made.headers, rate, self._pace.seconds
                    )
                except OpenLoopError as error:
                    self.results.problem(case.name, name, f"open-loop load failed ({error})")
                    continue
                if seen.bad:
                    self.results.problem(case.name, name, f"{seen.bad} bad replies under open-loop load")
                if seen.late_p99_ms > 1:
                    self.results.problem(
                        case.name, name, "latencies are too long, the load began late (a busy machine?)"
                    )
                self.results.add(case.name, name, results.P50, seen.p50_ms)
                self.results.add(case.name, name, results.P99, seen.p99_ms)

    def _measure_starts(self, case: Case, here: list[Peer], made: Material, workspace: Path) -> None:
        for run in range(self._pace.runs + case.keep_cache):  # the first start of a cached case fills the cache
            for peer in here:
                counts = run >= case.keep_cache
                if counts:
                    self._step(f"{case.title}: {peer.name}, {run + 1 - case.keep_cache} of {self._pace.runs}")
                with contextlib.ExitStack() as stack:
                    server = self._start(stack, case, peer, made, workspace)
                    if server and counts:
                        self.results.add(case.name, peer.name, results.FIRST_REPLY, server.first_reply_s)

    def _measure_memory(self, case: Case, here: list[Peer], made: Material, workspace: Path) -> None:
        """Each server alone, so that none is measured while another presses on memory."""
        for peer in here:
            self._step(f"{case.title}: {peer.name}, idle")
            with contextlib.ExitStack() as stack:
                server = self._start(stack, case, peer, made, workspace)
                time.sleep(SETTLE_S)
                if server:
                    self.results.add(case.name, peer.name, results.IDLE, server.resident_mb())
                self._step(f"{case.title}: {peer.name}, under load")
                if server and self._load(case, peer.name, server, made, self._pace.warm_up_seconds):
                    time.sleep(SETTLE_S)
                    self.results.add(case.name, peer.name, results.LOADED, server.resident_mb())

    def _start(
        self, stack: contextlib.ExitStack, case: Case, peer: Peer, made: Material, workspace: Path
    ) -> ServerProcess | None:
        """Start a peer on the servers' core, for as long as the stack is open; None when it does not start."""
        self._count += 1
        cache = workspace / "caches" / (peer.name if case.keep_cache else str(self._count))
        data = workspace / "data" / str(self._count)
        for folder in (cache, data):
            folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        command = ["taskset", "-c", str(self._cores.server), *peer.command(port, made, data)]
        log = workspace / f"server-{self._count}.log"
        probe = Probe(made.first_path, made.headers)
        try:
            return stack.enter_context(running(command, port, peer.surroundings(cache), log, probe))
        except ProcessError as error:
            self.results.problem(case.name, peer.name, f"not measured, it did not start: {error}")
            return None

    def _right(self, case: Case, peer: Peer, server: ServerProcess, made: Material) -> bool:
        wrong = mismatch(server.port, made.expected, made.headers)
        if wrong:
            self.results.problem(case.name, peer.name, f"not measured, its reply is not the right one: {wrong}")
        return not wrong

    def _load(self, case: Case, name: str, server: ServerProcess, made: Material, seconds: float) -> float:
        """One run of wrk; the rate, or 0 when it failed."""
        paths = made.paths if case.rotate else made.first_path
        try:
            seen = run_wrk(self._cores.load, server.port, paths, made.headers, seconds)
        except LoadError as error:
            self.results.problem(case.name, name, f"load failed ({error})")
            return 0.0
        if seen.bad or not server.running():
            self.results.problem(case.name, name, f"{seen.bad} bad replies under load" if seen.bad else "it ended")
            return 0.0
        return seen.requests_per_second


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this process on a core, too, so that it takes nothing from the servers' one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
