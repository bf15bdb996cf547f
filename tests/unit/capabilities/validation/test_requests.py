from __future__ import annotations

import msgspec
import pytest

from diorama.capabilities.validation import ValidationSpec
from diorama.model.definition import MediaType, Parameter, RequestBody, Response, SecurityScheme
from diorama.ports.capability import Stage
from tests.unit.capabilities.validation.exchanges import Bench, places, taking

LIMIT = Parameter("limit", "query", False, {"type": "integer", "maximum": 100}, "form", explode=True, pointer="/p")
AMOUNT = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 100}}}


def test_parameter__required_and_missing__is_refused_in_each_place() -> None:
    bench = Bench(
        Parameter("id", "path", True, {"type": "string"}),
        Parameter("q", "query", True, {"type": "string"}, "form", explode=True),
        Parameter("X-H", "header", True, {"type": "string"}),
        Parameter("c", "cookie", True, {"type": "string"}, "form", explode=True),
    )
    assert bench.broken(path={"id": ""}) == [
        ("path", "/id", "required"),
        ("query", "/q", "required"),
        ("header", "/X-H", "required"),
        ("cookie", "/c", "required"),
    ]


def test_parameter__that_breaks_a_rule__is_told_with_its_place_and_words() -> None:
    error = Bench(LIMIT).error(query="limit=101")
    (violation,) = error.violations
    assert (violation.place, violation.pointer, violation.rule) == ("query", "/limit", "maximum")
    assert violation.message == "limit must be at most 100, got 101"
    assert violation.schema_pointer == "/p/schema/maximum"
    assert error.status == 422
    assert "limit must be at most 100, got 101" in error.message


def test_request__with_many_violations__lists_all_of_them() -> None:
    bench = Bench(LIMIT, Parameter("id", "path", True, {"type": "integer"}), body=taking("application/json", AMOUNT))
    found = bench.broken(
        query="limit=x", path={"id": "y"}, headers={"Content-Type": "application/json"}, body=b'{"amount":5}'
    )
    assert found == [("query", "/limit", "type"), ("path", "/id", "type"), ("body", "/amount", "minimum")]


def test_request__with_thousands_of_violations__lists_a_hundred() -> None:
    bench = Bench(body=taking("application/json", {"items": {"type": "string"}}))
    body = msgspec.json.encode([1] * 5000)
    assert len(bench.error(headers={"Content-Type": "application/json"}, body=body).violations) == 100


def test_parameter__given_twice_where_one_is_wanted__is_refused() -> None:
    assert Bench(LIMIT).broken(query="limit=1&limit=2") == [("query", "/limit", "type")]


def test_parameter__empty_and_allowed_to_be__is_right() -> None:
    schema = {"type": "integer"}
    allowed = Bench(Parameter("n", "query", False, schema, "form", explode=True, allow_empty=True))
    assert allowed.values("query", query="n=") == {"n": ""}
    assert allowed.values("query", query="n") == {"n": ""}
    assert allowed.broken(query="n=x") == [("query", "/n", "type")]
    assert Bench(Parameter("n", "query", False, schema, "form", explode=True)).broken(query="n=") == [
        ("query", "/n", "type")
    ]


@pytest.mark.parametrize(
    ("place", "sent"), [("query", {"query": "f=%7B%22a%22%3A1%7D"}), ("path", {"path": {"f": "{%22a%22:1}"}})]
)
def test_parameter__written_in_json__is_parsed(place: str, sent: dict[str, object]) -> None:
    content = MediaType("application/json", {"type": "object", "properties": {"a": {"type": "integer"}}})
    bench = Bench(Parameter("f", place, place == "path", media_type=content))  # type: ignore[arg-type]  # one of the places
    assert bench.values(place, **sent) == {"f": {"a": 1}}


def test_parameter__written_in_json__is_refused_when_it_is_none_or_wrong() -> None:
    content = MediaType("application/json", {"type": "object", "properties": {"a": {"type": "integer"}}})
    bench = Bench(
        Parameter("f", "query", False, media_type=content), Parameter("F", "header", False, media_type=content)
    )
    assert bench.broken(query="f={") == [("query", "/f", "contentMediaType")]
    assert bench.broken(query='f={"a":"x"}') == [("query", "/f/a", "type")]
    assert bench.broken(headers={"F": "["}) == [("header", "/F", "contentMediaType")]


def test_header__that_no_document_can_declare__is_left_alone() -> None:
    names = ("Accept", "Content-Type", "Authorization")
    bench = Bench(*(Parameter(name, "header", True, {"type": "integer"}) for name in names))
    assert bench.compiled.steps == ()


