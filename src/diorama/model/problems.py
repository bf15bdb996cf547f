"""Problems: errors of ours as HTTP replies. Source: RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from diorama.model.errors import DioramaError
from diorama.model.http import Reply

MEDIA_TYPE = b"application/problem+json"

_ENCODER = msgspec.json.Encoder()


def problem_reply(error: DioramaError, meta: Mapping[str, str] | None = None, status: int = 0) -> Reply:
    """An error as problem details.

    Args:
        error: what went wrong.
        meta: project, group, endpoint, sandbox and correlation id, as far as they are known.
        status: the HTTP status when it is not the error's own.
    """
    problem = error.problem()
    if meta:
        problem["meta"] |= meta
    if status:
        problem["status"] = status
    return Reply(problem["status"], ((b"content-type", MEDIA_TYPE), *error.headers), _ENCODER.encode(problem))
