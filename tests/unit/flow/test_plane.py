"""The data plane: exchanges that never wait."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from diorama.engine.budgets import Budgets
from diorama.flow.plane import PlaneSettings
from diorama.model.errors import DioramaError, Violation
from diorama.model.exchange import DeliveryOutcome
from diorama.model.http import Reply
from diorama.ports.capability import ALWAYS, Stage, Trigger
from diorama.ports.delivery import Outgoing
from diorama.ports.exchange import OpenExchange
from diorama.ports.transaction import Transaction
from tests.unit.flow.staging import OK, ROWS, Made, Theatre, answering, ok, project, request

TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def outgoing(theatre: Theatre, *arguments: Any) -> Outgoing:
    out = theatre.call(*arguments)
    assert isinstance(out, Outgoing)
    return out


def test_exchange__answered_at_once__is_committed_and_journalled() -> None:
    def respond(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "a", x.tx.get(ROWS, "b", 1))
        return OK

    theatre = Theatre(answering(respond))
    theatre.wall.advance_us(5_000_000)
    out = outgoing(theatre, "GET", "/things/7?limit=1", [(b"accept", b"*/*")])
    (record,) = theatre.exchanges()
    assert out.reply is OK
    assert (out.sandbox, out.seq, out.close) == ("default", 1, False)
    assert theatre.value("a") == 1
    assert (record.seq, record.admission_seq, record.base_seq, record.branch) == (1, 1, 0, 0)
    assert record.at_us == record.real_us == theatre.wall.now_us()
    assert (record.request.path, record.request.query) == ("/things/7", b"limit=1")
    assert record.reply is OK
    assert (record.endpoint, record.matched) == ("get /things/{id}", "path template")
    assert (record.session, record.session_named) == ("127.0.0.1", False)
    assert record.dice_key == ("default", "get /things/{id}", 0)
    assert record.definition == theatre.published.version
    assert record.reads == (("state", "rows", "b"),)
    assert [type(operation).__name__ for operation in record.operations] == ["Set"]
    assert len(record.admission_operations) == 2
    assert (record.error, record.attempts, record.near_misses) == ("", 1, ())


def test_timings__with_time_passing__are_in_order() -> None:
    def slow(x: OpenExchange) -> Reply:
        theatre.wall.advance_us(6_000)
        return OK

    theatre = Theatre(answering(slow))
    theatre.at_once("GET", "/things")
    timings = theatre.exchanges()[0].timings
    assert timings.routed == timings.admitted == 0
    assert timings.composed == timings.committed == 6_000_000
    assert theatre.sandbox.slow_turns == 1


def test_correlation_id__well_formed__is_taken() -> None:
    theatre = Theatre(answering(ok))
    out = outgoing(theatre, "GET", "/things", [(b"x-correlation-id", b"order-42_a.b:c/d+e=@")])
    assert out.headers == b"x-correlation-id: order-42_a.b:c/d+e=@\r\n"
    assert theatre.exchanges()[0].correlation_id == "order-42_a.b:c/d+e=@"


@pytest.mark.parametrize("value", [b"", b" ", b"a b", b"x" * 129, b"a\xff", b"a\r\nb: c"])
def test_correlation_id__malformed__comes_from_dice(value: bytes) -> None:
    theatre, other = Theatre(answering(ok)), Theatre(answering(ok))
    out = outgoing(theatre, "GET", "/things", [(b"x-correlation-id", value)])
    assert re.fullmatch(rb"x-correlation-id: [0-9a-f]{32}\r\n", out.headers)
    assert out.headers == outgoing(other, "GET", "/things").headers


def test_correlation_id__of_clients_that_name_no_session__never_repeats() -> None:
    theatre = Theatre(answering(ok))
    for client in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        theatre.plane.handle(request("GET", "/things", client=client))
    records = theatre.exchanges()
    assert len({record.correlation_id for record in records}) == 3
    assert [record.dice_key for record in records] == [("default", "get /things", count) for count in range(3)]
    assert [record.session for record in records] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


@pytest.mark.parametrize("path", ["/things", "/nowhere"])
def test_traceparent__well_formed__is_passed_on(path: str) -> None:
    theatre = Theatre(answering(ok))
    assert b"traceparent: " + TRACE + b"\r\n" in outgoing(theatre, "GET", path, [(b"traceparent", TRACE)]).headers
    assert b"traceparent" not in outgoing(theatre, "GET", path, [(b"traceparent", b"mine")]).headers


def test_request__for_no_sandbox__is_answered_with_a_correlation_id() -> None:
    theatre = Theatre(answering(ok))
    out = outgoing(theatre, "GET", "/things", [(b"x-sandbox-id", b"other"), (b"traceparent", TRACE)])
    problem = msgspec.json.decode(out.reply.body)
    correlation = problem["meta"]["correlation_id"]
    assert (out.reply.status, problem["code"], out.seq) == (404, "sandbox_unknown", 0)
    assert re.fullmatch("[0-9a-f]{32}", correlation)
    assert out.headers == f"x-correlation-id: {correlation}\r\ntraceparent: {TRACE.decode()}\r\n".encode()
    again = outgoing(theatre, "GET", "/things", [(b"x-sandbox-id", b"other"), (b"x-correlation-id", b"mine")])
    assert again.headers == b"x-correlation-id: mine\r\n"


def test_request__for_an_expired_sandbox__is_told_so() -> None:
    theatre = Theatre(answering(ok), ttl_s=60, created_us=1_700_000_000_000_000)
    assert theatre.at_once("GET", "/things").status == 200
    theatre.wall.advance_us(61_000_000)
    assert theatre.at_once("GET", "/things").status == 410


def test_admission__of_a_refused_exchange__is_kept() -> None:
    def count(x: OpenExchange) -> None:
        x.tx.incr(ROWS, "admitted")

    def refuse(x: OpenExchange) -> None:
        x.tx.set(ROWS, "body", 1)
        raise DioramaError("not_acceptable", "No.")

    theatre = Theatre(Made([(Stage.ADMIT, ALWAYS, count), (Stage.CHECK, ALWAYS, refuse)]))
    reply = theatre.at_once("GET", "/things")
    (record,) = theatre.exchanges()
    assert reply.status == 406
    assert (theatre.value("admitted"), theatre.value("body")) == (1, None)
    assert (record.error, record.operations) == ("not_acceptable", ())
    assert len(record.admission_operations) == 3


def test_step__that_raises__is_a_500_that_is_rolled_back_and_journalled() -> None:
    def fail(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "body", 1)
        raise LookupError("the customer's password")

    theatre = Theatre(answering(fail))
    reply = theatre.at_once("GET", "/things")
    problem = msgspec.json.decode(reply.body)
    assert (reply.status, problem["code"]) == (500, "capability_failed")
    assert re.search(r"LookupError was raised at test_plane\.py:\d+ in fail", problem["detail"])
    assert b"password" not in reply.body
    assert problem["meta"] == {
        "project": "shop",
        "group": "api",
        "endpoint": "get /things",
        "sandbox": "default",
        "correlation_id": theatre.exchanges()[0].correlation_id,
    }
    assert theatre.value("body") is None
    assert theatre.exchanges()[0].error == "capability_failed"


def test_step__that_writes_what_cannot_be_stored__is_a_500() -> None:
    def write(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "a", {"when": object()})
        return OK

    theatre = Theatre(answering(write))
    assert theatre.at_once("GET", "/things").status == 500
    assert theatre.sandbox.world.table(ROWS).rows.get("a") is None


def test_admission_step__that_raises__keeps_what_the_others_did() -> None:
    def fail(x: OpenExchange) -> None:
        x.tx.incr(ROWS, "admitted")
        raise LookupError

    theatre = Theatre(Made([(Stage.ADMIT, ALWAYS, fail), (Stage.COMPOSE, ALWAYS, ok)]))
    assert theatre.at_once("GET", "/things").status == 500
    assert theatre.value("admitted") == 1


def test_admission_step__that_answers__ends_the_exchange() -> None:
    theatre = Theatre(Made([(Stage.ADMIT, ALWAYS, lambda _: Reply(204)), (Stage.COMPOSE, ALWAYS, ok)]))
    assert theatre.at_once("GET", "/things").status == 204


@pytest.mark.parametrize("stage", [Stage.ADMIT, Stage.COMPOSE])
def test_step__that_answers_what_matched_nothing__leaves_no_error_in_the_journal(stage: Stage) -> None:
    theatre = Theatre(answering(lambda _: Reply(204), stage))
    assert theatre.at_once("OPTIONS", "/things").status == 204
    (record,) = theatre.exchanges()
    assert (record.endpoint, record.error) == ("", "")


def test_admission_step__that_wants_to_wait__is_refused() -> None:
    async def wait(x: OpenExchange) -> None:
        raise AssertionError

    theatre = Theatre(Made([(Stage.ADMIT, ALWAYS, wait), (Stage.COMPOSE, ALWAYS, ok)]))
    assert theatre.at_once("GET", "/things").status == 500


def test_verify_step__that_replaces_the_reply__is_what_goes_out() -> None:
    def verify(x: OpenExchange) -> Reply | None:
        assert x.reply is OK
        return Reply(502)

    theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, ok), (Stage.VERIFY, ALWAYS, verify)]))
    assert theatre.at_once("GET", "/things").status == 502


def test_violations__noted_in_the_plan__are_counted_in_a_header() -> None:
    def warn(x: OpenExchange) -> Reply:
        x.plan.violations = (Violation("query", "/limit", "minimum", "too small"),)
        return OK

    theatre = Theatre(answering(warn))
    out = outgoing(theatre, "GET", "/things")
    assert b"x-diorama-violations: request=1, reply=0\r\n" in out.headers
    assert len(theatre.exchanges()[0].violations) == 1


def test_refuse_step__with_words_of_its_own__words_the_error() -> None:
    def word(x: OpenExchange) -> Reply:
        assert x.error is not None
        return Reply(x.error.status, (), b"own words")

    theatre = Theatre(Made([(Stage.REFUSE, Trigger("get /things"), word)]))
    assert theatre.at_once("GET", "/things").body == b"own words"
    assert b"problem" in theatre.at_once("GET", "/things/1").headers[0][1]


@pytest.mark.parametrize("failure", [DioramaError("internal", "no"), LookupError("no")])
def test_refuse_step__that_fails__hides_no_refusal(failure: Exception) -> None:
    def word(x: OpenExchange) -> Reply:
        x.tx.set(ROWS, "worded", 1)
        raise failure

    theatre = Theatre(Made([(Stage.REFUSE, ALWAYS, word)]))
    reply = theatre.at_once("GET", "/things")
    assert (reply.status, msgspec.json.decode(reply.body)["code"]) == (500, "response_not_defined")
    assert theatre.value("worded") is None


def test_deliver_step__that_answers__replaces_what_is_sent_and_not_what_is_journalled() -> None:
    theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, ok), (Stage.DELIVER, ALWAYS, lambda _: Reply(503))]))
    assert theatre.at_once("GET", "/things").status == 503
    assert theatre.exchanges()[0].reply is OK


def test_deliver_step__that_fails__sends_the_committed_reply_and_says_so() -> None:
    def fail(x: OpenExchange) -> None:
        raise LookupError

    theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, ok), (Stage.DELIVER, ALWAYS, fail)]))
    assert theatre.at_once("GET", "/things") is OK
    record, outcome = theatre.records()
    assert isinstance(outcome, DeliveryOutcome)
    assert (outcome.exchange_seq, outcome.outcome) == (record.seq, "step_failed")
    assert "LookupError" in outcome.detail


def test_observe__an_outcome__is_a_record_of_its_own() -> None:
    theatre = Theatre(answering(ok))
    out = outgoing(theatre, "GET", "/things")
    theatre.plane.observe(out, "client_gone", "after 3 bytes")
    theatre.plane.observe(Outgoing(OK), "client_gone")
    outcome = theatre.records()[-1]
    assert len(theatre.records()) == 2
    assert isinstance(outcome, DeliveryOutcome)
    assert (outcome.seq, outcome.exchange_seq, outcome.outcome, outcome.detail) == (
        2,
        1,
        "client_gone",
        "after 3 bytes",
    )


def test_events__emitted_in_the_body__are_heard_in_the_same_transaction() -> None:
    def respond(x: OpenExchange) -> Reply:
        x.tx.emit("sold", {"n": 3})
        return OK

    def sold(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.set(ROWS, "sold", payload["n"])
        tx.emit("counted")

    def counted(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.incr(ROWS, "counted")

    events = {"sold": sold, "counted": counted}
    theatre = Theatre(Made([(Stage.COMPOSE, ALWAYS, respond)], events=events))
    theatre.at_once("GET", "/things")
    (record,) = theatre.exchanges()
    assert (theatre.value("sold"), theatre.value("counted")) == (3, 1)
    assert [type(operation).__name__ for operation in record.operations] == ["Emit", "Set", "Emit", "Incr"]


def test_events__emitted_in_the_admission__are_heard_even_when_the_exchange_is_refused() -> None:
    def admit(x: OpenExchange) -> None:
        x.tx.emit("came")

    def refuse(x: OpenExchange) -> None:
        raise DioramaError("credentials_missing", "Who are you?")

    def came(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.incr(ROWS, "came")

    steps = [(Stage.ADMIT, ALWAYS, admit), (Stage.ADMIT, ALWAYS, refuse)]
    theatre = Theatre(Made(steps, events={"came": came}))
    assert theatre.at_once("GET", "/things").status == 401
    assert theatre.value("came") == 1
    assert theatre.exchanges()[0].operations == ()


def test_events__that_answer_each_other_for_ever__are_stopped_by_the_budget() -> None:
    def respond(x: OpenExchange) -> Reply:
        x.tx.emit("ping")
        return OK

    def ping(tx: Transaction, at_us: int, payload: Any) -> None:
        tx.incr(ROWS, "pings")
        tx.emit("ping")

    made = Made([(Stage.COMPOSE, ALWAYS, respond)], events={"ping": ping})
    theatre = Theatre(made, budgets=Budgets(events_max=50))
    reply = theatre.at_once("GET", "/things")
    assert (reply.status, msgspec.json.decode(reply.body)["meta"]["budget"]) == (507, "events in one transaction")
    assert theatre.value("pings") is None


def test_sessions__beyond_the_budget__are_refused_and_known_ones_served() -> None:
    theatre = Theatre(answering(ok), budgets=Budgets(sessions_max=2))
    statuses = [theatre.at_once("GET", "/things", [(b"x-session-id", name)]).status for name in (b"a", b"b", b"c")]
    assert statuses == [200, 200, 429]
    assert theatre.at_once("GET", "/things", [(b"x-session-id", b"a")]).status == 200
    assert theatre.exchanges()[2].error == "rate_exceeded"


def test_session__with_an_empty_name__is_refused_with_a_record() -> None:
    theatre = Theatre(answering(ok))
    reply = theatre.at_once("GET", "/things", [(b"x-session-id", b"")])
    assert reply.status == 400
    assert theatre.exchanges()[0].error == "header_malformed"


def test_dice__of_one_inserted_request__change_no_other_sessions_luck() -> None:
    def roll(x: OpenExchange) -> Reply:
        return Reply(200, (), x.dice.uuid4().encode())

    def run(inserted: bool) -> list[bytes]:
        theatre = Theatre(answering(roll))
        found = []
        for turn in range(4):
            found.append(theatre.at_once("GET", "/things", [(b"x-session-id", b"one")]).body)
            if inserted and turn == 1:
                theatre.at_once("GET", "/things", [(b"x-session-id", b"two")])
                theatre.at_once("GET", "/things/1", [(b"x-session-id", b"one")])
                theatre.at_once("GET", "/things")
        return found

    plain = run(inserted=False)
    assert run(inserted=True) == plain
    assert len(set(plain)) == 4


def test_dice__of_two_operations_in_one_session__differ() -> None:
    def roll(x: OpenExchange) -> Reply:
        return Reply(200, (), x.dice.uuid4().encode())

    theatre = Theatre(answering(roll))
    session = [(b"x-session-id", b"one")]
    rolled = {theatre.at_once(method, "/things", session).body for method in ("GET", "POST")}
    assert len(rolled) == 2


def test_head__where_only_get_is_defined__is_answered_by_it_when_the_project_says_so() -> None:
    theatre = Theatre(answering(ok), definition=project(specs={"routing": {"head_from_get": True}}))
    assert theatre.at_once("HEAD", "/things").status == 200
    assert theatre.exchanges()[0].endpoint == "get /things"
    reply = theatre.at_once("HEAD", "/wait")
    assert reply.status == 200
    assert theatre.exchanges()[1].endpoint == ""


def test_path_parameters__encoded__are_handed_on_raw() -> None:
    seen = []

    def respond(x: OpenExchange) -> Reply:
        seen.append((x.path_parameters, x.query))
        return OK

    theatre = Theatre(answering(respond))
    theatre.at_once("GET", "/things/a%2Fb%20c?x=%C3%BC&y=&z=1+2")
    assert seen == [({"id": "a%2Fb%20c"}, [("x", "ü"), ("y", ""), ("z", "1 2")])]


def test_session_cookie__configured__names_the_session_by_a_token() -> None:
    theatre = Theatre(answering(ok), settings=PlaneSettings(session_cookie="sid"))
    theatre.at_once("GET", "/things", [(b"cookie", b"a=1; sid=hidden-name")])
    (record,) = theatre.exchanges()
    assert record.session_named
    assert record.session.startswith("tok_")
    assert b"hidden-name" not in repr(record).encode()
