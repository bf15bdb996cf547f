"""What documents and clients say reaches the reader, never the terminal."""

from __future__ import annotations

import io

import pytest
from rich.table import Table
from rich.text import Text

from diorama.cli.reports import LastingConsole, Terminal

HOSTILE = "\x1b[2J\x1b]0;title\x07 a\rb\x9b31m \u202etxt\x7f"


@pytest.mark.parametrize("console_type", [Terminal, LastingConsole])
def test_terminal__text_with_control_characters__is_harmless(console_type: type[Terminal]) -> None:
    stream = io.StringIO()
    console = console_type(file=stream, highlight=False, soft_wrap=True)
    table = Table("a")
    table.add_row(Text(HOSTILE))
    for shown in (HOSTILE.replace("[", "("), Text(HOSTILE), Text.assemble((HOSTILE, "bold")), table):
        console.print(shown)
    assert not {sign for sign in stream.getvalue() if not sign.isprintable()} - {"\n"}


def test_terminal__own_styles__are_kept() -> None:
    stream = io.StringIO()
    console = Terminal(file=stream, force_terminal=True, color_system="standard")
    console.print(Text("go", style="green"))
    assert stream.getvalue() == "\x1b[32mgo\x1b[0m\n"
