"""Servers that several tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.wire.serving import Served, certificate


@pytest.fixture(scope="session", params=["plain", "tls"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server, once without and once with TLS."""
    files = certificate(tmp_path_factory.mktemp("tls")) if request.param == "tls" else ("", "")
    with Served(certificate=files) as server:
        yield server


@pytest.fixture
def plain() -> Iterator[Served]:
    """A server of the test's own, without TLS."""
    with Served() as server:
        yield server
