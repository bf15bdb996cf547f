"""The yardstick: the least that a Python server can do, and the data plane's protocol beside it.

``python benchmarks/bare_protocol.py bare|wire [--port 9000]`` serves; ``... compare`` starts both on core 0,
drives them in turn with wrk on core 1, and prints the best of several short runs with the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httptools
import uvloop

BODY = b'{"id":"pay_1","status":"ok"}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n" % len(BODY)
RUNS = 5
SECONDS = 3


class Bare(asyncio.Protocol):
    """Parses with httptools, answers a constant, checks nothing."""

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Bytes arrived."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """The target."""
        self.url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line, which nobody reads."""

    def on_message_complete(self) -> None:
        """The request is whole."""
        self.transport.write(HEAD + b"\r\n" + BODY)


async def serve_bare(port: int) -> None:
    """Serve the bare protocol until the process ends."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, reuse_port=True)
    await server.serve_forever()


async def serve_wire(port: int) -> None:
    """Serve a trivial plane through the data plane's protocol."""
    import uvicorn

    from diorama.model.http import Reply, Request
    from diorama.ports.delivery import Outgoing
    from diorama.wire import WireLimits, protocol_class

    reply = Reply(200, (), BODY, HEAD)

    class Plane:
        def handle(self, request: Request, *, again: bool = False) -> Outgoing:
            return Outgoing(reply, b"x-correlation-id: 0123456789abcdef0123456789abcdef\r\n", "default", 1)

        def observe(self, outgoing: Outgoing, outcome: str, detail: str = "") -> None:
            pass

        def saturated(self) -> bool:
            return False

    async def control(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError(scope["type"])

    protocol = protocol_class(Plane(), WireLimits(), time.time)
    config = uvicorn.Config(
        control, http=protocol, port=port, lifespan="off", log_config=None, access_log=False, server_header=False
    )
    await uvicorn.Server(config).serve()


def start(kind: str, port: int) -> subprocess.Popen[bytes]:
    """Start a server on core 0."""
    return subprocess.Popen(["taskset", "-c", "0", sys.executable, __file__, kind, "--port", str(port)])


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(port: int) -> tuple[float, int]:
    """Requests a second in one run, driven from core 1, and how many there were."""
    load = ["taskset", "-c", "1", "wrk", "-t1", "-c32", f"-d{SECONDS}s", f"http://127.0.0.1:{port}/payments/1"]
    output = subprocess.run(load, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, output
    match = re.search(r"(\d+) requests in[\s\S]*Requests/sec:\s+([\d.]+)", output)
    assert match is not None, output
    return float(match[2]), int(match[1])


def compare(port: int) -> None:
    """Both servers are up and are driven in turn, so that a neighbour's noise falls on both; the best run counts.

    On a busy machine the requests for each second of the server's own processor time say more than those for each
    second of the clock, because a neighbour takes from the one and not from the other.
    """
    servers = {"bare": start("bare", port), "wire": start("wire", port + 1)}
    rates: dict[str, list[float]] = {"bare": [], "wire": []}
    worked: dict[str, list[float]] = {"bare": [], "wire": []}
    try:
        time.sleep(1.5)
        for _ in range(RUNS):
            for offset, (kind, server) in enumerate(servers.items()):
                before = cpu_s(server.pid)
                a_second, requests = rate(port + offset)
                rates[kind].append(a_second)
                worked[kind].append(requests / (cpu_s(server.pid) - before))
    finally:
        for server in servers.values():
            server.terminate()
            server.wait()
    for name, figures in (("a second", rates), ("a second of its processor", worked)):
        for kind, measured in figures.items():
            print(f"{kind:5} best {max(measured):9.0f} {name:26} all {', '.join(f'{one:.0f}' for one in measured)}")
        print(f"wire / bare = {max(figures['wire']) / max(figures['bare']):.2f}")


def main() -> None:
    """Serve or compare, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["bare", "wire", "compare"])
    parser.add_argument("--port", type=int, default=9000)
    options = parser.parse_args()
    if options.what == "compare":
        compare(options.port)
    else:
        uvloop.run(serve_bare(options.port) if options.what == "bare" else serve_wire(options.port))


if __name__ == "__main__":
    main()
