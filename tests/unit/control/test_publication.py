"""A next version of a project: who moves to it, who does not, and when."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import structs

from diorama.control.publication import move
from diorama.control.sandboxes import NewSandbox, create
from diorama.engine.effects import ManualClock
from diorama.flow.publication import Published, publish
from diorama.flow.replay import replay
from diorama.model.definition import Endpoint, Project, encode_project
from diorama.model.errors import DioramaError
from diorama.model.exchange import ControlChange, Exchange
from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.exchange import OpenExchange
from tests.unit.flow.staging import ROWS, Made, Theatre
from tests.unit.installations import PROJECT, Constant, ask, small_installation


def next_version(name: str = "shop") -> tuple[Published, bytes]:
    """The project with one more endpoint."""
    group = PROJECT.groups[0]
    wider = structs.replace(group, endpoints=(*group.endpoints, Endpoint("new", "GET", "/new")))
    project: Project = structs.replace(PROJECT, name=name, groups=(wider,))
    return publish(project, [Constant()]), encode_project(project)


def test_move__next_version__is_live_stored_and_in_every_journal() -> None:
    installation, plane = small_installation()
    create(installation, NewSandbox(id="dev"))
    before = installation.current
    assert ask(plane, "GET", "/new").reply.status == 404
    published, encoded = next_version()
    done = move(installation, published, encoded)
    assert (done.version, done.previous, done.sandboxes) == (published.version, before, ("default", "dev"))
    assert ask(plane, "GET", "/new").reply.body == b"new"
    assert ask(plane, "GET", "/s/dev/new").reply.body == b"new"
    assert installation.store.load_definition(published.version) == encoded
    assert {row.definition for row in installation.store.sandboxes()} == {published.version}
    for name in ("default", "dev"):
        changes = [one for one in installation.sandboxes[name].journal.newest_first() if isinstance(one, ControlChange)]
        assert [(one.what, one.detail) for one in changes] == [
            ("publish", {"definition": published.version, "previous": before})
        ]
    assert list(installation.published) == [published.version]


def test_move__same_version__changes_nothing() -> None:
    installation, _ = small_installation()
    done = move(installation, publish(PROJECT, [Constant()]), encode_project(PROJECT))
    assert (done.sandboxes, done.version) == ((), done.previous)
    assert list(installation.sandboxes["default"].journal.newest_first()) == []


def test_move__sandbox_of_another_project__stays_where_it_is() -> None:
    installation, plane = small_installation()
    create(installation, NewSandbox(id="other"))
    home = installation.sandboxes["other"]
    home.behaviour = before = publish(structs.replace(PROJECT, name="bank"), [Constant()])
    installation.published[before.version] = before
    published, encoded = next_version()
    assert move(installation, published, encoded).sandboxes == ("default",)
    assert home.behaviour is before
    assert ask(plane, "GET", "/s/other/new").reply.status == 404
    assert set(installation.published) == {before.version, published.version}


def test_move__with_a_new_name__takes_the_sandboxes_along() -> None:
    installation, _ = small_installation()
    published, encoded = next_version("boutique")
    move(installation, published, encoded)
    assert [row.project for row in installation.store.sandboxes()] == ["boutique"]
    again, encoded = next_version("salon")
    assert move(installation, again, encoded).sandboxes == ("default",)


def test_move__store_that_fails__leaves_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    installation, plane = small_installation()
    before = installation.current

    def fail(*_: object) -> None:
        raise DioramaError("storage_failed", "The disk is full.")

    monkeypatch.setattr(installation.store, "save_definition", fail)
    published, encoded = next_version()
    with pytest.raises(DioramaError):
        move(installation, published, encoded)
    assert installation.current == before
    assert ask(plane, "GET", "/new").reply.status == 404


def test_move__timer_that_was_due__fires_on_the_version_before() -> None:
    fired: list[str] = []
    theatre = Theatre(Made(timers={"tick": lambda *_: fired.append("before")}))
    after = publish(
        structs.replace(theatre.published.project, name="other"),
        [Made(timers={"tick": lambda *_: fired.append("after")})],
    )
    clock = ManualClock()
    installation, _ = small_installation(clock)
    home = theatre.sandbox
    installation.sandboxes["default"] = home
    installation.published = {theatre.published.version: theatre.published}
    installation.current = theatre.published.version
    home.change("plan", {}, lambda tx, at_us: tx.schedule("a", at_us + 1, "tick"))
    theatre.wall.advance_us(10)
    move(installation, after, encode_project(after.project))
    assert fired == ["before"]
    assert home.behaviour is after


def test_move__while_an_exchange_waits__it_ends_on_the_version_that_it_began_with() -> None:
    async def play() -> list[Exchange]:
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heard: list[str] = []

        def version(name: str) -> Made:
            async def later(x: OpenExchange) -> Reply:
                await gate
                x.tx.emit("said", name)
                return Reply(200, (), name.encode())

            def respond(x: OpenExchange) -> object:
                x.tx.get(ROWS, "seen")
                return later(x) if x.request.path == "/wait" else Reply(200, (), name.encode())

            return Made([(Stage.COMPOSE, ALWAYS, respond)], events={"said": lambda *_: heard.append(name)})

        theatre = Theatre(version("old"))
        installation, _ = small_installation()
        installation.sandboxes["default"] = theatre.sandbox
        installation.published = {theatre.published.version: theatre.published}
        installation.current = theatre.published.version
        under_way = theatre.started("POST", "/wait")
        await asyncio.sleep(0)
        after = publish(structs.replace(theatre.published.project, specs={"made": {}}), [version("new")])
        move(installation, after, encode_project(after.project))
        # A write to what it read makes it run again, still on its own version.
        theatre.sandbox.change("note", {}, lambda tx, _at_us: tx.set(ROWS, "seen", 1))
        assert theatre.at_once("GET", "/things").body == b"new"
        gate.set_result(None)
        out = await under_way
        assert (out.reply.body, heard) == (b"old", ["old", "old"])
        again = Theatre(version("old"))
        versions = {one.version: one for one in (again.published, after)}
        assert await replay(again.plane, again.sandbox, theatre.records(), versions) == []
        assert again.sandbox.behaviour is after
        return theatre.exchanges()

    early, late = asyncio.run(play())
    assert (early.reply.body, late.reply.body, late.attempts) == (b"new", b"old", 2)
    assert early.definition != late.definition
