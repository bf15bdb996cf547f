"""Replies of the control plane: JSON by msgspec, errors as problem details."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from diorama.api.guard import CORRELATION_KEY
from diorama.model.errors import DioramaError
from diorama.model.problems import problem_reply


def json_reply(value: Any, status: int = 200) -> Response:
    """A JSON reply; Structs leave fields out that have their default."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def problem(request: Request, error: Exception) -> Response:
    """A :class:`DioramaError` as problem details; registered as the application's exception handler."""
    assert isinstance(error, DioramaError)
    reply = problem_reply(error, {"correlation_id": request.scope.get(CORRELATION_KEY, "")})
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reply.headers}
    return Response(reply.body, reply.status, headers)
