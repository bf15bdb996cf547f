"""Correlation: each reply of the control plane has an id by which it can be named, as those of the data plane have."""

from __future__ import annotations

from collections.abc import MutableMapping
from itertools import count
from typing import Any

from diorama.api.guard import CORRELATION_KEY, Application, Receive, Scope, Send
from diorama.ports.delivery import named_correlation
from diorama.ports.dice import correlation_id, dice_key


class Correlated:
    """An ASGI application whose replies carry ``X-Correlation-Id``: the request's own, else one from dice.

    Args:
        application: what answers.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._count = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the id on the reply."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        correlation = named_correlation(scope["headers"])
        if not correlation:
            correlation = correlation_id(dice_key(b"control", "", "", next(self._count)))

        async def send_correlated(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                line = (b"x-correlation-id", correlation.encode("ascii"))
                message = {**message, "headers": [*message.get("headers", ()), line]}
            await send(message)

        await self._application({**scope, CORRELATION_KEY: correlation}, receive, send_correlated)
