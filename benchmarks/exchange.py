"""One request to a server that is measured, and whether its reply is the right one."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 60.0


class ExchangeError(Exception):
    """No reply; the message says why."""


@dataclass(frozen=True)
class Probe:
    """A GET request and the status that a good reply to it has."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


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
    try:
        connection.request("GET", probe.path, headers=dict(probe.headers))
        reply = connection.getresponse()
        media_type = reply.headers.get_content_type() if reply.headers["content-type"] else ""
        return Answer(reply.status, media_type, reply.read())
    except (OSError, http.client.HTTPException) as error:
        raise ExchangeError(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def mismatch(port: int, expected: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """What is wrong with a server's replies; empty when each has status 200, is JSON and has the expected body.

    Args:
        port: where the server listens.
        expected: the JSON body by path.
        headers: of each request.
    """
    for path, body in expected.items():
        try:
            answer = fetch(port, Probe(path, headers))
        except ExchangeError as error:
            return f"{path}: no reply ({error})"
        if answer.status != 200:
            return f"{path}: status {answer.status} instead of 200"
        if answer.media_type != "application/json":
            return f"{path}: {answer.media_type or 'no media type'} instead of application/json"
        try:
            if json.loads(answer.body) == body:
                continue
        except ValueError:
            pass
        return f"{path}: another body than the other servers ({answer.body[:60]!r})"
    return ""
