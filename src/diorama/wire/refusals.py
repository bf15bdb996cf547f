"""Refusals: errors of ours as replies, for requests that never become an exchange."""

from __future__ import annotations

import re
from itertools import count

import msgspec

from diorama.model.errors import DioramaError
from diorama.model.http import Headers, Reply
from diorama.ports.delivery import Outgoing
from diorama.ports.dice import correlation_id, dice_key

_ENCODER = msgspec.json.Encoder()
_WELL_FORMED = re.compile(rb"[\w.:/+=@-]{1,128}", re.ASCII)


class Refusal(Exception):  # noqa: N818  # "refusal" is the noun; its error is inside
    """A request that is answered by the wire itself, after which the connection ends.

    Args:
        error: what is wrong.
        status: the HTTP status when it is not the error's own (417 has no code in the catalogue).
        headers: of the request as far as they were read; they may name a correlation id.
    """

    def __init__(self, error: DioramaError, status: int = 0, headers: Headers | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.status = status or error.status
        self.headers = headers or []


class Refusals:
    """Makes refusals, each with its correlation id.

    The ids come from dice, so that the same sequence of refusals has the same ids in every run.

    Args:
        seed: of those dice.
    """

    def __init__(self, seed: bytes = b"wire") -> None:
        self._seed = seed
        self._count = count()

    def outgoing(self, refusal: Refusal, *, close: bool) -> Outgoing:
        """A refusal as RFC 9457 problem details.

        Args:
            refusal: what is refused and why.
            close: whether the connection ends after it.
        """
        named = next((value for name, value in refusal.headers if name == b"x-correlation-id"), b"")
        if _WELL_FORMED.fullmatch(named):
            correlation = named.decode("ascii")
        else:
            correlation = correlation_id(dice_key(self._seed, "", "", next(self._count)))
        problem = refusal.error.problem()
        problem["status"] = refusal.status
        problem["meta"]["correlation_id"] = correlation
        headers = ((b"content-type", b"application/problem+json"), *refusal.error.headers)
        reply = Reply(refusal.status, headers, _ENCODER.encode(problem))
        return Outgoing(reply, b"x-correlation-id: " + correlation.encode("ascii") + b"\r\n", close=close)

    def mistake(self, what: str) -> Outgoing:
        """A 500 for a mistake of ours; the connection can go on."""
        return self.outgoing(Refusal(DioramaError("internal", what)), close=False)
