"""Items: what stands in a connection's queue, in the order in which it is answered."""

from __future__ import annotations

from diorama.model.http import Request
from diorama.wire.limits import Network
from diorama.wire.refusals import Refusal

HEAD, HTTP_10, LAST, CONTROL, NAVIGATION, WORKER, WEBSOCKET, INTERIM, REFUSED, GENERAL, DETOUR = (
    1 << n for n in range(11)
)
"""What is uncommon about an item of the queue; an item with none of these is answered on the shortest way.

HEAD: no body goes back. HTTP_10: no chunks. LAST: the connection ends after it. CONTROL: for the control plane.
NAVIGATION, WORKER: from a browser. WEBSOCKET: the connection changes hands. INTERIM: not a request, but the place of
a 100. REFUSED: a :class:`Refusal`. GENERAL: an ``OPTIONS *``, which is about no path. DETOUR: only
inside the intake: a message that is to be parsed again."""

Item = tuple[Request | Refusal | None, int]


class Peer:
    """Who is at the other end.

    Args:
        address: of the client; empty for a socket that has none.
        port: of the client.
        scheme: ``http`` or ``https``.
        proxies: the trusted networks when the peer is in one of them, else empty.
    """

    __slots__ = ("address", "port", "proxies", "scheme")

    def __init__(self, address: str, port: int, scheme: str, proxies: tuple[Network, ...] = ()) -> None:
        self.address = address
        self.port = port
        self.scheme = scheme
        self.proxies = proxies
