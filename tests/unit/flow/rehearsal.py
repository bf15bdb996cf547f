"""A performance of some hundred mixed exchanges, and its replay. Run with a stored journal, this replays that one.

It prints, in hexadecimal, all that was replied; the process ends with 1 when the replay differs from the journal.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from diorama.engine.budgets import Budgets
from diorama.engine.journal_format import decode
from diorama.flow.replay import Difference, replay
from diorama.model.errors import DioramaError
from diorama.model.exchange import Exchange
from diorama.model.http import Headers, Reply
from diorama.ports.capability import ALWAYS, Stage, Trigger
from diorama.ports.delivery import Outgoing
from diorama.ports.dice import Dice
from diorama.ports.effects import OutboundRequest
from diorama.ports.exchange import OpenExchange
from diorama.ports.transaction import Transaction
from tests.unit.flow.staging import Made, StubOutbound, Theatre, endpoint, finished, project, turns

STATE = ("state", "rows")
LIMITS = ("limits", "used")
ENDPOINTS = [
    endpoint("GET", "/roll"),
    endpoint("GET", "/list"),
    endpoint("POST", "/items/{id}"),
    endpoint("DELETE", "/items/{id}"),
    endpoint("POST", "/forward/{id}"),
    endpoint("POST", "/transfer"),
    endpoint("POST", "/later"),
    endpoint("POST", "/fail"),
]


def reply_bytes(records: Iterable[object]) -> bytes:
    """A digest of all replies of a journal, in order, to the last byte."""
    digest = blake2b()
    for record in records:
        if isinstance(record, Exchange):
            reply = record.reply
            digest.update(msgspec.json.encode([record.seq, reply.status, reply.headers, reply.body]))
    return digest.digest()


class Program:
    """What the endpoints do; one thing of it can be planted otherwise."""

    def __init__(self, planted: str = "") -> None:
        self.planted = planted

    def capability(self) -> Made:
        steps: list[Any] = [
            (Stage.ADMIT, ALWAYS, self.limit),
            (Stage.CHECK, Trigger(header=b"x-check"), self.check),
            (Stage.COMPOSE, Trigger("get /roll"), self.roll),
            (Stage.COMPOSE, Trigger("get /list"), self.list),
            (Stage.COMPOSE, Trigger("post /items/{id}"), self.put),
            (Stage.COMPOSE, Trigger("delete /items/{id}"), self.drop),
            (Stage.COMPOSE, Trigger("post /forward/{id}"), self.forward),
            (Stage.COMPOSE, Trigger("post /transfer"), self.transfer),
            (Stage.COMPOSE, Trigger("post /later"), self.later),
            (Stage.COMPOSE, Trigger("post /fail"), self.fail),
        ]
        timers = {"tick": self.tick, "broken": self.broken}
        return Made(steps, timers=timers, events={"put": self.heard})

    def limit(self, x: OpenExchange) -> None:
        """Every session may do so much; who waits is counted when it came, not when it was through."""
        used = x.tx.incr(LIMITS, x.session)
        x.plan.media_type = f"turn {used}, die {x.dice.below(6)}"
        if used > 75:
            raise DioramaError("rate_exceeded", f"{x.session} came {used} times.")

    def check(self, x: OpenExchange) -> Reply | None:
        if x.request.header(b"x-check") == b"refuse":
            x.tx.set(STATE, "rolled-back", 1)
            raise DioramaError("request_violates_schema", "No.")
        return None

    def roll(self, x: OpenExchange) -> Reply:
        dice = x.dice
        text = f"{dice.uuid4()} {dice.normal()!r} {dice.derive('x').below(100)} {x.clock_us} {x.plan.media_type}"
        return Reply(200, (), (text + ("!" if self.planted == "roll" else "")).encode())

    def list(self, x: OpenExchange) -> Reply:
        return Reply(200, (), msgspec.json.encode([[key, value] for key, value in x.tx.items(STATE)]))

    def put(self, x: OpenExchange) -> Reply:
        key = x.path_parameters["id"]
        x.tx.set(STATE, key, {"at": x.clock_us, "body": x.request.body.decode(), "die": x.dice.unit(), "t": (1, 2)})
        x.tx.emit("put", [key])
        return Reply(201, ((b"location", b"/items/" + key.encode()),))

    def drop(self, x: OpenExchange) -> Reply:
        return Reply(204 if x.tx.delete(STATE, x.path_parameters["id"]) else 404)

    def heard(self, tx: Transaction, at_us: int, payload: Any) -> None:
        tx.append(STATE, "log", payload[0])

    async def forward(self, x: OpenExchange) -> Reply:
        count = x.tx.get(STATE, "forwarded", 0)
        await turns(x.dice.below(4))
        answer = await x.outbound.call(OutboundRequest("GET", f"http://outside.test/{x.path_parameters['id']}"))
        if self.planted == "one more call":
            await x.outbound.call(OutboundRequest("GET", "http://elsewhere.test/"))
        x.tx.set(STATE, "forwarded", count + 1)
        return Reply(200, ((b"x-count", b"%d" % count),), answer.body + x.plan.media_type.encode())

    async def transfer(self, x: OpenExchange) -> Reply:
        balance = x.tx.get(STATE, "balance", 0)
        amount = x.dice.integer(-5, 5)
        await turns(amount % 3)
        x.tx.set(STATE, "balance", balance + amount)
        # Due before the clock readings of those that came meanwhile: it fires with the next one that comes.
        x.tx.schedule(f"transfer-{x.correlation_id}", x.clock_us + 2_000, "tick", {"from": "transfer"})
        return Reply(200, (), f"{balance} {amount} {x.plan.media_type}".encode())

    def later(self, x: OpenExchange) -> Reply:
        name = "broken" if x.dice.chance(0.2) else "tick"
        x.tx.schedule(f"later-{x.dice.below(20)}", x.clock_us + x.dice.below(40_000), name, {"n": x.dice.below(9)})
        return Reply(202)

    def fail(self, x: OpenExchange) -> Reply:
        x.tx.set(STATE, "failed", 1)
        raise LookupError

    def tick(self, tx: Transaction, at_us: int, payload: Any) -> None:
        tx.incr(STATE, "ticks", 2 if self.planted == "tick" else 1)
        if payload.get("n", 0) == 8:
            tx.schedule("again", at_us + 1_000, "tick", {"n": 0})

    def broken(self, tx: Transaction, at_us: int, payload: Any) -> None:
        tx.set(STATE, "broken", at_us)
        raise LookupError

    def timerless(self, x: OpenExchange) -> Reply:
        return Reply(202)


def theatre(planted: str = "", *, closed: bool = False, calls: list[str] | None = None) -> Theatre:
    program = Program(planted)
    if planted == "no timers":
        program.later = program.timerless  # type: ignore[method-assign]  # the planted change
    budgets = Budgets(waiting_max=12, journal_records_max=100_000)
    made = Theatre(program.capability(), definition=project(ENDPOINTS), budgets=budgets)
    outside: list[str] = [] if calls is None else calls
    made.sandbox.open_outbound = lambda memo: StubOutbound(outside, memo, closed=closed)
    return made


async def performance(count: int = 420, prepare: Callable[[Theatre], object] | None = None) -> Theatre:
    """Mixed requests of several sessions, some of which overlap; time passes; the control plane steps in."""
    stage = theatre()
    if prepare is not None:
        prepare(stage)
    sandbox = stage.sandbox
    dice = Dice(b"performance")
    paths = ["GET /roll", "GET /list", "POST /items/{}", "DELETE /items/{}", "POST /forward/{}", "POST /transfer"]
    paths += ["POST /later", "POST /later", "POST /fail", "GET /nowhere", "PATCH /roll", "POST /transfer"]
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[Outgoing]] = []
    for number in range(count):
        method, path = dice.choice(paths).format(dice.below(6)).split()
        headers: Headers = []
        if dice.chance(0.8):
            headers.append((b"x-session-id", b"session-%d" % dice.below(5) if number % 50 else b""))
        if dice.chance(0.1):
            headers.append((b"x-check", dice.choice([b"refuse", b"pass"])))
        if dice.chance(0.1):
            headers.append((b"x-correlation-id", b"client-%d" % number))
        if dice.chance(0.1):
            path = "/s/default" + path
        out = stage.call(method, path, headers, b"body %d" % number)
        if not isinstance(out, Outgoing):
            tasks.append(loop.create_task(finished(out)))
        elif dice.chance(0.05):
            stage.plane.observe(out, "client_gone")
        stage.wall.advance_us(dice.below(5_000))
        if dice.chance(0.6):
            await turns(dice.below(4))
        if number % 40 == 20:
            sandbox.change("switch", {"n": number}, switched)
        if number % 100 == 50:
            sandbox.clock.anchor(stage.wall.monotonic_us(), sandbox.clock.read(stage.wall.monotonic_us()) + 60_000)
            sandbox.change("clock", {"to": "later"})
        if number % 30 == 10:
            sandbox.fire_due(sandbox.clock.read(stage.wall.monotonic_us()))
    await asyncio.gather(*tasks)
    return stage


def switched(tx: Transaction, at_us: int) -> None:
    tx.incr(STATE, "switched")


async def replayed(records: Iterable[Any], planted: str = "") -> tuple[Theatre, list[Difference]]:
    stage = theatre(planted, closed=True)
    stage.wall.advance_us(123_456_789)
    return stage, await replay(stage.plane, stage.sandbox, records)


def main(path: str) -> int:
    records = decode(Path(path).read_bytes())
    stage, differences = asyncio.run(replayed(records))
    sys.stdout.write(reply_bytes(stage.records()).hex())
    sys.stderr.write("\n".join(map(repr, differences)))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
