"""Events: the parser that reads YAML, without the part that builds values.

PyYAML's composer and constructor take 1.1 s for a document of 4 MB; libyaml's events, which PyYAML hands out too,
take 0.12 s (measured on CPython 3.11). Values are built from the events in ``trees.py``.
"""

from __future__ import annotations

from typing import Any, Protocol

from yaml.events import Event
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml: slower by a factor of 30, with the same events.
    CParser = None  # type: ignore[assignment,misc]


class Events(Protocol):
    """A source of events."""

    def get_event(self) -> Event | None:
        """The next event; None after the last one."""
        ...


class PlainParser(Reader, Scanner, Parser):  # type: ignore[misc]
    """The same parser in pure Python."""

    def __init__(self, data: Any) -> None:
        Reader.__init__(self, data)
        Scanner.__init__(self)
        Parser.__init__(self)


def parser_of(data: bytes) -> Events:
    """A fresh parser over a YAML text in UTF-8."""
    parser: Events = PlainParser(data) if CParser is None else CParser(data)
    return parser
