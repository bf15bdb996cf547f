"""Selection: which sandbox a request is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b

from diorama.engine.sandbox import Sandbox
from diorama.flow.publication import Published
from diorama.model.errors import DioramaError
from diorama.model.http import Request
from diorama.ports.capability import header_bit

DEFAULT_SANDBOX = "default"
HOST_PATTERN = "{id}.sbx.localhost"
KEY_PREFIX = "dsk_"

_ID_BIT = header_bit(b"x-sandbox-id")
_KEY_BIT = header_bit(b"x-sandbox-key")
_AUTHORIZATION_BIT = header_bit(b"authorization")
_SIGNALS = _ID_BIT | _KEY_BIT | _AUTHORIZATION_BIT
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOSTS_REMEMBERED = 1024
_HOST_BYTES_MAX = 261
"""The longest host name with its port (RFC 1123); clients choose what is remembered, so it must be short."""


def key_hash(key: str) -> str:
    """What is kept of a sandbox's key: BLAKE2b-256 in hexadecimal."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def valid_id(sandbox: str) -> bool:
    """Whether a text can be a sandbox's id: a DNS label (RFC 1123) in lower case."""
    return _ID.fullmatch(sandbox) is not None


class Selector:
    """Reads the signals that name a sandbox: header, host, path prefix, key; without any, the default one answers.

    Args:
        sandboxes: all that run, by id; looked at anew for every request.
        host_pattern: a host name with ``{id}`` in it, or ``""`` for none.
    """

    def __init__(self, sandboxes: Mapping[str, Sandbox], host_pattern: str = HOST_PATTERN) -> None:
        self._sandboxes = sandboxes
        self._hosts: dict[bytes, str] = {}
        self._keys: dict[str, str] = {}
        self._host: re.Pattern[str] | None = None
        if host_pattern:
            before, found, after = host_pattern.lower().partition("{id}")
            if not found:
                raise DioramaError(
                    "option_invalid",
                    f"The host pattern {host_pattern!r} has no {{id}} in it.",
                    f"Write it like {HOST_PATTERN!r}.",
                )
            self._host = re.compile(re.escape(before) + r"([^.]+)" + re.escape(after))

    def select(self, request: Request) -> tuple[Sandbox, str]:
        """The sandbox, and the path without the prefix that named it.

        Raises:
            DioramaError: ``sandbox_unknown`` or ``sandbox_ambiguous``.
        """
        path = request.path
        named = ""
        why = ""
        if request.triggers & _SIGNALS:
            named, why = self._from_headers(request)
        host = request.header(b"host")
        if host:
            of_host = self._hosts.get(host)
            if of_host is None:
                of_host = self._from_host(host)
            if of_host:
                named, why = _agree(named, why, of_host, "the host")
        if path.startswith("/s/"):
            of_path, rest = self._from_path(path, named)
            if of_path:
                named, why = _agree(named, why, of_path, "the path prefix")
                path = rest
        sandbox = self._sandboxes.get(named or DEFAULT_SANDBOX)
        if sandbox is None:
            raise unknown(named or DEFAULT_SANDBOX, why)
        return sandbox, path

    def _from_headers(self, request: Request) -> tuple[str, str]:
        named = why = ""
        if request.triggers & _ID_BIT:
            for value in request.header_values(b"x-sandbox-id"):
                named, why = _agree(named, why, value.decode("latin-1").strip(), "X-Sandbox-Id")
        if request.triggers & _KEY_BIT:
            for value in request.header_values(b"x-sandbox-key"):
                key = value.decode("latin-1").strip()
                named, why = _agree(named, why, self._of_key(key, "X-Sandbox-Key"), "X-Sandbox-Key")
        if request.triggers & _AUTHORIZATION_BIT:
            for token in _bearer_keys(request):
                named, why = _agree(named, why, self._of_key(token, "the bearer token"), "the bearer token")
        return named, why

    def _of_key(self, key: str, where: str) -> str:
        hashed = key_hash(key)
        known = self._sandboxes.get(self._keys.get(hashed, ""))
        if known is not None and known.row.key_hash == hashed:
            return known.id
        for sandbox in self._sandboxes.values():
            if sandbox.row.key_hash == hashed:
                self._keys[hashed] = sandbox.id
                return sandbox.id
        raise DioramaError(
            "sandbox_unknown",
            f"No sandbox has the key in {where}.",
            "Keys are shown once, when a sandbox is made: `diorama sandbox create`.",
        )

    def _from_host(self, host: bytes) -> str:
        text = host.decode("latin-1").lower()
        name = text if text.endswith("]") else text.rsplit(":", 1)[0] if ":" in text else text
        match = None if self._host is None else self._host.fullmatch(name.removesuffix("."))
        found = "" if match is None else match[1]
        if len(host) <= _HOST_BYTES_MAX:
            if len(self._hosts) >= _HOSTS_REMEMBERED:
                self._hosts.clear()
            self._hosts[host] = found
        return found

    def _from_path(self, path: str, named: str) -> tuple[str, str]:
        """(id, rest) of ``/s/{id}/…``, unless the mocked API has that path itself: its paths come first."""
        own = self._sandboxes.get(named or DEFAULT_SANDBOX)
        return split_prefix(path) if own is None else without_prefix(own.behaviour, path)


def _bearer_keys(request: Request) -> list[str]:
    found = []
    for value in request.header_values(b"authorization"):
        scheme, _, token = value.decode("latin-1").partition(" ")
        if scheme.lower() == "bearer" and token.strip().startswith(KEY_PREFIX):
            found.append(token.strip())
    return found


def opened_by_key(request: Request) -> bool:
    """Whether a sandbox's own key, which was found right, stands where the mocked API's credentials would."""
    return bool(request.triggers & _AUTHORIZATION_BIT) and bool(_bearer_keys(request))


def without_prefix(published: Published, path: str) -> tuple[str, str]:
    """(id, rest) of ``/s/{id}/…``; an empty id and the whole path when that is a path of the mocked API itself."""
    if not path.startswith("/s/") or published.router.methods(path):
        return "", path
    return split_prefix(path)


def split_prefix(path: str) -> tuple[str, str]:
    """(id, rest) of a path that begins with ``/s/``; an empty id and the whole path when there is no id in it."""
    name, _, rest = path[3:].partition("/")
    return (name, "/" + rest) if name else ("", path)


def _agree(named: str, why: str, other: str, where: str) -> tuple[str, str]:
    if named and other != named:
        raise DioramaError(
            "sandbox_ambiguous",
            f"{why} names sandbox {named[:80]!r}, {where} names {other[:80]!r}.",
            "Leave all but one of them out.",
        )
    return other, where


def unknown(sandbox: str, why: str) -> DioramaError:
    """The error for a sandbox that does not exist."""
    where = f" (named by {why})" if why else ""
    return DioramaError(
        "sandbox_unknown",
        f"There is no sandbox {sandbox[:80]!r}{where}.",
        "See what there is with `diorama sandbox list`, make one with `diorama sandbox create`.",
        {"sandbox": sandbox[:80]},
    )


def expired(home: Sandbox) -> DioramaError:
    """The error for a sandbox whose time is over."""
    return DioramaError(
        "sandbox_expired",
        f"Sandbox {home.id!r} was made for {home.row.ttl_s} seconds, which are over.",
        "Make a new one with `diorama sandbox create`.",
    )
