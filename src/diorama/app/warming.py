"""Warming: a process of its own loads what is to be served into the cache, so that no loop waits for it.

Run as ``python -m diorama.app.warming``: settings come in as JSON on standard input; what is wrong goes out as JSON on
standard output, and nothing when all is well.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import msgspec
from msgspec import Struct

from diorama.app.loading import load
from diorama.app.settings import Settings
from diorama.model.errors import DioramaError, Violation

WARMING_S_MAX = 60.0


class Refusal(Struct):
    """A :class:`DioramaError` on its way between processes."""

    code: str
    message: str
    hint: str
    meta: dict[str, Any]
    violations: tuple[Violation, ...]


async def warm(settings: Settings) -> None:
    """Have everything that the settings name loaded into their cache by another process.

    Raises:
        DioramaError: what loading raises there; ``internal`` when the process ended otherwise.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # the same modules as here
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(settings)), WARMING_S_MAX)
    except TimeoutError as cause:
        raise DioramaError(
            "document_trap", f"It was not loaded within {WARMING_S_MAX:.0f} s.", "Split the document."
        ) from cause
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if said:
        refusal = msgspec.json.decode(said, type=Refusal)
        raise DioramaError(refusal.code, refusal.message, refusal.hint, refusal.meta, refusal.violations)
    if process.returncode:
        raise DioramaError(
            "internal", f"The process that loads documents ended with {process.returncode}.", "Save the file again."
        )


def main() -> None:
    """Load once, for the process that asked."""
    settings = msgspec.json.decode(sys.stdin.buffer.read(), type=Settings)
    try:
        load(settings)
    except DioramaError as error:
        refusal = Refusal(error.code, error.message, error.hint, error.meta, error.violations)
        sys.stdout.buffer.write(msgspec.json.encode(refusal))


if __name__ == "__main__":
    main()
