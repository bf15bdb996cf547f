"""Projects as bytes, and their versions."""

from __future__ import annotations

import msgspec
import pytest

from diorama.model.definition import (
    Api,
    Endpoint,
    Example,
    Group,
    MediaType,
    Parameter,
    Project,
    RequestBody,
    Response,
    SecurityRequirement,
    SecurityScheme,
    content_hash,
    decode_project,
    encode_project,
)


def project() -> Project:
    schema = {"type": "object", "properties": {"zulu": {"type": "string"}, "alpha": {"const": 2**70}}}
    media = MediaType("application/json", schema, (Example("one", {"zulu": "z", "alpha": 1}),))
    endpoint = Endpoint(
        "createThing",
        "POST",
        "/things/{id}",
        parameters=(Parameter("id", "path", required=True, schema={"type": "string"}),),
        request_body=RequestBody(required=True, content=(media,)),
        responses=(Response("201", content=(media,)), Response("4XX", headers=(Parameter("X-Why", "header"),))),
        security=(SecurityRequirement({"key": ()}),),
    )
    return Project(
        "shop",
        (Api("shop", security_schemes={"key": SecurityScheme("key", "apiKey", "X-Key", "header")}),),
        (Group("shop", "shop", ("/v1", ""), (endpoint,)),),
        {"validation": {"mode": "warn"}},
    )


def test_decode_project__what_was_encoded__is_the_same_to_the_order_of_keys() -> None:
    decoded = decode_project(encode_project(project()))
    assert decoded == project()
    body = decoded.groups[0].endpoints[0].request_body
    assert body is not None
    assert isinstance(body.content[0].schema, dict)
    assert list(body.content[0].schema["properties"]) == ["zulu", "alpha"]


def test_example__without_a_value__is_not_one_of_null() -> None:
    encoded = encode_project(
        Project("p", groups=(Group("g", "a", endpoints=(Endpoint("e", "GET", "/"),)),), specs={"x": None})
    )
    assert decode_project(encoded).specs == {"x": None}
    assert Example("one").value is msgspec.UNSET


@pytest.mark.parametrize("data", [b"", b"\x00", b"[1,", b"[1]", b'[1,{"name":1}]', b'[99,{"name":"p"}]'])
def test_decode_project__damaged_or_of_another_format__is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode_project(data)


def test_content_hash__of_equal_projects__is_equal_and_changes_with_them() -> None:
    one = content_hash(encode_project(project()))
    assert one == content_hash(encode_project(project()))
    assert one != content_hash(encode_project(Project("shop")))
    assert len(one) == 32
