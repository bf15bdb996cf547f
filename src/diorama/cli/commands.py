"""The tree of commands. What a command does stands in a module of its own and is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from diorama import __version__

BASE_URL = "http://127.0.0.1:8000"

Function = TypeVar("Function", bound=Callable[..., Any])

_SERVING = (
    click.option("--port", "-p", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [default: 8000]"),
    click.option("--host", "-H", help="Address to listen on.  [default: 127.0.0.1]"),
    click.option(
        "--dynamic/--no-dynamic",
        "-d",
        default=None,
        help="Generate replies anew for each exchange instead of taking examples.  [default: off]",
    ),
    click.option("--errors", is_flag=True, default=None, help="Answer 500 where a reply breaks the document's rules."),
    click.option("--cors/--no-cors", default=None, help="Allow cross-origin requests.  [default: on]"),
    click.option(
        "--fill-properties/--no-fill-properties",
        default=None,
        help="Generate additional properties that a schema allows.  [default: on]",
    ),
    click.option(
        "--validation", type=click.Choice(["off", "warn", "on"]), help="What broken requests come to.  [default: on]"
    ),
    click.option(
        "--seed",
        help="The same seed gives the same replies; those of --dynamic only at the same time.  [default: diorama]",
    ),
    click.option(
        "--log-format",
        type=click.Choice(["text", "json", "none"]),
        help="How exchanges show in the terminal.  [default: text]",
    ),
    click.option("--watch/--no-watch", default=None, help="Publish anew when a file changes.  [default: on]"),
    click.option("--tls-certificate", metavar="FILE", help="PEM certificate chain; serves HTTPS with --tls-key."),
    click.option("--tls-key", metavar="FILE", help="PEM private key."),
)

_durability = click.Choice(["batched", "strict"])
_json = click.option("--json", "as_json", is_flag=True, help="JSON for machines.")
_documents = click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
_url = click.option("--url", envvar="DIORAMA_URL", default=BASE_URL, show_default=True, help="Where Diorama runs.")


def _serving_options(function: Function) -> Function:
    """The options that ``mock`` and ``serve`` share, in the order of the tuple."""
    for option in reversed(_SERVING):
        function = option(function)
    return function


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="diorama %(version)s", help="Show the version and exit.")
def app() -> None:
    """Keep a small, living copy of the APIs that your code depends on."""


@app.command()
@click.argument("folder", required=False, default=".", metavar="[DIR]")
@click.option("--document", "documents", multiple=True, metavar="DOC", help="A file or URL; again for more.")
@click.option("--starter", is_flag=True, help="Write a small document to begin with.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--schema", "only_schema", is_flag=True, help="Print the JSON Schema of diorama.yaml, and no more.")
def init(folder: str, documents: tuple[str, ...], starter: bool, force: bool, only_schema: bool) -> None:  # flags
    """Make a folder a project: write its diorama.yaml from the documents that it holds."""
    from diorama.cli import project

    if only_schema:
        project.print_schema()
    else:
        project.init(folder, documents, starter=starter, force=force)


@app.command()
@_documents
@_serving_options
def mock(documents: tuple[str, ...], **given: Any) -> None:
    """Answer from OpenAPI documents (files, folders, URLs) alone, and keep nothing."""
    _run(documents, given, stateless=True)


@app.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@_serving_options
@click.option("--data", metavar="DIR", help="Where to keep journals and worlds.  [default: .diorama beside the source]")
@click.option("--memory", is_flag=True, default=None, help="Keep nothing on disk.")
@click.option(
    "--unknown-ids",
    type=click.Choice(["refuse", "make"]),
    help="Answer 404 for an item that there is not, or make it.  [default: refuse]",
)
@click.option("--durability", type=_durability, help="Whether replies wait for the disk.  [default: batched]")
def serve(sources: tuple[str, ...], **given: Any) -> None:
    """Serve sandboxes of a project folder or of OpenAPI documents, with a journal that survives."""
    _run(sources, given, stateless=False)


def _run(sources: tuple[str, ...], given: dict[str, Any], *, stateless: bool) -> None:
    from diorama.app.settings import from_environment
    from diorama.cli.serving import run

    run(from_environment({**given, "sources": sources, "stateless": stateless}))


@app.command()
@_documents
@_json
def validate(documents: tuple[str, ...], as_json: bool) -> None:  # a flag is a boolean parameter
    """Report everything that is wrong or untidy in documents. Exit code 1 when they cannot be served."""
    from diorama.cli.documents import validate as run

    run(documents, as_json=as_json)


@app.command()
@_documents
@_json
def inspect(documents: tuple[str, ...], as_json: bool) -> None:  # a flag is a boolean parameter
    """Show what was understood: every endpoint, how it answers and what it checks."""
    from diorama.cli.documents import inspect as run

    run(documents, as_json=as_json)


@app.group()
def sandbox() -> None:
    """Work on the sandboxes of a running `diorama serve`."""


@sandbox.command("create")
@click.argument("sandbox_id", required=False, default="", metavar="[ID]")
@click.option("--seed", default="", help="Its dice seed; made up when left out.")
@click.option("--owner", default="", help="For whom it is.")
@click.option("--ttl-s", type=click.IntRange(min=0), default=0, help="Seconds that it lives; 0 for ever.")
@click.option("--durability", type=_durability, default="batched", show_default=True, help="See `diorama serve`.")
@_url
@_json
def sandbox_create(sandbox_id: str, url: str, as_json: bool, **wanted: Any) -> None:  # a flag
    """Make a sandbox; its ID is a DNS label, made up when left out. Its key is shown once."""
    from diorama.cli.sandboxes import create

    create(url, {"id": sandbox_id, **wanted}, as_json=as_json)


@sandbox.command("list")
@_url
@_json
def sandbox_list(url: str, as_json: bool) -> None:  # a flag is a boolean parameter
    """List all sandboxes."""
    from diorama.cli.sandboxes import show_all

    show_all(url, as_json=as_json)


@sandbox.command("reset")
@click.argument("sandbox_id", required=False, default="default", metavar="[ID]")
@click.option("--yes", "-y", is_flag=True, help="Do not ask first.")
@_url
def sandbox_reset(sandbox_id: str, url: str, yes: bool) -> None:  # a flag is a boolean parameter
    """Empty a sandbox's world, as if it were new; its journal, seed, clock and key stay."""
    from diorama.cli.sandboxes import reset

    reset(url, sandbox_id, unasked=yes)


@sandbox.command("delete")
@click.argument("sandbox_id", metavar="ID")
@_url
def sandbox_delete(sandbox_id: str, url: str) -> None:
    """Delete a sandbox and all that it held."""
    from diorama.cli.sandboxes import delete

    delete(url, sandbox_id)
