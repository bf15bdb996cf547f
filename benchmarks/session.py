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
from benchmarks.bench import Bench, awake
from benchmarks.cases import Case, Kind
from benchmarks.closed_loop import BUSY, ClosedLoop, LoadError, run_wrk
from benchmarks.create_and_read import run_clients
from benchmarks.machine import Cores
from benchmarks.open_loop import RATE_MAX, OpenLoop, OpenLoopError, request_bytes, run_open_loop
from benchmarks.peers import Peer
from benchmarks.process import ServerProcess

SETTLE_S = 1.0
ATTEMPTS = 3  # of an open-loop run whose generator was late


@dataclass(frozen=True)
class Pace:
    """How long and how often.

    Attributes:
        runs: how often each server is measured.
        seconds: how long each time, where latency is measured, too.
        brief_seconds: how long each time elsewhere.
        warm_up_seconds: load before the first run, so that just-in-time compilers have done their work.
        rows: how many rows are created and read in a run.
    """

    runs: int
    seconds: int
    brief_seconds: int
    warm_up_seconds: int
    rows: int


FULL = Pace(runs=5, seconds=2, brief_seconds=1, warm_up_seconds=2, rows=1500)
QUICK = Pace(runs=3, seconds=1, brief_seconds=1, warm_up_seconds=1, rows=300)

