"""Schema: the shape of ``diorama.yaml`` with the corners of all capabilities, as types and as JSON Schema."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from diorama.capabilities.registry import CAPABILITIES
from diorama.flow.publication import RoutingSpec
from diorama.formats.project import project_schema

SCHEMA_FILE = Path(__file__).with_name("project.schema.json")
"""The schema as it is shipped; a test holds it to what the types say."""


def corner_types() -> dict[str, type[Struct]]:
    """The type of each corner by its key: the capabilities in alphabetical order, then ``routing``."""
    known = {capability.name: capability.spec for capability in CAPABILITIES}
    return {name: known[name] for name in sorted(known)} | {"routing": RoutingSpec}


def generated_schema() -> bytes:
    """The schema that the types give, as the shipped file has it."""
    return msgspec.json.format(msgspec.json.encode(project_schema(corner_types())), indent=2) + b"\n"


def shipped_schema() -> bytes:
    """The schema that came with this Diorama."""
    return SCHEMA_FILE.read_bytes()


if __name__ == "__main__":
    sys.stdout.buffer.write(generated_schema())
