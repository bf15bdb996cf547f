"""A server as a process of its own, pinned to a core, stopped for certain."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.exchange import ExchangeError, Probe, fetch

START_S = 60.0
POLL_S = 0.002
STOP_S = 5.0


class ProcessError(Exception):
    """A server that did not start or ended too early; the message is the end of what it said."""


class ServerProcess:
    """A running server.

    Attributes:
        port: where it listens, on 127.0.0.1.
        pid: its process id, which is also its process group.
        first_reply_s: seconds from starting the process to the first good reply.
    """

    def __init__(self, command: Sequence[str], port: int, environment: Mapping[str, str], log: Path) -> None:
        self.port = port
        self.first_reply_s = 0.0
        self._log = log
        with log.open("wb") as said:
            self._began = time.perf_counter()
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this program alone, which then stops the servers in order
            )
        self.pid = self._process.pid

    def wait_for(self, probe: Probe) -> None:
        """Ask until the probe's status comes back.

        Raises:
            ProcessError: the process ended, or did not answer so in time.
        """
        last = "no connection"
        while time.perf_counter() - self._began < START_S:
            if self._process.poll() is not None:
                raise ProcessError(f"it ended with {self._process.returncode}: {self.last_words()}")
            try:
                status = fetch(self.port, probe).status
            except ExchangeError as error:
                last = str(error)
            else:
                if status == probe.status:
                    self.first_reply_s = time.perf_counter() - self._began
                    return
                last = f"status {status}"
            time.sleep(POLL_S)
        raise ProcessError(f"no reply with status {probe.status} in {START_S:g} s ({last}): {self.last_words()}")

    def resident_mb(self) -> float:
        """Resident memory of the process and its children, in MB of 1,000,000 bytes."""
        return sum(map(_resident_bytes, _family(self.pid))) / 1_000_000

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def pause(self) -> None:
        """Hold it and its children, so that they take nothing from the server that is measured."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def last_words(self) -> str:
        """The last line that it wrote."""
        with self._log.open("rb") as said:
            said.seek(max(0, self._log.stat().st_size - 2000))
            lines = said.read().decode(errors="replace").split("\n")
        return next((line.strip()[-300:] for line in reversed(lines) if line.strip()), "it said nothing")

    def stop(self) -> None:
        """End it and its children, politely first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            self.resume()  # a process that is held does not see that it is to end
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
                return

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str], log: Path, probe: Probe
) -> Iterator[ServerProcess]:
    """A server from its first good reply to the end of the block."""
    server = ServerProcess(command, port, environment, log)
    try:
        server.wait_for(probe)
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name may hold spaces and parentheses, so the fields are counted from its last parenthesis.
                parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    family, next_ones = [], [pid]
    while next_ones:
        family.append(next_ones.pop())
        next_ones += children.get(family[-1], [])
    return family


def _resident_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
