"""``diorama sandbox``: talks to a running server's control plane."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import quote

import click
import httpx2
import msgspec
from rich.table import Table
from rich.text import Text

from diorama.cli.reports import OUT
from diorama.model.errors import DioramaError

PATH = "/_diorama/api/sandboxes"
TIMEOUT_S = 10.0


def create(url: str, wanted: dict[str, Any], *, as_json: bool) -> None:
    """Make a sandbox and show it, its key included."""
    made = _call("POST", url, PATH, {name: value for name, value in wanted.items() if value})
    if as_json:
        click.echo(msgspec.json.encode(made))
        return
    OUT.print(Text.assemble("sandbox  ", (made["id"], "bold")))
    OUT.print(f"base URL {made['base_url']}")
    OUT.print(f"key      {made['key']}  [dim](shown once; send it as X-Sandbox-Key)[/]")
    OUT.print(f"seed     {made['seed']}")


def show_all(url: str, *, as_json: bool) -> None:
    """List all sandboxes."""
    sandboxes = _call("GET", url, PATH)["sandboxes"]
    if as_json:
        click.echo(msgspec.json.encode(sandboxes))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "project", "base URL", "exchanges", "owner", "durability"):
        table.add_column(column, overflow="fold")
    for one in sandboxes:
        table.add_row(one["id"], one["project"], one["base_url"], str(one["seq"]), one["owner"], one["durability"])
    OUT.print(table)


def delete(url: str, sandbox_id: str) -> None:
    """Delete a sandbox."""
    _call("DELETE", url, f"{PATH}/{sandbox_id}")
    OUT.print(f"sandbox {sandbox_id} deleted")


def reset(url: str, sandbox_id: str, *, unasked: bool) -> None:
    """Empty a sandbox's world, after a question where somebody can answer it."""
    if not unasked and sys.stdin.isatty():
        click.confirm(f"Reset sandbox {sandbox_id} at {url}? What it holds is lost, its journal stays.", abort=True)
    _call("POST", url, f"{PATH}/{quote(sandbox_id, safe='')}/reset")
    OUT.print(Text(f"sandbox {sandbox_id} is as new; its journal, seed and clock stay"))


def _call(method: str, url: str, path: str, body: Any = None) -> Any:
    """One call to the control plane.

    Raises:
        DioramaError: what the server answered, or ``outbound_failed`` when it does not answer.
    """
    address = url.rstrip("/") + path
    try:
        reply = httpx2.request(method, address, json=body, timeout=TIMEOUT_S, trust_env=False)
    except httpx2.HTTPError as cause:
        raise DioramaError(
            "outbound_failed",
            f"Nothing answers at {url}: {cause}",
            "Start it with `diorama serve`, or name it with --url or DIORAMA_URL.",
        ) from cause
    if reply.status_code >= 400:
        raise _of_reply(reply.status_code, reply.content, address)
    return msgspec.json.decode(reply.content) if reply.content else None


def _of_reply(status: int, content: bytes, address: str) -> DioramaError:
    try:
        problem = msgspec.json.decode(content)
        return DioramaError(problem["code"], problem["detail"], problem.get("hint", ""))
    except (ValueError, KeyError, TypeError):
        return DioramaError(
            "outbound_failed", f"{address} answered {status}, and not as Diorama does.", "Is that Diorama's address?"
        )