def test_credential__that_breaks_a_rule__is_never_quoted() -> None:
    bench = Bench(
        Parameter("key", "query", False, {"type": "integer"}, "form", explode=True),
        schemes=(SecurityScheme("k", "apiKey", parameter="key", place="query"),),
    )
    error = bench.error(query="key=hunter2")
    assert "hunter2" not in error.message + "".join(violation.message for violation in error.violations)


def test_endpoint__with_nothing_to_check__has_no_step() -> None:
    assert Bench().compiled.steps == ()


@pytest.mark.parametrize(
    ("requests", "replies", "stages"),
    [
        ("on", "warn", [Stage.CHECK, Stage.VERIFY]),
        ("off", "on", [Stage.CHECK, Stage.VERIFY]),
        ("warn", "off", [Stage.CHECK]),
        ("off", "off", [Stage.CHECK]),
    ],
)
def test_setting__of_what_is_checked__decides_about_the_steps(requests: str, replies: str, stages: list[Stage]) -> None:
    bench = Bench(LIMIT, responses=(Response("200"),), requests=requests, replies=replies)
    assert [stage for stage, _, _ in bench.compiled.steps] == stages


def test_setting__to_off__reads_only_when_asked_and_refuses_nothing() -> None:
    bench = Bench(LIMIT, body=taking("application/json", AMOUNT), requests="off")
    x = bench.run(query="limit=x", headers={"Content-Type": "application/json"}, body=b'{"amount":1}')
    assert (x.error, x.parameters, "body" in x.memo) == (None, None, False)
    x.memo["reader"](x)
    assert (x.parameters["query"], x.memo["body"]) == ({"limit": "x"}, {"amount": 1})
    assert x.plan.violations == ()
    for content_type in ("application/json", "text/plain"):
        x = bench.run(headers={"Content-Type": content_type}, body=b"{")
        x.memo["reader"](x)
        assert "body" not in x.memo
        assert x.plan.violations == ()


def test_setting__to_warn__notes_violations_and_goes_on() -> None:
    bench = Bench(LIMIT, body=taking("application/json", AMOUNT), requests="warn")
    x = bench.run(query="limit=x", headers={"Content-Type": "application/json"}, body=b'{"amount":1}')
    assert x.error is None
    assert places(x.plan.violations) == [("query", "/limit", "type"), ("body", "/amount", "minimum")]
    assert (x.parameters["query"], x.memo["body"]) == ({"limit": "x"}, {"amount": 1})
    x = bench.run(headers={"Content-Type": "application/json"}, body=b"{")
    assert places(x.plan.violations) == [("body", "", "body_malformed")]
    x = bench.run(headers={"Content-Type": "text/plain"}, body=b"{")
    assert places(x.plan.violations) == [("body", "", "contentMediaType")]


def test_setting__that_refuses_unknown_query_parameters__knows_all_names_of_the_document() -> None:
    bench = Bench(
        LIMIT,
        Parameter("deep", "query", False, {"type": "object"}, "deepObject", explode=True),
        Parameter("o", "query", False, {"type": "object", "properties": {"a": {}}}, "form", explode=True),
        schemes=(SecurityScheme("k", "apiKey", parameter="key", place="query"),),
        unknown_query="refuse",
    )
    assert bench.run(query="limit=1&deep[x]=1&a=2&key=3").error is None
    assert bench.broken(query="Limit=1&b=2") == [
        ("query", "/Limit", "additionalProperties"),
        ("query", "/b", "additionalProperties"),
    ]
    assert Bench(LIMIT).run(query="other=1").error is None


def test_setting__about_read_only__refuses_what_it_says() -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "readOnly": True}}}
    sent = {"headers": {"Content-Type": "application/json"}, "body": b'{"id":"x"}'}
    assert Bench(body=taking("application/json", schema)).run(**sent).error is None  # type: ignore[arg-type]  # two kinds of values
    bench = Bench(body=taking("application/json", schema), read_only="refuse")
    assert bench.broken(**sent) == [("body", "/id", "readOnly")]


def test_setting__that_does_not_exist__is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"request": "on"}, ValidationSpec)


def test_document__with_a_broken_schema__is_published_with_a_finding() -> None:
    body = RequestBody(content=(MediaType("application/json", {"type": "objekt", "required": ["a"]}, pointer="/b"),))
    bench = Bench(body=body, responses=(Response("200", content=(MediaType("application/json", {"pattern": "("}),)),))
    assert [finding.pointer for finding in bench.findings] == ["/b/schema/type", "/schema/pattern"]
    assert bench.broken(headers={"Content-Type": "application/json"}, body=b"{}") == [("body", "/a", "required")]


def test_body__that_is_malformed__carries_the_violations_of_the_parameters() -> None:
    bench = Bench(LIMIT, body=taking("application/json", AMOUNT))
    error = bench.error(query="limit=x", headers={"Content-Type": "application/json"}, body=b"{")
    assert (error.code, places(error.violations)) == ("body_malformed", [("query", "/limit", "type")])
