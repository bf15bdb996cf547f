"""Random bytes against a real server: it lives on, and nobody sees another's data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings

from tests.e2e.wire.serving import Served
from tests.unit.wire.corpus import GET
from tests.unit.wire.streams_of_bytes import SIZES, STREAMS, cut, marked

NUMBERS = count()


@pytest.fixture(scope="module")
def lasting() -> Iterator[Served]:
    with Served() as server:
        yield server


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=STREAMS, sizes=SIZES)
def test_server__with_any_bytes__lives_on_and_keeps_clients_apart(
    lasting: Served, data: bytes, sizes: list[int]
) -> None:
    marker = b"MARK%dX" % next(NUMBERS)
    with lasting.connect() as fuzzer, lasting.connect() as other:
        try:
            for piece in cut(marked(data, marker), sizes):
                fuzzer.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        other.send(GET)
        reply = other.read_reply()
        assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"MARK" not in reply
        fuzzer.set_blocking(blocking=False)
        seen = fuzzer.read_what_is_there()
        assert set(re.findall(rb"MARK\d+X", seen)) <= {marker}
        fuzzer.reset()
    assert lasting.server.started
