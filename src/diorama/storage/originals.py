"""Originals: the exchanges that lines of repeats name, put back into the lines when a block is read.

Of the journal's form the stores know this much: a line of repeats begins with its kind and has, under ``repeats``,
lists that begin with the sequence of an original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

_KIND = b'{"kind":"repeats"'
_ENCODER = msgspec.json.Encoder()


class Line(Struct):
    """A line of a block, as far as a store looks into it."""

    repeats: tuple[tuple[int, Any, Any, Any], ...] | None = None

    def __len__(self) -> int:
        """How many records it stands for."""
        return 1 if self.repeats is None else len(self.repeats)


_LINES = msgspec.json.Decoder(list[Line])
_RAW_LINES = msgspec.json.Decoder(list[Raw])
_LINE = msgspec.json.Decoder(Line)


def records_in(block: bytes) -> int:
    """How many records a block holds.

    Raises:
        msgspec.DecodeError: when it is damaged.
    """
    return sum(map(len, _LINES.decode(block)))


def whole(block: bytes, lookup: Callable[[Sequence[int]], Mapping[int, bytes]]) -> bytes:
    """A block with the originals in its lines of repeats.

    Args:
        block: as it was written.
        lookup: gives the lines of originals by their sequences, as far as they are there.
    """
    if _KIND not in block:
        return block
    try:
        lines: list[Raw] = _RAW_LINES.decode(block)
        return _ENCODER.encode([_whole(line, lookup) for line in lines])
    except msgspec.DecodeError:
        return block  # whoever decodes it says what is wrong


def _whole(line: Raw, lookup: Callable[[Sequence[int]], Mapping[int, bytes]]) -> Raw:
    data = bytes(line)
    if not data.startswith(_KIND):
        return line
    seqs = sorted({repeat[0] for repeat in _LINE.decode(data).repeats or ()})
    originals = {str(seq): Raw(original) for seq, original in lookup(seqs).items()}
    return Raw(data[:-1] + b',"originals":' + _ENCODER.encode(originals) + b"}")
