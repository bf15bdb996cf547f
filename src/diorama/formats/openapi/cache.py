"""Cache: definitions that were loaded before, found again by the content of the files that they came from.

An entry says which files were read and what their bytes hashed to. It is used only when every one of them is still
the same, fragments included. Entries are data that a decoder with fixed types reads: nothing in them is ever run, and
a damaged, truncated or foreign file is a miss. The folder may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from diorama import __version__
from diorama.formats.openapi.limits import DEFAULT, MEBIBYTE, Fetch, Limits, Loaded, SourceFile
from diorama.formats.openapi.loading import load_documents
from diorama.formats.openapi.sources import candidate_files, digest_of, is_url
from diorama.model.definition import DEFINITION_FORMAT, Finding, decode_project, encode_project

CACHE_FORMAT = 1
"""Raised by one whenever an entry of the older form would be misread, or the same document be understood otherwise."""

ENTRIES_MAX = 64
BYTES_MAX = 512 * MEBIBYTE
_SUFFIX = ".definition"
_PART = ".part"
_DIGEST_BYTES = 16


class _Entry(Struct, frozen=True, array_like=True):
    """What stands in a cache file, behind its checksum."""

    key: str
    files: tuple[SourceFile, ...]
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]
    project: bytes


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Entry)


def load_cached(
    sources: Sequence[str],
    folder: Path,
    *,
    fetch: Fetch | None = None,
    limits: Limits = DEFAULT,
    name: str = "",
    overlays: Sequence[str] = (),
) -> Loaded:
    """What :func:`diorama.formats.openapi.load_documents` gives, from the cache when nothing changed.

    Args:
        sources: as for ``load_documents``. URLs are fetched all the same, and compared by content.
        folder: of the cache; made when it is missing. What cannot be read or written there is left be.
        fetch: as for ``load_documents``.
        limits: as for ``load_documents``.
        name: as for ``load_documents``.
        overlays: as for ``load_documents``.

    Raises:
        DioramaError: as ``load_documents`` does; a document that is refused is never cached.
    """
    fetched: dict[str, bytes] = {}

    def fetch_once(url: str) -> bytes:
        if url not in fetched:
            assert fetch is not None
            fetched[url] = fetch(url)
        return fetched[url]

    careful = fetch_once if fetch is not None else None
    key = _key(sources, careful, limits, name, overlays)
    if key:
        found = _read(folder / (key + _SUFFIX), key, careful, limits)
        if found is not None:
            return found
    loaded = load_documents(sources, fetch=careful, limits=limits, name=name, overlays=overlays)
    if key:
        _write(folder, key, loaded)
    return loaded


def _key(sources: Sequence[str], fetch: Fetch | None, limits: Limits, name: str, overlays: Sequence[str] = ()) -> str:
    """The name of an entry: everything that a load begins with; "" when a source cannot be read."""
    parts: list[object] = [CACHE_FORMAT, DEFINITION_FORMAT, __version__, name, limits, fetch is not None]
    if overlays:
        parts.append(list(overlays))
    try:
        for source in sources:
            parts += [source, "" if is_url(source) else os.path.realpath(source)]
            files = candidate_files(source, limits.files_max) if not is_url(source) else [source]
            for file in files:
                digest = _digest(file, fetch, limits)
                if not digest:
                    return ""
                parts += [file, digest]
    except (OSError, ValueError):
        return ""
    return blake2b(_ENCODER.encode(parts), digest_size=_DIGEST_BYTES).hexdigest()


def _digest(location: str, fetch: Fetch | None, limits: Limits) -> str:
    """The hash of a file's bytes as they are now; "" when it is no file, or too large."""
    if is_url(location):
        return digest_of(fetch(location)) if fetch is not None else ""
    path = Path(location)
    if not path.is_file() or path.stat().st_size > limits.file_bytes_max:
        return ""
    return digest_of(path.read_bytes())


def _read(path: Path, key: str, fetch: Fetch | None, limits: Limits) -> Loaded | None:
    """The entry of a key, when it is whole and all its files are unchanged."""
    try:
        if not path.is_file() or path.stat().st_size > BYTES_MAX:
            return None
        data = path.read_bytes()
        checksum, payload = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if blake2b(payload, digest_size=_DIGEST_BYTES).digest() != checksum:
            return None
        entry = _DECODER.decode(payload)
        if entry.key != key:
            return None
        if any(_digest(file.location, fetch, limits) != file.digest for file in entry.files):
            return None
        return Loaded(decode_project(entry.project), entry.findings, entry.files, entry.folders)
    except (OSError, ValueError, RecursionError):
        return None


def _write(folder: Path, key: str, loaded: Loaded) -> None:
    """Put an entry into the cache, whole or not at all."""
    entry = _Entry(key, loaded.files, loaded.folders, loaded.findings, encode_project(loaded.project))
    payload = _ENCODER.encode(entry)
    part = folder / f"{key}.{os.getpid()}{_PART}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(blake2b(payload, digest_size=_DIGEST_BYTES).digest() + payload)
        part.replace(folder / (key + _SUFFIX))
        _bound(folder, keep=key + _SUFFIX)
    except OSError:
        # The cache is a convenience: a load that cannot be kept is a load all the same.
        with contextlib.suppress(OSError):
            part.unlink()


def _bound(folder: Path, keep: str) -> None:
    """Delete the oldest entries beyond the limits, and parts that a crash left behind."""
    entries: list[tuple[float, str, int]] = []
    for item in os.scandir(folder):
        if item.name.endswith((_SUFFIX, _PART)) and item.name != keep and item.is_file(follow_symlinks=False):
            status = item.stat(follow_symlinks=False)
            entries.append((status.st_mtime, item.name, status.st_size))
    entries.sort(reverse=True)
    room = BYTES_MAX - (folder / keep).stat().st_size
    for count, (_, name, size) in enumerate(entries, start=2):
        room -= size
        if count > ENTRIES_MAX or room < 0:
            (folder / name).unlink(missing_ok=True)
