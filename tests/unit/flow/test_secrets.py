"""Declared secrets: found in the document, and nowhere in the journal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from diorama.capabilities.validation import CAPABILITY as VALIDATION
from diorama.engine.journal_format import JournalEncoder
from diorama.flow.secrets import Definitions, Secrets, SecretSearch
from diorama.model.definition import Api, Endpoint, Group, MediaType, Parameter, ParameterPlace, Project, RequestBody
from diorama.model.http import Request
from tests.unit.flow.staging import OK, Theatre, answering

CANARY = "CanaryInTheMine0123456789"
PASSWORD = {"type": "string", "format": "password"}
SCHEMAS: dict[str, Any] = {
    "Password": PASSWORD,
    "Alias": {"$ref": "#/$defs/Password"},
    "User": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "phrase": {"$ref": "#/$defs/Alias"},
            "number": {"type": "integer", "x-secret": True},
            "codes": {"type": "array", "items": PASSWORD},
            "vault": {"type": "object", "additionalProperties": PASSWORD},
            "friends": {"type": "array", "items": {"$ref": "#/$defs/User"}},
            "maybe": {"anyOf": [{"$ref": "#/$defs/Alias"}, {"type": "null"}]},
        },
    },
}
USER = {"$ref": "#/$defs/User"}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def parameter(name: str, place: ParameterPlace, schema: Any = PASSWORD) -> Parameter:
    return Parameter(name, place, required=place == "path", schema=schema)


DEFINITION = Project(
    "shop",
    (Api("api", source="api.yaml", schemas=SCHEMAS),),
    (
        Group(
            "api",
            "api",
            ("/v1", ""),
            (
                Endpoint(
                    "all",
                    "POST",
                    "/reset/{code}/as/{kind}-{seal}.json",
                    parameters=(
                        parameter("code", "path"),
                        parameter("kind", "path", {"type": "string"}),
                        parameter("seal", "path"),
                        parameter("Phrase", "query", {"$ref": "#/$defs/Alias"}),
                        parameter("filter", "query", {"type": "object", "properties": {"code": PASSWORD}}),
                        parameter("X-Phrase", "header"),
                        parameter("crumb", "cookie"),
                    ),
                    request_body=RequestBody(content=(MediaType(JSON, USER), MediaType(FORM, USER))),
                ),
                Endpoint("text", "POST", "/text", request_body=RequestBody(content=(MediaType(JSON, PASSWORD),))),
                Endpoint("none", "POST", "/none", request_body=RequestBody(content=(MediaType(JSON, True),))),
            ),
        ),
    ),
)
PATH = "/reset/open/as/blue-seal.json"


def recorded(
    path: str = PATH, body: bytes = b"", content_type: str = "", *further: tuple[str, str]
) -> tuple[Request, bytes]:
    """(request, encoded journal) of a request."""
    stage = Theatre(answering(lambda _: OK), definition=DEFINITION)
    named = (("content-type", content_type), *further) if content_type else further
    stage.at_once("POST", path, [(name.encode(), value.encode()) for name, value in named], body)
    exchange = stage.exchanges()[0]
    assert exchange.endpoint
    return exchange.request, JournalEncoder().encode(stage.records())[0]


PLACES: list[tuple[str, bytes, str, tuple[tuple[str, str], ...]]] = [
    (f"/reset/{CANARY}/as/blue-seal.json", b"", "", ()),
    (f"/v1/reset/{CANARY}/as/blue-seal.json", b"", "", ()),
    (f"/reset/open/as/blue-{CANARY}.json", b"", "", ()),
    (f"{PATH}?a=b&phrase={CANARY}", b"", "", ()),
    (f"{PATH}?filter[code]={CANARY}", b"", "", ()),
    (f"{PATH}?code={CANARY}", b"", "", ()),
    (f"{PATH}?filter=%7B%22code%22:%22{CANARY}%22%7D", b"", "", ()),
    (PATH, b"", "", (("x-phrase", CANARY),)),
    (PATH, b"", "", (("cookie", f"crumb={CANARY}"),)),
    ("/text", f'"{CANARY}"'.encode(), JSON, ()),
    ("/text", CANARY.encode(), "text/plain", ()),
]
BODIES: list[tuple[bytes, str]] = [
    *(
        (json.dumps(value).encode(), kind)
        for kind in (JSON, "application/problem+json", "application/json; charset=utf-16", FORM, "text/plain", "")
        for value in (
            {"phrase": CANARY},
            {"Phrase": CANARY},
            {"name": "x", "codes": ["a", CANARY]},
            {"vault": {"any": {"deep": CANARY}}},
            {"friends": [{"friends": [{"maybe": CANARY}]}]},
            [{"unexpected": {"phrase": CANARY}}],
        )
    ),
    (b"\xef\xbb\xbf" + json.dumps({"phrase": CANARY}).encode(), JSON),
    (json.dumps({"phrase": CANARY}).encode("utf-16"), JSON),
    (f'{{"phrase": "{CANARY}"'.encode(), JSON),
    (f"phrase={CANARY}&name=x".encode(), FORM),
    (f"name=x&friends[0][phrase]={CANARY}&vault[a]={CANARY}".encode(), FORM),
    (f"codes[]=1&codes[]={CANARY}&friends.phrase={CANARY}".encode(), FORM),
    (f"phras%65={CANARY}".encode(), FORM),
    (f"friends=%7B%22phrase%22:%22{CANARY}%22%7D".encode(), FORM),
    (f"friends=phrase,{CANARY}".encode(), FORM),
    (f"phrase={CANARY}".encode(), JSON),
    (CANARY.encode(), FORM),
    (f"<user><phrase>{CANARY}</phrase></user>".encode(), "application/xml"),
    (f'--b\r\ncontent-disposition: form-data; name="phrase"\r\n\r\n{CANARY}\r\n--b--'.encode(), MULTIPART),
    (f'--b\r\ncontent-disposition: form-data; name="phrase"\r\n\r\n{CANARY}\r\n--b--'.encode(), FORM),
]
PLACES += [(PATH, body, kind, ()) for body, kind in BODIES]


@pytest.mark.parametrize(("path", "body", "kind", "headers"), PLACES)
def test_capture__of_a_declared_secret__leaves_none_of_it_and_changes_no_token(
    path: str, body: bytes, kind: str, headers: tuple[tuple[str, str], ...]
) -> None:
    once, encoded = recorded(path, body, kind, *headers)
    assert CANARY.encode() not in encoded
    assert CANARY.encode() not in once.body.replace(b"\0", b"")
    assert b"tok_" in encoded
    again = [(name.decode(), value.decode()) for name, value in once.headers if name != b"content-type"]
    target = once.path + ("?" + once.query.decode() if once.query else "")
    twice, _ = recorded(target, once.body, kind, *again)
    assert (twice.path, twice.query, twice.headers, twice.body) == (once.path, once.query, once.headers, once.body)


def test_capture__of_a_number_declared_secret__replaces_it_and_keeps_other_numbers_as_written() -> None:
    once, _ = recorded(PATH, b'{"number": 271828, "price": 1.10, "big": 123456789012345678901234567890}', JSON)
    assert b"271828" not in once.body
    assert once.body.endswith(b'"price":1.10,"big":123456789012345678901234567890}')


def test_capture__below_the_prefix_of_a_sandbox__replaces_the_right_segment() -> None:
    once, encoded = recorded(f"/s/default/reset/{CANARY}/as/blue-seal.json")
    assert CANARY.encode() not in encoded
    assert once.path.startswith("/s/default/reset/tok_")
    assert "/as/blue-tok_" in once.path


@pytest.mark.parametrize(
    ("body", "kind"), [(b'{ "name": "x" }', JSON), (b'{"phrase": null}', JSON), (b"name=a+b&phrase=", FORM)]
)
def test_capture__of_a_body_without_its_secrets__keeps_every_byte(body: bytes, kind: str) -> None:
    assert recorded(PATH, body, kind)[0].body == body


def test_capture__of_a_compressed_body__replaces_it_whole() -> None:
    once, _ = recorded(PATH, b"phrase=zipped", FORM, ("content-encoding", "gzip"))
    assert once.body.startswith(b"tok_")
    assert len(once.body) == 28


def test_capture__of_an_endpoint_without_secrets__keeps_what_others_declare() -> None:
    once, _ = recorded("/none?phrase=seen", b'{"phrase": "seen"}', JSON, ("x-phrase", "seen"))
    assert (once.query, once.body) == (b"phrase=seen", b'{"phrase": "seen"}')
    assert once.header(b"x-phrase") == b"seen"


def test_route__after_its_first_capture__remembers_what_was_found() -> None:
    stage = Theatre(answering(lambda _: OK), definition=DEFINITION)
    for path in ("/none", "/text"):
        stage.at_once("POST", path)
    none, text = (stage.published.router.find("POST", path) for path in ("/none", "/text"))
    assert none is not None
    assert none[0].secrets is None
    assert text is not None
    assert text[0].secrets == Secrets(body=True)


def test_search__of_definitions_in_circles__finds_every_property_once() -> None:
    found = Definitions(SCHEMAS).secret_names(USER)
    assert found == {"phrase", "number", "codes", "vault", "maybe"}
    assert SecretSearch(Endpoint("e", "GET", "/"), Definitions(SCHEMAS)).found() is None
    assert Definitions({}).secret_names({"$ref": "#/$defs/Absent"}) == set()
    assert Definitions({"A": {"$ref": "#/$defs/A"}}).secret_names({"$ref": "#/$defs/A"}) == set()


RULES: list[Any] = [
    {"type": "string", "x-secret": True, "pattern": "^a$"},
    {"type": "integer", "format": "password"},
    {"allOf": [{"$ref": "#/$defs/Password"}], "enum": ["a"]},
    {"pattern": "^a$", "allOf": [PASSWORD]},
    {"$ref": "#/$defs/Password", "pattern": "^a$"},
    {"x-secret": True, "allOf": [{"type": "string", "pattern": "^a$"}]},
    {"anyOf": [{"type": "string", "pattern": "^a$", "x-secret": True}, {"type": "null"}]},
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("place", ["path", "query", "header", "body"])
def test_violation__of_a_declared_secret__quotes_it_neither_in_the_reply_nor_in_the_journal(
    rule: Any, place: Any
) -> None:
    schema = {"type": "object", "properties": {"held": rule}}
    endpoint = Endpoint(
        "e",
        "POST",
        "/at/{held}" if place == "path" else "/at",
        parameters=() if place == "body" else (parameter("held", place, rule),),
        request_body=RequestBody(content=(MediaType(JSON, schema),)) if place == "body" else None,
    )
    api = Api("api", source="api.yaml", schemas=SCHEMAS)
    definition = Project("shop", (api,), (Group("api", "api", ("",), (endpoint,)),))
    stage = Theatre(VALIDATION, answering(lambda _: OK), definition=definition)
    path = {"path": f"/at/{CANARY}", "query": f"/at?held={CANARY}"}.get(place, "/at")
    headers = [(b"content-type", JSON.encode()), (b"held", CANARY.encode())]
    if place != "header":
        headers.pop()
    reply = stage.at_once("POST", path, headers, json.dumps({"held": CANARY}).encode() if place == "body" else b"")
    assert reply.status == 422
    assert CANARY.encode() not in JournalEncoder().encode(stage.records())[0]
