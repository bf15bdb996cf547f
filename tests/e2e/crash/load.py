"""Load on a server until it is killed: keep-alive connections that read and write, and calls of the control plane.

It notes what was acknowledged and when, by its own monotonic clock. The moment of the kill is a count of replies drawn
from the seed, so that a run can be had again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random
from time import monotonic

CREDENTIALS = "authorization: Bearer sk_test_123\r\n"
CUSTOMER = {"email": "ada@example.com", "name": "Ada Lovelace"}
REPLIES_A_TURN = 20
GONE = (OSError, asyncio.IncompleteReadError)  # what a client sees of a server that is killed
POLL = f"GET /v1/payments HTTP/1.1\r\nhost: localhost\r\n{CREDENTIALS}prefer: code=429\r\n\r\n".encode()
PAYMENT = {"amount": 4200, "currency": "EUR", "payment_method": "pm_card_visa"}


@dataclass(frozen=True)
class Acknowledged:
    """An exchange whose reply was read to its last byte."""

    correlation: str
    sandbox: str
    status: int
    body_hash: str
    at_s: float


@dataclass
class Notes:
    """What came back.

    Attributes:
        exchanges: of the data plane, in the order of their replies.
        created, deleted: ids of sandboxes whose 201 or 204 was read.
        undecided: ids of sandboxes that a call in flight was about.
        killed_s: when the server was killed; 0 before.
        replies: how many replies came, of both planes.
    """

    exchanges: list[Acknowledged] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    killed_s: float = 0.0
    replies: int = 0


class Load:
    """Several clients at once.

    Args:
        port: where the server listens, on loopback.
        label: begins every correlation id and every sandbox's id of this load; lower case.
        chance: decides what is sent, and when the kill comes.
        replies: after how many replies ``kill`` is called.
        kill: ends the server at once.
    """

    def __init__(self, port: int, label: str, chance: Random, replies: int, kill: Callable[[], None]) -> None:
        self.notes = Notes()
        self._port = port
        self._label = label
        self._chance = chance
        self._replies = replies
        self._kill = kill
        self._turn = asyncio.Event()

    async def run(self, connections: int = 4) -> Notes:
        """Send until the server is gone."""
        async with asyncio.TaskGroup() as group:
            for number in range(connections):
                group.create_task(self._client(number, Random(self._chance.random())))
            group.create_task(self._operator(Random(self._chance.random())))
            group.create_task(self._poller())
        return self.notes

    async def _client(self, number: int, chance: Random) -> None:
        """One keep-alive connection of the data plane."""
        sent = 0
        with suppress(*GONE):
            async with _connection(self._port) as (reader, writer):
                while True:
                    correlation = f"{self._label}-{number}-{sent}"
                    sent += 1
                    sandbox = chance.choice(["default", "default", *sorted(self._lasting())])
                    writer.write(_message(*_request(chance), correlation, sandbox, chance))
                    status, body, _ = await _reply(reader)
                    digest = blake2b(body, digest_size=16).hexdigest()
                    self.notes.exchanges.append(Acknowledged(correlation, sandbox, status, digest, monotonic()))
                    self._count()
        self._turn.set()

    async def _poller(self) -> None:
        """One keep-alive connection that sends the same bytes all the time, so that they are answered as repeats."""
        with suppress(*GONE):
            async with _connection(self._port) as (reader, writer):
                while True:
                    writer.write(POLL)
                    status, body, correlation = await _reply(reader)
                    digest = blake2b(body, digest_size=16).hexdigest()
                    self.notes.exchanges.append(Acknowledged(correlation, "default", status, digest, monotonic()))
                    self._count()

    def _lasting(self) -> set[str]:
        """Sandboxes that are there and stay: those with an even number are never deleted."""
        return {name for name in self.notes.created if int(name.rpartition("-")[2]) % 2 == 0}

    async def _operator(self, chance: Random) -> None:
        """One keep-alive connection of the control plane: makes sandboxes and deletes every other one."""
        notes = self.notes
        path = "/_diorama/api/sandboxes"
        number = 0
        with suppress(*GONE):
            async with _connection(self._port) as (reader, writer):
                while True:
                    name = f"{self._label}-{number}"
                    wanted = {"id": name, "durability": chance.choice(["batched", "strict"])}
                    notes.undecided.add(name)
                    writer.write(_bytes("POST", path, "", json.dumps(wanted).encode()))
                    status, body, _ = await _reply(reader)
                    assert status == 201, body
                    notes.created.add(name)
                    notes.undecided.discard(name)
                    self._count()
                    if number % 2 == 1:
                        notes.undecided.add(name)
                        writer.write(_bytes("DELETE", f"{path}/{name}", "", b""))
                        status, body, _ = await _reply(reader)
                        assert status == 204, body
                        notes.deleted.add(name)
                        notes.undecided.discard(name)
                        self._count()
                    number += 1
                    self._turn.clear()
                    await self._turn.wait()  # the data plane's clients go on meanwhile

    def _count(self) -> None:
        self.notes.replies += 1
        if self.notes.replies % REPLIES_A_TURN == 0:
            self._turn.set()
        if self.notes.replies == self._replies:
            self.notes.killed_s = monotonic()
            self._kill()


@asynccontextmanager
async def _connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


def _request(chance: Random) -> tuple[str, str, bytes]:
    """(method, target, body) of one request; some are refused, which is an exchange like any other."""
    return chance.choice(
        [
            ("GET", "/v1/customers", b""),
            ("GET", f"/v1/payments?limit={chance.randint(1, 99)}", b""),
            ("GET", "/v1/payments/pay_9sHd83kQmZx1Lw", b""),
            ("GET", "/v1/nothing/here", b""),
            ("POST", "/v1/customers", json.dumps(CUSTOMER).encode()),
            ("POST", "/v1/payments", json.dumps({**PAYMENT, "amount": chance.randint(50, 9_999)}).encode()),
            ("POST", "/v1/payments", b'{"amount":"much"}'),
        ]
    )


def _message(method: str, target: str, body: bytes, correlation: str, sandbox: str, chance: Random) -> bytes:
    headers = f"x-correlation-id: {correlation}\r\n{CREDENTIALS}"
    if sandbox != "default":
        headers += f"x-sandbox-id: {sandbox}\r\n"
    session = chance.choice(["", "", "ann", "bob", "eve"])
    if session:
        headers += f"x-session-id: {session}\r\n"
    if chance.random() < 0.3:
        headers += "prefer: dynamic=true\r\n"
    return _bytes(method, target, headers, body)


def _bytes(method: str, target: str, headers: str, body: bytes) -> bytes:
    length = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nhost: localhost\r\n{headers}{length}\r\n".encode() + body


async def _reply(reader: asyncio.StreamReader) -> tuple[int, bytes, str]:
    """(status, body, correlation id) of the next reply."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head[9:12])
    length = 0
    correlation = ""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name == "content-length" and status != 204:
            length = int(value)
        elif name == "x-correlation-id":
            correlation = value.strip()
    return status, await reader.readexactly(length), correlation
