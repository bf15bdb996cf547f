"""Events: the parser that reads YAML, without the part that builds values.

PyYAML's composer and constructor take 1.1 s for a document of 4 MB; libyaml's events, which PyYAML hands out too,
take 0.12 s (measured on CPython 3.11). Values are built from the events in ``trees.py``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Protocol

from yaml.events import Event
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class Events(Protocol):
    """A source of events."""

    def get_event(self) -> Event | None:
        """The next event; None after the last one."""
        ...


class PlainParser(Reader, Scanner, Parser):
    """The same parser in pure Python."""

    def __init__(self, data: Any) -> None:
        Reader.__init__(self, data)
        Scanner.__init__(self)
        Parser.__init__(self)


def _fastest() -> Callable[[bytes], Events]:
    try:
        parser: Callable[[bytes], Events] = importlib.import_module("yaml._yaml").CParser
    except ImportError:
        # PyYAML was built without libyaml: slower by a factor of 30, with the same events.
        return PlainParser
    return parser


parser_of = _fastest()
"""A fresh parser over a YAML text in UTF-8."""


def line_of(event: Event) -> int:
    """The line that an event begins on, from 1."""
    mark = event.start_mark
    return 0 if mark is None else mark.line + 1
