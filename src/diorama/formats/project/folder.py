"""The folder: ``diorama.yaml`` with the fixtures and overrides beside it, made into what is to be loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from diorama.formats.openapi.places import Document
from diorama.formats.openapi.sources import SUFFIXES
from diorama.formats.project.origins import Origins, Stretch
from diorama.formats.project.shape import FIXTURES_FOLDER, OVERRIDES_FOLDER, PROJECT_FILE, RESOURCES, project_type
from diorama.formats.project.texts import check, read_text, refuse_text
from diorama.model.errors import DioramaError
from diorama.model.pointers import pointer_of

FILES_MAX = 1_000


class DescribedProject(Struct, frozen=True):
    """A project folder as it was found.

    Attributes:
        name: the project's name.
        documents: paths of its documents.
        specs: the corners that it fills in, by capability.
        overlays: paths of the files in ``overrides`` that change documents, in order.
        files: all files of the folder's own that were read, the documents left out.
        folders: the folders whose listing mattered.
        origins: where in the files the corners stand.
    """

    name: str
    documents: tuple[str, ...]
    specs: dict[str, dict[str, Any]]
    overlays: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    origins: Origins = Origins()


def read_project(folder: Path, corners: Mapping[str, type[Struct]]) -> DescribedProject:
    """Read a project folder.

    Args:
        folder: it holds a ``diorama.yaml``.
        corners: the type of each corner by its key.

    Raises:
        DioramaError: ``project_invalid`` or ``document_unreadable`` naming file and line; ``document_not_found`` for a
            document that is not there or outside the folder.
    """
    shape = project_type(corners)
    file = folder / PROJECT_FILE
    written = check(read_text(file), shape)
    files, overlays, corner_files = [str(file)], [], [str(file)]
    specs: dict[str, Any] = {name: dict(written[name]) for name in corners if written.get(name)}
    stretches: dict[str, list[Stretch]] = {}
    _note(stretches, file, specs.get(RESOURCES, {}).get("fixtures", {}), f"/{RESOURCES}/fixtures")
    for path in _listed(folder / OVERRIDES_FOLDER):
        files.append(str(path))
        document = read_text(path)
        if isinstance(document.root, dict) and "overlay" in document.root:
            overlays.append(str(path))
        else:
            above = _corners_of(document, shape, corners)
            corner_files.append(str(path))
            specs = _laid_over(specs, above)
            _note(stretches, path, above.get(RESOURCES, {}).get("fixtures", {}), f"/{RESOURCES}/fixtures", anew=True)
    _note(stretches, file, written.get("fixtures", {}), "/fixtures")
    held = _fixtures(folder, written, files, stretches)
    if held:
        corner = specs.get(RESOURCES, {})
        specs[RESOURCES] = corner | {"fixtures": _joined(corner.get("fixtures", {}), held)}
    documents = tuple(_document(folder, name) for name in written.get("documents", ())) or (str(folder),)
    return DescribedProject(
        name=written.get("name") or folder.resolve().name,
        documents=documents,
        specs=specs,
        overlays=tuple(overlays),
        files=tuple(files),
        folders=(str(folder), str(folder / OVERRIDES_FOLDER), str(folder / FIXTURES_FOLDER)),
        origins=Origins(tuple(corner_files), {name: tuple(each) for name, each in stretches.items()}),
    )


def _listed(folder: Path) -> list[Path]:
    """The YAML and JSON files of a folder, by name; none when there is no such folder.

    Raises:
        DioramaError: ``document_too_large`` when there are too many; ``document_not_found`` for a link that leads out.
    """
    if not folder.is_dir():
        return []
    found = sorted(
        path for path in folder.iterdir() if path.name.endswith(SUFFIXES) and path.name[0] != "." and path.is_file()
    )
    if len(found) > FILES_MAX:
        raise DioramaError("document_too_large", f"{folder} has more than {FILES_MAX:,} files.", "Join some of them.")
    for path in found:
        if not path.resolve().is_relative_to(folder.parent.resolve()):
            raise DioramaError(
                "document_not_found", f"{path} leads out of the project folder.", "Put the file itself there."
            )
    return found


def _corners_of(document: Document, shape: type[Struct], corners: Mapping[str, Any]) -> dict[str, Any]:
    """The corners that a file of ``overrides`` fills in; what a project has only once stands in ``diorama.yaml``."""
    root = document.root
    if isinstance(root, dict):
        for key in root:
            if key not in corners:
                refuse_text(
                    document,
                    "/" + str(key),
                    f"{str(key)[:80]!r} is no corner of a project",
                    f"Corners are: {', '.join(corners)}. A change of a document begins with `overlay: 1.0.0`.",
                )
    return check(document, shape)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Mappings are merged at every depth; of all else the upper one counts."""
    made = dict(below)
    for key, value in above.items():
        held = made.get(key)
        made[key] = _laid_over(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return made


def _note(
    stretches: dict[str, list[Stretch]], file: Path, items: dict[str, list[Any]], above: str, *, anew: bool = False
) -> None:
    """Remember where items of resources stand: behind those that are there, or anew in their place."""
    for name, listed in items.items():
        stretch = Stretch(str(file), above + pointer_of([name]), len(listed))
        stretches[name] = [stretch] if anew else [*stretches.get(name, ()), stretch]


def _fixtures(
    folder: Path, written: dict[str, Any], files: list[str], stretches: dict[str, list[Stretch]]
) -> dict[str, list[Any]]:
    """The project file's own, then those of each file, by name: a mapping, or a list named by its file."""
    held: dict[str, list[Any]] = dict(written.get("fixtures", {}))
    for path in _listed(folder / FIXTURES_FOLDER):
        files.append(str(path))
        document = read_text(path)
        value = {path.stem: document.root} if isinstance(document.root, list) else document.root
        if value is None:
            continue
        if not isinstance(value, dict):
            refuse_text(document, "", "fixtures are lists of items", "Write resource names, each with a list below it.")
        for name, items in value.items():
            if not isinstance(items, list):
                refuse_text(
                    document,
                    "/" + str(name),
                    f"the fixtures of {str(name)[:80]!r} are no list",
                    "Write a list of items here, each behind a dash.",
                )
        held = _joined(held, value)
        if isinstance(document.root, list):
            stretches.setdefault(path.stem, []).append(Stretch(str(path), "", len(document.root)))
        else:
            _note(stretches, path, value, "")
    return held


def _joined(first: dict[str, list[Any]], then: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Both, name by name in the order in which they were met."""
    names = dict.fromkeys([*first, *then])
    return {name: [*first.get(name, ()), *then.get(name, ())] for name in names}


def _document(folder: Path, name: str) -> str:
    if name.startswith(("http://", "https://")):
        return name
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DioramaError(
            "document_not_found",
            f"{folder / PROJECT_FILE} names {name!r}, which is outside the folder.",
            "Move the document into the project folder.",
        )
    if not path.exists():
        raise DioramaError(
            "document_not_found",
            f"{folder / PROJECT_FILE} names {name!r}, which does not exist.",
            "Correct the name, or add the document.",
        )
    return str(path)
