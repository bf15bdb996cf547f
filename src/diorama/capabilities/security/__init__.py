"""Security: requests must carry the credentials that the document asks for. Any well-formed ones will do."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.capabilities.security.spec import SecuritySpec
from diorama.capabilities.security.steps import compile_security
from diorama.ports.capability import CompileContext, Compiled, Slice


class SecurityCapability:
    """Refuses requests without credentials, or with malformed ones, with 401."""

    name = "security"
    spec: type[Struct] = SecuritySpec
    slice: Slice | None = None

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready: one admission step for each endpoint that asks for credentials."""
        return compile_security(spec, context)


CAPABILITY = SecurityCapability()

__all__ = ["CAPABILITY", "SecurityCapability", "SecuritySpec"]
