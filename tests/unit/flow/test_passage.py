from __future__ import annotations

import asyncio

from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, Stage
from diorama.ports.effects import OutboundRequest
from diorama.ports.exchange import OpenExchange
from tests.unit.flow.staging import OK, ROWS, Made, StubOutbound, Theatre


def test_forget__after_a_run_that_called_less__keeps_the_answers_that_it_did_not_reach() -> None:
    calls: list[str] = []

    async def scene() -> Theatre:
        async def race(x: OpenExchange) -> Reply:
            count = x.tx.get(ROWS, "count", 0)
            for place in range(1 if count == 1 else 2):
                await x.outbound.call(OutboundRequest("GET", f"http://outside.test/{place}"))
            if count < 2:
                theatre.at_once("POST", "/count")
            return OK

        def count(x: OpenExchange) -> Reply:
            x.tx.incr(ROWS, "count")
            return OK

        theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, lambda x: race(x) if x.request.path == "/wait" else count(x))]))
        theatre.sandbox.open_outbound = lambda memo: StubOutbound(calls, memo)
        await theatre.started("POST", "/wait")
        return theatre

    record = asyncio.run(scene()).exchanges()[-1]
    assert (record.request.path, record.attempts, len(record.outbound)) == ("/wait", 3, 2)
    assert calls == ["http://outside.test/0", "http://outside.test/1"]
