"""Closed-loop load by wrk: each connection asks again when it has its reply. It shows how much a server can do."""

from __future__ import annotations

import re
import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.material import Material

SCRIPTS = Path(__file__).parent
CONNECTIONS = 64
BUSY = 0.9  # above this share of its core the generator may be what is measured


class LoadError(Exception):
    """The load generator failed; the message is what it said."""


@dataclass(frozen=True)
class ClosedLoop:
    """What one run came to.

    Attributes:
        requests_per_second: replies, good and bad.
        bad: replies with another status than 2xx and 3xx, and socket errors.
        generator_share: how much of its core the load generator used, 0 to 1.
    """

    requests_per_second: float
    bad: int
    generator_share: float = 0.0


def run_wrk(core: int, port: int, material: Material, seconds: float) -> ClosedLoop:
    """Load a server with the first thing that is asked for, or with all in turn when they are several.

    Args:
        core: the core for wrk.
        port: where the server listens.
        material: what is asked for.
        seconds: how long; wrk takes whole seconds.

    Raises:
        LoadError: wrk failed.
    """
    base = f"http://127.0.0.1:{port}"
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    command += ["--timeout", "10s"]  # by default wrk counts a reply after two seconds as an error
    for name, value in material.headers.items():
        command += ["-H", f"{name}: {value}"]
    if len(material.asked) > 1:
        command += ["-s", str(SCRIPTS / "rotation.lua"), base, "--", str(material.folder / "paths.txt")]
    elif material.distinct:
        command += ["-s", str(SCRIPTS / "distinct.lua"), base + material.first.path]
        if material.first.sent is not None:
            command += ["--", str(material.folder / "sent.json")]
    else:
        command += [base + material.first.path]
    worked, began = _children_s(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    share = (_children_s() - worked) / (time.perf_counter() - began)
    if done.returncode:
        raise LoadError((done.stderr or done.stdout).strip())
    return parse(done.stdout, share)


def parse(report: str, generator_share: float = 0.0) -> ClosedLoop:
    """Read wrk's report."""
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", report, re.MULTILINE)
    if rate is None:
        raise LoadError(f"wrk reported no rate: {report.strip()}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    socket_errors = sum(map(int, sockets.groups())) if sockets else 0
    return ClosedLoop(float(rate[1]), (int(bad[1]) if bad else 0) + socket_errors, round(generator_share, 3))


def _children_s() -> float:
    """Seconds of processor time of the processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
