"""The control plane as the wire sees it: guarded, and loaded only when someone asks for it."""

from __future__ import annotations

import asyncio

from diorama.api.correlation import Correlated
from diorama.api.guard import Application, Guard, Receive, Scope, Send
from diorama.control.installation import Installation


class LazyControlPlane:
    """Loads FastAPI with the first request, in a thread, so that the data plane goes on meanwhile."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._application: Application | None = None
        self._loading: asyncio.Future[Application] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, after loading when that is needed."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        application = self._application or await self._loaded()
        await application(scope, receive, send)

    async def _loaded(self) -> Application:
        """The application; however many ask at once, it is loaded once."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(None, self._load)
        self._application = await asyncio.shield(self._loading)
        return self._application

    def _load(self) -> Application:
        from diorama.api.application import application  # FastAPI takes half a second and 30 MB to import.

        return application(self._installation)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def control_plane(installation: Installation, *, closed: bool) -> Correlated:
    """The guarded control plane of an installation; closed when the server listens beyond loopback."""
    return Correlated(Guard(LazyControlPlane(installation), closed=closed))
