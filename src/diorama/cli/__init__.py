"""The commands: ``diorama init``, ``mock``, ``serve``, ``validate``, ``inspect``, ``sandbox``."""

from __future__ import annotations

import sys

from diorama.cli.commands import app
from diorama.cli.reports import print_error
from diorama.model.errors import DioramaError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line. Errors of ours end with their message, hint and exit code 1, never with a traceback."""
    try:
        app()
    except DioramaError as error:
        print_error(error)
        sys.exit(1)
