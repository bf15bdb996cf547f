"""Schemas: what a document says about values, compiled into what decides about them and says why."""

from diorama.formats.schemas import branches, containers, scalars  # noqa: F401  They register what looks at keywords.
from diorama.formats.schemas.compilation import Check, Schemas
from diorama.formats.schemas.explanation import Fault
from diorama.formats.schemas.quotation import cut, is_secret_name, pointer_of, quoted, type_words
from diorama.formats.schemas.rewriting import Direction, Problem

__all__ = [
    "Check",
    "Direction",
    "Fault",
    "Problem",
    "Schemas",
    "cut",
    "is_secret_name",
    "pointer_of",
    "quoted",
    "type_words",
]
