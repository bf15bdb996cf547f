"""Listening: addresses, ports, certificates, and what is said when they cannot be had."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from diorama.model.errors import DioramaError
from diorama.wire import Address, ServeConfig, serve
from diorama.wire.server import bind, prepare
from tests.e2e.wire.serving import RawClient
from tests.unit.wire.corpus import GET
from tests.unit.wire.planes import EchoControl, EchoPlane


def test_port__that_is_taken__is_said_with_what_to_do() -> None:
    with bind("127.0.0.1", 0) as taken, pytest.raises(DioramaError) as refused:
        bind("127.0.0.1", taken.getsockname()[1])
    assert refused.value.code == "address_unavailable"
    assert "in use" in refused.value.message
    assert "--port 0" in refused.value.hint


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1", "a" * 70 + ".test"])
def test_host__that_is_not_ours__is_said(host: str) -> None:
    with pytest.raises(DioramaError) as refused:
        bind(host, 0)
    assert refused.value.code == "address_unavailable"
    assert host in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 80, "http://127.0.0.1:80"),
        ("0.0.0.0", 80, "http://127.0.0.1:80"),
        ("", 80, "http://127.0.0.1:80"),
        ("::", 80, "http://[::1]:80"),
        ("2001:db8::1", 80, "http://[2001:db8::1]:80"),
        ("localhost", 80, "http://localhost:80"),
    ],
)
def test_address__of_any_host__can_be_opened(host: str, port: int, url: str) -> None:
    assert Address("http", host, port).url == url


@pytest.mark.parametrize("port", [-1, 65536])
def test_port__that_is_none__is_refused(port: int) -> None:
    with pytest.raises(DioramaError) as refused:
        bind("127.0.0.1", port)
    assert refused.value.code == "option_invalid"


def test_host__that_is_a_name__is_reached_over_ipv4() -> None:
    with bind("localhost", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_socket__that_listens__does_not_delay_small_replies() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


def test_certificate__that_is_none__is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for file in (str(broken), str(tmp_path / "missing.pem")):
        with pytest.raises(DioramaError) as refused:
            prepare(ServeConfig(certfile=file), EchoPlane(), EchoControl(), lambda: 0.0)
        assert refused.value.code == "option_invalid"


def test_serve__until_it_is_stopped__reports_its_port_and_answers() -> None:
    async def run() -> bytes:
        stop, started = asyncio.Event(), asyncio.Event()
        addresses: list[Address] = []

        def report(address: Address) -> None:
            addresses.append(address)
            started.set()

        serving = asyncio.get_running_loop().create_task(
            serve(ServeConfig(port=0), EchoPlane(), EchoControl(), clock=lambda: 0.0, started=report, stop=stop)
        )
        await started.wait()
        assert addresses[0].port > 0
        reply = await asyncio.to_thread(_ask, addresses[0].port)
        stop.set()
        await serving
        return reply

    assert asyncio.run(run()).startswith(b"HTTP/1.1 200 OK")


def _ask(port: int) -> bytes:
    with RawClient(("127.0.0.1", port)) as client:
        client.send(GET)
        return client.read_reply()


def test_serve__on_a_taken_port__starts_nothing() -> None:
    control = EchoControl()
    with bind("127.0.0.1", 0) as taken:
        config = ServeConfig(port=taken.getsockname()[1])
        with pytest.raises(DioramaError) as refused:
            asyncio.run(serve(config, EchoPlane(), control, clock=lambda: 0.0))
    assert refused.value.code == "address_unavailable"
    assert control.lifespan == []
