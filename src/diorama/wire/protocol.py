"""Protocol: one connection of the data plane, on top of uvicorn's.

uvicorn keeps the sockets, TLS, signals and WebSockets. What is ours: requests are answered in the very turn of the
loop that brought them, in order, whatever mix of immediate replies, waiting exchanges, streams and control-plane
requests is in flight; and nothing that a client does or leaves undone can hold more than the limits allow.

One exchange runs at a time. A client that sends requests ahead gets each answered after the effects of the one
before, as if it had waited; parsing goes on meanwhile, up to a bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from diorama.model.http import Request
from diorama.ports.delivery import DataPlane, Outgoing, correlation_line
from diorama.wire.cycle import Cycle, scope_of
from diorama.wire.heads import CONTINUE, ReplyUnwritableError
from diorama.wire.intake import SLICE
from diorama.wire.items import CONTROL, GENERAL, HTTP_10, LAST, REFUSED, WEBSOCKET, WORKER
from diorama.wire.limits import WireLimits
from diorama.wire.line import Line
from diorama.wire.refusals import Refusal
from diorama.wire.replies import has_body, head_bytes
from diorama.wire.streams import pour
from diorama.wire.wiring import Wiring

_FLUSH_BYTES = 65536
"""Replies are collected up to this size and then written at once."""


class Connection(Line):
    """One connection. Made by uvicorn, through the class that :func:`protocol_class` returns."""

    __slots__ = ()

    def data_received(self, data: bytes) -> None:
        """Bytes arrived: parse them and answer what they complete, now if nothing is in the way."""
        if self._calm:
            intake = self._intake
            repeater = self._repeats.get(data)
            if repeater is not None and self._running is None and not (self._items or intake.open or intake.deaf):
                correlation = repeater()
                if correlation is not None:
                    intake.begun += 1
                    line = correlation_line(correlation)
                    self.transport.write(b"".join((repeater.head, line, self._sweeper.tails.keep, repeater.body)))
                    return
            request = intake.recall(data)
            if request is not None:
                if self._running is None and not self._items and not self._plane.saturated():
                    self._answer(request, data)
                    if self._out:
                        self._flush()
                else:
                    self._items.append((request, 0))
                    self._turn()
                return
            if len(data) <= SLICE and not intake.deaf:
                intake.feed(data)
                if self._items:
                    self._turn()
                return
        if not self._intake.deaf or self._intake.upgraded:
            self._inbox.append(data)
            if self._calm:
                self._turn()
        else:
            self._quiet = False  # What follows a last request or a refusal is thrown away.

    # --------------------------------------------------------------------------------------------------- the loop turn

    def _turn(self) -> None:
        """Answer what is queued and parse what was held back, as far as one turn of the loop allows."""
        if self._ended:
            return
        if self._plane.saturated():
            self._no_room = True
            self.wiring.room.wait(self, self.loop)
            self._settle()
            return
        items, inbox, intake = self._items, self._inbox, self._intake
        budget = self._answers_per_turn
        while not self._write_paused and not self._ended:
            if items and self._running is None:
                if not budget:
                    self._again()
                    break
                budget -= 1
                item, flags = items.popleft()
                if flags:
                    self._answer_uncommon(item, flags)
                else:
                    self._answer(item)  # type: ignore[arg-type]  # without flags it is a request
            elif inbox and not intake.deaf and len(items) < self._waiting_max:
                self._feed_slice()
            else:
                break
        if self._out:
            self._flush()
        if inbox or not self._calm or self._eof or intake.upgraded or len(items) >= self._waiting_max:
            self._settle()

    def _feed_slice(self) -> None:
        """Parse a piece of what was held back: a little, or all that belongs to the body that is being received."""
        data = self._inbox[0]
        size = max(SLICE, self._intake.expected - self._intake.received)
        if len(data) <= size:
            self._inbox.popleft()
            self._intake.feed(data)
        else:
            self._inbox[0] = data[size:]
            self._intake.feed(data[:size])

    # --------------------------------------------------------------------------------------------------------- answers

    def _answer(self, request: Request, data: bytes = b"") -> None:
        """The shortest way, which most requests go: one call of the plane, one join, one write.

        Args:
            request: the request.
            data: the bytes that it was, when it came alone.
        """
        repeats = self.wiring.repeats
        again = data != b"" and repeats.seen(data)
        try:
            outgoing = self._plane.handle(request, again=again)
        except Exception as mistake:  # noqa: BLE001  # the plane promised not to; the connection must live on
            outgoing = self.wiring.mistaken(mistake, self.loop)
        if type(outgoing) is Outgoing:
            reply = outgoing.reply
            if reply.head is not None and reply.stream is None and not outgoing.close:
                if again and outgoing.repeater is not None:
                    repeats.keep(self._repeats, data, outgoing.repeater)
                self._out.append(b"".join((reply.head, outgoing.headers, self._sweeper.tails.keep, reply.body)))
                self._out_bytes += len(reply.body)
                if self._out_bytes > _FLUSH_BYTES:
                    self._flush()
            else:
                self._reply(outgoing, 0)
        else:
            self._wait(outgoing, 0)

    def _answer_uncommon(self, item: Request | Refusal | None, flags: int) -> None:
        if isinstance(item, Refusal):
            self._reply(self.wiring.refusals.outgoing(item, close=True), flags)
        elif item is None:
            self._out.append(CONTINUE)
        elif flags & WEBSOCKET:
            self._hand_over(item)
        elif flags & CONTROL:
            self._control(item, flags)
        elif flags & (WORKER | GENERAL):
            self._reply(self.wiring.special(item, flags), flags)
        else:
            try:
                outgoing = self._plane.handle(item)
            except Exception as mistake:  # noqa: BLE001  # as above
                outgoing = self.wiring.mistaken(mistake, self.loop)
            if type(outgoing) is Outgoing:
                self._reply(outgoing, flags)
            else:
                self._wait(outgoing, flags)

    def _reply(self, outgoing: Outgoing, flags: int) -> None:
        """Write a reply that is there, or begin to write one that streams."""
        stream = outgoing.reply.stream
        if outgoing.close or (stream is not None and flags & HTTP_10):
            flags |= LAST
        try:
            head = head_bytes(outgoing, flags, self._sweeper.tails)
        except ReplyUnwritableError as unwritable:
            self._plane.observe(outgoing, "write_failed", str(unwritable))
            outgoing = self.wiring.refusals.mistake(f"The reply cannot be written. {unwritable}")
            stream = None
            head = head_bytes(outgoing, flags, self._sweeper.tails)
        if stream is not None:
            self.put(head)
            self._flags = flags
            task = self.loop.create_task(pour(outgoing, stream, flags, self))
            self._running = task
            self.tasks.add(task)  # type: ignore[arg-type]  # what tasks of the server return does not matter
            task.add_done_callback(partial(self._poured, outgoing))
            return
        body = outgoing.reply.body
        self._out.append(head + body if has_body(outgoing, flags) else head)
        self._out_bytes += len(body)
        if self._out_bytes > _FLUSH_BYTES:
            self._flush()
        if flags & LAST:
            self._end(linger=bool(flags & REFUSED))

    def _wait(self, coroutine: Any, flags: int) -> None:
        """Run an exchange that waits. A disconnect does not cancel it: it commits whether or not anybody listens."""
        self._flags = flags
        task = self.wiring.start(coroutine, self.loop)
        self._running = task
        task.add_done_callback(self._waited)

    def _waited(self, task: asyncio.Task[Outgoing]) -> None:
        outgoing = self.wiring.outcome(task, self.loop)
        self._running = None
        if self._gone or self.transport.is_closing():
            self._plane.observe(outgoing, "client_gone", "The client left while the exchange waited.")
            return
        self._reply(outgoing, self._flags)
        self._next_turn()

    def _poured(self, outgoing: Outgoing, task: asyncio.Task[bool]) -> None:
        self.tasks.discard(task)
        self._running = None
        mistake = None if task.cancelled() else task.exception()
        if not task.cancelled() and mistake is None and task.result():
            if self._flags & LAST:
                self._end(linger=False)
            self._next_turn()
            return
        if self._gone:
            self._plane.observe(outgoing, "client_gone", "The client left while the reply streamed.")
        else:
            self._plane.observe(outgoing, "write_failed", f"The stream broke off: {mistake!r}.")
            self._abort()

    # --------------------------------------------------------------------------------------------- the control plane

    def _control(self, request: Request, flags: int) -> None:
        self._flush()
        cycle = Cycle(request, flags, self, self._sweeper.tails, self._cycled)
        self._running = cycle
        port = self._peer.port if request.client == self._peer.address else 0
        scope = scope_of(request, self.server, port, self.root_path, self.app_state)
        task = self.loop.create_task(cycle.run(self.app, scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _cycled(self, complete: bool) -> None:  # noqa: FBT001  # a callback's one fact
        cycle = self._running
        self._running = None
        assert isinstance(cycle, Cycle)
        if self._ended:
            return
        if complete:
            if cycle.flags & LAST:
                self._end(linger=False)
            else:
                self._again()
        elif cycle.started:
            self._abort()
        else:
            self._reply(self.wiring.refusals.mistake("The control plane failed."), cycle.flags)
            self._next_turn()

    def _hand_over(self, request: Request) -> None:
        """The connection becomes a WebSocket, and uvicorn's protocol for those takes it."""
        self._flush()
        rest = self._intake.rest + b"".join(self._inbox)
        self.url = (request.path + ("?" + request.query.decode("latin-1") if request.query else "")).encode("latin-1")
        # The hand-over reads no more of the scope than this.
        self.scope = {"method": request.method, "headers": request.headers}  # type: ignore[typeddict-item]
        self._leave()
        self.flow.resume_reading()
        self.handle_websocket_upgrade()
        if rest:
            # The hand-over has put a protocol in our place.
            self.transport.get_protocol().data_received(rest)  # type: ignore[attr-defined]


def protocol_class(
    plane: DataPlane, limits: WireLimits, clock: Callable[[], float], seed: bytes = b"wire"
) -> type[Connection]:
    """The protocol of a server, for ``uvicorn.Config(http=...)``.

    Args:
        plane: the flow; it answers everything but ``/_diorama`` and what is below it, which goes to uvicorn's app.
        limits: of each connection.
        clock: real time in seconds since 1970, for the ``date`` header.
        seed: of the correlation ids of what the wire itself refuses.

    Raises:
        DioramaError: ``option_invalid`` when a trusted proxy is no network.
    """
    return type("DataPlaneProtocol", (Connection,), {"wiring": Wiring(plane, limits, clock, seed), "__slots__": ()})
