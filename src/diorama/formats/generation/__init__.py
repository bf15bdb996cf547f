"""Generation: values for schemas, plain or by dice, right by the schema."""

from diorama.formats.generation.believable.locales import locale_known
from diorama.formats.generation.conformance import Conformance, Direction
from diorama.formats.generation.generator import Generator
from diorama.formats.generation.locale_tables import LOCALES
from diorama.formats.generation.options import Options, options_of
from diorama.formats.generation.setting import Setting

__all__ = [
    "LOCALES",
    "Conformance",
    "Direction",
    "Generator",
    "Options",
    "Setting",
    "locale_known",
    "options_of",
]
