"""``diorama validate`` and ``diorama inspect``: what a document says, and how it was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec
from rich.table import Table
from rich.text import Text

from diorama.app.examination import impossible_bodies, wrong_examples
from diorama.app.loading import LoadedProject, load
from diorama.app.settings import from_environment
from diorama.capabilities.registry import CAPABILITIES
from diorama.cli.reports import OUT, counted, finding_text, print_error, print_fitting
from diorama.cli.resources import (
    answers_by_endpoint,
    print_doubts,
    print_resources,
    resource_row,
    summary,
    understood,
)
from diorama.flow.publication import Published, publish, sites_of
from diorama.model.definition import Endpoint, Finding, Response
from diorama.model.errors import DioramaError
from diorama.ports.capability import Site

_METHOD_STYLES = {"GET": "green", "POST": "yellow", "PUT": "blue", "PATCH": "blue", "DELETE": "red"}


def validate(documents: Sequence[str], *, as_json: bool) -> None:
    """Report findings; the exit code is 1 when the documents cannot be served."""
    try:
        loaded, published = _publish(documents)
    except DioramaError as error:
        if as_json:
            click.echo(msgspec.json.encode({"valid": False, "error": error.problem()}))
        else:
            print_error(error)
        raise click.exceptions.Exit(1) from error
    findings = [*_findings(loaded, published), *wrong_examples(loaded.project), *impossible_bodies(loaded.project)]
    if as_json:
        click.echo(msgspec.json.encode({"valid": True, "findings": findings}))
        return
    for finding in findings:
        OUT.print(Text("warning ", style="bold yellow") + finding_text(finding))
    count = len(sites_of(loaded.project))
    OUT.print(f"[bold green]valid[/]  {counted(count, 'endpoint')}, {counted(len(findings), 'warning')}")


def inspect(documents: Sequence[str], *, as_json: bool) -> None:
    """Show the resources, and every endpoint with how ``diorama serve`` answers it and what it checks."""
    loaded, published = _publish(documents)
    sites = sites_of(loaded.project)
    inference = understood(loaded.project)
    played = answers_by_endpoint(inference)
    if as_json:
        said = {
            "project": loaded.project.name,
            "version": published.version,
            "resources": [resource_row(one) for one in inference.resources] if inference is not None else [],
            "unplayed": inference.unplayed if inference is not None else [],
            "endpoints": [_row(site) | {"plays": played.get(site.endpoint.id, "")} for site in sites],
        }
        click.echo(msgspec.json.encode(said))
        return
    for api in loaded.project.apis:
        title = f"{api.title or api.id} {api.version}".strip()
        OUT.print(Text.assemble((title, "bold"), (f"  {api.dialect}  {api.source}", "dim")))
    print_resources(inference)
    _print_endpoints(sites, played)
    print_doubts(inference, {site.endpoint.id: f"{site.endpoint.method} {_path(site)}" for site in sites})
    warnings = len(_findings(loaded, published))
    counts = [*summary(inference), counted(len(sites), "endpoint"), counted(warnings, "warning")]
    OUT.print(", ".join(counts), style="dim")


def _print_endpoints(sites: Sequence[Site], played: Mapping[str, str]) -> None:
    """A table where it fits, else two lines for each endpoint, so that paths stay whole where they can."""
    wide = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    narrow = Table.grid(padding=(0, 2, 0, 0))
    for column in ("method", "path", "endpoint", "answers", "checks", "needs"):
        wide.add_column(column, overflow="fold")
    narrow.add_column()
    narrow.add_column(overflow="fold")
    for site in sites:
        row = _row(site)
        method = Text(row["method"], style=_METHOD_STYLES.get(row["method"], ""))
        path = Text(row["path"])
        answers = played.get(site.endpoint.id) or _answers(site.endpoint)
        told = (row["endpoint"], answers, ", ".join(row["checks"]), row["credentials"])
        wide.add_row(method, path, *(Text(one) for one in told))
        narrow.add_row(method, path + Text("\n" + " · ".join(one for one in told if one), style="dim"))
    print_fitting(wide, narrow)


def _publish(documents: Sequence[str]) -> tuple[LoadedProject, Published]:
    loaded = load(from_environment({"sources": list(documents), "stateless": False}))
    with loaded.locating():
        return loaded, publish(loaded.project, CAPABILITIES)


def _findings(loaded: LoadedProject, published: Published) -> list[Finding]:
    return [*loaded.findings, *loaded.located(published.findings)]


def _row(site: Site) -> dict[str, Any]:
    endpoint = site.endpoint
    return {
        "method": endpoint.method,
        "path": _path(site),
        "endpoint": endpoint.id,
        "answers": [_answer(response) for response in endpoint.responses],
        "checks": _checks(endpoint),
        "credentials": _credentials(endpoint),
    }


def _path(site: Site) -> str:
    return site.group.root_paths[0] + site.endpoint.path


def _answers(endpoint: Endpoint) -> str:
    """What is answered when nothing is wished for, and how many other responses can be asked for."""
    if not endpoint.responses:
        return "nothing"
    usual = _usual(endpoint.responses)
    others = len(endpoint.responses) - 1
    return _answer(usual) + (f", {others} more" if others else "")


def _usual(responses: Sequence[Response]) -> Response:
    """The response that a plain request gets: the lowest success, a range of them, the default, else the first."""
    exact = sorted((one for one in responses if one.status.startswith("2")), key=lambda one: one.status)
    default = [one for one in responses if one.status == "default"]
    return (exact or default or list(responses))[0]


def _answer(response: Response) -> str:
    """A status and what its body is made from."""
    if not response.content:
        return f"{response.status} no body"
    media_type = response.content[0]
    made = "example" if media_type.examples else "generated" if media_type.schema is not None else "empty"
    return f"{response.status} {made}"


def _checks(endpoint: Endpoint) -> list[str]:
    places: dict[str, int] = {}
    for parameter in endpoint.parameters:
        places[parameter.place] = places.get(parameter.place, 0) + 1
    checks = [f"{count} {place}" for place, count in places.items()]
    if endpoint.request_body is not None:
        kinds = "/".join(
            media_type.name.partition(";")[0].rpartition("/")[2] for media_type in endpoint.request_body.content
        )
        checks.append(f"body {kinds}" if kinds else "body")
    return checks


def _credentials(endpoint: Endpoint) -> str:
    return " or ".join(" and ".join(one.schemes) or "none" for one in endpoint.security)
