from __future__ import annotations

import asyncio
from typing import Any

import pytest

from diorama.engine.effects import CallBudget, ExchangeOutbound, ManualClock, OutboundClient, OutboundPolicy
from diorama.model.errors import DioramaError
from diorama.model.exchange import OutboundRecord
from diorama.ports.effects import Outbound, OutboundAnswer, OutboundRequest

KEY = b"k" * 32


class CountingSender:
    """Answers each call with its number, or as it was told to; time passes by 5 µs a call."""

    def __init__(self, clock: ManualClock, *outcomes: DioramaError) -> None:
        self.clock = clock
        self.outcomes = list(outcomes)
        self.sent: list[OutboundRequest] = []

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        self.sent.append(request)
        self.clock.advance_us(5)
        await asyncio.sleep(0)
        if self.outcomes:
            raise self.outcomes.pop(0)
        return OutboundAnswer(200, ((b"X", b"1"),), b"answer %d" % len(self.sent))


def door(sender: Any = None, **named: Any) -> ExchangeOutbound:
    return ExchangeOutbound(sender, sender.clock if sender else ManualClock(), KEY, **named)


def get(path: str = "/", **named: Any) -> OutboundRequest:
    return OutboundRequest("GET", "http://api.example.com" + path, **named)


def calls(outbound: Outbound, *requests: OutboundRequest) -> list[OutboundAnswer]:
    async def run() -> list[OutboundAnswer]:
        return [await outbound.call(request) for request in requests]

    return asyncio.run(run())


def failure(outbound: Outbound, *requests: OutboundRequest) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        calls(outbound, *requests)
    return caught.value


@pytest.fixture
def sender() -> CountingSender:
    return CountingSender(ManualClock())


def test_exchange__calls__are_recorded_in_order_with_their_answers(sender: CountingSender) -> None:
    outbound = door(sender)
    calls(outbound, get("/a"), OutboundRequest("POST", "http://api.example.com/b", (), b"body"))
    first, second = outbound.records
    assert (first.method, first.url, first.status, first.body) == ("GET", "http://api.example.com/a", 200, b"answer 1")
    assert (first.headers, first.error, first.duration_us, len(first.request_hash)) == (((b"X", b"1"),), "", 5, 32)
    assert (second.method, second.body) == ("POST", b"answer 2")
    assert first.request_hash != second.request_hash


@pytest.mark.parametrize("replay", [False, True])
def test_exchange__run_again_with_its_records__answers_the_same_and_calls_nobody(
    replay: bool, sender: CountingSender
) -> None:
    first = door(sender)
    answers = calls(first, get("/a"), get("/b"))
    again = door(memo=first.records, replay=replay)
    assert calls(again, get("/a"), get("/b")) == answers
    assert again.records == first.records


def test_exchange__run_again_differently__calls_for_real_what_differs(sender: CountingSender) -> None:
    first = door(sender)
    calls(first, get("/a"), get("/b"), get("/c"))
    again = door(sender, memo=first.records)
    answers = calls(again, get("/a"), get("/other"), get("/c"))
    assert [answer.body for answer in answers] == [b"answer 1", b"answer 4", b"answer 3"]
    assert [request.url[-2:] for request in sender.sent] == ["/a", "/b", "/c", "er"]


@pytest.mark.parametrize(
    "request_",
    [
        OutboundRequest("POST", "http://api.example.com/"),
        get("/?x=1"),
        get(body=b"x"),
        get(headers=((b"X-One", b"1"),)),
        get(headers=((b"Authorization", b"Bearer other"),)),
    ],
)
def test_replay__a_call_that_was_not_recorded__diverges_and_calls_nobody(
    request_: OutboundRequest, sender: CountingSender
) -> None:
    first = door(sender)
    calls(first, get())
    error = failure(door(sender, memo=first.records, replay=True), request_)
    assert (error.code, error.meta["call"], len(sender.sent)) == ("replay_diverged", 1, 1)


def test_replay__a_further_call__diverges(sender: CountingSender) -> None:
    first = door(sender)
    calls(first, get())
    error = failure(door(sender, memo=first.records, replay=True), get(), get("/more"))
    assert (error.code, error.meta["call"], len(sender.sent)) == ("replay_diverged", 2, 1)


def test_replay__a_call_with_tokens_for_credentials__is_the_recorded_one(sender: CountingSender) -> None:
    """What is replayed comes from the journal, where credentials are tokens already."""
    first = door(sender)
    secret = ((b"Authorization", b"Bearer hunter2"), (b"traceparent", b"1"), (b"A", b"1"), (b"b", b"2"), (b"B", b"3"))
    answers = calls(first, get("/?api_key=hunter2&x=1", headers=secret))
    seal = first._seal
    replayed = (
        *((b"authorization", seal(b"Bearer hunter2")), (b"User-Agent", b"x"), (b"b", b"2"), (b"B", b"3"), (b"a", b"1")),
        (b"traceparent", b"2"),
    )
    url = "/?api_key=" + seal(b"hunter2").decode() + "&x=1"
    assert calls(door(memo=first.records, replay=True), get(url, headers=replayed)) == answers


def test_records__of_calls_with_secrets__hold_none(sender: CountingSender) -> None:
    outbound = door(sender)
    calls(
        outbound,
        get("/?access_token=hunter2&code=hunter2&page=2", headers=((b"X-Api-Key", b"hunter2"),)),
        OutboundRequest(
            "GET", "http://hunter2:hunter2@api.example.com/?sig=hunter2#hunter2", ((b"Cookie", b"hunter2"),)
        ),
    )
    assert "hunter2" not in repr(outbound.records)
    assert "page=2" in outbound.records[0].url


