from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from diorama.engine.effects.resolution import SystemResolver


def entries(*addresses: str) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_resolver__a_name__gives_each_address_once_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: entries("8.8.8.8", "1.1.1.1", "8.8.8.8"))
    assert asyncio.run(SystemResolver().resolve("dns.example", 80)) == ("8.8.8.8", "1.1.1.1")


@pytest.mark.parametrize("host", ["localhost", "dev123.sbx.localhost"])
def test_resolver__localhost_names__are_answered_without_asking(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert asyncio.run(SystemResolver().resolve(host, 80)) == ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    "error",
    [socket.gaierror(-2, "no such name"), UnicodeError("label too long"), UnicodeDecodeError("idna", b"", 0, 0, "x")],
)
def test_resolver__a_lookup_that_fails__is_an_os_error(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_named: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(OSError):
        asyncio.run(SystemResolver().resolve("nowhere.example", 80))


def test_resolver__lookups_that_never_end__are_bounded_and_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    threads: list[threading.Thread] = []

    def wait(*_args: Any, **_named: Any) -> list[Any]:
        threads.append(threading.current_thread())
        released.wait()
        return entries("8.8.8.8")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    resolver = SystemResolver(lookups_max=1)

    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolver.resolve("slow.example", 80)
        with pytest.raises(OSError, match="too many"):
            await resolver.resolve("other.example", 80)

    asyncio.run(run())  # ends, though the lookup does not
    released.set()
    for thread in threads:
        thread.join()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: entries("1.1.1.1"))
    assert asyncio.run(resolver.resolve("again.example", 80)) == ("1.1.1.1",)


def test_resolver__without_threads__says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    resolver = SystemResolver(lookups_max=1)
    for _ in range(2):  # the place is given back
        with pytest.raises(OSError, match="no thread"):
            asyncio.run(resolver.resolve("a.example", 80))
