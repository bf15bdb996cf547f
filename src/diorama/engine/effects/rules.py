"""Rules: the entries of allow and deny lists, read once into something that matches quickly.

An entry is a host (``api.example.com``), a host with its subdomains (``*.example.com``), every host (``*``), an address
(``10.0.0.5``, ``fd00::5``) or a CIDR block (``10.0.0.0/8``), each with a port when one is meant (``localhost:8080``,
``[fd00::5]:443``, ``[fd00::/8]:443``).
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from msgspec import Struct

from diorama.engine.effects.addresses import Address, Network, embedded, unmapped
from diorama.engine.effects.destination import parse_host
from diorama.model.errors import DioramaError

PORTS_BLOCKED = frozenset(
    (
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104),
        *(109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515),
        *(526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049),
        *(3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    )
)
"""Ports of other protocols, whose servers take an HTTP request for commands of theirs.

Source: WHATWG Fetch, "port blocking".
"""


class Rule(Struct, frozen=True):
    """One entry.

    Attributes:
        text: as written, for messages.
        host: the exact host; empty when the entry is of another kind.
        suffix: ``.example.com`` for a host's subdomains, ``.`` for every host; empty when of another kind.
        network: the block; an address is a block of one.
        port: the only port that is meant, or 0.
    """

    text: str
    host: str = ""
    suffix: str = ""
    network: Network | None = None
    port: int = 0

    @property
    def single(self) -> bool:
        """Whether it names one address."""
        return self.network is not None and self.network.num_addresses == 1

    def names(self, host: str, port: int) -> bool:
        """Whether it means a host by its name, exactly or by a pattern."""
        if self.port and self.port != port:
            return False
        if self.suffix:
            return self.suffix == "." or host.endswith(self.suffix)
        return bool(self.host) and self.host == host

    def contains(self, address: Address, port: int) -> bool:
        """Whether it means an address by its number."""
        if self.network is None or (self.port and self.port != port):
            return False
        return address in self.network


def read_rules(entries: tuple[str, ...], setting: str) -> tuple[Rule, ...]:
    """Read the entries of a list.

    Args:
        entries: as written.
        setting: where they are written, for messages.

    Raises:
        DioramaError: ``option_invalid`` when one cannot be understood.
    """
    return tuple(_read_rule(entry, setting) for entry in entries)


def read_ports(entries: tuple[str, ...]) -> tuple[range, ...]:
    """Read ports (``443``) and ranges of them (``8000-8999``).

    Raises:
        DioramaError: ``option_invalid`` when one cannot be understood.
    """
    ranges = []
    for entry in entries:
        first, dash, last = entry.strip().partition("-")
        low, high = _port_number(first), _port_number(last if dash else first)
        if not 0 < low <= high:
            raise DioramaError(
                "option_invalid",
                f"outbound.ports has {entry!a}, which is no port.",
                "Write a port (443) or a range of them (8000-8999).",
            )
        ranges.append(range(low, high + 1))
    return tuple(ranges)


def denies(rules: tuple[Rule, ...], address: Address, port: int) -> bool:
    """Whether a rule means an address, or one that a tunnel would make of it.

    Denying ``10.0.0.0/8`` must also deny ``64:ff9b::10.0.0.1``.
    """
    faces = (address, *embedded(address))
    return any(rule.contains(face, port) for rule in rules for face in faces)


def _port_number(text: str) -> int:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    return number if number <= 65535 else 0


def _read_rule(entry: str, setting: str) -> Rule:
    text = entry.strip()
    base, port = text, 0
    if text.startswith("["):
        base, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise _invalid(entry, setting)
        port = _port_of(rest[1:], entry, setting) if rest else 0
    elif text.count(":") == 1:
        base, _, port_text = text.partition(":")
        port = _port_of(port_text, entry, setting)
    if base == "*":
        return Rule(text, suffix=".", port=port)
    wildcard = base.startswith("*.")
    try:
        network = _network(base)
        if network is not None:
            return Rule(text, network=network, port=port)
        host, _ = parse_host(base[2:] if wildcard else base)
    except (ValueError, DioramaError):
        raise _invalid(entry, setting) from None
    return Rule(text, suffix=f".{host}", port=port) if wildcard else Rule(text, host=host, port=port)


def _network(text: str) -> Network | None:
    """A block or an address; None when the text is neither and may be a name.

    Raises:
        ValueError: when it was meant to be one and is not.
    """
    if "/" in text:
        # strict: 10.0.0.5/8 is more likely a slip than meant, and a slip must not open a network.
        return ip_network(text, strict=True)
    if ":" not in text and text.rpartition(".")[2][:1].isalpha():
        return None
    try:
        return ip_network(unmapped(ip_address(text)))
    except ValueError:
        if ":" in text:
            raise
        return None


def _port_of(text: str, entry: str, setting: str) -> int:
    port = _port_number(text)
    if not port:
        raise _invalid(entry, setting)
    return port


def _invalid(entry: str, setting: str) -> DioramaError:
    return DioramaError(
        "option_invalid",
        f"{setting} has {entry[:100]!a}, which is no host, address or block.",
        "Write api.example.com, *.example.com, 10.0.0.5, 10.0.0.0/8 or [fd00::5], with :port when one is meant.",
    )
