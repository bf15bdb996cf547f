"""Checks: what a request's head must be before its body is read.

The parser (llhttp, strict) already refuses bare line feeds, folded lines, NUL, white space before colons, a
``Content-Length`` that is not one number, and one beside ``Transfer-Encoding``. Here stands what it lets through.

Source: RFC 9110, RFC 9112.
"""

from __future__ import annotations

import re

from diorama.model.errors import DioramaError
from diorama.model.http import Headers
from diorama.ports.capability import HEADER_BITS
from diorama.wire.limits import WireLimits
from diorama.wire.refusals import Refusal

HOST, LENGTH, CODING, EXPECT, UPGRADE, BROWSER, PROXIED, AGAIN = (1 << n for n in range(8))
"""Bits of headers that the wire itself acts upon; AGAIN says that a header of interest came twice."""

TRIGGER_SHIFT = 8
"""The bits of ``ports.capability.HEADER_BITS`` stand above the wire's own."""

_OWN_BITS = {
    b"host": HOST,
    b"content-length": LENGTH,
    b"transfer-encoding": CODING,
    b"expect": EXPECT,
    b"upgrade": UPGRADE,
    b"sec-fetch-mode": BROWSER,
    b"sec-fetch-dest": BROWSER,
    b"service-worker": BROWSER,
    b"forwarded": PROXIED,
    b"x-forwarded-for": PROXIED,
    b"x-forwarded-proto": PROXIED,
    b"x-forwarded-host": PROXIED,
}

CONTROL_ROOT = b"/_diorama"

_HOST = re.compile(rb"(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.vV%a-zA-Z_~-]+\])(?::[0-9]{0,5})?")
_ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#]*)([^#]*)")

_names: dict[bytes, tuple[bytes, int]] = {}
"""Header names as they were sent, with what they are in lower case and their bits; emptied when it is full."""

_NAMES_MAX = 4096
_names_at = [0]


def interest() -> dict[bytes, tuple[bytes, int]]:
    """Known header names, in any case, with their lower case and the bits of whom they interest.

    It is the same dictionary always, emptied when triggers are added, because definitions are published meanwhile.
    """
    if _names_at[0] != len(HEADER_BITS):
        _names_at[0] = len(HEADER_BITS)
        _names.clear()
    return _names


def read_name(name: bytes) -> tuple[bytes, int]:
    """Lower case and bits of a header name that is not known yet."""
    lower = name.lower()
    known = (lower, _OWN_BITS.get(lower, 0) | HEADER_BITS.get(lower, 0) << TRIGGER_SHIFT)
    if len(_names) >= _NAMES_MAX:
        _names.clear()
    if len(name) <= 64:
        _names[name] = known
    return known


def is_control(target: bytes) -> bool:
    """Whether a target in origin form belongs to the control plane."""
    path = target.partition(b"?")[0]
    return path == CONTROL_ROOT or path.startswith(CONTROL_ROOT + b"/")


def malformed(message: str, headers: Headers | None = None) -> Refusal:
    """A refusal of what is not HTTP."""
    return Refusal(DioramaError("request_malformed", message), headers=headers)


def check_size(target: bytes, headers: Headers, limits: WireLimits) -> None:
    """Refuse a head that is too large.

    Raises:
        Refusal: ``headers_too_large``.
    """
    if len(target) > limits.target_bytes_max:
        raise too_large(f"The request target is longer than {limits.target_bytes_max} bytes.", headers)
    if len(headers) > limits.headers_max:
        raise too_large(f"The request has more than {limits.headers_max} header lines.", headers)
    if len(target) + sum(len(name) + len(value) + 4 for name, value in headers) > limits.headers_bytes_max:
        raise too_large(f"The request's headers are longer than {limits.headers_bytes_max} bytes.", headers)


def too_large(message: str, headers: Headers | None = None) -> Refusal:
    """A refusal of a head that is too large."""
    return Refusal(DioramaError("headers_too_large", message, "Send fewer or shorter headers."), headers=headers)


def body_too_large(bytes_max: int, headers: Headers | None = None) -> Refusal:
    """A refusal of a body that is too large."""
    message = f"The request body is larger than {bytes_max} bytes."
    return Refusal(DioramaError("body_too_large", message, "Send a smaller body."), headers=headers)


def check_host(headers: Headers, version: str) -> None:
    """Refuse a request without a host (HTTP/1.1), with two, or with something else in its place.

    Raises:
        Refusal: ``host_missing`` or ``request_malformed``.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if not hosts:
        if version == "1.0":
            return
        error = DioramaError("host_missing", "An HTTP/1.1 request needs a Host header.", "Send `Host: name:port`.")
        raise Refusal(error, headers=headers)
    if len(hosts) > 1:
        raise malformed("The request has more than one Host header.", headers)
    if not _HOST.fullmatch(hosts[0]):
        raise malformed("The Host header is not a host name or address.", headers)


def check_framing(headers: Headers, bits: int, version: str) -> tuple[int, bool]:
    """How long the body is.

    Returns:
        The announced length in bytes, and whether the body comes in chunks.

    Raises:
        Refusal: ``request_malformed``, when two readers could come to different lengths.
    """
    if bits & CODING:
        codings = [value.lower() for name, value in headers if name == b"transfer-encoding"]
        if version == "1.0":
            raise malformed("HTTP/1.0 has no Transfer-Encoding.", headers)
        if bits & LENGTH:
            raise malformed("The request has both Transfer-Encoding and Content-Length.", headers)
        if codings != [b"chunked"]:
            raise malformed("The only Transfer-Encoding that is understood is `chunked`.", headers)
        return 0, True
    if bits & LENGTH:
        lengths = [value for name, value in headers if name == b"content-length"]
        if len(lengths) > 1 or not lengths[0].isdigit():
            raise malformed("The Content-Length is not one number.", headers)
        return int(lengths[0]), False
    return 0, False


def check_expectation(headers: Headers, version: str) -> bool:
    """Whether the client waits for a 100 before it sends the body.

    Raises:
        Refusal: with status 417, when something else is expected.
    """
    if version == "1.0":
        return False
    for name, value in headers:
        if name == b"expect" and value.lower() != b"100-continue":
            error = DioramaError("header_malformed", "The only expectation that can be met is `100-continue`.")
            raise Refusal(error, 417, headers)
    return True


def origin_form(method: str, target: bytes, headers: Headers) -> tuple[bytes, Headers]:
    """A target as path and query, whatever form it came in, with the headers that then hold.

    A target in absolute form names the host, and the Host header is ignored (RFC 9112, section 3.2.2).

    Raises:
        Refusal: ``request_malformed``.
    """
    if target.startswith(b"/"):
        return target.partition(b"#")[0], headers
    if target == b"*" and method == "OPTIONS":
        return b"*", headers
    absolute = _ABSOLUTE.match(target)
    if absolute is None:
        raise malformed("The request target is neither a path nor an http URL.", headers)
    host, path = absolute.groups()
    if not host or not _HOST.fullmatch(host):
        raise malformed("The request target names no host.", headers)
    if not path.startswith(b"/"):
        path = b"/" + path
    return path, [(name, host if name == b"host" else value) for name, value in headers]
