"""CORS: browsers of any origin may call the mocked API."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.capabilities.cors.spec import CorsSpec
from diorama.capabilities.cors.steps import compile_cors
from diorama.ports.capability import CompileContext, Compiled, Slice


class CorsCapability:
    """Answers preflights, and lets browsers read replies."""

    name = "cors"
    spec: type[Struct] = CorsSpec
    slice: Slice | None = None

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready: a step for preflights and one for replies, both only for requests with ``Origin``."""
        return compile_cors(spec)


CAPABILITY = CorsCapability()

__all__ = ["CAPABILITY", "CorsCapability", "CorsSpec"]
