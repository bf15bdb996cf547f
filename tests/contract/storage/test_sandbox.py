"""The journal and world of one sandbox, alike in every store."""

from __future__ import annotations

import asyncio
import json

import pytest

from diorama.model.errors import DioramaError
from diorama.ports.storage import Batch, SandboxStore
from diorama.storage import JournalLimits
from tests.contract.storage.batches import Backend, batch, gone, record, row, seqs


async def put(store: SandboxStore, *batches: Batch) -> None:
    for item in batches:
        store.submit(item)
    await store.durable(batches[-1].last_seq)


def test_store__new__is_empty(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    assert (store.durable_seq, store.backlog_bytes) == (0, 0)
    recovered = store.recover(10)
    assert (recovered.head, list(recovered.rows), list(recovered.tail)) == (None, [], [])
    assert store.journal(0, 10) == []


def test_batch__durable__is_recovered_after_a_restart(stores: Backend) -> None:
    item = batch(1, 3, [row("k", 0, {"a": [1, 2.5, None, "é"]})])
    asyncio.run(put(stores.store.open_sandbox("a"), item))
    store = stores.restart().open_sandbox("a")
    recovered = store.recover(10)
    assert recovered.head == item.head
    assert list(recovered.rows) == list(item.rows)
    assert list(recovered.tail) == [item.records]
    assert store.durable_seq == 3


def test_batch__submitted_and_closed__is_written(stores: Backend) -> None:
    async def run() -> None:
        store = stores.store.open_sandbox("a")
        for seq in range(1, 50):
            store.submit(batch(seq))
        await store.close()

    asyncio.run(run())
    assert seqs(stores.restart().open_sandbox("a").recover(100).tail) == list(range(1, 50))


def test_batch__submitted_and_control_store_closed__is_written(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    for seq in range(1, 50):
        store.submit(batch(seq))
    assert seqs(stores.restart().open_sandbox("a").recover(100).tail) == list(range(1, 50))


def test_value__any_json_text__comes_back_byte_for_byte(stores: Backend) -> None:
    texts = ["123456789012345678901234567890", "1.10", '"\\ud800"', '"é\\u0000"', "[]", '{"b":1,"a":2}', "null", " 1 "]
    rows = [row(str(at), at, None) for at in range(len(texts))]
    rows = [
        type(item)(item.slice, item.table, item.key, item.position, text.encode())
        for item, text in zip(rows, texts, strict=True)
    ]
    asyncio.run(put(stores.store.open_sandbox("a"), batch(1, rows=rows)))
    recovered = stores.restart().open_sandbox("a").recover(0)
    assert [item.value for item in recovered.rows] == [text.encode() for text in texts]


def test_key__any_text__comes_back_as_it_was(stores: Backend) -> None:
    keys = ["", "a", "é", "a\x00b", "'", '"', "\ud800", "😀", "%", "x" * 5000]
    rows = [row(key, at, at, table=f"t{key[:3]}") for at, key in enumerate(keys)]
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(1, rows=rows)))
    recovered = stores.restart().open_sandbox("a").recover(0)
    assert {(item.table, item.key) for item in recovered.rows} == {(item.table, item.key) for item in rows}
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(2, rows=[gone(item.key, item.table) for item in rows])))
    assert list(store.recover(0).rows) == []


def test_rows__of_several_tables__come_by_slice_table_and_position(stores: Backend) -> None:
    rows = [row("z", 0, 1, "t2"), row("a", 1, 1, "t2"), row("m", 5, 1, "t1"), row("m", 0, 1, "t", "another")]
    asyncio.run(put(stores.store.open_sandbox("a"), batch(1, rows=rows)))
    recovered = stores.restart().open_sandbox("a").recover(0)
    assert [(item.slice, item.table, item.key) for item in recovered.rows] == [
        ("another", "t", "m"),
        ("state", "t1", "m"),
        ("state", "t2", "z"),
        ("state", "t2", "a"),
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 511, 512, 513, 1500])
def test_rows__many_in_one_batch__are_put_and_deleted(stores: Backend, count: int) -> None:
    store = stores.store.open_sandbox("a")
    rows = [row(f"k{at}", at, at) for at in range(count)]
    asyncio.run(put(store, batch(1, rows=rows)))
    assert list(store.recover(0).rows) == rows
    asyncio.run(put(store, batch(2, rows=[gone(item.key) for item in rows[1:]])))
    assert list(store.recover(0).rows) == rows[:1]


def test_row__changed_in_successive_batches__has_its_newest_value(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    asyncio.run(
        put(
            store,
            batch(1, rows=[row("a", 0, 1), row("b", 1, 1)]),
            batch(2, rows=[gone("a"), row("b", 1, 2)]),
            batch(3, rows=[row("a", 2, 3)]),
            batch(4, rows=[gone("b"), gone("never")]),
        )
    )
    assert list(stores.restart().open_sandbox("a").recover(0).rows) == [row("a", 2, 3)]


def test_batch__without_records__moves_rows_and_head_only(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    silent = Batch(0, 1, 0, 0, 0, b"[]", [row("k", 0, 2)], b'{"seq":1,"x":2}')
    asyncio.run(put(store, batch(1), silent))
    recovered = stores.restart().open_sandbox("a").recover(10)
    assert (recovered.head, seqs(recovered.tail), len(recovered.rows)) == (silent.head, [1], 1)


def test_batch__out_of_order__is_refused_and_harms_nothing(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(5, 2)))
    for first in (5, 6, 1):
        with pytest.raises(DioramaError) as caught:
            store.submit(batch(first))
        assert caught.value.code == "internal"
    asyncio.run(put(store, batch(7)))
    assert seqs(store.recover(10).tail) == [5, 6, 7]


def test_recover__tail_shorter_than_journal__gives_the_newest_whole_blocks(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(1, 3), batch(4, 3), batch(7, 3)))
    assert seqs(store.recover(4).tail) == [4, 5, 6, 7, 8, 9]
    assert seqs(store.recover(3).tail) == [7, 8, 9]
    assert list(store.recover(0).tail) == []


