"""Open-loop load: requests begin at a fixed rate, whether or not earlier ones were answered.

A closed loop stops asking while a server stalls, and so hides the stall. Here each latency counts from the moment at
which the request should have begun, so a stall shows in every request that it held up (no coordinated omission).

The generator is ``open_loop.c``, compiled when it is first needed: half of what a quick server can do is too much for
Python. It measures how late it began requests itself although a connection was free. A run in which it was late says
nothing of the server: it is to be rejected, see :data:`LATE_P99_MS`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.installation import cache_root
from benchmarks.machine import missing_tools

CONNECTIONS = 64
LATE_P99_MS = 0.25
RATE_MAX = 120_000  # requests per second, about what one core can begin and take in
SOURCE = Path(__file__).with_suffix(".c")


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

    @property
    def late(self) -> bool:
        """Whether the generator itself was too late for the latencies to be the server's."""
        return self.late_p99_ms > LATE_P99_MS


def generator() -> Path:
    """The compiled generator, in the cache.

    Raises:
        OpenLoopError: there is no compiler, or it failed.
    """
    missing = missing_tools("cc")
    program = cache_root() / f"open-loop-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}"
    if program.exists():
        return program
    if missing:
        raise OpenLoopError(missing)
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as folder:
        made = Path(folder, "program")
        command = ["cc", "-O2", "-o", str(made), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OpenLoopError(f"the compiler failed: {done.stderr.strip().partition(chr(10))[0]}")
        made.rename(program)
    return program


def request_bytes(path: str, headers: Mapping[str, str], method: str = "GET", body: str = "") -> bytes:
    """A request as it goes over the wire; a body is JSON."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body.encode())}"]
    return ("\r\n".join([*lines, "", ""]) + body).encode()


def run_open_loop(
    core: int, port: int, request: bytes, rate: float, seconds: float, connections: int = CONNECTIONS
) -> OpenLoop:
    """Make the load in a process of its own on a core.

    Args:
        core: the core for the generator, which it uses up.
        port: where the server listens.
        request: what each request consists of.
        rate: requests per second.
        seconds: how long requests are begun.
        connections: over how many connections.

    Raises:
        OpenLoopError: that process failed.
    """
    numbers = [str(port), str(rate), str(seconds), str(connections)]
    command = ["taskset", "-c", str(core), str(generator()), *numbers]
    done = subprocess.run(command, input=request, capture_output=True, check=False)
    if done.returncode:
        raise OpenLoopError(done.stderr.decode(errors="replace").strip() or "the load generator failed")
    return OpenLoop(**json.loads(done.stdout))
