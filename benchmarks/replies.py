"""Whether a server's replies are the right ones. Nobody is measured before they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from benchmarks.api import Collection, Route, compact
from benchmarks.exchange import ExchangeError, Probe, fetch

ROUTES_MAX = 50  # of many alike, so many are compared, spread evenly


class ReplyError(Exception):
    """A reply is not the right one; the message says what is wrong with it."""


def mismatch(port: int, asked: Sequence[Route], headers: Mapping[str, str], rows: Collection | None = None) -> str:
    """What is wrong with a server's replies; empty when nothing is.

    A right reply has the route's status, is JSON, and has the route's body or keeps to its schema. What the route has
    to refuse is answered with 4xx.

    Args:
        port: where the server listens.
        asked: the routes; of more than 50, every so-and-so-many-th is asked for.
        headers: of each request.
        rows: of a collection, whose ids each server chooses for itself.
    """
    stride = max(1, -(-len(asked) // ROUTES_MAX))
    try:
        for route in asked[::stride]:
            _check(port, route, headers, without_ids=rows is not None)
            if route.refused is not None:
                _check_refusal(port, route, headers)
    except ReplyError as error:
        return str(error)
    return ""


def probe_of(route: Route, headers: Mapping[str, str]) -> Probe:
    """The request of a route, with the status of a right reply."""
    body = compact(route.sent) if route.sent is not None else ""
    return Probe(route.path, headers, route.status, route.method, body)


def create(port: int, collection: Collection, headers: Mapping[str, str]) -> None:
    """Create the rows of a collection, in order.

    Raises:
        ReplyError: the server did not take one.
    """
    for row in collection.rows:
        answer = _ask(port, Probe(collection.path, headers, method="POST", body=compact(row)))
        if answer[0] != 201:
            raise ReplyError(f"POST {collection.path}: status {answer[0]} instead of 201")


def _check(port: int, route: Route, headers: Mapping[str, str], *, without_ids: bool) -> None:
    where = f"{route.method} {route.path}"
    status, media_type, text = _ask(port, probe_of(route, headers))
    if status != route.status:
        raise ReplyError(f"{where}: status {status} instead of {route.status}")
    if media_type != "application/json":
        raise ReplyError(f"{where}: {media_type or 'no media type'} instead of application/json")
    try:
        body = json.loads(text)
    except ValueError:
        raise ReplyError(f"{where}: what came is not JSON ({text[:60]!r})") from None
    if route.returns is not None:
        wrong = next(Draft7Validator(route.returns, format_checker=FormatChecker()).iter_errors(body), None)
        if wrong:
            raise ReplyError(f"{where}: the reply breaks its schema ({wrong.json_path}: {wrong.message[:80]})")
    if route.reply is not None:
        expected = route.reply
        if without_ids:
            body, expected = _without_ids(body), _without_ids(expected)
        if body != expected:
            raise ReplyError(f"{where}: another body than the other servers ({text[:60]!r})")


def _check_refusal(port: int, route: Route, headers: Mapping[str, str]) -> None:
    status, _, _ = _ask(port, Probe(route.path, headers, method=route.method, body=compact(route.refused)))
    if not 400 <= status < 500:
        raise ReplyError(f"{route.method} {route.path}: a body against its schema is answered with {status}, not 4xx")


def _ask(port: int, probe: Probe) -> tuple[int, str, bytes]:
    try:
        answer = fetch(port, probe)
    except ExchangeError as error:
        raise ReplyError(f"{probe.method} {probe.path}: no reply ({error})") from error
    return answer.status, answer.media_type, answer.body


def _without_ids(rows: Any) -> Any:
    if not isinstance(rows, list):
        return rows
    return [{key: value for key, value in row.items() if key != "id"} if isinstance(row, dict) else row for row in rows]
