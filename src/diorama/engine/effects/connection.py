"""Connection: the guard set into httpcore's pool, at the one place where sockets are opened.

This module loads the HTTP library, so it is itself loaded when the first call is made and not before.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable

import httpcore2

from diorama.engine.effects.guard import OutboundGuard
from diorama.model.errors import DioramaError

ATTEMPTS_MAX = 4
CONNECT_S = 5.0
KEEPALIVE_S = 15.0


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections to addresses that the guard pinned, and to nothing else.

    TLS and the ``Host`` header keep the name, because httpcore takes them from the request's origin, and only the
    opening of the socket from here.

    Args:
        guard: decides, and resolves.
        opener: opens the socket to an address; asyncio's when left out. It is handed addresses only.
    """

    def __init__(self, guard: OutboundGuard, opener: httpcore2.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._opener = opener or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Open a connection to the first address of the host that takes one.

        Raises:
            DioramaError: ``outbound_refused`` or ``outbound_failed``, from the guard.
            httpcore2.ConnectError: when no address takes it.
        """
        failure: Exception | None = None
        for address in (await self._guard.pin(host, port))[:ATTEMPTS_MAX]:
            try:
                return await self._opener.connect_tcp(
                    address, port, timeout=CONNECT_S, local_address=local_address, socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = failure or error
        raise failure or httpcore2.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface is httpcore's
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: sockets of this machine are never the outside.

        Raises:
            DioramaError: ``outbound_refused``, always.
        """
        raise DioramaError("outbound_refused", "A call to a socket of this machine was refused.", "Call it over TCP.")

    async def sleep(self, seconds: float) -> None:
        """Wait between retries, of which there are none; see :func:`open_pool`."""
        await self._opener.sleep(seconds)


def open_pool(
    guard: OutboundGuard,
    connections_max: int,
    ssl_context: ssl.SSLContext | None = None,
    opener: httpcore2.AsyncNetworkBackend | None = None,
) -> httpcore2.AsyncConnectionPool:
    """A pool whose every connection passed the guard.

    It is httpcore's pool and not a whole client: a pool knows no proxies of the environment, no ``.netrc``, no cookies
    and no redirects, so none of them has to be switched off.

    Args:
        guard: decides about each connection.
        connections_max: how many may be open at once; further calls wait within their own time.
        ssl_context: for TLS; with the machine's trusted authorities when left out.
        opener: see :class:`GuardedBackend`.
    """
    return httpcore2.AsyncConnectionPool(
        ssl_context=ssl_context or httpcore2.default_ssl_context(),
        max_connections=connections_max,
        max_keepalive_connections=connections_max,
        keepalive_expiry=KEEPALIVE_S,
        http1=True,
        http2=False,
        retries=0,
        network_backend=GuardedBackend(guard, opener),
    )
