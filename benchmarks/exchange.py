"""One request to a server that is measured, and its reply."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field

TIMEOUT_S = 60.0


class ExchangeError(Exception):
    """No reply; the message says why."""


@dataclass(frozen=True)
class Probe:
    """A request, and the status that a good reply to it has; a body is JSON."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    method: str = "GET"
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """A reply as far as it is compared."""

    status: int
    media_type: str
    body: bytes


def fetch(port: int, probe: Probe) -> Answer:
    """Send a probe over a connection of its own.

    Raises:
        ExchangeError: nothing listens, or what came back is not HTTP.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    headers = {**probe.headers, **({"Content-Type": "application/json"} if probe.body else {})}
    try:
        connection.request(probe.method, probe.path, probe.body or None, headers)
        reply = connection.getresponse()
        media_type = reply.headers.get_content_type() if reply.headers["content-type"] else ""
        return Answer(reply.status, media_type, reply.read())
    except (OSError, http.client.HTTPException) as error:
        raise ExchangeError(str(error) or type(error).__name__) from error
    finally:
        connection.close()
