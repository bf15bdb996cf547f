"""Generation: values for schemas, plain or by dice, right by the schema."""

from diorama.formats.generation.conformance import Conformance, Direction
from diorama.formats.generation.generator import Generator
from diorama.formats.generation.options import Options, options_of
from diorama.formats.generation.setting import Setting

__all__ = ["Conformance", "Direction", "Generator", "Options", "Setting", "options_of"]
