"""Closed-loop load by wrk: each connection asks again when it has its reply. It shows how much a server can do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROTATION = Path(__file__).parent / "rotation.lua"
CONNECTIONS = 64


class LoadError(Exception):
    """The load generator failed; the message is what it said."""


@dataclass(frozen=True)
class ClosedLoop:
    """What one run of wrk came to.

    Attributes:
        requests_per_second: replies, good and bad.
        bad: replies with another status than 2xx and 3xx, and socket errors.
    """

    requests_per_second: float
    bad: int


def run_wrk(core: int, port: int, paths: Path | str, headers: Mapping[str, str], seconds: float) -> ClosedLoop:
    """Load a server.

    Args:
        core: the core for wrk.
        port: where the server listens.
        paths: one path, or a file of paths that are asked for in turn.
        headers: of each request.
        seconds: how long; wrk takes whole seconds.

    Raises:
        LoadError: wrk failed.
    """
    base = f"http://127.0.0.1:{port}"
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    command += ["--timeout", "10s"]  # by default wrk counts a reply after two seconds as an error
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [base + paths] if isinstance(paths, str) else ["-s", str(ROTATION), base, "--", str(paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError((done.stderr or done.stdout).strip())
    return parse(done.stdout)


def parse(report: str) -> ClosedLoop:
    """Read wrk's report."""
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", report, re.MULTILINE)
    if rate is None:
        raise LoadError(f"wrk reported no rate: {report.strip()}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    socket_errors = sum(map(int, sockets.groups())) if sockets else 0
    return ClosedLoop(float(rate[1]), (int(bad[1]) if bad else 0) + socket_errors)
