"""Resources: the things behind a document's paths, kept in the world and played by its operations."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from diorama.capabilities.resources.model import Inference, Play, Resource, Role, Unplayed
from diorama.capabilities.resources.spec import ResourceOverride, ResourcesSpec
from diorama.capabilities.resources.steps import compile_resources
from diorama.ports.capability import CompileContext, Compiled, Slice


class ResourcesCapability:
    """Answers operations whose resource was understood, from what clients wrote."""

    name = "resources"
    spec: type[Struct] = ResourcesSpec
    slice: Slice | None = Slice("resources")

    def compile(self, spec: Any, context: CompileContext) -> Compiled:
        """Make it ready: a step for each operation that plays a resource."""
        return compile_resources(spec, context)


CAPABILITY = ResourcesCapability()

__all__ = [
    "CAPABILITY",
    "Inference",
    "Play",
    "Resource",
    "ResourceOverride",
    "ResourcesCapability",
    "ResourcesSpec",
    "Role",
    "Unplayed",
]
