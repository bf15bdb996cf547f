"""Generation: values for schemas, plain or by dice, right by the schema."""

from diorama.formats.generation.conformance import Conformance, Direction
from diorama.formats.generation.generator import Generator
from diorama.formats.generation.options import Options, options_of

__all__ = ["Conformance", "Direction", "Generator", "Options", "options_of"]
