"""The official client of a well-known API against a small document in that API's style."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from stripe import StripeClient

from tests.e2e.serving.process import ROOT, Server
from tests.e2e.stripe_client.exercises import EXERCISES, client_for

SHOP = ROOT / "tests/e2e/cycles/documents/shop.yaml"


@pytest.fixture(scope="module")
def shop() -> Iterator[Server]:
    with Server(["serve", str(SHOP), "--memory", "--port", "0", "--log-format", "none"]) as server:
        yield server


@pytest.mark.parametrize("assert_exercise", EXERCISES, ids=lambda one: one.__name__)
def test_official_client__working_against_a_document__gets_what_it_wrote(
    assert_exercise: Callable[[StripeClient], None], shop: Server
) -> None:
    assert_exercise(client_for(shop.url))


@pytest.fixture(scope="module")
def stateless() -> Iterator[Server]:
    with Server(["mock", str(SHOP), "--port", "0", "--log-format", "none"]) as server:
        yield server


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.__name__)
def test_exercise__against_a_server_that_remembers_nothing__fails(
    exercise: Callable[[StripeClient], None], stateless: Server
) -> None:
    with pytest.raises(AssertionError):
        exercise(client_for(stateless.url))
