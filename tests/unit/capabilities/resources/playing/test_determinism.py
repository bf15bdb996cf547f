"""The same journal gives the same bytes: in a replay, and in processes whose sets and maps are in another order."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

from diorama.flow.replay import replay
from tests.unit.capabilities.resources.playing.performances import digest, performed
from tests.unit.capabilities.resources.playing.shops import Shop


def test_performance__replayed_on_a_fresh_sandbox__gives_the_same_bytes() -> None:
    shop = performed()
    again = Shop({"unknown_ids": "make", "initial": 2})
    again.wall.advance_us(99_000_000)
    assert asyncio.run(replay(again.plane, again.sandbox, shop.records())) == []
    assert digest(again) == digest(shop)


def test_performance__in_processes_with_other_hashes__gives_the_same_bytes() -> None:
    found = set()
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-m", "tests.unit.capabilities.resources.playing.performances"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
        found.add(done.stdout)
    assert found == {digest(performed()).hex()}


def test_performance__of_another_seed__gives_other_bytes() -> None:
    assert digest(performed(40, "other")) != digest(performed(40))
