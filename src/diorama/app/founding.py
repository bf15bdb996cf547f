"""Founding: a folder made into a project, from the documents that are in it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from diorama.app.loading import LoadedProject, load
from diorama.app.schema import shipped_schema
from diorama.app.settings import Settings
from diorama.capabilities.registry import CAPABILITIES
from diorama.flow.publication import publish, sites_of
from diorama.formats.project import PROJECT_FILE
from diorama.model.definition import Project
from diorama.model.errors import DioramaError

DATA_FOLDER = ".diorama"
SCHEMA_NAME = "project.schema.json"
STARTER = Path(__file__).with_name("starter.yaml")
STARTER_NAME = "openapi.yaml"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
IGNORED = f"{DATA_FOLDER}/"

_TEXT = """\
# yaml-language-server: $schema={schema}
# Every key may be left out. Editors that know the schema above complete keys and say what they mean;
# `diorama init --schema` prints it. Changes are published while `diorama serve` runs.

name: {name}

# OpenAPI documents beside this file, or URLs. Left out: all in the folder.
{documents}
# What a request that breaks the document's rules comes to:
# on (it is refused), warn (it is answered, and noted in the journal) or off (nobody looks).
# validation:
#   requests: warn

# Items that resources hold at first, by the names that `diorama inspect` shows. Files in fixtures/ do the same.
# fixtures:
#   customer:
#     - {{id: 1, name: Ada}}

# Changes of a document that belongs to somebody else go into overrides/, as OpenAPI Overlays.
"""


class Founded(Struct, frozen=True):
    """What was made.

    Attributes:
        folder: the project.
        files: what was written, relative to it, in order.
        documents: relative to it, or URLs.
        endpoints: how many the documents have.
    """

    folder: Path
    files: tuple[str, ...]
    documents: tuple[str, ...]
    endpoints: int


def found(folder: Path, documents: Sequence[str] = (), *, starter: bool = False, force: bool = False) -> Founded:
    """Make a folder a project. What was written is tried; if it cannot be served, all is as it was before.

    Args:
        folder: made when there is none.
        documents: files or URLs; all in the folder when empty. A file from elsewhere is copied into the folder,
            together with the files that it refers to.
        starter: write a small document to begin with, where the folder has none.
        force: replace files that are there.

    Raises:
        DioramaError: ``option_invalid`` when a file is there already, or two would be written to one place;
            ``document_not_found`` when there is no document; what loading and publishing raise.
    """
    file = folder / PROJECT_FILE
    if file.exists() and not force:
        raise DioramaError("option_invalid", f"{file} is there already.", "Keep it, or replace it with --force.")
    written: dict[str, bytes] = {}
    named: tuple[str, ...]
    if starter:
        written[STARTER_NAME] = STARTER.read_bytes()
        named = (STARTER_NAME,)
    elif documents:
        named = tuple(dict.fromkeys(_taken(folder, document, written) for document in documents))
    else:
        named = tuple(os.path.relpath(api.source, folder) for api in _tried([str(folder)]).project.apis)
    written[PROJECT_FILE] = project_text(folder.resolve().name, named).encode()
    for name in written:
        if (folder / name).exists() and not force:
            raise DioramaError(
                "option_invalid", f"{folder / name} is there already.", "Rename it, or replace it with --force."
            )
    try:
        project = _written(folder, written)
    except DioramaError as error:
        if documents or starter or error.code != "outbound_refused":
            raise
        # A document below the folder refers to one beside or above it: that is allowed where the folder is the source.
        written[PROJECT_FILE] = project_text(folder.resolve().name, ()).encode()
        project = _written(folder, written)
    ignored = _ignore(folder)
    keep_schema(folder)
    return Founded(folder, (*written, *ignored), named, len(sites_of(project)))


def has_documents(folder: Path) -> bool:
    """Whether a folder holds an OpenAPI document.

    Raises:
        DioramaError: when it holds one that cannot be understood.
    """
    if not folder.is_dir():
        return False
    try:
        _tried([str(folder)])
    except DioramaError as error:
        if error.code == "document_not_found":
            return False
        raise
    return True


def project_text(name: str, documents: Sequence[str]) -> str:
    """A ``diorama.yaml`` to begin with."""
    listed = "".join(f"  - {_quoted(document)}\n" for document in documents)
    listed = f"documents:\n{listed}" if documents else "# documents: [openapi.yaml]\n"
    return _TEXT.format(schema=f"{DATA_FOLDER}/{SCHEMA_NAME}", name=_quoted(name), documents=listed)


def _quoted(text: str) -> str:
    """A text as YAML, in quotes only where it could be read as something else; JSON's texts are YAML's, too."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off")
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def keep_schema(folder: Path) -> None:
    """Put the schema of the project file where ``diorama.yaml`` leads editors to; what cannot be written is left."""
    data = folder / DATA_FOLDER
    try:
        data.mkdir(mode=0o700, exist_ok=True)
        file = data / SCHEMA_NAME
        if not file.is_file() or file.read_bytes() != shipped_schema():
            file.write_bytes(shipped_schema())
    except OSError:
        return


