from __future__ import annotations

import json

import pytest
from msgspec import UNSET

from diorama.capabilities.examples import ExamplesSpec
from diorama.model.definition import Api, Example, MediaType, Parameter
from diorama.model.errors import DioramaError
from tests.unit.capabilities.examples.replies import Answering, accept, content_type, endpoint, media, response

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "boss": {"$ref": "#/$defs/Person"}},
    "required": ["name"],
}
API = Api("api", schemas={"Person": PERSON})
REF = {"$ref": "#/$defs/Person"}


def test_reply__that_never_changes__is_the_same_object_with_a_ready_head() -> None:
    answering = Answering(endpoint(response("200", media(schema=REF))), api=API)
    reply = answering.reply()
    assert reply.body == b'{"name":"string","age":0}'
    assert reply.head == b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 25\r\n"
    assert answering.reply() is reply
    assert answering.reply(headers=accept("*/*")) is answering.reply(headers=accept("*/*"))


def test_reply__composed__says_what_it_was_made_from() -> None:
    answering = Answering(endpoint(response("200", media(schema=REF)), response("404")), api=API)
    answering.reply()
    assert answering.exchange is not None
    assert answering.exchange.plan.response is answering.endpoint.responses[0]
    assert answering.exchange.plan.media_type == "application/json"
    answering.reply("__code=404")
    assert answering.exchange.plan.response is answering.endpoint.responses[1]
    assert answering.exchange.plan.media_type == ""


def test_reply__by_dice__is_that_of_the_exchange() -> None:
    answering = Answering(endpoint(response("200", media("application/json", {"a": 1}, schema=REF))), api=API)
    one = answering.reply("__dynamic=true", seed=b"1" * 32)
    assert one.head is None
    assert one.body == answering.reply("__dynamic=true", seed=b"1" * 32).body
    assert one.body != answering.reply("__dynamic=true", seed=b"2" * 32).body
    assert json.loads(one.body).keys() == {"age", "name"}
    assert answering.reply().body == b'{"a":1}'


def test_reply__dynamic_by_setting__can_be_switched_off_by_a_request() -> None:
    content = media("application/json", {"a": 1}, schema=REF)
    answering = Answering(endpoint(response("200", content)), ExamplesSpec(dynamic=True), API)
    assert answering.reply().body != b'{"a":1}'
    assert answering.reply("__dynamic=false").body == b'{"a":1}'


def test_reply__dynamic_without_schema__is_the_example() -> None:
    answering = Answering(endpoint(response("200", media("application/json", {"a": 1}))), ExamplesSpec(dynamic=True))
    assert answering.reply().body == b'{"a":1}'


def test_reply__document_with_wishes__follows_them() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}
    api = Api("api", generation={"fillProperties": True})
    target = endpoint(response("200", media(schema=schema)))
    assert json.loads(Answering(target, ExamplesSpec(dynamic=True), api).reply().body).keys() > {"a"}
    closed = ExamplesSpec(dynamic=True, fill_properties=False)
    assert json.loads(Answering(target, closed, api).reply().body).keys() == {"a"}


def test_headers__of_the_response__are_sent() -> None:
    headers = (
        Parameter("nonce", "header", schema={"type": "string", "example": "abc"}),
        Parameter("X-Rate", "header", schema={"type": "integer"}, examples=(Example("", 5),)),
        Parameter("X-List", "header", schema={"type": "array", "items": {"type": "integer"}, "minItems": 2}),
        Parameter("X-Json", "header", media_type=media("application/json", {"a": [1]})),
        Parameter("X-Text", "header", examples=(Example("", UNSET, "as is\r\nX-Evil: 1"),)),
        Parameter("X-Codes", "header", examples=(Example("", UNSET, "\x1b[31mred\x00\x7f\tend"),)),
        Parameter("No Name\r\nX-Evil", "header", schema={"type": "integer"}),
        Parameter("", "header", schema={"type": "integer"}),
        Parameter("X-None", "header"),
        Parameter("X-Null", "header", schema={"type": "null"}),
        Parameter("Content-Type", "header", schema={"type": "string"}),
        Parameter("Content-Encoding", "header", schema={"type": "string", "example": "gzip"}),
        Parameter("Content-Length", "header", schema={"type": "integer"}),
    )
    reply = Answering(endpoint(response("200", headers=headers))).reply()
    assert reply.headers == (
        (b"nonce", b"abc"),
        (b"X-Rate", b"5"),
        (b"X-List", b"0,0"),
        (b"X-Json", b'{"a":[1]}'),
        (b"X-Text", b"as is  X-Evil: 1"),
        (b"X-Codes", b"[31mred  \tend"),
    )


def test_headers__in_dynamic_replies__come_from_the_dice() -> None:
    headers = (Parameter("X-Id", "header", schema={"type": "string", "format": "uuid"}),)
    answering = Answering(endpoint(response("200", headers=headers)), ExamplesSpec(dynamic=True))
    assert answering.reply(seed=b"1" * 32).headers != answering.reply(seed=b"2" * 32).headers


def test_reply__deprecated_operation__says_so() -> None:
    assert Answering(endpoint(response("200"), deprecated=True)).reply().headers == ((b"deprecation", b"true"),)


def test_reply__exact_text_of_an_example__is_sent_as_it_is() -> None:
    content = MediaType("application/json", None, (Example("x", UNSET, '{ "a" : 1 }'),))
    assert Answering(endpoint(response("200", content))).reply().body == b'{ "a" : 1 }'


def test_reply__object_as_text__is_an_error_each_time() -> None:
    answering = Answering(endpoint(response("200", media("text/plain", {"a": 1}))))
    for _ in range(2):
        with pytest.raises(DioramaError) as caught:
            answering.reply()
        assert caught.value.code == "reply_unserialisable"


def test_reply__xml_by_schema__has_its_names() -> None:
    schema = {"type": "object", "xml": {"name": "Pet"}, "properties": {"id": {"type": "integer"}}}
    answering = Answering(endpoint(response("200", media("application/xml", schema=schema))))
    assert answering.reply().body == b"<Pet><id>0</id></Pet>"


def test_reply__unlisted_status__has_a_head_all_the_same() -> None:
    assert (Answering(endpoint(response("299"))).reply().head or b"").startswith(b"HTTP/1.1 299 \r\n")


def test_selection__ever_new_accept_headers__are_not_all_remembered() -> None:
    answering = Answering(endpoint(response("200", media(one=1))))
    for number in range(200):
        assert content_type(answering.reply(headers=accept(f"application/json;q=0.1{number}"))) == "application/json"
        assert answering.reply(f"__example=one&__code=200&n={number}").body == b"1"
