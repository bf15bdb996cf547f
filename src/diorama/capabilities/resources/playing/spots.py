"""Spots: what a request says at the places that an operation looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from diorama.capabilities.resources.model import Spot
from diorama.capabilities.resources.playing.places import value_at
from diorama.ports.exchange import OpenExchange


def base_of(x: OpenExchange) -> str:
    """Scheme and host of a request."""
    host = x.request.header(b"host") or b"localhost"
    return f"{x.request.scheme}://{host.decode('latin-1')}"


def query_of(x: OpenExchange) -> Mapping[str, Any]:
    """The query's parameters by name."""
    if x.parameters is not None:
        return x.parameters["query"]
    return dict(reversed(x.query))


def asked_of(x: OpenExchange) -> Mapping[str, Any]:
    """What a list is asked for: by the query, and where a list is asked for by POST, by the body's fields, too."""
    query = query_of(x)
    body = x.memo.get("body") if x.request.method == "POST" else None
    return {**body, **query} if isinstance(body, dict) else query


def spot_value(x: OpenExchange, spot: Spot) -> Any:
    """What a request has at a spot; None for nothing."""
    if spot.place == "body":
        return value_at(x.memo.get("body"), spot.pointer)
    if x.parameters is not None and spot.name in x.parameters[spot.place]:
        return x.parameters[spot.place][spot.name]
    if spot.place == "path":
        raw = x.path_parameters.get(spot.name)
        return None if raw is None else unquote(raw)
    if spot.place == "query":
        return next((value for name, value in x.query if name == spot.name), None)
    header = x.request.header(spot.name.lower().encode("latin-1", "replace"))
    return None if header is None else header.decode("latin-1")
