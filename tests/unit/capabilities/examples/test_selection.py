from __future__ import annotations

import pytest

from diorama.capabilities.examples import ExamplesSpec
from diorama.model.definition import Endpoint, MediaType, Response
from diorama.model.errors import DioramaError
from tests.unit.capabilities.examples.replies import Answering, accept, endpoint, media, prefer, response, unfetched


def text(status: str) -> Response:
    return response(status, media("text/plain", status))


@pytest.mark.parametrize(
    ("statuses", "expected", "body"),
    [
        (["200"], 200, b"200"),
        (["400", "201", "200"], 200, b"200"),
        (["2XX", "201", "default"], 201, b"201"),
        (["default", "2XX"], 200, b"2XX"),
        (["503", "5XX", "default"], 200, b"default"),
        (["5XX", "4XX"], 500, b"5XX"),
        (["404", "500"], 404, b"404"),
        (["101"], 200, b"101"),
    ],
)
def test_status__nothing_wished__is_the_usual_one(statuses: list[str], expected: int, body: bytes) -> None:
    reply = Answering(endpoint(*map(text, statuses))).reply()
    assert (reply.status, reply.body) == (expected, body)


@pytest.mark.parametrize(
    ("code", "body"), [(503, b"503"), (502, b"5XX"), (401, b"default"), (200, b"default"), (599, b"5XX")]
)
def test_status__wished__is_exact_then_range_then_default(code: int, body: bytes) -> None:
    answering = Answering(endpoint(text("503"), text("5XX"), text("default")))
    for reply in (answering.reply(f"__code={code}"), answering.reply(headers=prefer(f"code={code}"))):
        assert (reply.status, reply.body) == (code, body)


@pytest.mark.parametrize("code", [404, 100, 99999])
def test_status__wished_but_not_defined__says_what_is(code: int) -> None:
    with pytest.raises(DioramaError) as caught:
        Answering(endpoint(text("200"), text("5XX"))).reply(f"__code={code}")
    assert caught.value.code == "preference_unknown"
    assert "200, 5XX" in caught.value.message


def test_status__no_response_at_all__is_an_error() -> None:
    with pytest.raises(DioramaError) as caught:
        Answering(endpoint()).reply()
    assert caught.value.code == "response_not_defined"


@pytest.mark.parametrize(
    "header",
    [
        "code=404, example=cat",
        'code="404";example="cat"',
        "CODE=404 , Example=cat",
        "respond-async, code=404,example=cat",
    ],
)
def test_prefer__in_any_spelling__is_understood(header: str) -> None:
    answering = Answering(endpoint(text("200"), response("404", media(dog="d", cat="c"))))
    reply = answering.reply(headers=prefer(header))
    assert (reply.status, reply.body) == (404, b'"c"')


def test_prefer__several_headers__are_one_and_go_before_the_query() -> None:
    answering = Answering(endpoint(text("200"), response("404", media(dog="d", cat="c"))))
    reply = answering.reply("__code=200", headers=prefer("code=404", "example=cat"))
    assert (reply.status, reply.body) == (404, b'"c"')
    assert answering.reply("__code=404", headers=prefer("wait=5")).status == 200


@pytest.mark.parametrize("query", ["__code=abc", "__dynamic=maybe", "__code=-1", "__code=9999999"])
def test_preference__malformed__is_refused_in_our_own_words(query: str) -> None:
    answering = Answering(endpoint(text("200"), text("422")))
    with pytest.raises(DioramaError) as caught:
        answering.reply(query)
    assert caught.value.code == "request_violates_schema"
    assert answering.refused(caught.value, query) is None


def test_preference__empty_or_foreign__is_ignored() -> None:
    answering = Answering(endpoint(text("200")))
    assert answering.reply("__code=&__example=&__server=x&a__b=1").status == 200


def test_example__first_one__is_the_body() -> None:
    answering = Answering(endpoint(response("200", media(one=1, two=2))))
    assert answering.reply().body == b"1"
    assert answering.reply("__example=two").body == b"2"
    assert answering.reply("__example=two&__dynamic=true").body == b"2"


def test_example__unknown__says_which_exist() -> None:
    with pytest.raises(DioramaError) as caught:
        Answering(endpoint(response("200", media(one=1, two=2)))).reply("__example=three")
    assert caught.value.code == "preference_unknown"
    assert "one, two" in caught.value.message


def test_example__only_in_the_usual_response__is_found_there() -> None:
    answering = Answering(endpoint(response("200", media(cat="c")), text("404")))
    assert answering.reply("__code=404&__example=cat").body == b'"c"'
    with pytest.raises(DioramaError) as caught:
        answering.reply("__code=404&__example=dog")
    assert caught.value.code == "preference_unknown"


def test_example__not_fetched__is_passed_over() -> None:
    content = MediaType("application/json", None, (unfetched("far"), *media(near=1).examples))
    answering = Answering(endpoint(response("200", content)))
    assert answering.reply().body == b"1"
    with pytest.raises(DioramaError):
        answering.reply("__example=far")


def test_body__neither_schema_nor_example__is_empty_with_its_type() -> None:
    reply = Answering(endpoint(response("200", media()))).reply()
    assert (reply.body, reply.headers) == (b"", ((b"content-type", b"application/json"),))


def test_body__examples_ignored__comes_from_the_schema() -> None:
    content = media("application/json", "given", schema={"type": "string"}, named="n")
    answering = Answering(endpoint(response("200", content)), ExamplesSpec(ignore_examples=True))
    assert answering.reply().body == b'"string"'
    assert answering.reply("__example=named").body == b'"n"'


def test_head__defined_by_the_document__has_headers_only() -> None:
    target = Endpoint("h", "HEAD", "/h", responses=(response("200", media(one=1)),))
    reply = Answering(target).reply()
    assert (reply.status, reply.headers, reply.body) == (200, (), b"")


@pytest.mark.parametrize("wish", ["example", "code", "dynamic"])
def test_preference__very_long__is_quoted_in_short(wish: str) -> None:
    answering = Answering(endpoint(response("200", media(one=1))))
    for headers, query in ((prefer(f'{wish}="{"x" * 50_000}"'), ""), (None, f"__{wish}=" + "x" * 50_000)):
        with pytest.raises(DioramaError) as caught:
            answering.reply(query, headers)
        error = caught.value
        quoting = [error.message, *(violation.message for violation in error.violations)]
        assert all("x" * 78 + "…" in text and "x" * 80 not in text for text in quoting)


def test_accept__very_long__is_quoted_in_short() -> None:
    with pytest.raises(DioramaError) as caught:
        Answering(endpoint(response("200", media(one=1)))).reply(headers=accept("a/" + "x" * 50_000))
    assert caught.value.code == "not_acceptable"
    assert len(caught.value.message) < 250
