"""Definitions and sandboxes, alike in every store."""

from __future__ import annotations

import asyncio

import pytest

from diorama.model.errors import DioramaError
from tests.contract.storage.batches import Backend, batch, row, sandbox_row

BAD_IDS = ["", "..", "../x", "a/b", "A", "-a", "a" * 64, "a\n", "a.b", "ä"]


def test_definition__saved__is_loaded_after_a_restart(stores: Backend) -> None:
    stores.store.save_definition("v1", "payments", b"\x00data")
    assert stores.restart().load_definition("v1") == b"\x00data"


def test_definition__unknown__is_none(stores: Backend) -> None:
    assert stores.store.load_definition("v1") is None


def test_definition__saved_twice__stays_as_it_was(stores: Backend) -> None:
    stores.store.save_definition("v1", "payments", b"first")
    stores.store.save_definition("v1", "payments", b"second")
    assert stores.restart().load_definition("v1") == b"first"


def test_sandboxes__saved__are_listed_by_id_with_all_they_have(stores: Backend) -> None:
    full = sandbox_row("b", owner="o", created_us=2**53 + 1, ttl_s=60, durability="strict")
    stores.store.save_sandbox(full)
    stores.store.save_sandbox(sandbox_row("c"))
    stores.store.save_sandbox(sandbox_row("a"))
    assert stores.restart().sandboxes() == [sandbox_row("a"), full, sandbox_row("c")]


def test_sandbox__saved_again__is_replaced(stores: Backend) -> None:
    stores.store.save_sandbox(sandbox_row("a", owner="x"))
    stores.store.save_sandbox(sandbox_row("a", owner="y"))
    assert stores.restart().sandboxes() == [sandbox_row("a", owner="y")]


def test_sandboxes__saved_together__are_kept_all_or_none(stores: Backend) -> None:
    stores.store.save_sandboxes((sandbox_row("b"), sandbox_row("a", owner="x")))
    with pytest.raises(DioramaError):
        stores.store.save_sandboxes((sandbox_row("c"), sandbox_row("../x")))
    assert stores.restart().sandboxes() == [sandbox_row("a", owner="x"), sandbox_row("b")]


def test_sandbox__deleted__is_gone_with_its_world(stores: Backend) -> None:
    async def fill() -> None:
        store = stores.store.open_sandbox("a")
        store.submit(batch(1, rows=[row("k", 0, 1)]))
        await store.durable(1)
        await store.close()

    stores.store.save_sandbox(sandbox_row("a"))
    stores.store.save_sandbox(sandbox_row("b"))
    asyncio.run(fill())
    stores.store.delete_sandbox("a")
    assert stores.restart().sandboxes() == [sandbox_row("b")]
    again = stores.store.open_sandbox("a").recover(10)
    assert (again.head, list(again.rows), list(again.tail)) == (None, [], [])


def test_sandbox__deleted_while_open__refuses_what_comes_after(stores: Backend) -> None:
    stores.store.save_sandbox(sandbox_row("a"))
    store = stores.store.open_sandbox("a")
    store.submit(batch(1))
    stores.store.delete_sandbox("a")
    with pytest.raises(DioramaError) as caught:
        store.submit(batch(2))
    assert caught.value.code == "sandbox_unknown"
    with pytest.raises(DioramaError) as caught:
        asyncio.run(store.durable(2))
    assert caught.value.code == "sandbox_unknown"


def test_sandbox__made_anew_under_a_deleted_id__starts_empty(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    store.submit(batch(1, 3, [row("k", 0, 1)]))
    stores.store.delete_sandbox("a")
    store = stores.store.open_sandbox("a")
    assert store.durable_seq == 0
    store.submit(batch(1))
    asyncio.run(store.durable(1))
    assert list(store.recover(10).rows) == []


def test_sandbox__unknown_and_deleted__changes_nothing(stores: Backend) -> None:
    stores.store.save_sandbox(sandbox_row("a"))
    stores.store.delete_sandbox("b")
    assert stores.store.sandboxes() == [sandbox_row("a")]


@pytest.mark.parametrize("sandbox", BAD_IDS)
def test_sandbox_id__of_another_form__is_refused_everywhere(stores: Backend, sandbox: str) -> None:
    for use in (
        lambda: stores.store.save_sandbox(sandbox_row(sandbox)),
        lambda: stores.store.open_sandbox(sandbox),
        lambda: stores.store.delete_sandbox(sandbox),
    ):
        with pytest.raises(DioramaError) as caught:
            use()
        assert caught.value.code == "option_invalid"
        assert caught.value.hint


def test_sandbox__opened_twice__is_one_store(stores: Backend) -> None:
    assert stores.store.open_sandbox("a") is stores.store.open_sandbox("a")


def test_store__closed_twice__is_fine(stores: Backend) -> None:
    stores.store.save_sandbox(sandbox_row("a"))
    stores.store.close()
    stores.store.close()
    assert stores.restart() is not None
