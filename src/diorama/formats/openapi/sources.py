"""Sources: what a user can name, and the files that it stands for."""

from __future__ import annotations

import os
from hashlib import blake2b

from diorama.model.errors import DioramaError

SUFFIXES = (".yaml", ".yml", ".json")
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})


def is_url(source: str) -> bool:
    """Whether a source is on the net."""
    return source.startswith(("http://", "https://"))


def digest_of(data: bytes) -> str:
    """BLAKE2b-128 in hexadecimal."""
    return blake2b(data, digest_size=16).hexdigest()


def candidate_files(source: str, files_max: int, folders: dict[str, None] | None = None) -> list[str]:
    """The files that may be API documents: the source itself, or what its folder holds at any depth.

    Args:
        source: path of a file or a folder.
        files_max: how many files and folders are looked at.
        folders: is given every folder that was looked into, as keys.

    Raises:
        DioramaError: document_too_large when there are more.
    """
    if not os.path.isdir(source):  # noqa: PTH112  # paths stay text, as the user wrote them
        return [source]
    found: list[str] = []
    for count, (folder, names, files) in enumerate(os.walk(source)):
        if folders is not None:
            folders[folder] = None
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        found += [
            os.path.join(folder, name)  # noqa: PTH118  # paths stay text, as above
            for name in sorted(files)
            if name.endswith(SUFFIXES) and not name.startswith(".")
        ]
        if len(found) > files_max or count > files_max:
            raise DioramaError(
                "document_too_large",
                f"{source}: the folder has more than {files_max:,} documents or folders",
                "Name the document itself.",
                {"file": source, "line": 0, "pointer": ""},
            )
    return found
