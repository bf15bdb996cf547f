"""Loading: what the user named on the command line, made into a project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from diorama.app.schema import corner_types
from diorama.app.settings import Settings
from diorama.engine.effects import fetch_document, policy_for_operator
from diorama.formats.generation import locale_known
from diorama.formats.openapi import Fetch, load_cached, load_documents
from diorama.formats.project import PROJECT_FILE, DescribedProject, Origins, read_project
from diorama.model.definition import Finding, Project
from diorama.model.errors import DioramaError

Memo = dict[str, bytes]
"""Bodies of documents from the net, by URL."""


MISNAMED = ("diorama.yml", "diorama.json")


class LoadedProject(Struct, frozen=True):
    """A project ready to be published, and what was noticed on the way.

    Attributes:
        project: with the corners that the settings decide filled in.
        findings: of its documents.
        files: all files that it came from, as paths; what came from the net is left out.
        folders: the folders in which a new file would change it.
        size_bytes: of the documents.
        origins: where in the project's own files its corners stand.
    """

    project: Project
    findings: tuple[Finding, ...]
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    size_bytes: int = 0
    origins: Origins = Origins()

    @contextmanager
    def locating(self) -> Iterator[None]:
        """Have errors about the project's corners name the file and the line, while the project is published.

        Raises:
            DioramaError: the one that was raised inside, with its place where a file of the project has it.
        """
        try:
            yield
        except DioramaError as error:
            pointer = str(error.meta.get("pointer", ""))
            place = None if error.meta.get("file") else self.origins.places_of([pointer]).get(pointer)
            if not pointer or place is None:
                raise
            file, line, there = place
            meta = error.meta | {"file": file, "line": line, "pointer": there}
            message = f"{file}:{line} (#{there}): {error.message}"
            raise DioramaError(error.code, message, error.hint, meta, error.violations) from error

    def located(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Findings of a publish; those about the project's corners with their file and line."""
        places = self.origins.places_of([one.pointer for one in findings if one.pointer and not one.file])
        return tuple(
            one
            if one.file or one.pointer not in places
            else structs.replace(
                one, file=places[one.pointer][0], line=places[one.pointer][1], pointer=places[one.pointer][2]
            )
            for one in findings
        )


def load(settings: Settings, memo: Memo | None = None) -> LoadedProject:
    """Read what is to be served.

    Args:
        settings: name it.
        memo: what was read from the net before, which is not read again; it is given what is read now.

    Raises:
        DioramaError: of category ``definition_invalid``, or ``outbound_refused`` for a URL that may not be fetched.
    """
    if not settings.sources:
        raise DioramaError(
            "option_invalid",
            "Nothing was named to be served.",
            "Name an OpenAPI document, a folder with documents, a project folder, or a URL.",
        )
    described = describe(settings.sources)
    cache = cache_directory(settings)
    fetch = _fetcher(described.documents, {} if memo is None else memo)
    name, overlays = described.name, described.overlays
    if cache is None:
        loaded = load_documents(described.documents, fetch=fetch, name=name, overlays=overlays)
    else:
        loaded = load_cached(described.documents, cache, fetch=fetch, name=name, overlays=overlays)
    read = [file.location for file in loaded.files if "://" not in file.location]
    return LoadedProject(
        project=structs.replace(loaded.project, specs=corners(settings, described.specs)),
        findings=tuple(loaded.findings),
        files=(*described.files, *read),
        folders=(*described.folders, *loaded.folders),
        size_bytes=sum(file.size_bytes for file in loaded.files),
        origins=described.origins,
    )


def describe(sources: tuple[str, ...]) -> DescribedProject:
    """What the sources are: one project folder, or documents that have no project around them.

    Raises:
        DioramaError: as :func:`load` does, as far as documents need not be read for it.
    """
    folder = Path(sources[0])
    if len(sources) == 1 and (folder / PROJECT_FILE).is_file():
        return read_project(folder, corner_types())
    if any((Path(source) / PROJECT_FILE).is_file() for source in sources):
        raise DioramaError(
            "option_invalid",
            f"A project folder (with a {PROJECT_FILE}) was named beside other sources.",
            "Name the project folder alone, and add the other documents to its file.",
        )
    for source in sources:
        _refuse_misnamed(Path(source))
    return DescribedProject("", sources, {})


def _refuse_misnamed(folder: Path) -> None:
    """A project file under another name would be overlooked, and the folder served as if it said nothing."""
    for name in MISNAMED:
        if (folder / name).is_file():
            raise DioramaError(
                "project_invalid",
                f"{folder / name} is not read: the file of a project is called {PROJECT_FILE}.",
                f"Rename it to {PROJECT_FILE}.",
                {"file": str(folder / name)},
            )


def corners(settings: Settings, written: dict[str, Any]) -> dict[str, Any]:
    """The capabilities' corners: as the project file says, with what the settings turn on or off laid over it."""
    over: dict[str, dict[str, Any]] = {}
    if settings.dynamic:
        over["examples"] = {"dynamic": True}
    if not settings.fill_properties:
        over.setdefault("examples", {})["fill_properties"] = False
    if settings.locale != "en":
        over.setdefault("examples", {})["locale"] = settings.locale
        if not settings.stateless:
            over["resources"] = {"locale": settings.locale}
    if settings.errors:
        over["validation"] = {"replies": "on"}
    if settings.validation != "on":
        over.setdefault("validation", {})["requests"] = settings.validation
    if not settings.cors:
        over["cors"] = {"enabled": False}
    if not settings.stateless:
        over["routing"] = {"head_from_get": True}
        if settings.unknown_ids != "refuse":
            over.setdefault("resources", {})["unknown_ids"] = settings.unknown_ids
    specs = {name: dict(corner) for name, corner in written.items()}
    for name, corner in over.items():
        specs[name] = specs.get(name, {}) | corner
    if not settings.stateless:
        specs["examples"] = {"data": "believable"} | specs.get("examples", {})
        specs["resources"] = {"enabled": True} | specs.get("resources", {})
        # What is said of made-up data counts for items, too, unless their own corner says otherwise.
        for name in ("locale", "values_max"):
            said = specs["examples"].get(name)
            # A locale that there is not is refused where it was written.
            if said is not None and (name != "locale" or locale_known(str(said))):
                specs["resources"].setdefault(name, said)
    return specs


def cache_directory(settings: Settings) -> Path | None:
    """Where compiled definitions are kept; None when the cache is off. It is safe to delete at any time."""
    if settings.cache == "off":
        return None
    if settings.cache:
        return Path(settings.cache)
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root else Path.home() / ".cache") / "diorama"


def _fetcher(sources: tuple[str, ...], memo: Memo) -> Fetch | None:
    """Fetches through the guard: the host that the operator typed is allowed, nothing else that is private."""
    named = next((source for source in sources if source.startswith(("http://", "https://"))), None)
    if named is None:
        return None
    fetch = partial(fetch_document, policy=policy_for_operator(named))

    def fetch_once(url: str) -> bytes:
        if url not in memo:
            memo[url] = fetch(url)
        return memo[url]

    return fetch_once
