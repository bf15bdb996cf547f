"""Run cases: each with a server of its own, several at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.harness.case import PORT, Case
from tests.e2e.harness.comparison import differences
from tests.e2e.harness.message import Message

ROOT = Path(__file__).resolve().parents[3]
START_S = 15.0
CURL_S = 15.0


class StartError(Exception):
    """A server that did not start; the message is the end of what it said."""


@dataclass(frozen=True)
class Outcome:
    """What running a case came to; ``reasons`` is empty when the reply was as expected."""

    case: Case
    reasons: tuple[str, ...]
    seconds: float


def run_all(cases: list[Case], parallel: int) -> Iterator[Outcome]:
    """Run cases, ``parallel`` at once; outcomes in the order of the cases."""
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        yield from pool.map(run, cases)


def run(case: Case) -> Outcome:
    """Start the server, run the curl line, compare, stop."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="harness-") as folder:
        suffix = ".json" if case.document.lstrip().startswith("{") else ".yaml"
        document = Path(folder, "document" + suffix)
        document.write_text(case.document)
        try:
            with server(document, case.arguments) as port:
                reasons = differences(case, curl(case.command, port))
        except StartError as error:
            reasons = [f"the server did not start: {error}"]
        except subprocess.TimeoutExpired:
            reasons = [f"no reply within {CURL_S:g} s"]
    return Outcome(case, tuple(reasons), time.perf_counter() - began)


def curl(command: str, port: int) -> Message:
    """Run a case's curl line against a port of ours. The line is a shell's, quotes and all."""
    for host in ("localhost", "127.0.0.1"):
        command = command.replace(f"{host}:{PORT}", f"127.0.0.1:{port}")
    done = subprocess.run(command, shell=True, capture_output=True, timeout=CURL_S, check=False)
    return Message.parse(done.stdout.decode(errors="replace"))


@contextmanager
def server(document: Path, arguments: tuple[str, ...]) -> Iterator[int]:
    """Run ``diorama mock``; gives the port when it accepts connections.

    Raises:
        StartError: it ended, or did not accept a connection in time.
    """
    port = _free_port()
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "diorama", "mock", str(document), "--port", str(port), *arguments],
            cwd=document.parent,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _accepts(port, process):
                said.seek(0)
                lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
                raise StartError(lines[-1] if lines else "no word from it")
            yield port
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _accepts(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
