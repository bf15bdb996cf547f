"""``diorama init``: a folder made into a project."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.text import Text

from diorama.app.founding import STARTER_NAME, Founded, found, has_documents
from diorama.app.schema import shipped_schema
from diorama.cli.reports import OUT, counted
from diorama.formats.project import PROJECT_FILE
from diorama.model.errors import DioramaError


def init(folder: str, documents: Sequence[str], *, starter: bool, force: bool) -> None:
    """Write what a project needs, and say what comes next."""
    path = Path(folder)
    if not documents and not starter and not has_documents(path):
        starter = _wants_starter(path)
    _show(found(path, documents, starter=starter, force=force))


def print_schema() -> None:
    """The JSON Schema of the project file."""
    click.echo(shipped_schema(), nl=False)


def _wants_starter(folder: Path) -> bool:
    """Ask where somebody can answer.

    Raises:
        DioramaError: ``document_not_found`` where nobody can.
    """
    if sys.stdin.isatty():
        OUT.print(Text(f"There is no OpenAPI document in {folder}."))
        if click.confirm(f"Write a small one to begin with ({STARTER_NAME})?", default=True):
            return True
    raise DioramaError(
        "document_not_found",
        f"There is no OpenAPI document in {folder}.",
        "Put one there, name one with --document, or begin with a small one of ours with --starter.",
    )


def _show(made: Founded) -> None:
    for name in made.files:
        what = Text()
        if name == PROJECT_FILE:
            count = f"{counted(len(made.documents), 'document')}, {counted(made.endpoints, 'endpoint')}"
            what = Text(f"  {count}", style="dim")
        OUT.print(Text.assemble(("wrote ", "green"), str(made.folder / name)) + what)
    OUT.print(Text("next"))
    OUT.print(Text(f"  diorama serve {made.folder}", style="green"))
