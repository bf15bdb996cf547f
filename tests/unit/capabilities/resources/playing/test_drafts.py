from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from diorama.capabilities.resources.playing.drafts import Drafts
from diorama.capabilities.resources.playing.places import ABSENT
from tests.unit.capabilities.resources.playing.shops import FORM, JSON, Shop, document

MORE: dict[str, Any] = {
    "spent": {"type": "number"},
    "spent_back": {"type": "number"},
    "level": {"type": "string", "enum": ["low", "high"]},
    "tags": {"type": "array", "items": {"type": "string"}},
    "parts": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    "url": {"type": "string", "format": "uri"},
    "status": {"type": "string", "enum": ["new", "old"]},
    "seen": {"type": "boolean", "default": False},
}
BODIES: list[dict[str, Any]] = [
    {},
    {"email": "a@example.com"},
    {"email": "a@example.com", "name": None, "credit": 7, "unknown": 1},
    {"tier": "paid", "tags": ["a", "b"], "metadata": {"a": "1"}},
    {"tier": "PAID", "spent": 12.5, "level": "high"},
    {"spent": "12.5", "level": "nowhere", "tags": "one"},
    {"spent": True, "parts": [{"n": "1"}, {"n": 2}], "either": 4, "address": {"city": "Ghent"}},
    {"parts": [], "tags": [], "either": None, "seen": True, "url": "/x", "status": "old"},
    {"Email": "b@example.com", "spent": 3},
    {"id": "cus_00000000", "email": "c@example.com"},
    {"email": 5, "name": "x" * 90},
]


def shop_of(required: tuple[str, ...] = ("spent_back",)) -> Shop:
    """A shop that asks for more of its customers, and is not strict about what is sent."""
    content = deepcopy(document())
    customer = content["components"]["schemas"]["Customer"]
    customer["properties"] = {**customer["properties"], **MORE}
    customer["required"] = [*customer["required"], *required]
    write = content["components"]["schemas"]["Write"]
    settable: dict[str, object] = {name: {} for name in MORE if name not in {"spent_back", "status", "url"}}
    write["properties"] = {**write["properties"], **settable}
    return Shop(content=content, specs={"validation": {"requests": "warn"}})


@pytest.mark.parametrize("required", [("spent_back",), ("spent_back", "spent", "level", "tags", "parts", "either")])
def test_draft__of_whatever_is_written__is_what_the_long_way_makes(
    monkeypatch: pytest.MonkeyPatch, required: tuple[str, ...]
) -> None:
    drafted, made = shop_of(required), shop_of(required)
    for body in BODIES:
        one = drafted.send("POST", "/customers", body)
        with monkeypatch.context() as patch:
            patch.setattr(Drafts, "made", lambda *_: ABSENT)
            other = made.send("POST", "/customers", body)
        assert (one, list(one[1])) == (other, list(other[1]))
        assert one[0] == 201
    assert drafted.sandbox.world.tables == made.sandbox.world.tables


def test_draft__of_a_form__is_what_the_long_way_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    drafted, made = shop_of(), shop_of()
    body = b"email=a%40example.com&spent=3&metadata[a]=1"
    one = drafted.send("POST", "/customers", body, FORM)
    monkeypatch.setattr(Drafts, "made", lambda *_: ABSENT)
    assert one == made.send("POST", "/customers", body, FORM)
    assert one[1]["spent"] == 3


@pytest.mark.parametrize(
    ("path", "body", "is_drafted"),
    [
        ("/customers", {"email": "a@example.com"}, True),
        ("/customers", {"Email": "a@example.com"}, False),
        ("/accounts/a1/orders", {"amount": 1}, False),
    ],
)
def test_draft__where_all_is_plain__is_taken(
    monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any], is_drafted: bool
) -> None:
    found: list[Any] = []
    made = Drafts.made

    def noted(*given: Any) -> Any:
        found.append(made(*given))
        return found[-1]

    monkeypatch.setattr(Drafts, "made", noted)
    Shop().send("POST", path, body, JSON)
    assert bool(found and found[0] is not ABSENT) == is_drafted


def test_draft__of_a_list__is_a_list_of_its_own() -> None:
    shop = shop_of()
    item = shop.send("POST", "/customers", {"tags": ["a"]})[1]
    assert shop.send("GET", f"/customers/{item['id']}")[1]["tags"] == ["a"]
