"""Destination: a URL taken apart strictly, so that there is one reading of it and nothing else to fall for.

The classical ways around a guard are differences between the parser that checks and the parser that connects. Here
the parsed parts themselves are what is connected to and what is sent, and whatever two parsers might read differently
is refused.

Source: RFC 3986 (URLs), RFC 1123 section 2.1 (host names), RFC 6761 section 6.3 (localhost); WHATWG URL (hosts that end
in a number).
"""

from __future__ import annotations

import re

from msgspec import Struct

from diorama.engine.effects.addresses import Address, parse_address
from diorama.model.errors import DioramaError

URL_CHARACTERS_MAX = 16_384
DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNSAFE = re.compile(r"[^!-~]|[\\\"<>^`{|}]")
"""What RFC 3986 does not allow raw in a URL; outside of the host it is escaped, not refused."""


class Destination(Struct, frozen=True):
    """Where a call goes.

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower case, without brackets or trailing dot; an address in its canonical spelling.
        port: 1 to 65535.
        target: path and query as they are sent, escaped.
        address: when the host is one.
    """

    scheme: str
    host: str
    port: int
    target: str
    address: Address | None = None

    @property
    def authority(self) -> str:
        """Host and port as the ``Host`` header has them: without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if DEFAULT_PORTS.get(self.scheme) == self.port else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: all of a URL that may stand in a message.

        A path is left out as well as a query, because many services carry a secret in it (webhook addresses of chats,
        tokens of bots).
        """
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole URL, normalised; it may carry secrets."""
        return self.origin + self.target


def parse_destination(url: str, schemes: tuple[str, ...] = ("http", "https")) -> Destination:
    """Take a URL apart.

    Args:
        url: absolute.
        schemes: the ones that may be called.

    Returns:
        its parts. A fragment is dropped.

    Raises:
        DioramaError: ``outbound_refused`` when it has another scheme, user information, a host that is not plainly
            spelled, a port that is none, or is no absolute URL.
    """
    if len(url) > URL_CHARACTERS_MAX:
        raise _refused("It is longer than 16,384 characters.", "Send long values in the body.")
    match = _URL.fullmatch(url)
    if match is None:
        raise _refused("It is not an absolute URL.", "Write it as https://host/path.")
    scheme, authority, path, query = match.group(1).lower(), match.group(2), match.group(3), match.group(4) or ""
    if scheme not in schemes or scheme not in DEFAULT_PORTS:
        known = " and ".join(schemes)
        raise _refused(f"Its scheme is {scheme[:20]!a}.", f"Only {known} may be called (outbound.schemes).")
    if "@" in authority:
        raise _refused("It carries a user name or a password.", "Send credentials in the Authorization header.")
    quotable = "@" not in url
    host, port_text = _split(authority, quotable=quotable)
    host, address = parse_host(host, quotable=quotable)
    return Destination(scheme, host, _port(scheme, port_text), _escaped((path or "/") + query), address)


def parse_host(text: str, *, quotable: bool = True) -> tuple[str, Address | None]:
    """Read a host, which is either a plain name or a plain address.

    Args:
        text: as in a URL, an IPv6 address in brackets.
        quotable: whether a message may quote it.

    Returns:
        (host in its one spelling, the address that it is, or None).

    Raises:
        DioramaError: ``outbound_refused`` when it is neither.
    """
    shown = f" ({text[:100]!a})" if quotable else ""
    if text.startswith("["):
        address = None if "%" in text else parse_address(text[1:-1])
        if not text.endswith("]") or ":" not in text or address is None:
            raise _refused(f"Its host{shown} is not an IPv6 address.", "Write [address], without a zone.")
        return str(address), address
    if not text.isascii():
        raise _refused(f"Its host{shown} has characters beyond ASCII.", "Write an international name in its xn-- form.")
    host = text.lower().removesuffix(".")
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        address = parse_address(host)
        if address is None:
            raise _refused(
                f"Its host{shown} is an unusual spelling of an address.",
                "Write an IPv4 address as four decimal numbers without leading zeros.",
            )
        return str(address), address
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(f"Its host{shown} is not a host name.", "Use letters, digits, hyphens and dots.")
    return host, None


def is_localhost(host: str) -> bool:
    """Whether a name always means this machine, whatever a name server says.

    Source: RFC 6761, section 6.3.
    """
    return host == "localhost" or host.endswith(".localhost")


def _split(authority: str, *, quotable: bool) -> tuple[str, str]:
    """(host with its brackets, port's text)."""
    end = authority.find("]") + 1 if authority.startswith("[") else authority.find(":")
    if end <= 0 and not authority.startswith("["):
        return authority, ""
    host, rest = authority[:end], authority[end:]
    if rest and (rest[0] != ":" or not host):
        shown = f" ({authority[:100]!a})" if quotable else ""
        raise _refused(f"Its host{shown} cannot be understood.", "Write it as https://host:port/path.")
    return host, rest[1:]


def _port(scheme: str, text: str) -> int:
    if not text:
        return DEFAULT_PORTS[scheme]
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    if not 1 <= port <= 65535:
        # The text is not quoted: in http://user:password/ it is the password of somebody who forgot the host.
        raise _refused("Its port is not a number from 1 to 65535.", "Write it as https://host:port/path.")
    return port


def _escaped(target: str) -> str:
    """Path and query, escaped so that no character of it can end the request line."""
    if _UNSAFE.search(target) is None:
        return target
    return _UNSAFE.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "surrogatepass")), target
    )


def _refused(why: str, hint: str) -> DioramaError:
    return DioramaError("outbound_refused", f"An address was refused before it was called. {why}", hint)
