"""Clients that are slow or silent, and the end of the server. Time is the test's own."""

from __future__ import annotations

import asyncio

import pytest

from diorama.wire.timers import Patience
from tests.unit.wire.connections import Bench, settled
from tests.unit.wire.corpus import GET, HOST
from tests.unit.wire.planes import EchoControl, EchoPlane

POST = b"POST /echo HTTP/1.1\r\n" + HOST


def test_headers__that_trickle_in__time_out_from_their_first_byte() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        connection.data_received(GET)
        written = len(transport.written)
        for second in range(11):
            connection.data_received(GET[second : second + 1])
            bench.sweep(float(second))
        refusal = bytes(transport.written[written:])
        assert refusal.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"request_timeout"' in refusal
        assert transport.eof
        connection.connection_lost(None)

    asyncio.run(run())


def test_body__with_a_pause__times_out_and_without_one_does_not() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        connection.data_received(POST + b"Content-Length: 100\r\n\r\n")
        for step in range(5):
            bench.sweep(step * 29.0)
            connection.data_received(b"x")
        assert transport.written == b""
        bench.sweep(200.0)
        bench.sweep(231.0)
        assert transport.written.startswith(b"HTTP/1.1 408 ")
        connection.connection_lost(None)

    asyncio.run(run())


def test_body__that_trickles_for_ever__times_out_as_a_whole() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        connection.data_received(POST + b"Content-Length: 100\r\n\r\n")
        for step in range(16):
            bench.sweep(step * 20.0)
            if not transport.eof:
                connection.data_received(b"x")
        assert transport.written.startswith(b"HTTP/1.1 408 ")
        connection.connection_lost(None)

    asyncio.run(run())


@pytest.mark.parametrize("before", [b"", GET])
def test_connection__that_is_idle__is_closed_without_a_word(before: bytes) -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        if before:
            connection.data_received(before)
        written = len(transport.written)
        bench.sweep(0.0)
        bench.sweep(74.0)
        assert not transport.is_closing()
        bench.sweep(75.0)
        assert transport.is_closing()
        assert len(transport.written) == written
        connection.connection_lost(None)

    asyncio.run(run())


def test_connection__that_is_used_now_and_then__is_kept() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        for step in range(10):
            connection.data_received(GET)
            bench.sweep(step * 70.0)
        assert not transport.is_closing()
        connection.connection_lost(None)

    asyncio.run(run())


def test_exchange__that_waits_for_long__is_not_the_clients_fault() -> None:
    async def run() -> None:
        plane = EchoPlane()
        bench = Bench(plane)
        connection, transport = bench.connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\n" + HOST + b"\r\n" + GET[:10])
        await settled(5)
        for second in range(0, 1000, 50):
            bench.sweep(float(second))
        assert transport.written == b""
        plane.gate("a").set()
        await settled(5)
        assert transport.written.startswith(b"HTTP/1.1 200 OK")
        connection.connection_lost(None)

    asyncio.run(run())


def test_client__that_leaves_replies_unread__is_cut_off_in_the_end() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        transport.reads = False
        connection.data_received(b"GET /big/300000 HTTP/1.1\r\n" + HOST + b"\r\n")
        bench.sweep(0.0)
        bench.sweep(119.0)
        assert not transport.is_closing()
        transport.unread -= 1000
        bench.sweep(120.0)
        bench.sweep(239.0)
        assert not transport.is_closing()
        bench.sweep(240.0)
        assert transport.is_closing()
        connection.connection_lost(None)

    asyncio.run(run())


def test_client__that_goes_on_sending_after_a_refusal__is_read_for_a_while_then_cut_off() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        connection, transport = bench.connect()
        connection.data_received(POST + b"Content-Length: 99999999999\r\n\r\n")
        assert transport.written.startswith(b"HTTP/1.1 413 ")
        assert transport.eof
        for _ in range(100):
            connection.data_received(b"x" * 65536)
        assert transport.reading
        assert sum(map(len, connection._inbox)) == 0
        bench.sweep(0.0)
        bench.sweep(1.0)
        assert not transport.is_closing()
        bench.sweep(2.0)
        assert transport.is_closing()
        connection.connection_lost(None)

    asyncio.run(run())


