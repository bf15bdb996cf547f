"""A command of Diorama as a process of its own, as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Condition, Event, Thread
from types import TracebackType
from typing import IO, Self

ROOT = Path(__file__).resolve().parents[3]
START_S = 60.0
_BASE_URL = re.compile(r"base[ _]URL\W+(https?://[^\s\"]+)", re.IGNORECASE)


class StartError(Exception):
    """A server that did not say where it answers; the message is all that it said."""


def environment(further: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process of ours sees: the package's source first, and no settings from the outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIORAMA_")}
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), kept.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, "NO_COLOR": "1", **(further or {})}


def run(
    arguments: Sequence[str],
    further: Mapping[str, str] | None = None,
    seconds: float = START_S,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "diorama", *arguments],
        env=environment(further),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class Server:
    """A running ``diorama mock`` or ``diorama serve``. As a context it is ended, at the latest, by force.

    Args:
        arguments: of the command; the first is its name.
        further: environment variables.
        cwd: where it runs.

    Attributes:
        process: the process.
        said: the lines that it wrote so far, both streams, without their ends.
        url: where it answers.

    Raises:
        StartError: when it ended, or did not say in time where it answers.
    """

    def __init__(
        self, arguments: Sequence[str], further: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> None:
        self.said: list[str] = []
        self.url = ""
        self._known = Event()
        self._news = Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "diorama", *arguments],
            env=environment(further),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self._reader = Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        if not self._known.wait(START_S) or not self.url:
            self.kill()
            raise StartError("\n".join(self.said) or "It said nothing.")

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            with self._news:
                self.said.append(line.rstrip("\n"))
                self._news.notify_all()
            found = None if self.url else _BASE_URL.search(line)
            if found is not None:
                self.url = found[1]
                self._known.set()
        self._known.set()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.rpartition(":")[2])

    def wait_for(self, text: str, seconds: float = START_S) -> None:
        """Return once a line with a text was said.

        Raises:
            StartError: when it was not said in time.
        """
        with self._news:
            if not self._news.wait_for(lambda: any(text in line for line in self.said), seconds):
                raise StartError(f"It did not say {text!r} but:\n" + "\n".join(self.said))

    def end(self, by: signal.Signals = signal.SIGINT, seconds: float = 15.0) -> int:
        """Ask it to end and wait. Returns its exit code; negative for the signal that ended it."""
        self.process.send_signal(by)
        return self._ended(seconds)

    def kill(self) -> None:
        """End it by force, as ``kill -9`` does."""
        self.process.kill()
        self._ended(15.0)

    def _ended(self, seconds: float) -> int:
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._ended(15.0)
