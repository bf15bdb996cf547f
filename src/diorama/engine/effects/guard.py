"""Guard: decides where calls to the outside may go, and pins the address that was checked.

The decision is made where the connection is made. Whatever leads there (the first call, a redirect, a retry, a name
that resolves differently the second time) passes it, and what it hands on is an address, not a name: nothing resolves
again.
"""

from __future__ import annotations

from msgspec import Struct

from diorama.engine.effects.addresses import Address, classify, parse_address
from diorama.engine.effects.destination import Destination, is_localhost, parse_destination, parse_host
from diorama.engine.effects.resolution import Resolver, SystemResolver
from diorama.engine.effects.rules import PORTS_BLOCKED, Rule, denies, read_ports, read_rules
from diorama.model.errors import DioramaError


class OutboundPolicy(Struct, frozen=True):
    """Where a project may call.

    The public internet is open; private addresses and all that belongs to the machine are not. ``deny`` beats all else.

    Attributes:
        allow: what is open besides (see :mod:`~diorama.engine.effects.rules` for the form). An exact host opens its
            loopback and private addresses; an address or a block opens what it contains; a pattern (``*``) opens no
            private address. A cloud's metadata service is opened only by its own address.
        deny: what is closed, in the same form.
        allow_private: opens loopback and private addresses for every host.
        allow_only: closes all that ``allow`` does not mention.
        redirects_max: how many redirects a call may follow when it was asked to follow any, 0 to 20.
        schemes: a subset of ``http`` and ``https``.
        ports: the only ports that are open (``443``, ``8000-8999``); empty means all but those of other protocols
            (:data:`~diorama.engine.effects.rules.PORTS_BLOCKED`). An entry of ``allow`` with a port opens it.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    allow_private: bool = False
    allow_only: bool = False
    redirects_max: int = 5
    schemes: tuple[str, ...] = ("http", "https")
    ports: tuple[str, ...] = ()


class OutboundGuard:
    """A policy, ready to decide.

    Args:
        policy: where calls may go.
        resolver: turns names into addresses; the machine's when left out.

    Raises:
        DioramaError: ``option_invalid`` when an entry of the policy cannot be understood.
    """

    __slots__ = ("_allow", "_deny", "_ports", "_resolver", "policy")

    def __init__(self, policy: OutboundPolicy, resolver: Resolver | None = None) -> None:
        self.policy = policy
        self._allow = read_rules(policy.allow, "outbound.allow")
        self._deny = read_rules(policy.deny, "outbound.deny")
        self._ports = read_ports(policy.ports)
        self._resolver: Resolver = resolver or SystemResolver()
        if not set(policy.schemes) <= {"http", "https"}:
            raise DioramaError("option_invalid", "outbound.schemes has a scheme that is not known.", "Use http, https.")

    def admit(self, url: str) -> Destination:
        """Read a URL and check all that can be checked without a name server.

        Args:
            url: absolute.

        Raises:
            DioramaError: ``outbound_refused``.
        """
        destination = parse_destination(url, self.policy.schemes)
        self._check_name(destination.host, destination.port, destination.address)
        if destination.address is not None:
            self._check_address(destination.host, destination.port, destination.address)
        return destination

    async def pin(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses that a connection may go to. The host is resolved once, and every address of it is checked.

        Args:
            host: a name, or an address without brackets.
            port: 1 to 65535.

        Returns:
            addresses in canonical spelling, in the order in which to try them; at least one.

        Raises:
            DioramaError: ``outbound_refused`` when one of them may not be called, ``outbound_failed`` when there is
                none.
        """
        host, literal = parse_host(_shown(host))
        self._check_name(host, port, literal)
        if literal is not None:
            self._check_address(host, port, literal)
            return (str(literal),)
        try:
            found = await self._resolver.resolve(host, port)
        except OSError:
            found = ()
        if not found:
            raise DioramaError(
                "outbound_failed",
                f"The host {host} cannot be resolved.",
                "Check its spelling, and that this machine's name server knows it.",
            )
        addresses = self._readable(host, port, found)
        for address in addresses:
            self._check_address(host, port, address)
        return tuple(dict.fromkeys(str(address) for address in addresses))

    def _readable(self, host: str, port: int, found: tuple[str, ...]) -> tuple[Address, ...]:
        """The resolver's answer as addresses, refused when one of them is none."""
        addresses = [parse_address(text) for text in found]
        if is_localhost(host):
            # These two are ours and not a name server's, so one of them being open is no attempt to slip through.
            closed = [address for address in addresses if not address or not self._opened(host, port, address)]
            addresses = [address for address in addresses if address not in closed] or closed
        if None in addresses:
            raise _refused(host, port, "it resolves to something that is no address", "Check the name server.")
        return tuple(address for address in addresses if address is not None)

    def _check_name(self, host: str, port: int, address: Address | None) -> None:
        for rule in self._deny:
            if rule.names(host, port):
                raise _denied(host, port, rule)
        self._check_port(host, port, address)
        # A block may still allow what a name resolves to; then the address decides, later.
        undecided = address is not None or any(rule.network is not None for rule in self._allow)
        if self.policy.allow_only and not undecided and not self._names(host, port):
            raise _unlisted(host, port)

    def _check_port(self, host: str, port: int, address: Address | None) -> None:
        if any(port in allowed for allowed in self._ports) or (not self._ports and port not in PORTS_BLOCKED):
            return
        for rule in self._allow:
            if rule.port and (rule.names(host, port) or (address is not None and rule.contains(address, port))):
                return
        hint = f"Add {port} to outbound.ports" if self._ports else f"Add {_shown(host)}:{port} to outbound.allow"
        raise _refused(host, port, f"port {port} is not open", f"{hint} when this call is meant.")

    def _check_address(self, host: str, port: int, address: Address) -> None:
        """Decide about one address of a host.

        Raises:
            DioramaError: ``outbound_refused``. It says what the address is and not which it is, so that a tenant
                cannot read an inner network's names through the messages.
        """
        if denies(self._deny, address, port):
            rule = next((rule for rule in self._deny if rule.contains(address, port)), None)
            raise _denied(host, port, rule)
        if self._opened(host, port, address):
            return
        reach, what = classify(address)
        if reach == "public":
            raise _unlisted(host, port)
        verb = "is" if host == str(address) else "leads to"
        raise _refused(host, port, f"it {verb} {what}", _hint(reach, host, port))

    def _opened(self, host: str, port: int, address: Address) -> bool:
        """Whether policy opens an address, denials aside."""
        reach, _ = classify(address)
        if any(rule.contains(address, port) and (reach != "metadata" or rule.single) for rule in self._allow):
            return True
        if reach == "public":
            return not self.policy.allow_only or self._names(host, port)
        exact = any(rule.host and rule.names(host, port) for rule in self._allow)
        listed = not self.policy.allow_only or self._names(host, port)
        return reach == "inside" and (exact or (self.policy.allow_private and listed))

    def _names(self, host: str, port: int) -> bool:
        return any(rule.names(host, port) for rule in self._allow)


