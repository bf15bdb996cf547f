"""One server of the example for all tests that only ask it something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.serving.process import ROOT, Server

PAYMENTS = ROOT / "examples/payments"


@pytest.fixture(scope="session")
def payments() -> Path:
    return PAYMENTS


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    """``diorama serve`` of the example, in memory."""
    with Server(["serve", str(PAYMENTS), "--memory", "--port", "0"]) as server:
        yield server
