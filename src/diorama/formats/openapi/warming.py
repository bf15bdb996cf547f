"""Warming: loads documents into the cache, in a process of its own that ends with that.

Run as ``python -m diorama.formats.openapi.warming``: what to load comes in as JSON on standard input; what is wrong
with it goes out as JSON on standard output, and nothing when all is well. It imports what loading needs and no more,
because whoever waits for it waits for its start, too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from diorama.formats.openapi.cache import load_cached
from diorama.model.errors import DioramaError, Violation


class Errand(Struct):
    """What to load, as for :func:`diorama.formats.openapi.load_cached`; ``cache`` is its folder."""

    sources: tuple[str, ...]
    cache: str
    name: str = ""
    overlays: tuple[str, ...] = ()


class Refusal(Struct):
    """A :class:`DioramaError` on its way between processes."""

    code: str
    message: str
    hint: str
    meta: dict[str, Any]
    violations: tuple[Violation, ...]


def main() -> None:
    """Load once, for the process that asked."""
    errand = msgspec.json.decode(sys.stdin.buffer.read(), type=Errand)
    try:
        load_cached(errand.sources, Path(errand.cache), name=errand.name, overlays=errand.overlays)
    except DioramaError as error:
        refusal = Refusal(error.code, error.message, error.hint, error.meta, error.violations)
        sys.stdout.buffer.write(msgspec.json.encode(refusal))


if __name__ == "__main__":
    main()
