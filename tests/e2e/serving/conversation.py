"""Talking to a server: one HTTP request, and what came back."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECONDS = 20.0
AUTHORIZED = {"authorization": "Bearer sk_test_123"}


@dataclass(frozen=True)
class Answer:
    """A reply: its status, its headers (names in lower case) and its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def is_ours(self) -> bool:
        """Whether it is an error of Diorama's own."""
        return self.status >= 400 and b'"type":"/_diorama/errors/' in self.body


def ask(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: Any = None,
    host: str = "127.0.0.1",
) -> Answer:
    """Send one request on a connection of its own; a body that is no bytes is sent as JSON."""
    sent = dict(headers or {})
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if content is not None:
        sent.setdefault("content-type", "application/json")
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request(method, path, content, sent)
        reply = connection.getresponse()
        return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    finally:
        connection.close()
