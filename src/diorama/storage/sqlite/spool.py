"""The spool: batches as plain bytes in a file, from the moment they are handed over until SQLite has them.

A thread that writes has to win the interpreter lock and a core from a busy loop, and on a machine whose cores are all
busy that takes longer than the 20 ms that a batched journal may be behind. To append some kilobytes to a file takes the
loop itself a few microseconds, and what the operating system has taken survives the end of the process. So each batch
is appended here at once; after a crash, what SQLite lacks is taken from here before anything else is done.

Two files take turns. One is emptied when SQLite has all that is in it, which is looked at once it has grown, so it is
rare. A file begins with its generation; a frame is a length, a CRC-32 and a MessagePack value, and the first frame that
is not whole ends a file: that is where the process was killed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Protocol
from zlib import crc32

import msgspec
from msgspec.structs import astuple

from diorama.ports.storage import Batch, WorldRow

FILES = ("spool-0", "spool-1")
TURN_BYTES = 1 << 20
"""A file that has grown beyond this is left or emptied as soon as that loses nothing."""

_HEADER = struct.Struct("<16sQ")
_MAGIC = b"diorama spool 1\n"
_FRAME = struct.Struct("<II")
_Row = tuple[str, bytes, bytes, int, bytes | None]
"""A :class:`~diorama.ports.storage.WorldRow`; its names may hold halves of surrogate pairs, which are no UTF-8."""
_Written = tuple[int, int, int, int, int, bytes, list[_Row], bytes, list[tuple[int, bytes]]]
"""A :class:`~diorama.ports.storage.Batch`."""
_Frame = tuple[str, _Written | None]

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Frame)


class Spooled(Protocol):
    """A store whose batches are spooled."""

    @property
    def durable_seq(self) -> int:
        """The sequence up to which SQLite has everything."""

    @property
    def failed(self) -> bool:
        """Whether SQLite refused something, so that it will never have what came since."""


class _File:
    """One of the two files."""

    __slots__ = ("descriptor", "last_seqs", "size")

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self.size = 0
        self.last_seqs: dict[Spooled, int] = {}

    def begin(self, generation: int) -> None:
        os.ftruncate(self.descriptor, 0)
        self.last_seqs.clear()
        self.size = 0
        self.append(_HEADER.pack(_MAGIC, generation))

    def append(self, data: bytes) -> None:
        try:
            written = os.write(self.descriptor, data)
            while written < len(data):
                written += os.write(self.descriptor, memoryview(data)[written:])
        except OSError:
            os.ftruncate(self.descriptor, self.size)  # half a frame would hide all that come after it
            raise
        self.size += len(data)

    @property
    def settled(self) -> bool:
        return all(store.durable_seq >= seq or store.failed for store, seq in self.last_seqs.items())


class Spool:
    """The spool of a data directory.

    Args:
        directory: where its files are; what was in them is gone afterwards, so :func:`spooled` is read first.

    Raises:
        OSError: when the files cannot be written.
    """

    def __init__(self, directory: Path) -> None:
        self._paths = [directory / name for name in FILES]
        self._files = [_File(path) for path in self._paths]
        self._generation = 0
        self._lock = Lock()
        self._current = self._files[0]
        self._current.begin(0)

    def write(self, store: Spooled, sandbox: str, batch: Batch) -> None:
        """Append a batch.

        Raises:
            OSError: when it cannot be written.
        """
        with self._lock:
            if self._current.size > TURN_BYTES:
                self._turn()
            self._append((sandbox, _written(batch)))
            self._current.last_seqs[store] = batch.last_seq

    def forget(self, store: Spooled, sandbox: str) -> None:
        """Have nothing of a sandbox that was spooled so far come back.

        Raises:
            OSError: when that cannot be written.
        """
        with self._lock:
            self._append((sandbox, None))
            for file in self._files:
                file.last_seqs.pop(store, None)

    def close(self, *, empty: bool) -> None:
        """Let go of the files.

        Args:
            empty: whether SQLite has all of it, so that they can go.
        """
        for file in self._files:
            os.close(file.descriptor)
        if empty:
            for path in self._paths:
                path.unlink(missing_ok=True)

    def _append(self, frame: _Frame) -> None:
        data = _ENCODER.encode(frame)
        self._current.append(_FRAME.pack(len(data), crc32(data)) + data)

    def _turn(self) -> None:
        """Go on in an empty file, when one of the two has nothing that SQLite lacks."""
        other = self._files[self._current is self._files[0]]
        if other.settled:
            self._generation += 1
            other.begin(self._generation)
            self._current = other


def spooled(directory: Path) -> dict[str, list[Batch]]:
    """All whole batches in a directory's spool, by sandbox, oldest first.

    Raises:
        OSError: when a file is there and cannot be read.
    """
    found: dict[str, list[Batch]] = {}
    contents = []
    for name in FILES:
        try:
            contents.append((directory / name).read_bytes())
        except FileNotFoundError:
            continue
    for data in sorted(filter(_begins, contents), key=_generation):
        for sandbox, written in _frames(data):
            if written is None:
                found.pop(sandbox, None)
            else:
                found.setdefault(sandbox, []).append(_batch(written))
    return found


def _written(batch: Batch) -> _Written:
    rows: list[_Row] = [(row.slice, _bytes(row.table), _bytes(row.key), row.position, row.value) for row in batch.rows]
    return (*astuple(batch)[:6], rows, batch.head, list(batch.originals))


def _batch(written: _Written) -> Batch:
    rows = [WorldRow(row[0], _text(row[1]), _text(row[2]), row[3], row[4]) for row in written[6]]
    return Batch(*written[:6], rows, *written[7:])


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def _begins(data: bytes) -> bool:
    return len(data) >= _HEADER.size and data.startswith(_MAGIC)


def _generation(data: bytes) -> int:
    generation: int = _HEADER.unpack_from(data)[1]
    return generation


def _frames(data: bytes) -> Iterator[_Frame]:
    at = _HEADER.size
    while at + _FRAME.size <= len(data):
        length, checksum = _FRAME.unpack_from(data, at)
        at += _FRAME.size
        body = data[at : at + length]
        if len(body) < length or crc32(body) != checksum:
            return
        try:
            yield _DECODER.decode(body)
        except msgspec.DecodeError:
            return
        at += length


def missing(batches: list[Batch], seq: int) -> list[Batch]:
    """Those of some batches that follow a sequence without a gap.

    Args:
        batches: oldest first.
        seq: up to which everything is stored.
    """
    found = []
    for batch in batches:
        if batch.last_seq <= seq:
            continue
        if batch.first_seq != seq + 1:
            break
        found.append(batch)
        seq = batch.last_seq
    return found
