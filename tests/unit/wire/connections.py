"""A connection of the protocol on a transport that only remembers."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from diorama.ports.delivery import DataPlane
from diorama.wire import WireLimits, protocol_class
from diorama.wire.protocol import Connection
from diorama.wire.timers import Room
from tests.unit.wire.planes import EchoControl


class FakeTransport(asyncio.Transport):
    """Remembers what is written; what the client has not read is the test's to say."""

    def __init__(self, peer: str = "127.0.0.1") -> None:
        super().__init__({"peername": (peer, 50000), "sockname": ("127.0.0.1", 80)})
        self.written = bytearray()
        self.unread = 0
        self.unread_most = 0
        self.reading = True
        self.reads = True
        self.closed = False
        self.aborted = False
        self.eof = False
        self.writes = 0
        self.high = 65536
        self.protocol: Any = None

    def write(self, data: Any) -> None:
        assert not self.aborted
        self.writes += 1
        self.written += data
        if not self.reads:
            self.unread += len(data)
            self.unread_most = max(self.unread, self.unread_most)
            if self.unread > self.high:
                self.protocol.pause_writing()

    def read_all(self) -> None:
        """The client reads what it was sent, and goes on reading."""
        self.reads = True
        self.unread = 0
        self.protocol.resume_writing()

    def get_write_buffer_size(self) -> int:
        return self.unread

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.high = high or self.high

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_reading(self) -> bool:
        return self.reading

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.eof = True

    def is_closing(self) -> bool:
        return self.closed or self.aborted

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def get_protocol(self) -> Any:
        return self.protocol

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol


class Bench:
    """One server's worth of connections, without a server."""

    def __init__(
        self, plane: DataPlane, limits: WireLimits | None = None, control: Any = None, ws: Any = "none"
    ) -> None:
        self.state = ServerState()
        self.control = control or EchoControl()
        self.protocol = protocol_class(plane, limits or WireLimits(), lambda: 0.0)
        self.config = uvicorn.Config(
            self.control,
            http=self.protocol,
            ws=ws,
            log_config=None,
            access_log=False,
            interface="asgi3",
            lifespan="off",
        )
        self.config.load()

    def connect(self, peer: str = "127.0.0.1") -> tuple[Connection, FakeTransport]:
        connection = self.protocol(self.config, self.state, {}, asyncio.get_running_loop())
        transport = FakeTransport(peer)
        transport.protocol = connection
        connection.connection_made(transport)
        return connection, transport

    @staticmethod
    def room_of(connection: Connection) -> Room:
        return connection.wiring.room

    def sweep(self, now_s: float) -> None:
        self.protocol.wiring.sweeper.beat(now_s)


async def settled(turns: int = 200) -> None:
    """Let the loop work off what was scheduled."""
    for _ in range(turns):
        await asyncio.sleep(0)


def masked(raw: bytes) -> bytes:
    """Replies without the correlation ids of refusals, which are counted over all connections."""
    return re.sub(rb"[0-9a-f]{32}", b"ID", raw)
