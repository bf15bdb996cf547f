"""The writer thread, held still where the test needs to look."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from diorama.model.errors import DioramaError
from diorama.ports.storage import Batch
from diorama.storage.limits import JournalLimits
from diorama.storage.sqlite import sandbox as sandbox_module
from diorama.storage.sqlite.control import SqliteControlStore
from diorama.storage.sqlite.journal import JournalFile
from diorama.storage.sqlite.writer import PATIENCE_S, RELIEF_S
from tests.contract.storage.batches import batch, row, seqs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteControlStore]:
    made = SqliteControlStore(tmp_path, JournalLimits(), open_files_max=2)
    yield made
    made.close()


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many batches each transaction had, so far."""
    counts: list[int] = []
    original = JournalFile.write

    def write(self: JournalFile, batches: Sequence[Batch]) -> None:
        counts.append(len(batches))
        original(self, batches)

    monkeypatch.setattr(JournalFile, "write", write)
    return counts


def assert_set(event: threading.Event) -> None:
    """Wait for an event that a test must set."""
    assert event.wait(60)


@contextmanager
def held(store: SqliteControlStore) -> Iterator[None]:
    """The writer does nothing inside this block."""
    go_on = threading.Event()
    store._writer._start_once()
    store._writer._tasks.put(lambda: assert_set(go_on))
    try:
        yield
    finally:
        go_on.set()


def test_batches__waiting_together__are_one_transaction(store: SqliteControlStore, transactions: list[int]) -> None:
    sandbox = store.open_sandbox("a")
    with held(store):
        for seq in range(1, 11):
            sandbox.submit(batch(seq, rows=[row("k", 0, seq)]))
    asyncio.run(sandbox.durable(10))
    assert transactions == [10]
    assert list(sandbox.recover(0).rows) == [row("k", 0, 10)]


def test_batches__too_large_together__are_several_transactions(
    store: SqliteControlStore, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_module, "MERGED_BYTES_MAX", 2 * batch(1).weight)
    sandbox = store.open_sandbox("a")
    with held(store):
        for seq in range(1, 8):
            sandbox.submit(batch(seq))
    asyncio.run(sandbox.durable(7))
    assert sum(transactions) == 7
    assert max(transactions) <= 2


def test_lanes__with_much_to_write__take_turns(store: SqliteControlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    original = JournalFile.write

    def write(self: JournalFile, batches: Sequence[Batch]) -> None:
        order.append(batches[0].head.decode())
        original(self, batches)

    monkeypatch.setattr(JournalFile, "write", write)
    monkeypatch.setattr(sandbox_module, "MERGED_BYTES_MAX", 1)
    stores = {name: store.open_sandbox(name) for name in ("a", "b")}
    with held(store):
        for name, sandbox in stores.items():
            for seq in (1, 2, 3):
                sandbox.submit(Batch(seq, seq, 0, 0, 1, b"[1]", [], name.encode()))
    for sandbox in stores.values():
        asyncio.run(sandbox.durable(3))
    assert order == ["a", "b", "a", "b", "a", "b"]


def test_backlog__while_nothing_is_written__is_the_weight_of_all(store: SqliteControlStore) -> None:
    sandbox = store.open_sandbox("a")
    batches = [batch(seq, rows=[row("k", 0, seq)]) for seq in range(1, 6)]
    with held(store):
        for item in batches:
            sandbox.submit(item)
        assert sandbox.backlog_bytes == sum(item.weight + len(item.head) for item in batches)
        assert sandbox.durable_seq == 0
    asyncio.run(sandbox.durable(5))
    assert sandbox.backlog_bytes == 0


def test_files__more_than_may_be_open__are_closed_and_opened_again(store: SqliteControlStore) -> None:
    sandboxes = [store.open_sandbox(f"s{at}") for at in range(5)]
    for seq in range(1, 4):
        for sandbox in sandboxes:
            sandbox.submit(batch(seq))
            asyncio.run(sandbox.durable(seq))
            assert len(store._writer._files) <= 2
    assert [seqs(sandbox.recover(10).tail) for sandbox in sandboxes] == [[1, 2, 3]] * 5


def test_waiter__cancelled__harms_nobody(store: SqliteControlStore) -> None:
    sandbox = store.open_sandbox("a")

    async def run() -> int:
        with held(store):
            sandbox.submit(batch(1))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(sandbox.durable(1), 0)
        await sandbox.durable(1)
        return sandbox.durable_seq

    assert asyncio.run(run()) == 1


def test_waiter__whose_loop_is_closed__is_forgotten(store: SqliteControlStore) -> None:
    sandbox = store.open_sandbox("a")

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sandbox.durable(1), 0)

    with held(store):
        sandbox.submit(batch(1))
        asyncio.run(give_up())
    store.close()
    assert len(sandbox._waiters) == 0
    assert sandbox.durable_seq == 1


