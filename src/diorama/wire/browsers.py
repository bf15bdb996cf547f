"""Browsers: a tenant's reply must not act in the name of the control plane, which may share its origin."""

from __future__ import annotations

from diorama.model.errors import DioramaError
from diorama.model.http import Headers

SANDBOX_LINE = b"content-security-policy: sandbox allow-scripts allow-forms\r\n"
"""A document with this policy has an origin of its own: its scripts run, but read nothing of the control plane."""

SANDBOX_HEADER = (b"content-security-policy", b"sandbox allow-scripts allow-forms")

_DOCUMENTS = frozenset((b"document", b"iframe", b"frame", b"embed", b"object", b"fencedframe"))


def is_navigation(headers: Headers) -> bool:
    """Whether a browser is about to show the reply as a document. Source: Fetch Metadata Request Headers, W3C."""
    for name, value in headers:
        if name == b"sec-fetch-mode":
            if value.lower() in (b"navigate", b"nested-navigate"):
                return True
        elif name == b"sec-fetch-dest" and value.lower() in _DOCUMENTS:
            return True
    return False


def asks_for_worker(headers: Headers) -> bool:
    """Whether a browser fetches the script of a service worker. Source: Service Workers, W3C, section "Update"."""
    return any(
        (name == b"service-worker" and value.lower() == b"script")
        or (name == b"sec-fetch-dest" and value.lower() == b"serviceworker")
        for name, value in headers
    )


def worker_refused() -> DioramaError:
    """What such a browser is told: a worker of one tenant would sit before every page of the origin."""
    return DioramaError(
        "origin_refused",
        "A service worker cannot be served from here: it would stand between the browser and the control plane.",
        "Serve the worker's script from your own application's origin.",
    )
