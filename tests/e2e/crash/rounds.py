"""Rounds: start, load, kill, look at what is left, replay it, start again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.e2e.crash.load import Acknowledged, Load, Notes
from tests.e2e.crash.remains import Remains, faults, losses, read
from tests.e2e.serving.process import ROOT, Server, environment

PROMISED_LAG_S = 0.020
REPLIES = (5, 1_500)
ROUNDS_A_DIRECTORY = 5


@dataclass
class Summary:
    """What all rounds came to.

    Attributes:
        rounds: how many were run.
        acknowledged: exchanges whose reply was read.
        changes: acknowledged changes of the control plane.
        lost: acknowledged exchanges that the journal lacks.
        lost_strict: those of them that belong to strict sandboxes.
        lag_s: how long before the kill the oldest of them was acknowledged.
        replayed: records that were replayed in another process.
        faults: everything that breaks a promise, in words.
    """

    rounds: int = 0
    acknowledged: int = 0
    changes: int = 0
    lost: int = 0
    lost_strict: int = 0
    lag_s: float = 0.0
    replayed: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line for people."""
        return (
            f"{self.rounds} rounds, {self.acknowledged} exchanges and {self.changes} changes acknowledged, "
            f"{self.lost} lost at most {1000 * self.lag_s:.1f} ms before the kill, {self.lost_strict} of them strict, "
            f"{self.replayed} records replayed, {len(self.faults)} faults"
        )


class Crashes:
    """A series of rounds.

    Args:
        durability: ``batched`` or ``strict``, of the default sandbox.
        seed: of everything that is drawn.
        lag_s: how long before the kill an exchange may have been acknowledged and yet be missing.
    """

    def __init__(self, durability: str, seed: int, lag_s: float = PROMISED_LAG_S) -> None:
        self.summary = Summary()
        self._durability = durability
        self._seed = seed
        self._lag_s = lag_s

    def run(self, rounds: int, told: Callable[[], None] = lambda: None) -> Summary:
        """Run some rounds; ``told`` is called after each."""
        done = 0
        while done < rounds:
            count = min(ROUNDS_A_DIRECTORY, rounds - done)
            with tempfile.TemporaryDirectory(prefix="crash-") as folder:
                history = _History(Path(folder))
                for _ in range(count):
                    self._round(done, history)
                    done += 1
                    told()
        return self.summary

    def _round(self, number: int, history: _History) -> None:
        chance = Random(f"{self._seed}/{self._durability}/{number}")
        summary = self.summary
        summary.rounds += 1
        with self._server(history.data, chance) as server:
            load = Load(server.port, f"r{number}", chance, chance.randint(*REPLIES), server.process.kill)
            notes = asyncio.run(load.run())
            server.process.wait()
        summary.acknowledged += len(notes.exchanges)
        summary.changes += len(notes.created) + len(notes.deleted)
        remains = read(history.data)
        found = [*self._missing(notes, remains), *history.check(notes, remains)]
        for one in remains.values():
            found += faults(one)
        found += self._replay(history.data, chance)
        with self._server(history.data, chance) as server:
            found += _restarted(server, remains, notes)
        summary.faults += [f"seed {self._seed} round {number}: {fault}" for fault in found]

    def _server(self, data: Path, chance: Random) -> Server:
        arguments = ["serve", str(ROOT / "examples/payments"), "--data", str(data), "--port", "0"]
        arguments += ["--durability", self._durability, "--log-format", "none"]
        return Server(arguments, {"PYTHONHASHSEED": str(chance.randint(1, 1_000))})

    def _missing(self, notes: Notes, remains: dict[str, Remains]) -> list[str]:
        """Losses beyond what the sandbox's durability allows."""
        found = []
        for one, why in losses(remains, (one for one in notes.exchanges if one.sandbox not in notes.undecided)):
            before_s = notes.killed_s - one.at_s
            self.summary.lost += 1
            self.summary.lag_s = max(self.summary.lag_s, before_s)
            home = remains.get(one.sandbox)
            strict = home is not None and home.row.durability == "strict"
            self.summary.lost_strict += strict
            if strict or before_s > self._lag_s or why != "is not in the journal":
                found.append(f"{one.correlation} in {one.sandbox}, {1000 * before_s:.1f} ms before the kill, {why}")
        return found

    def _replay(self, data: Path, chance: Random) -> list[str]:
        """Replay in a process whose hashes differ from the server's."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.e2e.crash.replayed", str(data)],
            env=environment({"PYTHONHASHSEED": str(chance.randint(1_001, 2_000)), "PYTHONPATH": _path()}),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            report = json.loads(done.stdout)
        except ValueError:
            return [f"the replay failed: {done.stderr[-2_000:]}"]
        self.summary.replayed += report["records"]
        return [f"replayed, {difference}" for difference in report["differences"][:5]]


class _History:
    """What earlier rounds on the same directory left and later ones must still find."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._exchanges: list[Acknowledged] = []
        self._sandboxes: set[str] = set()

    def check(self, notes: Notes, remains: dict[str, Remains]) -> list[str]:
        """Control-plane changes of this round, and everything that earlier rounds had kept."""
        found = [f"{one.correlation} of an earlier round {why}" for one, why in losses(remains, self._exchanges)]
        settled = (notes.created - notes.deleted - notes.undecided) | self._sandboxes
        found += [f"sandbox {name} was created (201) and is gone" for name in sorted(settled - set(remains))]
        found += [f"sandbox {name} was deleted (204) and is there" for name in sorted(notes.deleted & set(remains))]
        missing = {one.correlation for one, _ in losses(remains, notes.exchanges)}
        self._exchanges += [one for one in notes.exchanges if one.correlation not in missing]
        self._sandboxes |= set(remains) - {"default"}
        return found


def _path() -> str:
    return os.pathsep.join([str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def _restarted(server: Server, remains: dict[str, Remains], notes: Notes) -> list[str]:
    """What a server that runs again says, against what was on disk."""
    found = []
    listed = {one["id"]: one["seq"] for one in _get(server, "sandboxes")["sandboxes"]}
    stored = {name: 0 if one.head is None else one.head.seq for name, one in remains.items()}
    if listed != stored:
        found.append(f"the restarted server lists {listed}, on disk is {stored}")
    kept = {exchange.correlation_id for exchange in remains["default"].exchanges}
    for one in [one for one in notes.exchanges if one.sandbox == "default" and one.correlation in kept][-3:]:
        exchanges = _get(server, f"exchanges?correlation_id={one.correlation}")["exchanges"]
        if [exchange["status"] for exchange in exchanges] != [one.status]:
            found.append(f"the restarted server says {exchanges} about {one.correlation}")
    with urllib.request.urlopen(f"{server.url}/_diorama/health", timeout=10) as reply:
        if reply.status != 200:
            found.append(f"the restarted server's health is {reply.status}")
    return found


def _get(server: Server, path: str) -> Any:
    with urllib.request.urlopen(f"{server.url}/_diorama/api/{path}", timeout=10) as reply:
        return json.load(reply)
