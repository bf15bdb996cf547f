"""Reports: errors and findings as people read them in a terminal."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from diorama.model.definition import Finding
from diorama.model.errors import DioramaError

_CONTROLS = (*range(9), *range(11, 32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
"""Signs that steer a terminal instead of being shown in it: controls, and what turns the direction of writing."""

_HARMLESS = dict.fromkeys(_CONTROLS, "�")


class Terminal(Console):
    """A console on which documents and clients can say nothing to the terminal itself, only to who reads it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As Rich renders it; what is text is without control characters."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(segment.text.translate(_HARMLESS), segment.style)


OUT = Terminal(highlight=False, soft_wrap=True)
ERR = Terminal(stderr=True, highlight=False, soft_wrap=True)

VIOLATIONS_SHOWN = 20
UNBOUNDED_COLUMNS = 10_000


def print_error(error: DioramaError) -> None:
    """An error, its place, all broken rules and what to do, on standard error."""
    ERR.print(f"[bold red]error[/] [dim]({error.code})[/] {escape(error.message)}")
    violations = [one for one in error.violations if one.message != error.message]
    for violation in violations[:VIOLATIONS_SHOWN]:
        place = f"{violation.place} {violation.pointer}".strip()
        ERR.print(f"  [yellow]{escape(place)}[/] {escape(violation.message)}")
    if len(violations) > VIOLATIONS_SHOWN:
        ERR.print(f"  … and {len(violations) - VIOLATIONS_SHOWN} more")
    if error.hint:
        ERR.print(f"[bold]hint[/]  {escape(error.hint)}")


def finding_text(finding: Finding) -> Text:
    """A finding on one line: place, what, hint."""
    place = finding.file + (f":{finding.line}" if finding.line else "")
    text = Text()
    text.append(place, style="cyan")
    if finding.pointer:
        text.append(f" #{finding.pointer}", style="dim")
    message = finding.message if finding.message.endswith((".", "!", "?")) else finding.message + "."
    text.append(f"{' ' if place or finding.pointer else ''}{message}")
    if finding.hint:
        text.append(f" {finding.hint}", style="dim")
    return text


def print_findings(findings: Sequence[Finding], shown: int, console: Console = ERR) -> None:
    """The first findings, and how many more there are."""
    for finding in findings[:shown]:
        console.print(Text("warning ", style="bold yellow") + finding_text(finding))
    if len(findings) > shown:
        console.print(f"[dim]… and {len(findings) - shown} more warnings; `diorama validate` lists them all.[/]")


def print_fitting(wide: Table, narrow: Table) -> None:
    """A table if the terminal is wide enough, else its other form.

    A pipe or file without COLUMNS is wide enough for one line a row, so that what reads it finds each row whole.
    """
    unbounded = OUT.options.update(width=UNBOUNDED_COLUMNS)
    if not OUT.is_terminal and not os.environ.get("COLUMNS"):
        for column in wide.columns:
            column.max_width = None
        Terminal(file=OUT.file, highlight=False, soft_wrap=True, width=UNBOUNDED_COLUMNS).print(wide)
    else:
        OUT.print(wide if OUT.measure(wide, options=unbounded).maximum <= OUT.width else narrow)


class LastingConsole(Terminal):
    """A console of a server: when its reader leaves, what is written goes nowhere and the server goes on."""

    def on_broken_pipe(self) -> None:
        """Go on, where Rich would end the program."""
        mute(self.file)


def mute(stream: IO[str]) -> None:
    """Have a stream whose reader is gone lead nowhere, so that what is written later cannot fail, at exit neither.

    Source: Python's documentation of ``signal``, "Note on SIGPIPE".
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 endpoint``, ``2 endpoints``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
