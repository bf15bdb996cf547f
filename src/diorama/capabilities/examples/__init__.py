"""Examples: the responder that answers from the document, with its examples or with generated values."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.capabilities.examples.spec import ExamplesSpec
from diorama.capabilities.examples.steps import compile_examples
from diorama.ports.capability import CompileContext, Compiled, Slice


class ExamplesCapability:
    """Composes replies, and words refusals as the document does."""

    name = "examples"
    spec: type[Struct] = ExamplesSpec
    slice: Slice | None = None

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready: a step that composes and one that words refusals for each endpoint."""
        return compile_examples(spec, context)


CAPABILITY = ExamplesCapability()

__all__ = ["CAPABILITY", "ExamplesCapability", "ExamplesSpec"]
