"""A resource against a plain dict: whatever clients do, in whatever order, both hold the same."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from tests.unit.capabilities.resources.playing.shops import FORM, Shop

TEXTS = st.text(alphabet="abcdefgh ", min_size=1, max_size=8)
METADATA = st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS, max_size=3)


class Customers(RuleBasedStateMachine):
    """The model: written properties by id, in the order of creation."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop()
        self.model: dict[str, dict[str, Any]] = {}

    @rule(target=ids, email=TEXTS, name=st.none() | TEXTS, metadata=METADATA)
    def create(self, email: str, name: str | None, metadata: dict[str, str]) -> str:
        body = {"email": email, "metadata": metadata} | ({} if name is None else {"name": name})
        status, item = self.shop.send("POST", "/customers", body)
        assert status == 201
        assert item["id"] not in self.model
        self.model[item["id"]] = {"email": email, "name": name, "metadata": metadata}
        return str(item["id"])

    @rule(item_id=ids, name=st.none() | TEXTS, metadata=METADATA)
    def merge(self, item_id: str, name: str | None, metadata: dict[str, str]) -> None:
        patch = {"name": name, "metadata": {"a": None, **metadata}}
        status, _ = self.shop.send("PATCH", f"/customers/{item_id}", patch, "application/merge-patch+json")
        self._expect(item_id, status, 200)
        if item_id in self.model:
            held = self.model[item_id]
            kept = {key: value for key, value in held["metadata"].items() if key != "a"}
            held.update(name=name, metadata={**kept, **metadata})

    @rule(item_id=ids, key=st.sampled_from(["a", "b"]), value=st.just("") | TEXTS)
    def fill_in(self, item_id: str, key: str, value: str) -> None:
        form = f"metadata[{key}]={value}".replace(" ", "+").encode()
        status, _ = self.shop.send("PATCH", f"/customers/{item_id}", form, FORM)
        self._expect(item_id, status, 200)
        if item_id in self.model:
            held = dict(self.model[item_id]["metadata"])
            held.pop(key, None)
            self.model[item_id]["metadata"] = {**held, key: value} if value else held

    @rule(item_id=ids, email=TEXTS)
    def replace(self, item_id: str, email: str) -> None:
        status, _ = self.shop.send("PUT", f"/customers/{item_id}", {"email": email})
        self._expect(item_id, status, 200)
        if item_id in self.model:
            self.model[item_id] = {"email": email, "name": None, "metadata": {}}

    @rule(item_id=consumes(ids))
    def delete(self, item_id: str) -> None:
        status, _ = self.shop.send("DELETE", f"/customers/{item_id}")
        self._expect(item_id, status, 204)
        self.model.pop(item_id, None)

    @rule(item_id=ids)
    def delete_and_remember(self, item_id: str) -> None:
        status, _ = self.shop.send("DELETE", f"/customers/{item_id}")
        self._expect(item_id, status, 204)
        self.model.pop(item_id, None)

    def _expect(self, item_id: str, status: int, good: int) -> None:
        assert status == (good if item_id in self.model else 404)

    @invariant()
    def both_hold_the_same(self) -> None:
        _, listed = self.shop.send("GET", "/customers?size=1000")
        assert listed["total"] == len(self.model)
        shown = {item["id"]: {name: item[name] for name in ("email", "name", "metadata")} for item in listed["items"]}
        assert shown == self.model
        assert list(shown) == list(self.model)
        for item in listed["items"][:2]:
            assert self.shop.send("GET", f"/customers/{item['id']}") == (200, item)


TestCustomers = Customers.TestCase
TestCustomers.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


def test_machine__of_customers__starts_with_none() -> None:
    machine = Customers()
    machine.both_hold_the_same()
    assert machine.model == {}
