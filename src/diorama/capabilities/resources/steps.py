"""The steps of resources: one for each operation that plays one."""

from __future__ import annotations

from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.ports.capability import CompileContext, Compiled


def compile_resources(spec: ResourcesSpec, context: CompileContext) -> Compiled:
    """The steps of all operations that play a resource."""
    return Compiled()
