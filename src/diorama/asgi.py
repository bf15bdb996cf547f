"""Diorama as an ASGI application, for servers, frameworks and tests that speak ASGI.

    from diorama.asgi import application

    app = application("openapi.yaml")

The same engine answers as under ``diorama serve``; the data plane is everything except ``/_diorama/``.
The control plane answers to loopback names alone; tests that want it use ``http://127.0.0.1`` as their base URL.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from diorama.app.assembly import Assembly
from diorama.app.control_plane import control_plane
from diorama.app.loading import load
from diorama.app.settings import from_environment
from diorama.wire.asgi import data_plane_app
from diorama.wire.limits import WireLimits

__all__ = ["application"]

Application = Callable[[Any, Any, Any], Awaitable[None]]


def application(*sources: str, **settings: Any) -> Application:
    """An ASGI 3 application that serves documents or a project folder.

    Its life begins with the server's lifespan and ends with it; under a server that knows no lifespan it begins with
    the first request, and what a batched journal gathered last may be lost at the end.

    Args:
        sources: OpenAPI documents, folders or URLs, or one project folder.
        settings: as in :class:`diorama.app.settings.Settings`; ``memory=True`` unless ``data`` is given, since an
            application that is imported should not write beside the source unasked.

    Raises:
        DioramaError: when the definition cannot be loaded.
    """
    given = {"memory": "data" not in settings, **settings, "sources": sources}
    chosen = from_environment(given)
    loaded = load(chosen)
    with loaded.locating():
        assembly = Assembly(chosen, loaded.project)
    control: Any = control_plane(assembly.installation, closed=False)  # ASGI spells its mappings in two ways
    limits = WireLimits(
        headers_bytes_max=chosen.header_bytes_max,
        body_bytes_max=chosen.body_bytes_max,
        trusted_proxies=chosen.trusted_proxies,
    )
    inner = data_plane_app(assembly.plane, control, limits)
    begun = False

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal begun
        if not begun:
            begun = True
            assembly.begin()
        if scope["type"] == "lifespan":
            await _lifespan(assembly, receive, send)
        else:
            await inner(scope, receive, send)

    return app


async def _lifespan(assembly: Assembly, receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await assembly.end()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
