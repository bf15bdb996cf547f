"""Limits: what one connection may take from everybody else."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct

from diorama.model.errors import DioramaError

KIB = 1024
MIB = 1024 * KIB

Network = IPv4Network | IPv6Network


class WireLimits(Struct, frozen=True):
    """The limits of the data plane's connections.

    Attributes:
        target_bytes_max: the longest request target, 2 KiB at least; a longer one gets 431.
        headers_bytes_max: the longest header block with its target, 8 KiB at least; a longer one gets 431.
        headers_max: the most header lines; more get 431.
        body_bytes_max: the largest request body, de-chunked; a larger one gets 413.
        control_body_bytes_max: the same for what goes to the control plane, of which nothing yet takes a long one.
        headers_wait_s: from a request's first byte to the end of its headers, else 408.
        body_gap_s: between two pieces of a body, else 408.
        body_wait_s: for a whole body, else 408.
        idle_s: how long a connection without a request is kept.
        unread_wait_s: how long a client may leave replies unread before the connection is aborted.
        linger_s: how long what a client still sends is read and thrown away after a refusal, so that it gets to
            read the refusal instead of a reset.
        answers_per_turn: replies of one connection in one turn of the loop, so that its neighbours get theirs.
        unread_bytes_max: replies that the client has not read; above it, no further request is parsed.
        waiting_requests_max: requests parsed ahead while an earlier one of the same connection waits.
        grace_s: at shutdown, how long subscribers and running control-plane requests have to end by themselves.
        shutdown_s: at shutdown, when every connection is over, whatever it was doing. The lifespan has a second more.
        trusted_proxies: addresses or networks (``10.0.0.0/8``) whose forwarding headers are believed.
    """

    target_bytes_max: int = 16 * KIB
    headers_bytes_max: int = 64 * KIB
    headers_max: int = 200
    body_bytes_max: int = 10 * MIB
    control_body_bytes_max: int = 256 * KIB
    headers_wait_s: float = 10.0
    body_gap_s: float = 30.0
    body_wait_s: float = 300.0
    idle_s: float = 75.0
    unread_wait_s: float = 120.0
    linger_s: float = 2.0
    answers_per_turn: int = 32
    unread_bytes_max: int = 256 * KIB
    waiting_requests_max: int = 32
    grace_s: float = 5.0
    shutdown_s: float = 8.5
    trusted_proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.target_bytes_max < 2 * KIB or self.headers_bytes_max < 8 * KIB:
            # Smaller heads are not measured at all, so a smaller limit could not be kept.
            raise DioramaError(
                "option_invalid",
                "A limit of the wire is too small.",
                "Give targets 2048 bytes and header blocks 8192 bytes at least.",
            )

    def networks(self) -> tuple[Network, ...]:
        """The trusted proxies as networks.

        Raises:
            DioramaError: ``option_invalid`` when one is neither an address nor a network.
        """
        try:
            return tuple(ip_network(entry, strict=False) for entry in self.trusted_proxies)
        except ValueError as error:
            raise DioramaError(
                "option_invalid",
                f"A trusted proxy is not an IP address or network: {error}.",
                "Write addresses like 10.0.0.7 or networks like 10.0.0.0/8.",
            ) from error
