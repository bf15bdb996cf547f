"""Session: whose thread through a sandbox a request belongs to."""

from __future__ import annotations

from diorama.engine.budgets import over_budget
from diorama.engine.sandbox import Sandbox
from diorama.engine.transaction import LiveTransaction
from diorama.flow.capture import stable_token
from diorama.model.errors import DioramaError
from diorama.model.http import Request
from diorama.model.world import Address, get_row, put_row
from diorama.ports.capability import header_bit
from diorama.ports.operations import SESSION_TURNS, Incr

UNNAMED = "default"
"""The dice label of all sessions that no header or cookie names. They share one count, so that no two draw the same."""

SESSION_BYTES_MAX = 200

KNOWN: Address = ("session", "known")
TURNS: Address = SESSION_TURNS

_HEADER_BIT = header_bit(b"x-session-id")
_COOKIE_BIT = header_bit(b"cookie")
_SIGNALS = _HEADER_BIT | _COOKIE_BIT


def session_of(request: Request, cookie: bytes, token_key: bytes) -> tuple[str, bool]:
    """(session id, whether the client named it).

    Args:
        request: the request.
        cookie: name of the cookie that names sessions; empty for none.
        token_key: cookies are credentials, so a session that one names goes by a stable token.

    Raises:
        DioramaError: ``header_malformed`` when the header is empty or too long.
    """
    if request.triggers & _SIGNALS:
        if request.triggers & _HEADER_BIT:
            value = (request.header(b"x-session-id") or b"").strip()
            if not value or len(value) > SESSION_BYTES_MAX:
                raise DioramaError(
                    "header_malformed",
                    f"X-Session-Id has {len(value)} bytes; it must have 1 to {SESSION_BYTES_MAX}.",
                    "Send a short name for the session, or leave the header out.",
                )
            return value.decode("latin-1"), True
        if cookie:
            for name, value in request.cookies():
                if name == cookie and value:
                    return stable_token(token_key, value), True
    return request.client, False


def next_turn(home: Sandbox, tx: LiveTransaction, session: str, operation: str) -> int:
    """How many exchanges of an operation a session had before; this one is counted.

    Args:
        home: the sandbox.
        tx: the transaction, before its admission ends.
        session: the session's dice label.
        operation: the endpoint's id.

    Raises:
        DioramaError: ``rate_exceeded`` when a new session would be one too many.
    """
    key = f"{session}\x1f{operation}"
    count = None if tx.settled_before else home.session_count(key)
    if count is not None:
        turn = count.value
        count.value = turn + 1
        tx.admission.append(Incr(TURNS[0], TURNS[1], key, 1))
        return turn
    row = get_row(tx.world, TURNS, key)
    if row is None and get_row(tx.world, KNOWN, session) is None:
        sessions_max = home.budgets.sessions_max
        if len(tx.world.table(KNOWN).rows) >= sessions_max:
            raise over_budget("sessions", sessions_max, "rate_exceeded")
        tx.set(KNOWN, session, 1)
    turn = 0 if row is None else row[1]
    tx.write(Incr(TURNS[0], TURNS[1], key, 1), put_row(tx.world, TURNS, key, turn + 1))
    return turn
