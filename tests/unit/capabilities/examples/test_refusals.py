from __future__ import annotations

import pytest

from diorama.capabilities.examples import ExamplesSpec
from diorama.model.errors import DioramaError
from tests.unit.capabilities.examples.replies import Answering, accept, content_type, endpoint, media, response

ALL = ExamplesSpec(refusals="all")
NUMBER = media(schema={"type": "number"})


@pytest.mark.parametrize(
    ("code", "statuses", "expected"),
    [
        ("credentials_missing", ["200", "401"], 401),
        ("credentials_malformed", ["200", "4XX"], 401),
        ("credentials_missing", ["200", "default"], 401),
        ("credentials_missing", ["200", "422"], None),
        ("request_violates_schema", ["400", "422"], 422),
        ("request_violates_schema", ["200", "400"], 400),
        ("request_violates_schema", ["200", "default"], 422),
        ("request_violates_schema", ["200"], None),
        ("media_type_unsupported", ["415", "422"], 415),
        ("media_type_unsupported", ["400"], 400),
        ("body_malformed", ["400"], 400),
        ("not_acceptable", ["406", "default"], 406),
        ("not_acceptable", ["4XX", "default"], None),
        ("rate_exceeded", ["429"], 429),
        ("preference_unknown", ["404", "default"], None),
        ("reply_violates_schema", ["500", "default"], None),
    ],
)
def test_refusal__by_code__is_the_documents_own(code: str, statuses: list[str], expected: int | None) -> None:
    answering = Answering(endpoint(*(response(status, NUMBER) for status in statuses)), ALL)
    reply = answering.refused(DioramaError(code, "why"))
    assert (None if reply is None else reply.status) == expected
    if reply is not None:
        assert (reply.body, content_type(reply)) == (b"0", "application/json")


def test_refusal__without_content__is_empty_whatever_is_accepted() -> None:
    answering = Answering(endpoint(response("401")))
    for headers in (None, accept("application/xml")):
        reply = answering.refused(DioramaError("credentials_missing", "why"), headers=headers)
        assert reply is not None
        assert (reply.status, reply.body, content_type(reply)) == (401, b"", "")


def test_refusal__with_headers_of_the_error__keeps_them() -> None:
    answering = Answering(endpoint(response("401", NUMBER)))
    error = DioramaError("credentials_missing", "why", headers=((b"WWW-Authenticate", b"Basic"),))
    reply = answering.refused(error)
    assert reply is not None
    assert reply.headers == ((b"content-type", b"application/json"), (b"WWW-Authenticate", b"Basic"))
    assert reply.head is None


def test_refusal__with_examples__prefers_them_to_schemas() -> None:
    content = (media("application/xml", schema={"type": "string"}), media("application/json", {"e": 1}))
    answering = Answering(endpoint(response("422", *content)), ALL)
    reply = answering.refused(DioramaError("request_violates_schema", "why"))
    assert reply is not None
    assert reply.body == b'{"e":1}'


def test_refusal__accept_that_cannot_be_met__is_readable_all_the_same() -> None:
    answering = Answering(endpoint(response("422", media("application/json", {"e": 1}), media("text/plain", "e"))), ALL)
    error = DioramaError("request_violates_schema", "why")
    plain = answering.refused(error, headers=accept("text/plain"))
    other = answering.refused(error, headers=accept("image/png"))
    assert plain is not None
    assert other is not None
    assert (plain.body, other.body) == (b"e", b'{"e":1}')


def test_refusal__example_wished_with_its_status__is_taken() -> None:
    answering = Answering(endpoint(response("422", media(one=1, two=2))), ALL)
    error = DioramaError("request_violates_schema", "why")
    bodies = []
    for query in ("__code=422&__example=two", "__example=two", "__code=422&__example=three", "__code=x"):
        reply = answering.refused(error, query)
        bodies.append(None if reply is None else reply.body)
    assert bodies == [b"2", b"1", b"1", b"1"]


def test_refusal__without_error__is_none() -> None:
    answering = Answering(endpoint(response("422")))
    x = answering.open()
    x.error = None
    assert list(answering.steps.values())[1](x) is None


@pytest.mark.parametrize(
    ("code", "statuses", "worded", "status"),
    [
        ("credentials_missing", ["401"], True, 401),
        ("request_violates_schema", ["400", "422"], False, 422),
        ("request_violates_schema", ["200", "400"], False, 400),
        ("request_violates_schema", ["200", "4XX", "default"], False, 422),
        ("body_malformed", ["422"], False, 400),
        ("media_type_unsupported", ["400"], False, 415),
    ],
)
def test_refusal__by_default__is_the_documents_own_for_credentials_only(
    code: str, statuses: list[str], worded: bool, status: int
) -> None:
    error = DioramaError(code, "why")
    reply = Answering(endpoint(*(response(one, NUMBER) for one in statuses))).refused(error)
    assert (reply is not None) is worded
    assert error.status == status
    assert error.problem()["status"] == status


def test_refusal__worded_by_none__is_never_the_documents_own() -> None:
    answering = Answering(endpoint(response("401", NUMBER)), ExamplesSpec(refusals="none"))
    assert answering.refused(DioramaError("credentials_missing", "why")) is None
