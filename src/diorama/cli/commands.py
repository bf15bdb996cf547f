"""The tree of commands. What a command does stands in a module of its own and is imported when it runs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from diorama import __version__

app = typer.Typer(
    name="diorama",
    help="A small, living copy of the APIs that your code depends on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sandbox = typer.Typer(name="sandbox", help="Sandboxes of a running `diorama serve`.", no_args_is_help=True)
app.add_typer(sandbox)

Sources = Annotated[
    list[str],
    typer.Argument(metavar="DOCUMENT...", help="OpenAPI documents: files, folders or URLs.", show_default=False),
]
Port = Annotated[int | None, typer.Option("--port", "-p", min=0, max=65535, help="Port; 0 takes a free one. [8000]")]
Host = Annotated[str | None, typer.Option("--host", "-H", help="Address to listen on. [127.0.0.1]")]
Dynamic = Annotated[
    bool | None,
    typer.Option("--dynamic/--no-dynamic", "-d", help="Generate replies anew for each exchange instead of examples."),
]
Errors = Annotated[
    bool | None, typer.Option("--errors", help="Answer 500 where a reply would break the document's rules.")
]
Cors = Annotated[bool | None, typer.Option("--cors/--no-cors", help="Allow cross-origin requests. [on]")]
Fill = Annotated[
    bool | None,
    typer.Option(
        "--fill-properties/--no-fill-properties", help="Generate additional properties that a schema allows. [on]"
    ),
]
Validation = Annotated[
    str | None, typer.Option("--validation", metavar="off|warn|on", help="What broken requests come to. [on]")
]
Seed = Annotated[str | None, typer.Option("--seed", help="The same seed gives the same replies. [diorama]")]
LogFormat = Annotated[
    str | None,
    typer.Option("--log-format", metavar="text|json|none", help="How exchanges show in the terminal. [text]"),
]
TlsCertificate = Annotated[str | None, typer.Option("--tls-certificate", metavar="FILE", help="PEM certificate chain.")]
TlsKey = Annotated[str | None, typer.Option("--tls-key", metavar="FILE", help="PEM private key.")]
Json = Annotated[bool, typer.Option("--json", help="JSON for machines.")]
Url = Annotated[
    str,
    typer.Option("--url", envvar="DIORAMA_URL", help="Where Diorama runs."),
]
BASE_URL = "http://127.0.0.1:8000"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"diorama {__version__}")
        raise typer.Exit


@app.callback()
def about(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A small, living copy of the APIs that your code depends on."""


@app.command()
def mock(  # noqa: PLR0913, PLR0917  Typer makes one option of each parameter.
    documents: Sources,
    port: Port = None,
    host: Host = None,
    dynamic: Dynamic = None,
    errors: Errors = None,
    cors: Cors = None,
    fill_properties: Fill = None,
    validation: Validation = None,
    seed: Seed = None,
    log_format: LogFormat = None,
    tls_certificate: TlsCertificate = None,
    tls_key: TlsKey = None,
) -> None:
    """Answer from OpenAPI documents alone, and keep nothing."""
    given = dict(locals())
    _run(given, stateless=True)


@app.command()
def serve(  # noqa: PLR0913, PLR0917  Typer makes one option of each parameter.
    documents: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="A project folder, or OpenAPI documents: files, folders, URLs.",
            show_default=False,
        ),
    ],
    port: Port = None,
    host: Host = None,
    data: Annotated[
        str | None, typer.Option("--data", metavar="DIR", help="Where to keep journals and worlds.")
    ] = None,
    memory: Annotated[bool | None, typer.Option("--memory", help="Keep nothing on disk.")] = None,
    durability: Annotated[
        str | None,
        typer.Option("--durability", metavar="batched|strict", help="Whether replies wait for the disk. [batched]"),
    ] = None,
    dynamic: Dynamic = None,
    errors: Errors = None,
    cors: Cors = None,
    fill_properties: Fill = None,
    validation: Validation = None,
    seed: Seed = None,
    log_format: LogFormat = None,
    tls_certificate: TlsCertificate = None,
    tls_key: TlsKey = None,
) -> None:
    """Serve sandboxes of a project, with a journal that survives."""
    given = dict(locals())
    _run(given, stateless=False)


def _run(given: dict[str, Any], *, stateless: bool) -> None:
    from diorama.app.settings import from_environment
    from diorama.cli.serving import run

    given["sources"] = given.pop("documents")
    given["stateless"] = stateless
    run(from_environment(given))


@app.command()
def validate(documents: Sources, json: Json = False) -> None:
    """Read documents and report everything that is wrong or untidy. Exit code 1 when they cannot be served."""
    from diorama.cli.documents import validate as run

    run(documents, as_json=json)


@app.command()
def inspect(documents: Sources, json: Json = False) -> None:
    """Show what was understood: every endpoint, how it answers and what it checks."""
    from diorama.cli.documents import inspect as run

    run(documents, as_json=json)


@sandbox.command("create")
def sandbox_create(
    sandbox_id: Annotated[str, typer.Argument(metavar="[ID]", help="A DNS label; made up when left out.")] = "",
    seed: Annotated[str, typer.Option("--seed", help="Its dice seed; made up when left out.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="For whom it is.")] = "",
    ttl_s: Annotated[int, typer.Option("--ttl-s", min=0, help="Seconds that it lives; 0 for ever.")] = 0,
    durability: Annotated[str, typer.Option("--durability", metavar="batched|strict", help="See `serve`.")] = "batched",
    url: Url = BASE_URL,
    json: Json = False,
) -> None:
    """Make a sandbox. Its key is shown once."""
    from diorama.cli.sandboxes import create

    wanted = {"id": sandbox_id, "seed": seed, "owner": owner, "ttl_s": ttl_s, "durability": durability}
    create(url, wanted, as_json=json)


@sandbox.command("list")
def sandbox_list(url: Url = BASE_URL, json: Json = False) -> None:
    """List all sandboxes."""
    from diorama.cli.sandboxes import show_all

    show_all(url, as_json=json)


@sandbox.command("delete")
def sandbox_delete(
    sandbox_id: Annotated[str, typer.Argument(metavar="ID", help="The sandbox to delete.")], url: Url = BASE_URL
) -> None:
    """Delete a sandbox and all that it held."""
    from diorama.cli.sandboxes import delete

    delete(url, sandbox_id)