def policy_for_operator(url: str) -> OutboundPolicy:
    """The policy for a URL that the operator typed: the public internet, and of what is private its host and port only.

    Args:
        url: absolute, as typed.

    Raises:
        DioramaError: ``outbound_refused`` when it cannot be understood.
    """
    destination = parse_destination(url)
    return OutboundPolicy(allow=(f"{_shown(destination.host)}:{destination.port}",))


def _shown(host: str) -> str:
    """A host as a URL and a rule have it, an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _hint(reach: str, host: str, port: int) -> str:
    if reach == "inside":
        return f"Add {_shown(host)} (or {_shown(host)}:{port}) to outbound.allow when this call is meant."
    if reach == "metadata":
        return "Add its very address to outbound.allow when handing this machine's credentials to a project is meant."
    return "Add its address or block to outbound.allow when this call is meant; the host's name does not open it."


def _refused(host: str, port: int, why: str, hint: str) -> DioramaError:
    return DioramaError("outbound_refused", f"A call to {_shown(host)}:{port} was refused: {why}.", hint)


def _denied(host: str, port: int, rule: Rule | None) -> DioramaError:
    entry = f" by {rule.text!a}" if rule else ""
    return _refused(host, port, f"it is denied{entry}", "Take the entry out of outbound.deny when this call is meant.")


def _unlisted(host: str, port: int) -> DioramaError:
    why = "outbound.allow_only is set and outbound.allow does not mention it"
    return _refused(host, port, why, f"Add {_shown(host)} to outbound.allow when this call is meant.")
