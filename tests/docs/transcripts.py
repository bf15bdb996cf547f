"""Transcripts in the documentation: ``console`` blocks, whose ``$`` lines are run and whose other lines must come.

``…`` in a line stands for any text; a line that is only ``…`` stands for any number of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY = "…"


@dataclass(frozen=True)
class Step:
    """One command and what it must print."""

    file: str
    line: int
    command: str
    expected: tuple[str, ...]


def steps_of(file: Path, root: Path) -> list[Step]:
    """All commands of a page, in order; a ``\\`` at a line's end goes on in the next line, as in a shell."""
    text = file.read_text(encoding="utf-8")
    steps: list[Step] = []
    for block in _BLOCK.finditer(text):
        first = text[: block.start(1)].count("\n") + 1
        lines = block[1].rstrip("\n").split("\n")
        at = 0
        while at < len(lines):
            if not lines[at].startswith("$ "):
                message = f"{file}:{first + at}: a transcript begins with a command"
                raise ValueError(message)
            line, command = first + at, lines[at][2:]
            while command.endswith("\\"):
                at += 1
                command += "\n" + lines[at].removeprefix("> ")
            at += 1
            expected = []
            while at < len(lines) and not lines[at].startswith("$ "):
                expected.append(lines[at])
                at += 1
            steps.append(Step(str(file.relative_to(root)), line, command, tuple(expected)))
    return steps


def mismatch(expected: tuple[str, ...], printed: str) -> str:
    """What differs, or an empty text."""
    have = printed.rstrip("\n").split("\n") if printed.strip() else []
    want = [_even(line) for line in expected]
    return (
        ""
        if _matches(want, [_even(line) for line in have])
        else "expected\n" + "\n".join(expected) + "\ngot\n" + printed
    )


def _even(line: str) -> str:
    """A line whose columns do not depend on how many digits a port has."""
    return re.sub(r" {2,}", "  ", line.rstrip())


def _matches(expected: list[str], have: list[str]) -> bool:
    if not expected:
        return not have
    if expected[0] == ANY:
        return any(_matches(expected[1:], have[skip:]) for skip in range(len(have) + 1))
    if not have:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split(ANY))
    return re.fullmatch(pattern, have[0]) is not None and _matches(expected[1:], have[1:])