def test_sandbox__deleted_with_a_backlog__drops_it_and_fails_who_waits(
    store: SqliteControlStore, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = store.open_sandbox("a")
    go_on = threading.Event()
    finish = sandbox.finish

    def finish_once_free() -> DioramaError | None:
        go_on.set()
        return finish()

    async def wait() -> str:
        with pytest.raises(DioramaError) as caught:
            await sandbox.durable(1)
        return caught.value.code

    async def run() -> str:
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(wait())
            await asyncio.sleep(0)
            store.delete_sandbox("a")
        return waiting.result()

    monkeypatch.setattr(sandbox, "finish", finish_once_free)
    store._writer._start_once()
    store._writer._tasks.put(lambda: assert_set(go_on))
    sandbox.submit(batch(1))
    assert asyncio.run(run()) == "sandbox_unknown"
    assert (sandbox.backlog_bytes, transactions) == (0, [])


def test_loop__over_a_starved_writer__stands_still_until_it_has_written(
    store: SqliteControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = store.open_sandbox("a")
    writer = store._writer
    go_on = threading.Event()
    wait = writer._relief.wait

    def wait_with_a_turn(seconds: float) -> bool:
        assert seconds == RELIEF_S
        go_on.set()
        return wait(60)

    async def run() -> int:
        sandbox.submit(batch(1))
        assert writer._watching is asyncio.get_running_loop()
        writer._look()
        return sandbox.durable_seq

    monkeypatch.setattr(writer._relief, "wait", wait_with_a_turn)
    writer._start_once()
    writer._tasks.put(lambda: assert_set(go_on))
    assert asyncio.run(run()) == 1


def test_loop__over_a_writer_that_works__does_not_stand_still(
    store: SqliteControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = store.open_sandbox("a"), store.open_sandbox("b")
    monkeypatch.setattr(store._writer._relief, "wait", pytest.fail)

    async def run() -> tuple[int, bool]:
        first.submit(batch(1))
        await first.durable(1)
        await asyncio.wrap_future(store._writer.release(first))  # the writer is at rest after it
        store._writer._look()
        rested = store._writer._watching is None
        with held(store):
            first.submit(batch(2))
            store._writer._turns_before -= 1  # as if something else had been written since the last look
            second.submit(batch(1))
            store._writer._look()
        await first.durable(2)
        return first.durable_seq, rested

    assert asyncio.run(run()) == (2, True)


def test_loop__over_a_writer_that_waits_for_the_disk__loses_patience_slowly(
    store: SqliteControlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = store.open_sandbox("a")
    writer = store._writer
    patience = []
    monkeypatch.setattr(writer._relief, "wait", lambda _: False)

    async def run() -> None:
        with held(store):
            sandbox.submit(batch(1))
            for _ in range(6):
                writer._look()
                patience.append(writer._patience_s)
        await sandbox.durable(1)
        sandbox.submit(batch(2))
        await sandbox.durable(2)
        writer._watch()
        writer._turns_before -= 1
        writer._asked += 1
        writer._look()
        writer._asked -= 1
        patience.append(writer._patience_s)

    asyncio.run(run())
    assert patience == [0.004, 0.008, 0.016, 0.032, 0.032, 0.032, PATIENCE_S]
