"""Watching: what is served is loaded again when a file that it came from changes.

A version is published whole or not at all. What is broken is told, and the version before goes on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from msgspec import Struct, structs

from diorama.app.loading import LoadedProject, Memo, cache_directory, describe, load
from diorama.app.settings import Settings
from diorama.app.warming import warm
from diorama.control.publication import Publication
from diorama.formats.openapi.warming import Errand
from diorama.formats.project import PROJECT_FILE
from diorama.model.errors import DioramaError
from diorama.ports.effects import WallClock

SUFFIXES = (".yaml", ".yml", ".json")

QUIET_MS = 30
"""A save is over when nothing more changed for so long."""

GATHERING_MS_MAX = 150
"""Changes that never end are looked at all the same after so long."""

SETTLING_S = 0.1
"""What cannot be read may be half written: it is read once more after so long, before anybody is told."""

INLINE_BYTES_MAX = 64 * 1024
"""Documents up to this size load in 7 ms at most, on the loop (measured); larger ones in a process of their own, whose
start alone takes ten times as long."""

FOLDERS_MAX = 300
"""So many folders are watched while a file is looked for that may be anywhere."""

EDIT_S_MAX = 5.0
"""A file's own time of change tells when it was saved, unless it is further back than this: then it was copied."""


class Change(Struct, frozen=True):
    """What a change of files came to.

    Attributes:
        loaded: what is served now.
        publication: the versions; the same twice when nothing but the text changed.
        mended: whether the time before this one failed.
        took_ms: from the save to the moment at which it answered.
    """

    loaded: LoadedProject
    publication: Publication
    mended: bool
    took_ms: float


class Audience(Protocol):
    """Hears what becomes of changes."""

    def published(self, change: Change) -> None:
        """A version went live, or what was broken is as it was before."""

    def broken(self, error: DioramaError) -> None:
        """A change could not be published."""


class Watching:
    """Watches the files that a project came from.

    Args:
        settings: name what is served.
        loaded: what is served now.
        memo: what was read from the net; it is not read again.
        publish: makes a version live.
        audience: is told.
        wall: real time.
    """

    def __init__(
        self,
        settings: Settings,
        loaded: LoadedProject,
        memo: Memo,
        publish: Callable[[LoadedProject], Publication],
        audience: Audience,
        wall: WallClock,
    ) -> None:
        self._settings = settings
        self._loaded = loaded
        self._memo = memo
        self._publish = publish
        self._audience = audience
        self._wall = wall
        self._is_broken = False
        self._told = ""
        self._own_cache: TemporaryDirectory[str] | None = None

    async def run(self) -> None:
        """Watch until cancelled, or until the system gives no means to."""
        try:
            while True:
                try:
                    await self._watch()
                except FileNotFoundError:  # a folder went while it was taken up
                    await asyncio.sleep(SETTLING_S)
        except Exception as failure:  # noqa: BLE001  Serving goes on without, and says why.
            self._audience.broken(
                DioramaError(
                    "internal",
                    f"The files are watched no longer: {failure}",
                    "Raise the system's limit of watches, or start Diorama with WATCHFILES_FORCE_POLLING=1.",
                )
            )
        finally:
            self.close()

    def close(self) -> None:
        """Leave nothing behind."""
        if self._own_cache is not None:
            self._own_cache.cleanup()
            self._own_cache = None

    async def _watch(self) -> None:
        """Watch the folders that count now; ends when others do."""
        from watchfiles import awatch  # loaded by those who watch

        places = self._places()
        seen = identities(places)
        changes = awatch(
            *places,
            watch_filter=None,
            recursive=False,
            step=QUIET_MS,
            debounce=GATHERING_MS_MAX,
            ignore_permission_denied=True,
        )
        loop = asyncio.get_running_loop()
        coming = loop.create_task(anext(changes))
        try:
            await asyncio.sleep(0)
            # From here on nothing is missed; what changed before, while nothing was watched, is found now.
            await self.look(())
            while seen == identities(self._places()):
                paths = [path for _, path in await coming]
                coming = loop.create_task(anext(changes))
                if self._concerned(paths):
                    await self.look(paths)
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    def _places(self) -> list[str]:
        """The folders to watch; while something is broken, those below them too, because it may want a new file."""
        folders = watched_folders(self._loaded)
        return folders_below(folders) if self._is_broken else folders

    def _concerned(self, paths: Iterable[str]) -> bool:
        """Whether one of the paths may change what is served."""
        files = {os.path.realpath(file) for file in self._loaded.files} | {
            os.path.abspath(file)  # noqa: PTH100  # paths stay text
            for file in self._loaded.files
        }
        folders = {os.path.realpath(folder) for folder in self._loaded.folders}
        for path in paths:
            folder, name = os.path.split(path)
            if path in files or path in folders or name == PROJECT_FILE:
                return True
            fits = name.endswith(SUFFIXES) or not Path(name).suffix
            if folder in folders and fits and not name.startswith("."):
                return True
        return self._is_broken and any(path.endswith(SUFFIXES) for path in paths)

    async def look(self, paths: Sequence[str]) -> None:
        """Load again, and publish what is new.

        Args:
            paths: of the files that changed.
        """
        saved_us = self._saved_us(paths or self._loaded.files)
        if any(_is_empty(path) for path in paths):
            await asyncio.sleep(SETTLING_S)
        error = await self._try(saved_us)
        if error is not None:
            await asyncio.sleep(SETTLING_S)
            error = await self._try(saved_us)
        if error is not None:
            self._is_broken = True
            if paths or error.message != self._told:
                self._audience.broken(error)
        self._told = "" if error is None else error.message

    async def _try(self, saved_us: int) -> DioramaError | None:
        """Publish, or say what is wrong."""
        try:
            loaded = await self._load()
            publication = self._publish(loaded)
        except DioramaError as error:
            return error
        except Exception as failure:  # noqa: BLE001  Whatever an edit leads to, what was served before goes on.
            return DioramaError(
                "internal",
                f"A {type(failure).__name__} was raised while the change was loaded: {failure}",
                "This is a fault in Diorama; please report it with the files that show it.",
            )
        changed = publication.version != publication.previous
        if changed or self._is_broken:
            took_ms = (self._wall.now_us() - saved_us) / 1000
            self._audience.published(Change(loaded, publication, self._is_broken, took_ms))
        self._loaded = loaded
        self._is_broken = False
        return None

    async def _load(self) -> LoadedProject:
        """Small ones at once; large ones by a process of their own, and from the cache then."""
        settings = self._settings
        self._refuse_what_is_gone()
        if _size_bytes(self._loaded.files) > INLINE_BYTES_MAX and not self._memo:
            settings = structs.replace(settings, cache=str(cache_directory(settings) or self._cache()))
            described = describe(settings.sources)
            await warm(Errand(described.documents, settings.cache, described.name, described.overlays))
        return load(settings, self._memo)

    def _cache(self) -> str:
        """A cache for those who want none: it goes with the watch."""
        if self._own_cache is None:
            self._own_cache = TemporaryDirectory(prefix="diorama-")
        return self._own_cache.name

    def _refuse_what_is_gone(self) -> None:
        """A folder without its project file would be served as something else."""
        for file in self._loaded.files:
            if Path(file).name == PROJECT_FILE and not Path(file).is_file():
                raise DioramaError("document_not_found", f"{file} is gone.", "Put it back, or start anew without it.")

    def _saved_us(self, paths: Iterable[str]) -> int:
        """When the newest of the files was saved, in real time; now when they do not say."""
        now_us = self._wall.now_us()
        saved = [changed for path in paths if 0 <= now_us - (changed := _changed_us(path)) < EDIT_S_MAX * 1e6]
        return max(saved, default=now_us)


