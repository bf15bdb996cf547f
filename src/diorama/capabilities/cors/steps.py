"""Preflights answered, replies opened to the origin that asked.

Source: WHATWG Fetch, section 3.2 (CORS protocol); RFC 9110, section 12.5.5 (Vary).
"""

from __future__ import annotations

from diorama.capabilities.cors.spec import CorsSpec
from diorama.model.http import Reply
from diorama.ports.capability import Compiled, Outcome, Stage, Step, Trigger
from diorama.ports.exchange import OpenExchange

METHODS = b"GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS"
MAX_AGE_LIMIT_S = 86_400

_ORIGIN = Trigger(header=b"origin")
_ALLOW_ORIGIN = b"access-control-allow-origin"
_EXPOSED = b"x-correlation-id"


def compile_cors(spec: CorsSpec) -> Compiled:
    """The steps of cross-origin requests; none when they are not wanted."""
    if not spec.enabled:
        return Compiled()
    max_age = str(min(max(spec.max_age_s, 0), MAX_AGE_LIMIT_S)).encode()
    steps = ((Stage.ADMIT, _ORIGIN, _preflight_step(max_age)), (Stage.DELIVER, _ORIGIN, open_reply))
    return Compiled(steps=steps, repeatable=True)


def _preflight_step(max_age: bytes) -> Step:
    def preflight(x: OpenExchange) -> Outcome:
        """Answer a preflight, unless the document itself has an OPTIONS operation there."""
        request = x.request
        if request.method != "OPTIONS" or (x.endpoint is not None and x.endpoint.method == "OPTIONS"):
            return None
        method = request.header(b"access-control-request-method")
        if method is None:
            return None
        headers = [
            (_ALLOW_ORIGIN, request.header(b"origin") or b"*"),
            (b"access-control-allow-methods", method or METHODS),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-max-age", max_age),
            (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ]
        wanted = request.header(b"access-control-request-headers")
        if wanted:
            headers.append((b"access-control-allow-headers", wanted))
        return Reply(204, tuple(headers))

    return preflight


def open_reply(x: OpenExchange) -> Outcome:
    """The reply with what a browser needs to hand it to a page; the document's own CORS headers are left alone."""
    reply = x.reply
    if reply is None:
        return None
    names = [name.lower() for name, _ in reply.headers]
    if _ALLOW_ORIGIN in names:
        return None
    exposed = [name for name in dict.fromkeys(names) if name != b"content-type"]
    extra = (
        (_ALLOW_ORIGIN, x.request.header(b"origin") or b"*"),
        (b"access-control-allow-credentials", b"true"),
        # A star would not cover requests with credentials, so the names are listed.
        (b"access-control-expose-headers", b",".join([*exposed, _EXPOSED])),
        (b"vary", b"Origin"),
    )
    head = reply.head
    if head is not None:
        head += b"".join(b"%b: %b\r\n" % line for line in extra)
    return Reply(reply.status, reply.headers + extra, reply.body, head, reply.stream)
