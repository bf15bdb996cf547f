from __future__ import annotations

import asyncio

import pytest

from diorama.control import sandboxes
from diorama.control.sandboxes import NewSandbox
from diorama.engine.effects import ManualClock
from diorama.flow.selection import key_hash
from diorama.model.errors import DioramaError
from diorama.model.exchange import ControlChange
from tests.unit.installations import ask, small_installation


def test_create__nothing_asked__makes_an_id_a_seed_and_a_key() -> None:
    installation, _ = small_installation()
    view = sandboxes.create(installation, NewSandbox())
    assert view.id.startswith("sbx-")
    assert view.key.startswith("dsk_")
    assert view.base_url == f"http://127.0.0.1:8000/s/{view.id}"
    stored = {row.id: row for row in installation.store.sandboxes()}[view.id]
    assert stored.key_hash == key_hash(view.key)
    assert view.seed


def test_create__key__is_shown_once_and_never_stored() -> None:
    installation, _ = small_installation()
    view = sandboxes.create(installation, NewSandbox(id="dev123"))
    assert sandboxes.one(installation, "dev123").key == ""
    assert view.key not in repr(installation.store.sandboxes())


def test_create__id_in_use__is_refused() -> None:
    installation, _ = small_installation()
    sandboxes.create(installation, NewSandbox(id="dev123"))
    with pytest.raises(DioramaError) as caught:
        sandboxes.create(installation, NewSandbox(id="dev123"))
    assert caught.value.code == "sandbox_exists"


@pytest.mark.parametrize(
    "wanted",
    [
        NewSandbox(id="Dev"),
        NewSandbox(id="-dev"),
        NewSandbox(id="dev-"),
        NewSandbox(id="a" * 64),
        NewSandbox(id="../x"),
        NewSandbox(id="a.b"),
        NewSandbox(durability="maybe"),
        NewSandbox(ttl_s=-1),
        NewSandbox(ttl_s=10**12),
        NewSandbox(seed="s" * 201),
        NewSandbox(seed="\ud800"),
        NewSandbox(owner="\x1b[31mred"),
        NewSandbox(owner="o" * 201),
    ],
)
def test_create__value_out_of_range__is_refused_and_leaves_nothing(wanted: NewSandbox) -> None:
    installation, _ = small_installation()
    with pytest.raises(DioramaError) as caught:
        sandboxes.create(installation, wanted)
    assert caught.value.code == "option_invalid"
    assert caught.value.hint
    assert list(installation.sandboxes) == ["default"]
    assert [row.id for row in installation.store.sandboxes()] == ["default"]


def test_all_of__several__are_listed_by_id() -> None:
    installation, _ = small_installation()
    for name in ("zeta", "alpha"):
        sandboxes.create(installation, NewSandbox(id=name))
    assert [view.id for view in sandboxes.all_of(installation)] == ["alpha", "default", "zeta"]


def test_delete__known_sandbox__is_gone_for_requests_and_in_the_store() -> None:
    installation, plane = small_installation()
    sandboxes.create(installation, NewSandbox(id="dev123"))
    assert ask(plane, "GET", "/s/dev123/items").reply.status == 200
    sandboxes.delete(installation, "dev123")
    assert ask(plane, "GET", "/s/dev123/items").reply.status == 404
    assert [row.id for row in installation.store.sandboxes()] == ["default"]


def test_delete__default_sandbox__is_refused() -> None:
    installation, plane = small_installation()
    with pytest.raises(DioramaError) as caught:
        sandboxes.delete(installation, "default")
    assert caught.value.code == "option_invalid"
    assert ask(plane, "GET", "/items").reply.status == 200


def test_delete__unknown_sandbox__is_refused() -> None:
    installation, _ = small_installation()
    with pytest.raises(DioramaError) as caught:
        sandboxes.delete(installation, "nobody")
    assert caught.value.code == "sandbox_unknown"


def test_ttl__time_over__answers_410() -> None:
    clock = ManualClock()
    installation, plane = small_installation(clock)
    sandboxes.create(installation, NewSandbox(id="short", ttl_s=60))
    assert ask(plane, "GET", "/s/short/items").reply.status == 200
    clock.advance_us(61_000_000)
    out = ask(plane, "GET", "/s/short/items")
    assert out.reply.status == 410
    assert b"sandbox_expired" in out.reply.body


def test_sandboxes__two__do_not_see_each_other() -> None:
    installation, plane = small_installation()
    sandboxes.create(installation, NewSandbox(id="one"))
    sandboxes.create(installation, NewSandbox(id="two"))
    ask(plane, "GET", "/items", (b"x-sandbox-id", b"one"))
    assert sandboxes.one(installation, "one").seq == 1
    assert sandboxes.one(installation, "two").seq == 0


def test_reset__after_exchanges__empties_the_world_and_begins_turns_anew() -> None:
    clock = ManualClock()
    installation, plane = small_installation(clock)
    home = installation.sandboxes["default"]
    first = [ask(plane, "GET", "/items").headers for _ in range(3)]
    home.change("note", {}, lambda tx, _at_us: tx.set(("notes", "all"), "k", "v"))
    clock.advance_us(5_000_000)
    before = home.clock.read(clock.monotonic_us())
    view = asyncio.run(sandboxes.reset(installation, "default"))
    assert home.world.weight == 0
    assert all(not home.world.table(address).rows for address in home.world.addresses())
    assert (view.seq, view.world_bytes, view.seed, view.clock_us) == (5, 0, "seed", before)
    assert [ask(plane, "GET", "/items").headers for _ in range(3)] == first


def test_reset__of_a_sandbox__stands_in_its_journal_with_all_it_deleted() -> None:
    installation, plane = small_installation()
    ask(plane, "GET", "/items")
    asyncio.run(sandboxes.reset(installation, "default"))
    records = list(installation.sandboxes["default"].journal.newest_first())
    assert isinstance(records[0], ControlChange)
    assert records[0].what == "reset"
    assert {operation.table for operation in records[0].operations} == {"known", "turns"}
    assert len(records) == 2


def test_reset__with_a_timer_waiting__fires_it_never() -> None:
    clock = ManualClock()
    installation, _ = small_installation(clock)
    home = installation.sandboxes["default"]
    home.change("plan", {}, lambda tx, at_us: tx.schedule("soon", at_us + 1_000_000, "tick"))
    asyncio.run(sandboxes.reset(installation, "default"))
    clock.advance_us(2_000_000)
    home.fire_due(home.clock.read(clock.monotonic_us()))
    assert [type(record) for record in home.journal.newest_first()] == [ControlChange, ControlChange]


def test_reset__of_an_unknown_sandbox__is_refused() -> None:
    installation, _ = small_installation()
    with pytest.raises(DioramaError) as caught:
        asyncio.run(sandboxes.reset(installation, "nobody"))
    assert caught.value.code == "sandbox_unknown"
