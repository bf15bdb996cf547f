"""Loading: what the user named on the command line, made into a project."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from diorama.app.settings import Settings
from diorama.engine.effects import fetch_document, policy_for_operator
from diorama.formats.openapi import load_cached, load_documents
from diorama.formats.project import PROJECT_FILE, read_project_file
from diorama.model.definition import Finding, Project
from diorama.model.errors import DioramaError


class LoadedProject(Struct, frozen=True):
    """A project ready to be published, and what was noticed on the way.

    Attributes:
        project: with the corners that the settings decide filled in.
        findings: of its documents.
    """

    project: Project
    findings: tuple[Finding, ...]


def load(settings: Settings) -> LoadedProject:
    """Read what is to be served.

    Raises:
        DioramaError: of category ``definition_invalid``, or ``outbound_refused`` for a URL that may not be fetched.
    """
    if not settings.sources:
        raise DioramaError(
            "option_invalid",
            "Nothing was named to be served.",
            "Name an OpenAPI document, a folder with documents, a project folder, or a URL.",
        )
    sources = settings.sources
    name = ""
    specs: dict[str, Any] = {}
    folder = Path(sources[0])
    if len(sources) == 1 and (folder / PROJECT_FILE).is_file():
        described = read_project_file(folder)
        sources, name, specs = described.documents, described.name, dict(described.specs)
    elif any((Path(source) / PROJECT_FILE).is_file() for source in sources):
        raise DioramaError(
            "option_invalid",
            f"A project folder (with a {PROJECT_FILE}) was named beside other sources.",
            "Name the project folder alone, and add the other documents to its file.",
        )
    cache = cache_directory(settings)
    fetch = _fetcher(sources)
    if cache is None:
        loaded = load_documents(sources, fetch=fetch, name=name)
    else:
        loaded = load_cached(sources, cache, fetch=fetch, name=name)
    project = structs.replace(loaded.project, specs=corners(settings, specs))
    return LoadedProject(project, tuple(loaded.findings))


def corners(settings: Settings, written: dict[str, Any]) -> dict[str, Any]:
    """The capabilities' corners: as the project file says, with what the settings turn on or off laid over it."""
    over: dict[str, dict[str, Any]] = {}
    if settings.dynamic:
        over["examples"] = {"dynamic": True}
    if not settings.fill_properties:
        over.setdefault("examples", {})["fill_properties"] = False
    if settings.errors:
        over["validation"] = {"replies": "on"}
    if settings.validation != "on":
        over.setdefault("validation", {})["requests"] = settings.validation
    if not settings.cors:
        over["cors"] = {"enabled": False}
    if not settings.stateless:
        over["routing"] = {"head_from_get": True}
    specs = {name: dict(corner) for name, corner in written.items()}
    for name, corner in over.items():
        specs[name] = specs.get(name, {}) | corner
    return specs


def cache_directory(settings: Settings) -> Path | None:
    """Where compiled definitions are kept; None when the cache is off. It is safe to delete at any time."""
    if settings.cache == "off":
        return None
    if settings.cache:
        return Path(settings.cache)
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root else Path.home() / ".cache") / "diorama"


def _fetcher(sources: tuple[str, ...]) -> Any:
    """Fetches through the guard: the host that the operator typed is allowed, nothing else that is private."""
    for source in sources:
        if source.startswith(("http://", "https://")):
            return partial(fetch_document, policy=policy_for_operator(source))
    return None
