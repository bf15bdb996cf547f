"""The linter's bans: time, chance and tasks come through one door."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BANNED = [
    "time.time()",
    "time.sleep(1)",
    "datetime.datetime.now()",
    "random.random()",
    "uuid.uuid4()",
    "asyncio.create_task(x)",
]


def lint(repository: Path, name: str, call: str) -> str:
    """What the linter says about the ban when this call stands in the named file."""
    text = f"import {call.partition('.')[0]}\n\n{call}\n"
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--output-format", "concise", "--no-cache"]
    result = subprocess.run(
        [*command, "--stdin-filename", name, "-"],
        cwd=repository,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in {0, 1}, result.stderr
    return result.stdout


@pytest.mark.parametrize("call", BANNED)
def test_linter__shown_a_clock_or_dice__refuses_it(repository: Path, call: str) -> None:
    assert "TID251" in lint(repository, "src/diorama/flow/example.py", call)


@pytest.mark.parametrize("call", BANNED)
def test_linter__inside_effects__allows_it(repository: Path, call: str) -> None:
    assert "TID251" not in lint(repository, "src/diorama/engine/effects/example.py", call)
