"""Line: the half of a connection that has to do with the transport: its state, its pauses, its ends.

What a connection does with requests is in ``protocol``.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from diorama.model.errors import DioramaError
from diorama.wire.cycle import Cycle
from diorama.wire.intake import Intake
from diorama.wire.items import LAST, Item, Peer
from diorama.wire.proxies import is_trusted
from diorama.wire.refusals import Refusal
from diorama.wire.timers import Patience
from diorama.wire.wiring import Wiring

_QUIET_S = 0.25


class Line(HttpToolsProtocol):
    """A connection as its transport sees it.

    Attributes that decide what happens next:
        calm: what arrives is parsed at once; otherwise it waits in the inbox, and the socket is not read.
        ended: nothing is answered any more.
        gone: nothing is written any more: the transport is closed, or belongs to a WebSocket.
    """

    wiring: Wiring

    __slots__ = (
        "_again_handle",
        "_answers_per_turn",
        "_calm",
        "_ended",
        "_eof",
        "_flags",
        "_gone",
        "_inbox",
        "_intake",
        "_items",
        "_lingering",
        "_no_room",
        "_out",
        "_out_bytes",
        "_patience",
        "_patience_body",
        "_peer",
        "_plane",
        "_quiet",
        "_repeats",
        "_running",
        "_sweeper",
        "_waiting_max",
        "_write_paused",
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser = None  # type: ignore[assignment]  # the intake has its own
        wiring = self.wiring
        self._plane = wiring.plane
        self._sweeper = wiring.sweeper
        self._answers_per_turn = wiring.limits.answers_per_turn
        self._waiting_max = wiring.limits.waiting_requests_max
        self._items: deque[Item] = deque()
        self._inbox: deque[bytes] = deque()
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._running: asyncio.Task[Any] | Cycle | None = None
        self._flags = 0
        self._again_handle: asyncio.Handle | None = None
        self._calm = True
        self._write_paused = False
        self._no_room = False
        self._lingering = False
        self._quiet = False
        self._ended = False
        self._eof = False
        self._gone = False
        self._patience = Patience()
        self._patience_body = Patience()

    # uvicorn narrows the argument against asyncio's declaration, too: a TCP transport is always of this type.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        self.connections.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        self.server = get_local_addr(transport)
        self.client = get_remote_addr(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        address, port = self.client or ("", 0)
        wiring = self.wiring
        proxies = wiring.networks if wiring.networks and is_trusted(address, wiring.networks) else ()
        self._peer = Peer(address, port, self.scheme, proxies)
        websockets = self.ws_protocol_class is not None
        self._intake = Intake(wiring.limits, self._items, self._peer, websockets=websockets)
        self._repeats = wiring.repeats.of(address, self.scheme)
        unread_max = wiring.limits.unread_bytes_max
        transport.set_write_buffer_limits(high=unread_max, low=unread_max // 4)
        self._sweeper.join(self, self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over; an exchange that is under way goes on without it."""
        self._leave()
        self.connections.discard(self)
        self._items.clear()
        self._inbox.clear()
        self._out.clear()
        self.flow.resume_writing()
        running = self._running
        if isinstance(running, Cycle):
            running.leave()
        elif running is not None and running not in self.wiring.exchanges:
            running.cancel()  # a stream: its exchange has committed, and nobody reads on
        self.transport.close()

    def _leave(self) -> None:
        """Have no more part in the transport."""
        self._gone = self._ended = True
        self._sweeper.leave(self)
        self.wiring.room.leave(self)
        self._intake.forget()
        if self._again_handle is not None:
            self._again_handle.cancel()
            self._again_handle = None

    # uvicorn declares None where asyncio allows a bool.
    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more; it may still read what it asked for, except over TLS, which has no half-close."""
        self._eof = True
        return self.scheme == "http" and not self._lingering and self._is_active()

    def pause_writing(self) -> None:
        """The client does not read: stop answering, parsing and reading."""
        self._write_paused = True
        self.flow.pause_writing()
        self._settle()

    def resume_writing(self) -> None:
        """The client read on."""
        self._write_paused = False
        self.flow.resume_writing()
        self._again()

    # ---------------------------------------------------------------------------------------------------------- pauses

    def _is_active(self) -> bool:
        return bool(self._running is not None or self._items or self._inbox or self._again_handle is not None)

    def _again(self) -> None:
        """Go on in the next turn of the loop."""
        if self._again_handle is None and not self._gone:
            self._again_handle = self.loop.call_soon(self._next_turn)
            self._settle()

    def _next_turn(self) -> None:
        self._again_handle = None
        self._turn()
        self._settle()

    @abstractmethod
    def _turn(self) -> None:
        """Answer what is queued and parse what was held back, as far as one turn of the loop allows."""

    def room(self) -> None:
        """The data plane takes requests again."""
        self._no_room = False
        self._next_turn()

    def _settle(self) -> None:
        """Read from the socket exactly when what it brings could be worked on."""
        if self._gone or (self._ended and not self._lingering):
            return
        intake = self._intake
        if intake.deaf and not intake.upgraded:
            self._inbox.clear()  # What follows a last request or a refusal is read and thrown away.
        held = self._inbox or self._write_paused or self._no_room or self._again_handle is not None
        self._calm = not (held or len(self._items) >= self._waiting_max or intake.upgraded)
        if self._calm or self._lingering:
            self.flow.resume_reading()
        else:
            self.flow.pause_reading()
        if self._eof and not self._ended and not self._is_active():
            self._end(linger=False)

    # ---------------------------------------------------------------------------------------------------- writing half

    def put(self, data: bytes) -> None:
        """Hand bytes to the transport, after all that is collected. What nobody can read is dropped."""
        if self._gone:
            return
        if self._out:
            self._out.append(data)
            self._flush()
        else:
            self.transport.write(data)

    async def drained(self) -> None:
        """Wait until the client has read enough, or has gone."""
        if self._write_paused and not self._gone:
            await self.flow.drain()

    def is_gone(self) -> bool:
        """Whether the client has gone."""
        return self._gone

    def _flush(self) -> None:
        out = self._out
        if out and not self._gone:
            self._out_bytes = 0
            data = out[0] if len(out) == 1 else b"".join(out)
            out.clear()
            self.transport.write(data)

    # ------------------------------------------------------------------------------------------------------------ ends

    def _end(self, *, linger: bool) -> None:
        """Nothing more is answered; what is written still reaches the client.

        Args:
            linger: the client may still be sending. Closing now would make its system throw away our last reply
                together with the connection, so it is closed for writing only, and read until the client is done.
        """
        if self._ended:
            return
        self._flush()
        self._ended = True
        half_read = self._intake.open or self._inbox
        self._intake.deaf = True
        self._items.clear()
        self._inbox.clear()
        if (linger or half_read) and not self._eof:
            self._lingering = True
            if self.transport.can_write_eof():
                self.transport.write_eof()
            else:
                self._quiet = True
                self._again_handle = self.loop.call_later(_QUIET_S, self._close_when_quiet)
            self.flow.resume_reading()
        else:
            self.transport.close()

    def _close_when_quiet(self) -> None:
        """End a connection over TLS, which cannot be closed for writing only, once its client sends no more."""
        if self._quiet:
            self._again_handle = None
            self.transport.close()
        else:
            self._quiet = True
            self._again_handle = self.loop.call_later(_QUIET_S, self._close_when_quiet)

    def _abort(self) -> None:
        """Break off, so that the client can tell that what it has is not all."""
        self._ended = True
        self.transport.abort()

    def shutdown(self) -> None:
        """The server is shutting down: end at once when idle, else with the exchange that is running."""
        if self._ended:
            return
        if self._running is None and not self._items and not self._inbox:
            if self._intake.open:
                error = DioramaError("shutting_down", "The server is shutting down.", "Send the request again.")
                self._intake.refuse(Refusal(error))
                self._turn()
            else:
                self._end(linger=False)
            return
        running = self._running
        self._intake.deaf = True
        if running is None and self._items:
            item, flags = self._items[0]
            self._items.clear()
            self._items.append((item, flags | LAST))
        else:
            self._items.clear()
        self._flags |= LAST
        if isinstance(running, Cycle):
            running.flags |= LAST
            running.leave()
        self._settle()

    def sweep(self, now_s: float) -> None:
        """End what has lasted too long.

        Args:
            now_s: the loop's time in seconds.
        """
        state, limit_s = self._state()
        over = self._patience.is_over(state, limit_s, now_s)
        intake = self._intake
        if intake.open and intake.headed and state is not None:
            over = self._patience_body.is_over((intake.begun,), self.wiring.limits.body_wait_s, now_s) or over
        if not over or state is None:
            return
        if state[0] == "idle":
            self._end(linger=False)
        elif state[0] == "sends":
            what = "body" if intake.headed else "headers"
            error = DioramaError("request_timeout", f"The request's {what} did not arrive in time.")
            intake.refuse(Refusal(error))
            self._turn()
            self._settle()
        else:
            self._abort()

    def _state(self) -> tuple[tuple[object, ...] | None, float]:
        """What the connection is waiting for its client to do, and for how long it may; None when it does not wait."""
        limits, intake = self.wiring.limits, self._intake
        if self._write_paused or (self._ended and not self._lingering):
            return ("unread", self.transport.get_write_buffer_size()), limits.unread_wait_s
        if self._lingering:
            return ("lingers",), limits.linger_s
        if self._is_active() or self._no_room:
            return None, 0.0
        if intake.open:
            wait_s = limits.body_gap_s if intake.headed else limits.headers_wait_s
            return ("sends", intake.begun, intake.headed, intake.received), wait_s
        return ("idle", intake.begun), limits.idle_s
