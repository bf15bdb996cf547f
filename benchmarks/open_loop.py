"""Open-loop load: requests begin at a fixed rate, whether or not earlier ones were answered.

A closed loop stops asking while a server stalls, and so hides the stall. Here each latency counts from the moment at
which the request should have begun, so a stall shows in every request that it held up (no coordinated omission).

The generator spins on a core of its own: a timer would begin requests up to a millisecond late.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import socket
import subprocess
import sys
import time
from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

CONNECTIONS = 64
DRAIN_S = 10.0  # how long replies are awaited after the last request began
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ROOT = Path(__file__).resolve().parent.parent


class OpenLoopError(Exception):
    """The load could not be made; the message says why."""


@dataclass(frozen=True)
class OpenLoop:
    """What one run came to. Latencies are in milliseconds.

    Attributes:
        rate: requests per second that were asked for.
        achieved_rate: replies per second that came.
        late_p99_ms: how late the generator itself began requests though a connection was free.
        bad: replies other than 200, lost connections, and replies that never came.
    """

    rate: float
    achieved_rate: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    late_p99_ms: float
    bad: int


class Generator:
    """One run: its connections, its schedule, and what was measured, in seconds."""

    def __init__(self, port: int, request: bytes, connections: int) -> None:
        self._port = port
        self._request = request
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._idle: deque[int] = deque()
        self._planned: dict[int, float] = {}
        self._partial: dict[int, bytes] = {}
        self.latencies = array("d")
        self.lateness = array("d")
        self.bad = 0
        for _ in range(connections):
            self._connect()

    def run(self, rate: float, seconds: float) -> float:
        """Begin ``rate * seconds`` requests; returns the seconds from the first request to the last reply."""
        total = max(1, int(rate * seconds))
        start = time.perf_counter() + 0.01
        begun = 0
        while len(self.latencies) + self.bad < total:
            now = time.perf_counter()
            if now > start + seconds + DRAIN_S:
                self.bad = total - len(self.latencies)
                break
            free = bool(self._idle)
            due = min(total, int((now - start) * rate) + 1) if now >= start else 0
            while begun < due and self._idle:
                planned = start + begun / rate
                begun += 1
                if free:
                    self.lateness.append(now - planned)
                self._begin(self._idle.popleft(), planned)
            for descriptor, _event in self._poll.poll(0):
                self._receive(descriptor)
        return time.perf_counter() - start

    def close(self) -> None:
        """Close all connections."""
        for connection in self._sockets.values():
            connection.close()
        self._poll.close()

    def _connect(self) -> None:
        try:
            connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        except OSError as error:
            raise OpenLoopError(f"no connection: {error}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._sockets[connection.fileno()] = connection
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self._idle.append(connection.fileno())

    def _begin(self, descriptor: int, planned: float) -> None:
        self._planned[descriptor] = planned
        try:
            self._sockets[descriptor].send(self._request)
        except OSError:
            self._lose(descriptor)

    def _receive(self, descriptor: int) -> None:
        try:
            data = self._sockets[descriptor].recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lose(descriptor)
            return
        data = self._partial.pop(descriptor, b"") + data
        if not complete(data):
            self._partial[descriptor] = data
            return
        planned = self._planned.pop(descriptor, None)
        self._idle.append(descriptor)
        if planned is not None and data.startswith(b"HTTP/1.1 200"):
            self.latencies.append(time.perf_counter() - planned)
        else:
            self.bad += 1

    def _lose(self, descriptor: int) -> None:
        """A connection is gone: count its request, and put a new connection in its place."""
        self._poll.unregister(descriptor)
        self._sockets.pop(descriptor).close()
        self._partial.pop(descriptor, None)
        if self._planned.pop(descriptor, None) is None:
            self._idle.remove(descriptor)
        else:
            self.bad += 1
        self._connect()


def complete(data: bytes) -> bool:
    """Whether a whole reply has come, by its length or its last chunk."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(data, 0, end + 2)
    return len(data) >= end + 4 + int(length[1]) if length else data.endswith(b"0\r\n\r\n")


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the ordered values do not exceed; 0 when there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _milliseconds(ordered: Sequence[float], share: float) -> float:
    return round(1000 * percentile(ordered, share), 3)


def measure(port: int, request: bytes, rate: float, seconds: float, connections: int = CONNECTIONS) -> OpenLoop:
    """Make the load in this process and sum it up."""
    generator = Generator(port, request, connections)
    try:
        took = generator.run(rate, seconds)
    finally:
        generator.close()
    ordered, late = sorted(generator.latencies), sorted(generator.lateness)
    return OpenLoop(
        rate=rate,
        achieved_rate=round(len(ordered) / took, 1),
        p50_ms=_milliseconds(ordered, 0.5),
        p90_ms=_milliseconds(ordered, 0.9),
        p99_ms=_milliseconds(ordered, 0.99),
        p999_ms=_milliseconds(ordered, 0.999),
        max_ms=_milliseconds(ordered, 1),
        late_p99_ms=_milliseconds(late, 0.99),
        bad=generator.bad,
    )


def request_bytes(path: str, headers: Mapping[str, str]) -> bytes:
    """A GET request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", "host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def run_open_loop(core: int, port: int, path: str, headers: Mapping[str, str], rate: float, seconds: float) -> OpenLoop:
    """Make the load in a process of its own on a core.

    Raises:
        OpenLoopError: that process failed.
    """
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.open_loop", str(port), path]
    command += ["--rate", str(rate), "--seconds", str(seconds)]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpenLoopError(done.stderr.strip().rpartition("\n")[2] or "the load generator failed")
    return OpenLoop(**json.loads(done.stdout))


def main() -> None:
    """Run it: ``python -m benchmarks.open_loop PORT PATH --rate N --seconds N``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.open_loop", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--rate", type=float, required=True, help="requests per second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    options = parser.parse_args()
    headers = {name.strip(): value.strip() for name, _, value in (header.partition(":") for header in options.header)}
    request = request_bytes(options.path, headers)
    print(json.dumps(asdict(measure(options.port, request, options.rate, options.seconds))))


if __name__ == "__main__":
    main()
