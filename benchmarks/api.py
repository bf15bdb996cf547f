"""An API as the benchmarks describe it, before it is written in the form of each server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Route:
    """One operation: what is asked, and what a right reply is.

    Attributes:
        template: the path with its parameters in braces.
        path: a path that matches it.
        method: the HTTP method.
        status: of a right reply.
        reply: its JSON body; None when the server makes one from ``returns``.
        returns: the JSON Schema of the reply's body.
        accepts: the JSON Schema of the request's body.
        sent: a JSON body that the schema accepts.
        refused: one that it does not accept, which has to be answered with 4xx.
    """

    template: str
    path: str
    method: str = "GET"
    status: int = 200
    reply: Any = None
    returns: Mapping[str, Any] | None = None
    accepts: Mapping[str, Any] | None = None
    sent: Any = None
    refused: Any = None


@dataclass(frozen=True)
class Collection:
    """A collection of rows that clients create.

    Attributes:
        path: of the collection; a row's path is that with its id.
        row: the JSON Schema of a row, with the id that the server chooses.
        rows: what is created before anything is measured.
    """

    path: str
    row: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Api:
    """What the servers are given.

    Attributes:
        routes: its operations, beside those of the collection.
        collection: rows that clients create, for the servers that can keep them.
        by_document: whether servers that take documents get the OpenAPI document rather than a form of their own.
    """

    routes: tuple[Route, ...] = ()
    collection: Collection | None = None
    by_document: bool = False


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))
