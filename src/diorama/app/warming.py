"""Warming: another process loads documents into the cache, so that the loop need not wait for it."""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec

from diorama.formats.openapi.warming import Errand, Refusal
from diorama.model.errors import DioramaError

PROGRAM = "diorama.formats.openapi.warming"
WARMING_S_MAX = 60.0


async def warm(errand: Errand) -> None:
    """Have documents loaded into a cache.

    Raises:
        DioramaError: what loading raises there; ``document_trap`` when it takes too long; ``internal`` when the process
            ended otherwise.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        PROGRAM,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # the same modules as here
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(msgspec.json.encode(errand)), WARMING_S_MAX)
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
