"""Steps that wait while a reply is looked at and delivered."""

from __future__ import annotations

import asyncio

from diorama.model.exchange import DeliveryOutcome
from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.delivery import Outgoing
from diorama.ports.exchange import OpenExchange
from tests.unit.flow.staging import OK, Made, Theatre


def test_verify_and_deliver_steps__that_wait__are_waited_for() -> None:
    async def verify(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        return Reply(201)

    async def deliver(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        return Reply(202)

    steps = [(Stage.COMPOSE, ALWAYS, lambda _: OK), (Stage.VERIFY, ALWAYS, verify), (Stage.DELIVER, ALWAYS, deliver)]

    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(Made(steps))
        return theatre, await theatre.started("POST", "/wait")

    theatre, out = asyncio.run(scene())
    assert out.reply.status == 202
    assert theatre.exchanges()[0].reply.status == 201


def test_deliver_step__that_fails_while_waiting__sends_the_committed_reply() -> None:
    async def deliver(x: OpenExchange) -> Reply:
        await asyncio.sleep(0)
        raise LookupError

    async def scene() -> tuple[Theatre, Outgoing]:
        theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, lambda _: OK), (Stage.DELIVER, ALWAYS, deliver)]))
        return theatre, await theatre.started("POST", "/wait")

    theatre, out = asyncio.run(scene())
    assert out.reply is OK
    assert isinstance(theatre.records()[-1], DeliveryOutcome)
