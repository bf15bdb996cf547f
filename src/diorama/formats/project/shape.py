"""Shape: what may stand in ``diorama.yaml``. The capabilities' corners are handed in by whoever knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

PROJECT_FILE = "diorama.yaml"
FIXTURES_FOLDER = "fixtures"
OVERRIDES_FOLDER = "overrides"
RESOURCES = "resources"
"""The corner that fixtures come to."""


class ProjectFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``diorama.yaml`` says. Every key may be left out.

    Attributes:
        name: the project's name; the folder's when empty.
        documents: OpenAPI documents, relative to the folder, or URLs; all in the folder when empty.
        fixtures: the items that a resource holds at first, by its name, in order. Files of the folder ``fixtures`` come
            behind them.
    """

    name: str = ""
    documents: tuple[str, ...] = ()
    fixtures: dict[str, list[Any]] = {}


def project_type(corners: Mapping[str, type[Struct]]) -> type[Struct]:
    """The project file with its corners.

    Args:
        corners: the type of each corner by its key, in the order in which they are shown.
    """
    fields: list[Any] = [(name, kind, msgspec.field(default_factory=kind)) for name, kind in corners.items()]
    return msgspec.defstruct(
        "ProjectFile",
        fields,
        bases=(ProjectFile,),
        namespace={"__doc__": ProjectFile.__doc__},
        frozen=True,
        forbid_unknown_fields=True,
    )
