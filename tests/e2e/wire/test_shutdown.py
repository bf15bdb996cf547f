"""The end of a server comes, whatever its clients are doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from diorama.wire import WireLimits
from tests.e2e.wire.serving import PATIENCE_S, RawClient, Served
from tests.unit.wire.corpus import GET, HOST

EVENTS = b"GET /_diorama/events HTTP/1.1\r\n" + HOST + b"\r\n"


def test_shutdown__with_an_event_stream_a_waiting_exchange_and_idle_clients__ends_each_as_it_should() -> None:
    with Served() as served, served.connect() as events, served.connect() as waits, served.connect() as idle:
        events.send(EVENTS)
        assert b"data: 1" in events.read_until(b"data: 1\n\n")
        waits.send(b"GET /wait/end HTTP/1.1\r\n" + HOST + b"\r\n")
        idle.send(GET)
        idle.read_reply()
        served.until(lambda: "end" in served.plane.waiting)
        began = time.monotonic()
        served.stop()
        assert idle.read_until_eof() == b""
        assert events.read_until_eof() in {b"", b"\r\n"}
        with pytest.raises(OSError):
            RawClient(("127.0.0.1", served.address.port))
        served.release("end")
        reply = waits.read_reply()
        assert reply.startswith(b"HTTP/1.1 200 OK")
        assert b"connection: close\r\n" in reply
        served.join()
        assert time.monotonic() - began < 5
        assert served.control.left == 1
        assert served.control.lifespan == ["lifespan.startup", "lifespan.shutdown"]
        assert served.problems == []


def test_shutdown__with_a_subscriber_that_does_not_listen__cancels_it_after_the_grace() -> None:
    with Served(WireLimits(grace_s=0.2, shutdown_s=PATIENCE_S)) as served, served.connect() as events:
        served.control.stubborn = True
        events.send(EVENTS)
        events.read_until(b"data: 1\n\n")
        served.stop()
        served.join()
        assert served.control.left == 0
        events.read_until_eof()


def test_shutdown__with_a_stream_of_the_data_plane__cancels_it_after_the_grace() -> None:
    with Served(WireLimits(grace_s=0.2, shutdown_s=PATIENCE_S)) as served, served.connect() as client:
        client.send(b"GET /endless HTTP/1.1\r\n" + HOST + b"\r\n")
        client.read_until(b"first\r\n")
        served.stop()
        served.join()
        assert served.plane.closed_streams == 1
        client.read_until_eof()


@pytest.mark.slow
def test_shutdown__with_everything_that_can_hang__ends_within_ten_seconds() -> None:
    with Served() as served, served.connect() as events, served.connect() as waits, served.connect() as half:
        served.control.stubborn = True
        events.send(EVENTS)
        events.read_until(b"data: 1\n\n")
        waits.send(b"GET /wait/never HTTP/1.1\r\n" + HOST + b"\r\n")
        half.send(GET[:20])
        served.until(lambda: "never" in served.plane.waiting)
        began = time.monotonic()
        served.stop()
        assert half.read_reply().startswith(b"HTTP/1.1 503 ")
        served.join()
        assert time.monotonic() - began < 10


SERVER = """
import sys, uvloop
from diorama.wire import ServeConfig, serve
from tests.unit.wire.planes import EchoControl, EchoPlane

def started(address):
    print(address.url, flush=True)

async def main():
    control = EchoControl()
    await serve(ServeConfig(port=0), EchoPlane(), control, clock=lambda: 0.0, started=started)
    print("ended", control.lifespan, flush=True)

uvloop.run(main())
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_signal__to_a_serving_process__ends_it_and_lets_its_caller_clean_up(sent: int, repository: Path) -> None:
    environment = os.environ | {"PYTHONPATH": f"{repository / 'src'}{os.pathsep}{repository}"}
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        port = int(process.stdout.readline().rpartition(":")[2])
        with RawClient(("127.0.0.1", port)) as client:
            client.send(EVENTS)
            client.read_until(b"data: 1\n\n")
            process.send_signal(sent)
            client.read_until_eof()
        assert process.stdout.read() == "ended ['lifespan.startup', 'lifespan.shutdown']\n"
        assert process.wait(PATIENCE_S) == 0