def test_records__under_another_key__have_another_hash(sender: CountingSender) -> None:
    """Without the key, nobody can try guesses against what is recorded."""
    hashes = set()
    for key in (b"k" * 32, b"l" * 32):
        outbound = ExchangeOutbound(sender, sender.clock, key)
        calls(outbound, get(headers=((b"Authorization", b"1234"),)))
        hashes.add(outbound.records[0].request_hash)
    assert len(hashes) == 2


def test_exchange__a_short_key__is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ExchangeOutbound(None, ManualClock(), b"short")


@pytest.mark.parametrize("code", ["outbound_refused", "outbound_failed", "outbound_timeout"])
@pytest.mark.parametrize("replay", [False, True])
def test_exchange__a_call_that_failed__fails_again_in_the_same_words(code: str, replay: bool) -> None:
    sender = CountingSender(ManualClock(), DioramaError(code, "It did not.", "Try."))
    first = door(sender)
    failure(first, get())
    (record,) = first.records
    assert (record.status, record.error, record.duration_us) == (0, code, 5)
    assert (record.body, record.detail, record.hint) == (b"", "It did not.", "Try.")
    error = failure(door(memo=first.records, replay=replay), get())
    assert (error.code, error.message, error.hint) == (code, "It did not.", "Try.")


def test_exchange__a_code_of_another_version__is_a_failure() -> None:
    first = door(CountingSender(ManualClock()))
    calls(first, get())
    known = first.records[0]
    memo = (OutboundRecord(known.method, known.url, known.request_hash, error="of_the_future"),)
    error = failure(door(memo=memo, replay=True), get())
    assert (error.code, bool(error.message)) == ("outbound_failed", True)


def test_exchange__more_calls_than_it_may_make__is_stopped_without_a_record(sender: CountingSender) -> None:
    outbound = door(sender, calls_max=2)
    assert failure(outbound, get("/1"), get("/2"), get("/3")).code == "budget_exceeded"
    assert failure(outbound, get("/4")).status == 507
    assert (len(outbound.records), len(sender.sent)) == (2, 2)
    assert failure(door(memo=outbound.records, replay=True, calls_max=2), get("/1"), get("/2"), get("/3")).code == (
        "budget_exceeded"
    )


def test_budget__shared_by_exchanges__is_used_up_by_real_calls_only(sender: CountingSender) -> None:
    budget = CallBudget(2)
    first = door(sender, budget=budget)
    calls(first, get())
    calls(door(sender, budget=budget, memo=first.records), get())
    assert budget.calls == 1
    calls(door(sender, budget=budget), get())
    refused = door(sender, budget=budget)
    assert failure(refused, get()).code == "budget_exceeded"
    assert len(sender.sent) == 2
    assert failure(door(memo=refused.records, replay=True), get()).code == "budget_exceeded"


def test_exchange__without_a_way_out__is_refused() -> None:
    outbound = door()
    assert failure(outbound, get()).code == "outbound_refused"
    assert outbound.records[0].error == "outbound_refused"


def test_exchange__calls_at_once__are_recorded_as_they_began() -> None:
    class Reversing:
        """Answers the second call first."""

        clock = ManualClock()

        def __init__(self) -> None:
            self.second = asyncio.Event()

        async def send(self, request: OutboundRequest) -> OutboundAnswer:
            if request.url.endswith("/1"):
                await self.second.wait()
            self.second.set()
            return OutboundAnswer(200, (), request.url[-1:].encode())

    async def run() -> tuple[OutboundRecord, ...]:
        outbound = door(Reversing())
        await asyncio.gather(outbound.call(get("/1")), outbound.call(get("/2")))
        return outbound.records

    records = asyncio.run(run())
    assert [record.body for record in records] == [b"1", b"2"]
    assert [answer.body for answer in calls(door(memo=records, replay=True), get("/1"), get("/2"))] == [b"1", b"2"]


def test_exchange__a_call_that_is_given_up__stands_in_the_record_as_failed(server: Any) -> None:
    server.responder = lambda _request: None

    async def run() -> tuple[OutboundRecord, ...]:
        client = OutboundClient(OutboundPolicy(allow=("127.0.0.1",)))
        outbound = ExchangeOutbound(client, ManualClock(), KEY)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await outbound.call(OutboundRequest("GET", server.url))
        await client.aclose()
        return outbound.records

    (record,) = asyncio.run(run())
    assert (record.status, record.error) == (0, "outbound_failed")


def test_memo_after__a_run_that_called_less__keeps_what_it_did_not_reach(sender: CountingSender) -> None:
    first = door(sender)
    calls(first, get("/a"), get("/b"))
    second = door(sender, memo=first.memo_after)
    calls(second, get("/a"))
    third = door(sender, memo=second.memo_after)
    calls(third, get("/a"), get("/b"))
    assert (len(second.records), third.records, len(sender.sent)) == (1, first.records, 2)


def test_exchange__over_a_real_client__records_and_replays(server: Any) -> None:
    async def run() -> tuple[OutboundAnswer, tuple[OutboundRecord, ...]]:
        client = OutboundClient(OutboundPolicy(allow=("127.0.0.1",)))
        outbound = ExchangeOutbound(client, ManualClock(), KEY)
        answer = await outbound.call(OutboundRequest("GET", server.url))
        await client.aclose()
        return answer, outbound.records

    answer, records = asyncio.run(run())
    replayed = calls(door(memo=records, replay=True), OutboundRequest("GET", server.url))
    assert (replayed, len(server.requests)) == ([answer], 1)