def watched_folders(loaded: LoadedProject) -> list[str]:
    """The folders to watch, sorted: where the files lie, links followed too, and where new ones would count.

    Of one that is gone, the nearest that is still there: it may come back.
    """
    wanted = [os.path.dirname(os.path.abspath(file)) for file in loaded.files]  # noqa: PTH100, PTH120  # paths stay text
    wanted += [os.path.dirname(os.path.realpath(file)) for file in loaded.files]  # noqa: PTH120  # the same
    wanted += [os.path.realpath(folder) for folder in loaded.folders]
    return sorted({str(_standing(Path(folder))) for folder in wanted})


def folders_below(folders: Iterable[str]) -> list[str]:
    """Folders with those below them, hidden ones left out, sorted; no more than a few hundred further ones."""
    found = dict.fromkeys(folders)
    for top in list(found):
        for folder, names, _ in os.walk(top):
            names[:] = sorted(name for name in names if not name.startswith(".") and name != "node_modules")
            found[folder] = None
            if len(found) > FOLDERS_MAX:
                return sorted(found)
    return sorted(found)


def _standing(folder: Path) -> Path:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def identities(folders: Iterable[str]) -> list[tuple[str, int, int]]:
    """Folders with what tells whether they are still the same ones: a watch ends with the folder that it is on."""
    found = []
    for folder in folders:
        try:
            status = Path(folder).stat()
        except OSError:
            continue
        found.append((folder, status.st_dev, status.st_ino))
    return found


def _changed_us(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns // 1000
    except OSError:
        return 0


def _is_empty(path: str) -> bool:
    try:
        return path.endswith(SUFFIXES) and Path(path).stat().st_size == 0
    except OSError:
        return False


def _size_bytes(files: Iterable[str]) -> int:
    """How large files are now; they may have grown since they were read."""
    total = 0
    for file in files:
        try:
            total += Path(file).stat().st_size
        except OSError:
            continue
    return total
