"""Refusals: errors of ours as replies, for requests that never become an exchange."""

from __future__ import annotations

from itertools import count

from diorama.model.errors import DioramaError
from diorama.model.http import Headers
from diorama.model.problems import problem_reply
from diorama.ports.delivery import Outgoing, correlation_line, named_correlation
from diorama.ports.dice import correlation_id, dice_key


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
        correlation = self.correlation(refusal.headers)
        reply = problem_reply(refusal.error, {"correlation_id": correlation}, refusal.status)
        return Outgoing(reply, correlation_line(correlation), close=close)

    def correlation(self, headers: Headers) -> str:
        """The id of a reply that the wire itself makes: the request's own, else one from the dice."""
        return named_correlation(headers) or correlation_id(dice_key(self._seed, "", "", next(self._count)))

    def mistake(self, what: str) -> Outgoing:
        """A 500 for a mistake of ours; the connection can go on."""
        return self.outgoing(Refusal(DioramaError("internal", what)), close=False)
