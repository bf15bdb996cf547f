"""Server: a listening socket, uvicorn on it, and an end that comes."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import uvicorn
from msgspec import Struct

from diorama.model.errors import DioramaError
from diorama.ports.delivery import DataPlane
from diorama.wire.limits import WireLimits
from diorama.wire.protocol import protocol_class

AsgiApp = Callable[..., Awaitable[None]]

BACKLOG = 2048
_STEP_S = 0.02


class ServeConfig(Struct, frozen=True):
    """Where and how to listen.

    Attributes:
        host: name or address to listen on; an IPv6 address without brackets.
        port: 0 for any free one.
        certfile, keyfile: PEM files; TLS is spoken when there is a certificate. The key may be in the same file.
        limits: of each connection.
        root_path: where a proxy mounts the control plane.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certfile: str = ""
    keyfile: str = ""
    limits: WireLimits = WireLimits()
    root_path: str = ""


class Address(Struct, frozen=True):
    """Where a server listens.

    Attributes:
        scheme: ``http`` or ``https``.
        host: as configured, or the address when it was a name.
        port: the real one.
    """

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end; what listens everywhere is reached on loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104  # compared
        return f"{self.scheme}://[{host}]:{self.port}" if ":" in host else f"{self.scheme}://{host}:{self.port}"


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        DioramaError: ``address_unavailable``, with what to do about it; ``option_invalid`` for what is no port.
    """
    if not 0 <= port <= 65535:
        raise DioramaError(
            "option_invalid", f"{port} is no port.", "Choose one from 1 to 65535, or 0 for any free one."
        )
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _unavailable(host, port, f"{host!r} is no address of this machine: {error}.", "") from error
    # A name such as localhost may stand for both; clients that try one only mostly try IPv4.
    family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            # A restarted server need not wait for the last connections of the one before to be forgotten. Elsewhere
            # the option means that two servers may share a port, which is never wanted.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address[0] == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        # Accepted connections inherit it: a small reply must not wait for the acknowledgement of the one before.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            what, hint = f"Port {port} is in use.", "Stop what listens there, or choose another port with `--port 0`."
        elif error.errno == errno.EACCES:
            what, hint = f"Port {port} needs more rights.", "Choose a port above 1023, or any free one with `--port 0`."
        else:
            what, hint = f"It cannot be listened on: {error.strerror}.", ""
        raise _unavailable(host, port, what, hint) from error
    return listener


def _unavailable(host: str, port: int, what: str, hint: str) -> DioramaError:
    hint = hint or "Listen on an address that this machine has, for instance `--host 127.0.0.1`."
    return DioramaError("address_unavailable", f"{host or '*'}:{port}: {what}", hint, {"host": host, "port": port})


class Server(uvicorn.Server):
    """uvicorn's server with an end that comes in bounded time.

    Args:
        config: of uvicorn; its ``http`` is a class of :func:`protocol_class`.
        limits: for how long the end may take.
        started: called with nothing once requests are accepted.
    """

    def __init__(self, config: uvicorn.Config, limits: WireLimits, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._limits = limits
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the lifespan, accept connections, and say so."""
        await super().startup(sockets)
        self._started()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGINT and SIGTERM while serving, and let them be done with then.

        uvicorn would raise them again at the end, and the process would die before its caller has closed the stores.
        """
        with super().capture_signals():
            try:
                yield
            finally:
                self._captured_signals.clear()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting; end idle connections at once, running exchanges when they are done, the rest by force.

        Subscribers and running control-plane requests are told first and cancelled after the grace; what is left
        when the time is up is broken off. A second signal skips the waiting.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        wiring = getattr(self.config.http_protocol_class, "wiring", None)
        exchanges: set[asyncio.Task[Any]] = wiring.exchanges if wiring is not None else set()
        while (state.connections or state.tasks or exchanges) and not self.force_exit:
            elapsed = loop.time() - began
            if elapsed > self._limits.shutdown_s:
                break
            if elapsed > self._limits.grace_s:
                for task in list(state.tasks):
                    task.cancel()
            await asyncio.sleep(_STEP_S)
        for task in [*state.tasks, *exchanges]:
            task.cancel()
        for left in list(state.connections):
            left.transport.abort()
        if not self.force_exit:
            try:
                await asyncio.wait_for(
                    self.lifespan.shutdown(), max(1.0, self._limits.shutdown_s - loop.time() + began)
                )
            except TimeoutError:
                loop.call_exception_handler({"message": "The control plane did not end in time and was left behind."})


def prepare(
    config: ServeConfig, plane: DataPlane, control_app: AsgiApp, clock: Callable[[], float], seed: bytes = b"wire"
) -> uvicorn.Config:
    """Make the configuration that uvicorn serves by.

    Args:
        config: where and how to listen.
        plane: answers what is not the control plane's.
        control_app: an ASGI application for ``/_diorama`` and below, and for the lifespan.
        clock: real time in seconds since 1970.
        seed: of the correlation ids of what the wire itself refuses.

    Raises:
        DioramaError: ``option_invalid`` when a limit or a file of the configuration cannot be used.
    """
    for file in filter(None, (config.certfile, config.keyfile)):
        if not Path(file).is_file():
            raise DioramaError(
                "option_invalid", f"{file} is not a file.", "Name PEM files of a certificate and its key."
            )
    made = uvicorn.Config(
        control_app,
        http=protocol_class(plane, config.limits, clock, seed),
        host=config.host,
        port=config.port,
        loop="uvloop",
        lifespan="auto",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        backlog=BACKLOG,
        interface="asgi3",
        root_path=config.root_path,
        ssl_certfile=config.certfile or None,
        ssl_keyfile=config.keyfile or None,
    )
    try:
        made.load()
    except OSError as error:
        message = f"TLS cannot be spoken with these files: {error}."
        raise DioramaError("option_invalid", message, "Name PEM files of a certificate and its key.") from error
    return made


async def serve(
    config: ServeConfig,
    plane: DataPlane,
    control_app: AsgiApp,
    *,
    clock: Callable[[], float],
    seed: bytes = b"wire",
    started: Callable[[Address], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until a signal comes, or until ``stop`` is set.

    Args:
        config: where and how to listen.
        plane: answers what is not the control plane's.
        control_app: an ASGI application for ``/_diorama`` and below, and for the lifespan.
        clock: real time in seconds since 1970, for the ``date`` header.
        seed: of the correlation ids of what the wire itself refuses.
        started: told the address once requests are accepted.
        stop: ends the server when it is set, as SIGTERM does.

    Raises:
        DioramaError: ``address_unavailable`` or ``option_invalid``, before anything has started; ``internal`` when
            the control plane's lifespan failed.
    """
    prepared = prepare(config, plane, control_app, clock, seed)
    listener = bind(config.host, config.port)
    scheme = "https" if config.certfile else "http"
    address = Address(scheme, config.host or "0.0.0.0", listener.getsockname()[1])  # noqa: S104  # what was asked for
    server = Server(prepared, config.limits, lambda: started(address) if started is not None else None)
    watcher = None
    if stop is not None:
        watcher = asyncio.get_running_loop().create_task(_watch(stop, server))
    try:
        await server.serve(sockets=[listener])
    except SystemExit as exited:
        raise DioramaError("internal", "The control plane did not start.") from exited
    finally:
        listener.close()
        if watcher is not None:
            watcher.cancel()


async def _watch(stop: asyncio.Event, server: Server) -> None:
    await stop.wait()
    server.should_exit = True