def test_journal__range__gives_the_blocks_that_touch_it(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(1, 3), batch(4, 3), batch(10, 3)))
    assert seqs(store.journal(3, 4)) == [1, 2, 3, 4, 5, 6]
    assert seqs(store.journal(5, 5)) == [4, 5, 6]
    assert seqs(store.journal(7, 9)) == []
    assert seqs(store.journal(8, 100)) == [10, 11, 12]
    assert seqs(store.journal(0, 1)) == [1, 2, 3]
    assert seqs(store.journal(13, 99)) == []


def test_journal__after_a_restart__goes_on(stores: Backend) -> None:
    asyncio.run(put(stores.store.open_sandbox("a"), batch(1, 2)))
    asyncio.run(put(stores.restart().open_sandbox("a"), batch(3, 2)))
    assert seqs(stores.restart().open_sandbox("a").journal(1, 99)) == [1, 2, 3, 4]


def test_durable__of_several_waiters__wakes_each(stores: Backend) -> None:
    async def run() -> list[int]:
        store = stores.store.open_sandbox("a")
        woken = []

        async def wait(seq: int) -> None:
            await store.durable(seq)
            assert store.durable_seq >= seq
            woken.append(seq)

        async with asyncio.TaskGroup() as group:
            for seq in (3, 1, 2, 2):
                group.create_task(wait(seq))
            await asyncio.sleep(0)
            for seq in (1, 2, 3):
                store.submit(batch(seq))
        return sorted(woken)

    assert asyncio.run(run())[-1] == 3


def test_durable__of_what_is_written__returns_at_once(stores: Backend) -> None:
    store = stores.store.open_sandbox("a")
    asyncio.run(put(store, batch(1, 3)))
    waiting = store.durable(3)
    with pytest.raises(StopIteration):
        waiting.send(None)


def test_backlog__everything_durable__is_zero(stores: Backend) -> None:
    async def run() -> int:
        store = stores.store.open_sandbox("a")
        for seq in range(1, 20):
            store.submit(batch(seq, rows=[row("k", 0, seq)]))
            assert store.backlog_bytes >= 0
        await store.durable(19)
        return store.backlog_bytes

    assert asyncio.run(run()) == 0


def test_store__closed__refuses_with_a_hint(stores: Backend) -> None:
    async def run() -> None:
        store = stores.store.open_sandbox("a")
        store.submit(batch(1))
        await store.close()
        await store.close()
        await store.durable(1)
        with pytest.raises(DioramaError) as caught:
            store.submit(batch(2))
        assert (caught.value.code, bool(caught.value.hint)) == ("storage_failed", True)
        with pytest.raises(DioramaError) as caught:
            await store.durable(2)
        assert caught.value.code == "storage_failed"

    asyncio.run(run())


def test_store__closed_and_opened_again__goes_on(stores: Backend) -> None:
    async def run() -> list[int]:
        first = stores.store.open_sandbox("a")
        first.submit(batch(1))
        async with asyncio.TaskGroup() as group:
            group.create_task(first.close())
            await asyncio.sleep(0)
            second = stores.store.open_sandbox("a")
            second.submit(batch(2))
            await second.durable(2)
        return seqs(second.recover(10).tail)

    assert asyncio.run(run()) == [1, 2]


def test_journal__over_its_records__loses_the_oldest_blocks(stores: Backend) -> None:
    store = stores.begin(JournalLimits(records_max=10)).open_sandbox("a")
    for seq in range(1, 60, 3):
        asyncio.run(put(store, batch(seq, 3, [row("k", 0, seq)])))
    kept = seqs(store.recover(1000).tail)
    assert kept == list(range(52, 61))
    assert [json.loads(item.value or b"") for item in store.recover(0).rows] == [58]
    assert seqs(store.journal(1, 53)) == [52, 53, 54]


def test_journal__over_its_bytes__keeps_the_newest_block_at_least(stores: Backend) -> None:
    store = stores.begin(JournalLimits(bytes_max=1)).open_sandbox("a")
    for seq in range(1, 5):
        asyncio.run(put(store, batch(seq)))
    assert seqs(store.recover(1000).tail) == [4]


def test_record__of_an_exchange__keeps_every_field(stores: Backend) -> None:
    item = batch(1, 2, query="a=1", request_body="é")
    asyncio.run(put(stores.store.open_sandbox("a"), item))
    (block,) = stores.restart().open_sandbox("a").journal(1, 1)
    assert json.loads(block) == [record(seq, note="", query="a=1", request_body="é") for seq in (1, 2)]


def test_sandboxes__side_by_side__do_not_mix(stores: Backend) -> None:
    async def run() -> None:
        opened = {name: stores.store.open_sandbox(name) for name in ("a", "b", "c")}
        for seq in range(1, 30):
            for name, store in opened.items():
                store.submit(batch(seq, rows=[row(name, 0, seq)]))
        for store in opened.values():
            await store.durable(29)

    asyncio.run(run())
    stores.restart()
    for name in ("a", "b", "c"):
        recovered = stores.store.open_sandbox(name).recover(100)
        assert [item.key for item in recovered.rows] == [name]
        assert seqs(recovered.tail) == list(range(1, 30))
