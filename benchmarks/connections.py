"""Connections to a server that is measured: raw sockets on one epoll, each with at most one request under way."""

from __future__ import annotations

import re
import select
import socket
from collections import deque

CONNECTIONS = 64
EVENTS_MAX = 8  # few at a time, so that what is due is begun between them
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class ConnectionLostError(Exception):
    """No connection could be made; the message says why."""


class Connections:
    """So many connections to a port.

    Attributes:
        idle: descriptors of those without a request under way.
    """

    def __init__(self, port: int, count: int) -> None:
        self.idle: deque[int] = deque()
        self._port = port
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._partial: dict[int, bytes] = {}
        for _ in range(count):
            self._connect()

    def send(self, descriptor: int, request: bytes) -> None:
        """Send a request; a loss shows as an event."""
        try:
            self._sockets[descriptor].send(request)
        except OSError:
            self._partial.pop(descriptor, None)

    def ready(self, timeout_s: float = 0) -> list[int]:
        """Descriptors with something to read, after at most that long."""
        return [descriptor for descriptor, _ in self._poll.poll(timeout_s, EVENTS_MAX)]

    def receive(self, descriptor: int) -> bytes | None:
        """The whole reply; None when it is not whole yet; empty when the connection is gone and was replaced."""
        try:
            data = self._sockets[descriptor].recv(1 << 18)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            self._replace(descriptor)
            return data
        if descriptor in self._partial:
            data = self._partial.pop(descriptor) + data
        if not complete(data):
            self._partial[descriptor] = data
            return None
        return data

    def close(self) -> None:
        """Close all connections."""
        for connection in self._sockets.values():
            connection.close()
        self._poll.close()

    def _connect(self) -> None:
        try:
            connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        except OSError as error:
            raise ConnectionLostError(f"no connection: {error}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._sockets[connection.fileno()] = connection
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self.idle.append(connection.fileno())

    def _replace(self, descriptor: int) -> None:
        self._poll.unregister(descriptor)
        self._sockets.pop(descriptor).close()
        self._partial.pop(descriptor, None)
        if descriptor in self.idle:
            self.idle.remove(descriptor)
        self._connect()


def complete(data: bytes) -> bool:
    """Whether a whole reply has come, by its length or its last chunk."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(data, 0, end + 2)
    return len(data) >= end + 4 + int(length[1]) if length else data.endswith(b"0\r\n\r\n")
