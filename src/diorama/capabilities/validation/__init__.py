"""Validation: requests and replies must keep to the document, and whoever breaks a rule is told which and where."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.capabilities.validation.spec import ValidationSpec
from diorama.capabilities.validation.steps import compile_validation
from diorama.ports.capability import CompileContext, Compiled, Slice


class ValidationCapability:
    """Reads parameters and bodies, and checks them and the replies against the document."""

    name = "validation"
    spec: type[Struct] = ValidationSpec
    slice: Slice | None = None

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready: a step for requests and one for replies, for each endpoint that has something to check."""
        return compile_validation(spec, context)


CAPABILITY = ValidationCapability()

__all__ = ["CAPABILITY", "ValidationCapability", "ValidationSpec"]
