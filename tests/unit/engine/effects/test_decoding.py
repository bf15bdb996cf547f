from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.effects.decoding import PIECE_BYTES, Decoder, UndecodableError, known_coding


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def decoded(coding: str, *chunks: bytes) -> bytes:
    decoder = Decoder(coding)
    pieces = [piece for chunk in chunks for piece in decoder.decode(chunk)]
    return b"".join([*pieces, *decoder.finish()])


CODERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
]


@given(st.binary(max_size=2_000), st.sampled_from(CODERS), st.integers(1, 50))
def test_decoder__content_in_any_chunks__comes_out_whole(
    content: bytes, coder: tuple[str, Callable[[bytes], bytes]], step: int
) -> None:
    coded = coder[1](content)
    chunks = [coded[start : start + step] for start in range(0, len(coded), step)]
    assert decoded(coder[0], *chunks) == content


@pytest.mark.parametrize("coder", CODERS)
def test_decoder__content_of_many_pieces__comes_out_whole(coder: tuple[str, Callable[[bytes], bytes]]) -> None:
    content = b"a" * (PIECE_BYTES * 4)
    assert decoded(coder[0], coder[1](content)) == content


def test_decoder__a_bomb__decodes_no_more_than_is_asked_for() -> None:
    pieces = Decoder("gzip").decode(gzip.compress(b"\0" * 50_000_000, mtime=0))
    assert [len(next(pieces)) for _ in range(3)] == [PIECE_BYTES] * 3


def test_decoder__several_members__are_one_content() -> None:
    assert (
        decoded("gzip", gzip.compress(b"one ", mtime=0) + gzip.compress(b"two "), gzip.compress(b"three"))
        == b"one two three"
    )


def test_decoder__members_without_end__are_refused() -> None:
    with pytest.raises(UndecodableError, match="64 members"):
        decoded("gzip", gzip.compress(b"", mtime=0) * 65)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_decoder__what_follows_the_content__is_left_unread(coding: str) -> None:
    coded = gzip.compress(b"content", mtime=0) if coding == "gzip" else zlib.compress(b"content")
    assert decoded(coding, coded + b"\0\0\0", b"and more") == b"content"


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(b"content", mtime=0)[:-5]),
        ("deflate", zlib.compress(b"content")[:-5]),
        ("deflate", b"\x78"),
    ],
)
def test_decoder__content_that_was_cut_off__is_refused(coding: str, coded: bytes) -> None:
    with pytest.raises(UndecodableError, match="cut off"):
        decoded(coding, coded)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_decoder__content_of_another_kind__is_refused(coding: str) -> None:
    with pytest.raises(UndecodableError, match="not valid"):
        decoded(coding, b"\xff\xff plain text")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_decoder__nothing_at_all__is_nothing(coding: str) -> None:
    assert decoded(coding) == decoded(coding, b"") == b""


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (b"", ""),
        (b"identity", ""),
        (b"GZIP", "gzip"),
        (b"x-gzip", "gzip"),
        (b"identity, deflate", "deflate"),
        (b"br", ""),
    ],
)
def test_known_coding__one_or_none__is_named(header: bytes, coding: str) -> None:
    assert known_coding(header) == coding


def test_known_coding__a_stack__is_refused() -> None:
    with pytest.raises(UndecodableError, match="stacked"):
        known_coding(b"gzip, gzip")
