"""Proxies: who the client is when a trusted proxy stands between."""

from __future__ import annotations

import re
from ipaddress import ip_address

from diorama.model.http import Headers
from diorama.wire.limits import Network

_FORWARDED_PAIR = re.compile(r'(?:^|[;,])\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,\s]*)', re.ASCII)
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=\[\]:-]{1,512}")


def is_trusted(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address belongs to a trusted proxy; what is no IP address does not."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any(parsed in network or (mapped is not None and mapped in network) for network in networks)


def _bare(node: str) -> str:
    """An address without its port and brackets, or empty when it is none (``unknown``, ``_hidden``)."""
    node = node.strip().strip('"')
    if node.startswith("["):
        node = node[1:].partition("]")[0]
    elif node.count(":") == 1:
        node = node.partition(":")[0]
    try:
        return str(ip_address(node))
    except ValueError:
        return ""


class Forwarding:
    """What trusted proxies say about a request.

    Attributes:
        client: address of the client; empty when they do not say.
        scheme: ``http`` or ``https``; empty when they do not say.
        host: the host that the client asked for; empty when they do not say.
    """

    __slots__ = ("client", "host", "scheme")

    def __init__(self, client: str = "", scheme: str = "", host: bytes = b"") -> None:
        self.client = client
        self.scheme = scheme if scheme in {"http", "https"} else ""
        self.host = host if _HOST.fullmatch(host) else b""


def forwarding(headers: Headers, networks: tuple[Network, ...]) -> Forwarding:
    """Read the forwarding headers of a request that a trusted proxy sent.

    ``Forwarded`` wins over ``X-Forwarded-*`` when both are there. The list of addresses is read from its end, where
    the nearest proxy wrote, and the first that is no trusted proxy is the client: whatever stands before it could
    have been written by the client itself.

    Source: RFC 7239.
    """
    standard = _joined(headers, b"forwarded")
    if standard:
        elements = [
            {key.lower(): value.strip('"') for key, value in _FORWARDED_PAIR.findall(element)}
            for element in _elements(standard)
        ]
        chain = [element.get("for", "") for element in elements]
        at = _client_index(chain, networks)
        chosen = elements[at]
        return Forwarding(_bare(chain[at]), chosen.get("proto", "").lower(), chosen.get("host", "").encode("latin-1"))
    addresses = [part for part in _joined(headers, b"x-forwarded-for").split(",") if part.strip()]
    client = _bare(addresses[_client_index(addresses, networks)]) if addresses else ""
    scheme = _joined(headers, b"x-forwarded-proto").rpartition(",")[2].strip().lower()
    host = _joined(headers, b"x-forwarded-host").rpartition(",")[2].strip()
    return Forwarding(client, scheme, host.encode("latin-1"))


def _joined(headers: Headers, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in headers if key == name)


def _elements(forwarded: str) -> list[str]:
    """Split a ``Forwarded`` list at its commas, but not at those inside quotes."""
    return re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+', forwarded) or [forwarded]


def _client_index(chain: list[str], networks: tuple[Network, ...]) -> int:
    for index in range(len(chain) - 1, -1, -1):
        if not is_trusted(_bare(chain[index]), networks):
            return index
    return 0


def with_host(headers: Headers, host: bytes) -> Headers:
    """The headers with another host, in the place of the first one."""
    others = [(name, value) for name, value in headers if name != b"host"]
    at = next((index for index, (name, _) in enumerate(headers) if name == b"host"), 0)
    return [*others[:at], (b"host", host), *others[at:]]