def names_schema(folder: Path) -> bool:
    """Whether the folder's project file leads editors to the schema."""
    try:
        return f"$schema={DATA_FOLDER}/{SCHEMA_NAME}" in (folder / PROJECT_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _tried(sources: Sequence[str]) -> LoadedProject:
    return load(Settings(sources=tuple(sources), stateless=True, cache="off"))


def _taken(folder: Path, document: str, written: dict[str, bytes]) -> str:
    """How the project file names a document; one from elsewhere comes along, with the files that it refers to.

    Raises:
        DioramaError: ``option_invalid`` when two different files would be written to one place; what loading raises.
    """
    path = Path(document)
    if "://" in document or path.resolve().is_relative_to(folder.resolve()):
        _tried([document])
        return document if "://" in document else os.path.relpath(path.resolve(), folder.resolve())
    if path.is_dir():
        raise DioramaError("option_invalid", f"{document} is a folder outside {folder}.", "Name the documents in it.")
    for file in _tried([document]).files:
        name = os.path.relpath(file, path.parent)
        data = Path(file).read_bytes()
        if name == PROJECT_FILE or written.setdefault(name, data) != data:
            raise DioramaError(
                "option_invalid",
                f"Two different files would be written to {folder / name}; one of them is {file}.",
                f"Put the documents into folders of their own below {folder}, and name them there.",
            )
    return path.name


def _written(folder: Path, written: Mapping[str, bytes]) -> Project:
    """Write files and try what they make; when it cannot be served, nothing of them is left.

    Raises:
        DioramaError: ``option_invalid`` when a file cannot be written; what loading and publishing raise.
    """
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        _make(folder, made)
        for name, data in written.items():
            file = folder / name
            _make(file.parent, made)
            before[file] = file.read_bytes() if file.exists() else None
            file.write_bytes(data)
        loaded = load(Settings(sources=(str(folder),), cache="off"))
        with loaded.locating():
            publish(loaded.project, CAPABILITIES)
    except (DioramaError, OSError) as error:
        _undo(before, made)
        if isinstance(error, DioramaError):
            raise
        raise DioramaError(
            "option_invalid", f"{folder} cannot be written: {error}", "Choose a folder that is yours."
        ) from error
    return loaded.project


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, and remember which these were."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _undo(before: Mapping[Path, bytes | None], made: Sequence[Path]) -> None:
    """Make all as it was, as far as the system lets us; what went wrong before is the error to tell."""
    for file, data in before.items():
        with suppress(OSError):
            if data is not None:
                file.write_bytes(data)
            else:
                file.unlink(missing_ok=True)
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


def _ignore(folder: Path) -> tuple[str, ...]:
    """Keep journals and worlds out of version control."""
    file = folder / ".gitignore"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if IGNORED in text.split():
        return ()
    file.write_text(text + ("\n" if text and not text.endswith("\n") else "") + IGNORED + "\n", encoding="utf-8")
    return (".gitignore",)
