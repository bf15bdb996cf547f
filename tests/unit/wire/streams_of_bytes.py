"""Byte streams near the valid ones, for fuzzing."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.unit.wire.corpus import SEQUENCES

WHOLE = sorted(SEQUENCES.values())
PIECES = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\0",
    b"GET ",
    b"HEAD ",
    b"CONNECT ",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b" HTTP/1.1\r\n",
    b" HTTP/1.0\r\n",
    b"Host: test\r\n",
    b"Host:\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Connection: close\r\n",
    b"Connection: upgrade\r\n",
    b"Upgrade: h2c\r\n",
    b"Upgrade: websocket\r\n",
    b"Expect: 100-continue\r\n",
    b"Sec-Fetch-Mode: navigate\r\n",
    b"Service-Worker: script\r\n",
    b"/_diorama/",
    b"/_diorama/events",
    b"/wait/x",
    b"/soon",
    b"/stream",
    b"/endless",
    b"/broken",
    b"/raise",
    b"/inject/value",
    b"/close",
    b"/big/100000",
    b"*",
    b"http://h/",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n",
    b"ffffffffffffffff\r\n",
    b";ext\r\n",
    b"X: " + b"y" * 5000 + b"\r\n",
    b"\x16\x03\x01",
    b"\xff\xfe",
]


def _changed(base: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Each change: where (0 to 1), how many bytes it takes away, and what it puts there."""
    for place, size, put in changes:
        at = int(place * len(base))
        base = base[:at] + put + base[at + size :]
    return base


MUTATED = st.builds(
    _changed,
    st.lists(st.sampled_from(WHOLE), min_size=1, max_size=3).map(b"".join),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 30), st.one_of(st.sampled_from(PIECES), st.binary(max_size=4), st.just(b""))
        ),
        max_size=4,
    ),
)
ASSEMBLED = st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join)
STREAMS = st.one_of(MUTATED, ASSEMBLED, st.binary(max_size=300))


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """The data in pieces of these sizes, the rest in one."""
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [piece for piece in [*pieces, data] if piece]


SIZES = st.lists(st.integers(1, 60), max_size=12)


def marked(data: bytes, marker: bytes) -> bytes:
    """The data with a marker in every place where a client's own data may stand."""
    return data.replace(b"Host: test", b"X-Own: " + marker + b"\r\nHost: test").replace(b"/echo/", b"/echo/" + marker)
