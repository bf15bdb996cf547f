from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.bounds import TooDeepError, TooMuchError, weight
from tests.unit.capabilities.resources.playing.shops import Shop

PATCH = "application/json-patch+json"


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


def test_weight__of_a_value__counts_all_that_is_in_it() -> None:
    assert weight({"a": [1, 2, {"b": None}]}) == 6
    assert weight("x" * 1_000) == 11


def test_weight__beyond_a_bound__is_refused() -> None:
    assert weight(nested(100), 100) == 101
    with pytest.raises(TooDeepError):
        weight(nested(101), 100)
    with pytest.raises(TooMuchError):
        weight([0] * 10, most=10)
    with pytest.raises(TooDeepError):
        weight(1, -1)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_body__of_400_levels__is_refused_and_changes_nothing(method: str) -> None:
    shop = Shop(specs={"validation": {"requests": "off"}})
    made = shop.customer()
    path = "/customers" if method == "POST" else f"/customers/{made['id']}"
    status, problem = shop.send(method, path, {"metadata": nested(400), "email": "b"})
    assert (status, problem["code"]) == (422, "request_violates_schema")
    assert shop.send("GET", "/customers")[1]["items"] == [made]


def test_patch__that_doubles_what_is_there__is_refused_before_it_is_large() -> None:
    shop = Shop()
    made = shop.customer(metadata={"a": "x"})
    bomb = [{"op": "copy", "from": "/metadata", "path": f"/metadata/x{number}"} for number in range(60)]
    status, problem = shop.send("PATCH", f"/customers/{made['id']}", bomb, PATCH)
    assert (status, problem["code"]) == (409, "patch_failed")
    assert shop.send("GET", f"/customers/{made['id']}") == (200, made)


def test_patch__that_copies_a_long_text_often__is_refused() -> None:
    shop = Shop()
    made = shop.customer(metadata={"a": "x" * 500_000})
    many = [{"op": "copy", "from": "/metadata/a", "path": f"/metadata/x{number}"} for number in range(30)]
    status, problem = shop.send("PATCH", f"/customers/{made['id']}", many, PATCH)
    assert (status, problem["code"]) == (409, "patch_failed")


def test_patch__that_nests_step_by_step__is_refused() -> None:
    shop = Shop()
    made = shop.customer()
    place, steps = "/metadata", []
    for _ in range(110):
        place += "/a"
        steps.append({"op": "add", "path": place, "value": {}})
    status, problem = shop.send("PATCH", f"/customers/{made['id']}", steps, PATCH)
    assert (status, problem["code"]) == (409, "patch_failed")
    assert "nests" in problem["detail"]
