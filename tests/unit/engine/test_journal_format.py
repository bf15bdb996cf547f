"""The journal's form on disk, there and back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.journal_format import ExchangeLine, JournalEncoder, decode
from diorama.model.errors import Violation
from diorama.model.exchange import (
    Admission,
    ControlChange,
    DeliveryOutcome,
    Exchange,
    JournalRecord,
    NearMiss,
    OutboundRecord,
    TimerFired,
    Timings,
)
from diorama.model.http import Reply, Request
from diorama.ports.capability import triggers_of
from diorama.ports.operations import Append, Cas, Delete, Emit, Incr, Insert, Schedule, Set

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.text(max_size=8)
SEQUENCES = st.integers(min_value=0, max_value=2**60)
HEADER_NAMES = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=12).map(str.encode)
# What a header value may hold (RFC 9110, section 5.5), and what came before: all but line breaks and NUL.
HEADER_VALUES = st.binary(max_size=16).map(lambda data: bytes(sign for sign in data if sign not in b"\r\n\0"))
HEADERS = st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=4)
BODIES = st.binary(max_size=30) | st.text(max_size=20).map(str.encode)
OPERATIONS = st.lists(
    st.one_of(
        st.builds(Set, NAMES, NAMES, NAMES, VALUES),
        st.builds(Insert, NAMES, NAMES, NAMES, VALUES),
        st.builds(Delete, NAMES, NAMES, NAMES),
        st.builds(Incr, NAMES, NAMES, NAMES, st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
        st.builds(Append, NAMES, NAMES, NAMES, VALUES),
        st.builds(Cas, NAMES, NAMES, NAMES, VALUES, VALUES),
        st.builds(Schedule, NAMES, SEQUENCES, NAMES, VALUES),
        st.builds(Emit, NAMES, VALUES),
    ),
    max_size=3,
).map(tuple)
OUTBOUND = st.builds(
    OutboundRecord,
    NAMES,
    NAMES,
    NAMES,
    st.integers(0, 599),
    HEADERS.map(tuple),
    BODIES,
    NAMES,
    NAMES,
    NAMES,
    st.integers(0, 10**9),
)
VIOLATIONS = st.lists(st.builds(Violation, NAMES, NAMES, NAMES, NAMES, NAMES), max_size=2).map(tuple)


@st.composite
def exchanges(draw: Any) -> Exchange:
    headers = draw(HEADERS)
    path = draw(st.text("/abc%20", max_size=10))
    return Exchange(
        draw(SEQUENCES),
        draw(SEQUENCES),
        draw(SEQUENCES),
        draw(SEQUENCES),
        draw(SEQUENCES),
        draw(SEQUENCES),
        Request("POST", path, draw(BODIES), headers, draw(BODIES), "::1", triggers_of(headers), "https", "1.0"),
        Reply(draw(st.integers(200, 599)), tuple(draw(HEADERS)), draw(BODIES)),
        draw(NAMES),
        draw(NAMES),
        draw(NAMES),
        draw(st.booleans()),
        (draw(NAMES), draw(NAMES), draw(SEQUENCES)),
        draw(NAMES),
        draw(NAMES),
        Timings(1, 2, 3, 4, draw(SEQUENCES)),
        tuple(draw(st.lists(st.builds(NearMiss, NAMES, NAMES, NAMES, NAMES, st.just(0.25)), max_size=2))),
        draw(OPERATIONS),
        draw(OPERATIONS),
        tuple(draw(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=2))),
        tuple(draw(st.lists(OUTBOUND, max_size=2))),
        draw(VIOLATIONS),
        draw(VIOLATIONS),
        draw(NAMES),
        draw(st.integers(1, 9)),
    )


RECORDS = st.one_of(
    exchanges(),
    st.builds(Admission, SEQUENCES, SEQUENCES, SEQUENCES, NAMES, OPERATIONS),
    st.builds(TimerFired, SEQUENCES, SEQUENCES, SEQUENCES, NAMES, NAMES, OPERATIONS, NAMES),
    st.builds(
        ControlChange, SEQUENCES, SEQUENCES, SEQUENCES, NAMES, st.dictionaries(NAMES, VALUES, max_size=2), OPERATIONS
    ),
    st.builds(DeliveryOutcome, SEQUENCES, SEQUENCES, SEQUENCES, SEQUENCES, NAMES, NAMES),
)


def typed(record: object) -> bytes:
    """A record to the last type: JSON tells 1 from 1.0 and from true, equality does not."""
    return repr(record).encode()


@given(records=st.lists(RECORDS, max_size=4))
def test_decode__of_any_encoded_records__gives_them_back(records: list[JournalRecord]) -> None:
    encoded, _ = JournalEncoder().encode(records)
    decoded = decode(encoded)
    assert decoded == records
    assert [typed(record) for record in decoded] == [typed(record) for record in records]
    assert JournalEncoder().encode(decoded)[0] == encoded


@given(record=exchanges())
def test_exchange_line__of_an_exchange__is_what_its_encoding_says(record: Exchange) -> None:
    encoder = JournalEncoder()
    line = encoder.exchange(record)
    assert msgspec.json.decode(encoder.encode([record])[0], type=list[ExchangeLine]) == [line]


def exchange(reply: Reply, body: bytes = b"") -> Exchange:
    request = Request("GET", "/a", b"x=1", [(b"host", b"h")], body, "127.0.0.1")
    return Exchange(1, 1, 0, 0, 5, 5, request, reply, "", "", "", False, ("default", "", 0), "version", "c", Timings())


def lines(encoder: JournalEncoder, *records: JournalRecord) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = msgspec.json.decode(encoder.encode(records)[0])
    return found


def test_encode__of_readable_messages__is_readable_by_people_and_plain_sql() -> None:
    (line,) = lines(JournalEncoder(), exchange(Reply(200, ((b"a", b"1"), (b"b", b"2")), b'{"x":1}'), "grüße".encode()))
    assert line["kind"] == "exchange"
    assert (line["method"], line["path"], line["query"], line["status"]) == ("GET", "/a", "x=1", 200)
    assert (line["request_headers"], line["reply_headers"]) == ("host: h", "a: 1\nb: 2")
    assert (line["request_body"], line["reply_body"]) == ("grüße", '{"x":1}')
    assert "request_body_base64" not in line
    assert "operations" not in line


def test_encode__of_a_body_that_is_no_text__is_base64() -> None:
    (line,) = lines(JournalEncoder(), exchange(Reply(200, (), b"\xff\x00")))
    assert line["reply_body_base64"] == "/wA="
    assert "reply_body" not in line


def test_encode__many_replies_that_never_change__keeps_them_apart_when_it_forgets_some() -> None:
    encoder = JournalEncoder()
    for number in range(3_000):
        reply = Reply(200, ((b"n", b"%d" % number),), b"%d" % number, b"HTTP/1.1 200 OK\r\n")
        for _ in range(2):
            (line,) = lines(encoder, exchange(reply))
            assert (line["reply_headers"], line["reply_body"]) == (f"n: {number}", str(number))
    assert len(encoder._replies) <= 1_024


@pytest.mark.parametrize("block", [b"", b"{}", b"[{]", b'[{"kind":"nobody"}]', b'[{"kind":"timer"}]', b"[1]"])
def test_decode__of_a_damaged_block__is_a_value_error(block: bytes) -> None:
    with pytest.raises(ValueError):
        decode(block)
