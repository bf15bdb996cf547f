"""Drafts: requests as far as their heads tell."""

from __future__ import annotations

from diorama.model.http import Headers, Request
from diorama.wire import browsers
from diorama.wire.checks import BROWSER, PROXIED, TRIGGER_SHIFT, is_control
from diorama.wire.items import CONTROL, GENERAL, HEAD, HTTP_10, NAVIGATION, WORKER, Peer
from diorama.wire.proxies import forwarding, with_host


def flags_of(method: str, version: str, target: bytes, headers: Headers, bits: int) -> int:
    """What is uncommon about a request.

    Args:
        method: upper case.
        version: ``1.0`` or ``1.1``.
        target: in origin form.
        headers: names in lower case.
        bits: of those headers.
    """
    flags = HEAD if method == "HEAD" else 0
    if version == "1.0":
        flags |= HTTP_10
    if target == b"*":
        return flags | GENERAL
    if is_control(target):
        return flags | CONTROL
    if bits & BROWSER:
        if browsers.asks_for_worker(headers):
            flags |= WORKER
        if browsers.is_navigation(headers):
            flags |= NAVIGATION
    return flags


def draft(peer: Peer, bits: int, method: str, version: str, target: bytes, headers: Headers) -> Request:
    """The request without its body.

    Args:
        peer: who sent it; what it says about others is believed when it is a trusted proxy.
        bits: of the headers.
        method: upper case.
        version: ``1.0`` or ``1.1``.
        target: in origin form.
        headers: names in lower case.
    """
    client, scheme = peer.address, peer.scheme
    if peer.proxies and bits & PROXIED:
        told = forwarding(headers, peer.proxies)
        client, scheme = told.client or client, told.scheme or scheme
        if told.host:
            headers = with_host(headers, told.host)
    path, _, query = target.partition(b"?")
    return Request(method, path.decode("ascii"), query, headers, b"", client, bits >> TRIGGER_SHIFT, scheme, version)