def test_client__that_is_done_after_a_refusal__is_closed() -> None:
    async def run() -> None:
        connection, transport = Bench(EchoPlane()).connect()
        connection.data_received(b"garbage\r\n\r\n")
        assert transport.eof
        assert connection.eof_received() is False
        connection.connection_lost(None)

    asyncio.run(run())


def test_client__that_sends_no_more__still_gets_what_it_asked_for() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        await settled(5)
        assert connection.eof_received() is True
        plane.gate("a").set()
        await settled()
        assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 2
        assert transport.is_closing()
        connection.connection_lost(None)

    asyncio.run(run())


def test_client__that_sends_no_more_in_the_middle_of_a_request__is_closed() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, _ = Bench(plane).connect()
        connection.data_received(GET[:20])
        assert connection.eof_received() is False
        connection.connection_lost(None)
        assert plane.handled == []

    asyncio.run(run())


def test_shutdown__of_an_idle_connection__closes_it_at_once() -> None:
    async def run() -> None:
        connection, transport = Bench(EchoPlane()).connect()
        connection.data_received(GET)
        connection.shutdown()
        assert transport.is_closing()
        connection.shutdown()
        connection.connection_lost(None)

    asyncio.run(run())


def test_shutdown__in_the_middle_of_a_request__refuses_it() -> None:
    async def run() -> None:
        connection, transport = Bench(EchoPlane()).connect()
        connection.data_received(GET[:20])
        connection.shutdown()
        assert transport.written.startswith(b"HTTP/1.1 503 ")
        assert b'"code":"shutting_down"' in transport.written
        connection.connection_lost(None)

    asyncio.run(run())


def test_shutdown__while_an_exchange_waits__lets_it_finish_and_closes() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(b"GET /wait/a HTTP/1.1\r\n" + HOST + b"\r\n" + GET)
        await settled(5)
        connection.shutdown()
        assert not transport.is_closing()
        plane.gate("a").set()
        await settled()
        assert b"connection: close\r\n" in transport.written
        assert bytes(transport.written).count(b"HTTP/1.1 200 OK") == 1
        assert transport.is_closing() or transport.eof
        connection.connection_lost(None)

    asyncio.run(run())


def test_shutdown__with_queued_requests__answers_the_next_and_closes() -> None:
    async def run() -> None:
        plane = EchoPlane()
        connection, transport = Bench(plane).connect()
        connection.data_received(GET * 100)
        connection.shutdown()
        await settled()
        assert len(plane.handled) == 33
        assert transport.is_closing()
        assert bytes(transport.written).count(b"connection: close") == 1
        connection.connection_lost(None)

    asyncio.run(run())


def test_shutdown__with_an_event_stream__tells_its_application() -> None:
    async def run() -> None:
        control = EchoControl()
        connection, transport = Bench(EchoPlane(), control=control).connect()
        connection.data_received(b"GET /_diorama/events HTTP/1.1\r\n" + HOST + b"\r\n")
        await settled(5)
        assert control.subscribers == 1
        connection.shutdown()
        await settled(5)
        assert control.left == 1
        assert transport.is_closing()
        connection.connection_lost(None)

    asyncio.run(run())


def test_sweeper__without_connections__does_not_beat() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        sweeper = bench.protocol.wiring.sweeper
        first, _ = bench.connect()
        second, _ = bench.connect()
        first.connection_lost(None)
        assert sweeper._timer is not None
        second.connection_lost(None)
        assert sweeper._timer is None

    asyncio.run(run())


def test_date__at_each_beat__is_renewed() -> None:
    async def run() -> None:
        bench = Bench(EchoPlane())
        sweeper = bench.protocol.wiring.sweeper
        assert sweeper.tails.keep == b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"
        sweeper._clock = lambda: 86400.0
        sweeper.beat(0.0)
        assert sweeper.tails.keep == b"date: Fri, 02 Jan 1970 00:00:00 GMT\r\n\r\n"
        assert sweeper.tails.close.endswith(b"connection: close\r\n\r\n")

    asyncio.run(run())


def test_patience__with_a_state_that_may_last__never_ends() -> None:
    patience = Patience()
    assert not patience.is_over(None, 1.0, 0.0)
    assert not patience.is_over(None, 1.0, 1e9)
    assert not patience.is_over(("a",), 1.0, 2e9)
    assert patience.is_over(("a",), 1.0, 2e9 + 1)