LOADS = {Kind.THROUGHPUT: 1, Kind.CREATE_AND_READ: 1, Kind.THROUGHPUT_AND_LATENCY: 3}

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

    def measure(self, case: Case) -> None:
        """Measure one case. Whoever fails in it is reported as a problem and left out."""
        for name in case.servers:
            if name in self._missing:
                self.results.problem(case.name, name, f"not measured, it is missing here ({self._missing[name]})")
        here = [self._peers[name] for name in case.servers if name in self._peers]
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="diorama-bench-") as folder:
            workspace = Path(folder)
            try:
                made = case.make(workspace)
            except (OSError, LookupError) as error:
                self.results.problems.append(f"{case.name}: {error}")
                return
            bench = Bench(case, made, workspace, self._cores.server, self.results)
            if case.kind is Kind.START:
                self._measure_starts(bench, here)
            elif case.kind is Kind.MEMORY:
                self._measure_memory(bench, here)
            else:
                self._measure_load(bench, here)
        self.results.took_s[case.name] = round(time.perf_counter() - began, 1)

    def steps(self, case: Case) -> int:
        """How many steps a case takes when nothing fails in it."""
        here = sum(name in self._peers for name in case.servers)
        if case.kind is Kind.MEMORY:
            return 2 * here
        return here * self._pace.runs if case.kind is Kind.START else here * (1 + LOADS[case.kind] * self._pace.runs)

    def _measure_load(self, bench: Bench, here: list[Peer]) -> None:
        case = bench.case
        with contextlib.ExitStack() as stack:
            servers: dict[str, ServerProcess] = {}
            for peer in here:
                self._step(f"{case.title}: starting and warming up {peer.name}")
                server = bench.start(stack, peer)
                if server and bench.prepare(peer, server) and self._warm_up(bench, peer, server):
                    servers[peer.name] = server
                if server:
                    server.pause()
            for run in range(1, self._pace.runs + 1):
                for name, server in servers.items():
                    self._step(f"{case.title}: {name}, run {run} of {self._pace.runs}")
                    with awake(server):
                        rate = self._load(bench, name, server, run)
                    if rate:
                        self.results.add(case.name, name, results.RATE, rate)
            if case.kind is Kind.THROUGHPUT_AND_LATENCY:
                self._measure_latencies(bench, servers)

    def _warm_up(self, bench: Bench, peer: Peer, server: ServerProcess) -> bool:
        """Load a server before it is measured, and forget how it did; whether it did at all."""
        seconds = self._pace.warm_up_seconds * peer.warm_up
        warm = self._run(bench, peer.name, server, lambda: run_wrk(self._cores.load, server.port, bench.made, seconds))
        if warm and bench.case.kind is Kind.CREATE_AND_READ:
            return self._load(bench, peer.name, server, 0) > 0
        return warm > 0

    def _load(self, bench: Bench, name: str, server: ServerProcess, run: int) -> float:
        """One run in the closed loop; the rate, or 0 when it failed."""
        case, made, core = bench.case, bench.made, self._cores.load
        if case.kind is Kind.CREATE_AND_READ and made.api.collection:
            path, rows = made.api.collection.path, self._pace.rows
            return self._run(
                bench, name, server, lambda: run_clients(core, server.port, path, made.headers, run * rows, rows)
            )
        latency = case.kind is Kind.THROUGHPUT_AND_LATENCY
        seconds = self._pace.seconds if latency else self._pace.brief_seconds
        return self._run(bench, name, server, lambda: run_wrk(core, server.port, made, seconds))

    def _run(self, bench: Bench, name: str, server: ServerProcess, load: Callable[[], ClosedLoop]) -> float:
        case = bench.case.name
        try:
            seen = load()
        except LoadError as error:
            self.results.problem(case, name, f"load failed ({error})")
            return 0.0
        if seen.bad or not server.running():
            self.results.problem(case, name, f"{seen.bad} bad replies under load" if seen.bad else "it ended")
            return 0.0
        if not seen.requests_per_second:
            self.results.problem(case, name, "no reply came while a run lasted")
        if seen.generator_share > BUSY:
            self.results.problem(case, name, "can do more: the load generator used all of its core")
        return seen.requests_per_second

    def _measure_latencies(self, bench: Bench, servers: dict[str, ServerProcess]) -> None:
        """At half of what each can do, and all at the same rate, which is half of what the slowest can do."""
        case = bench.case.name
        medians = {name: self.results.median(case, name, results.RATE) for name in servers}
        halves = {name: round(median / 2) for name, median in medians.items() if median}
        if not halves:
            return
        same = min(halves.values())
        self.results.notes.append(f"{case}: same load is {same} requests/s, open loop")
        for name, half in halves.items():
            if half > RATE_MAX:
                self.results.notes.append(f"{case}, {name}: half load is {half}/s, measured at {RATE_MAX}/s")
        for run in range(1, self._pace.runs + 1):
            for name, half in halves.items():
                self._step(f"{bench.case.title}: latency of {name}, run {run} of {self._pace.runs}")
                own = self._open_loop(bench, name, servers[name], min(half, RATE_MAX), self._pace.brief_seconds)
                if own:
                    self.results.add(case, name, results.HALF_P50, own.p50_ms)
                    self.results.add(case, name, results.HALF_P99, own.p99_ms)
                self._step(f"{bench.case.title}: latency of {name} at the same load as the others")
                seen = self._open_loop(bench, name, servers[name], same, self._pace.brief_seconds)
                if seen:
                    self.results.add(case, name, results.P50, seen.p50_ms)
                    self.results.add(case, name, results.P99, seen.p99_ms)

    def _open_loop(self, bench: Bench, name: str, server: ServerProcess, rate: int, seconds: float) -> OpenLoop | None:
        """One run in the open loop; None, and a problem, when it failed, or when the generator was late each time."""
        case = bench.case.name
        request = request_bytes(bench.made.first.path, bench.made.headers)
        with awake(server):
            for _ in range(ATTEMPTS):
                try:
                    seen = run_open_loop(self._cores.load, server.port, request, rate, seconds)
                except OpenLoopError as error:
                    self.results.problem(case, name, f"open-loop load failed ({error})")
                    return None
                if seen.bad:
                    self.results.problem(case, name, f"{seen.bad} bad replies under open-loop load")
                    return None
                if not seen.late:
                    return seen
        self.results.problem(
            case, name, f"runs at {rate} requests/s left out: the load began late {ATTEMPTS} times (a busy machine?)"
        )
        return None

    def _measure_starts(self, bench: Bench, here: list[Peer]) -> None:
        case = bench.case
        failed: set[str] = set()
        for run in range(self._pace.runs + case.keep_cache):  # the first start of a cached case fills the cache
            for peer in here:
                counts = run >= case.keep_cache
                if counts:
                    self._step(f"{case.title}: {peer.name}, {run + 1 - case.keep_cache} of {self._pace.runs}")
                if peer.name in failed:  # it would take as long to fail again
                    continue
                with contextlib.ExitStack() as stack:
                    server = bench.start(stack, peer)
                    if server is None:
                        failed.add(peer.name)
                    elif counts:
                        self.results.add(case.name, peer.name, results.FIRST_REPLY, server.first_reply_s)

    def _measure_memory(self, bench: Bench, here: list[Peer]) -> None:
        """Each server alone, so that none is measured while another presses on memory."""
        case = bench.case
        for peer in here:
            self._step(f"{case.title}: {peer.name}, idle")
            with contextlib.ExitStack() as stack:
                server = bench.start(stack, peer)
                time.sleep(SETTLE_S)
                if server:
                    self.results.add(case.name, peer.name, results.IDLE, server.resident_mb())
                self._step(f"{case.title}: {peer.name}, under load")
                if server and self._warm_up(bench, peer, server):
                    time.sleep(SETTLE_S)
                    self.results.add(case.name, peer.name, results.LOADED, server.resident_mb())


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this process on a core, too, so that it takes nothing from the servers' one."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
