"""Repeats: whole requests that clients send again, to the byte, and what answers them.

A connection looks here first when bytes arrive at a place where a request begins. What it finds was put there when a
client of the same address sent these very bytes again and the data plane gave a repeater for them. So they are one
whole request that the parser accepted, and nothing of one client reaches another.
"""

from __future__ import annotations

from diorama.ports.delivery import Repeater

REQUEST_BYTES_MAX = 4096
ENTRIES_MAX = 4096
BYTES_MAX = 8 * 1024 * 1024
CLIENTS_MAX = 256
SEEN_MAX = 16_384
"""Requests of which it is remembered that they were seen once. Twice that many new ones in a row, and what was kept
is forgotten: another set of requests has begun."""

Kept = dict[bytes, Repeater]


class Repeats:
    """The repeaters of all connections of a server, by the client's address and scheme, bounded in number and bytes."""

    __slots__ = ("_bytes", "_clients", "_entries", "_known", "_misses", "_seen", "_turned_away")

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], Kept] = {}
        self._known: set[int] = set()
        self._entries = 0
        self._bytes = 0
        self._misses = 0
        self._turned_away = 0
        self._seen: set[int] = set()

    def of(self, address: str, scheme: str) -> Kept:
        """What is kept for a client; a connection asks once, and finds in it what others of that client bring.

        Clients beyond :data:`CLIENTS_MAX` get one in which nothing is kept.
        """
        kept = self._clients.get((address, scheme))
        if kept is None:
            kept = {}
            if len(self._clients) < CLIENTS_MAX:
                self._clients[address, scheme] = kept
                self._known.add(id(kept))
        return kept

    def seen(self, data: bytes) -> bool:
        """Whether these bytes came before, as far as that is remembered; from now on they did.

        Args:
            data: a whole request.
        """
        mark = hash(data)
        if mark in self._seen:
            return len(data) <= REQUEST_BYTES_MAX
        self._misses += 1
        if len(self._seen) >= SEEN_MAX:
            self._seen.clear()
            if self._misses >= 2 * SEEN_MAX:
                self.forget()
        self._seen.add(mark)
        return False

    def keep(self, kept: Kept, data: bytes, repeater: Repeater) -> None:
        """Keep a repeater where there is room for it; when many found none, all that is kept goes.

        What is kept may be of sandboxes and versions that are gone, and nobody asks for those any more.

        Args:
            kept: what :meth:`of` gave.
            data: the request that it answers.
            repeater: of the data plane.
        """
        if id(kept) not in self._known:
            return
        if data not in kept:
            size = len(data) + len(repeater.body)
            if self._entries >= ENTRIES_MAX or self._bytes + size > BYTES_MAX:
                self._turned_away += 1
                if self._turned_away < ENTRIES_MAX // 4:
                    return
                self.forget()
            self._entries += 1
            self._bytes += size
        kept[data] = repeater
        self._misses = 0

    def tidy(self) -> None:
        """Let all go once one is of a sandbox or a version that is gone, so that no memory of those is held."""
        if any(repeater.is_over for kept in self._clients.values() for repeater in kept.values()):
            self.forget()

    def forget(self) -> None:
        """Let all repeaters go."""
        for kept in self._clients.values():
            kept.clear()
        self._entries = self._bytes = self._misses = self._turned_away = 0
