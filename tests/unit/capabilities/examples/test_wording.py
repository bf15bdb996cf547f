from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs

from diorama.capabilities.examples import ExamplesSpec
from diorama.capabilities.examples.wording import Wording, fitting
from diorama.formats.generation import Generator
from diorama.model.definition import Api
from diorama.model.errors import DioramaError
from diorama.ports.dice import Dice
from tests.unit.capabilities.examples.replies import Answering, content_type, endpoint, media, response

TEXT = "There is no customer `cus_1`."
STRING: dict[str, Any] = {"type": "string"}

NESTED = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"enum": ["api_error", "card_error", "invalid_request_error"]},
                "code": {"type": "string", "maxLength": 5000},
                "message": STRING,
                "param": STRING,
                "payment": {"type": "object", "properties": {"id": STRING}},
            },
        }
    },
}
LISTED = {
    "type": "object",
    "required": ["Errors"],
    "additionalProperties": False,
    "properties": {
        "Code": {"type": "string", "example": "400 BadRequest"},
        "Id": {"type": "string", "maxLength": 40},
        "Message": STRING,
        "Errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["ErrorCode"],
                "properties": {
                    "ErrorCode": {"enum": ["Field.Invalid", "Resource.NotFound"]},
                    "Message": {"type": "string", "maxLength": 12},
                    "Path": STRING,
                },
            },
        },
    },
}
FLAT = {
    "type": "object",
    "properties": {
        "code": {"type": "integer"},
        "message": STRING,
        "more_info": {"type": "string", "format": "uri"},
        "status": {"type": "integer"},
    },
}
PROBLEM = {
    "type": "object",
    "properties": {"type": {"type": "string", "format": "uri"}, "title": STRING, "status": {}, "detail": STRING},
}


def worded(schema: Any, code: str = "resource_unknown", status: int = 404) -> Any:
    generator = Generator({})
    value = Wording(generator, "en").body(schema, DioramaError(code, TEXT), status, Dice(bytes(32)), 0)
    assert generator.conforms(schema, value)
    return value


def test_wording__nested_error__has_type_code_and_message_and_nothing_else() -> None:
    assert worded(NESTED) == {"error": {"type": "invalid_request_error", "code": "not_found", "message": TEXT}}


def test_wording__list_of_errors__tells_it_in_each_place() -> None:
    value = worded(LISTED)
    assert value["Code"] == "404 NotFound"
    assert value["Message"] == TEXT
    assert value["Errors"] == [{"ErrorCode": "Resource.NotFound", "Message": TEXT[:11] + "…"}]
    assert len(value["Id"]) <= 40


def test_wording__flat_error__has_the_status_as_numbers() -> None:
    value = worded(FLAT)
    assert (value["code"], value["status"], value["message"]) == (404, 404, TEXT)
    assert value["more_info"].startswith("https://example.com/")


def test_wording__problem_details__keeps_the_title_apart_from_the_detail() -> None:
    assert worded(PROBLEM) == {
        "type": "about:blank",
        "title": "There is no such resource",
        "status": 404,
        "detail": TEXT,
    }


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, TEXT),
        ({"type": "array", "items": {"type": "string"}}, [TEXT]),
        ({"oneOf": [{"type": "null"}, {"type": "object", "required": ["msg"], "properties": {"msg": STRING}}]}, None),
        ({"type": "object", "properties": {"code": {"type": "string", "example": "GONE"}}}, {"code": "NOT_FOUND"}),
        ({"type": "object", "properties": {"code": {"type": "string", "example": "Gone"}}}, {"code": "NotFound"}),
        ({"type": "object", "properties": {"message": {"enum": ["no"]}}}, {}),
    ],
)
def test_wording__of_other_shapes__is_right_by_the_schema(schema: Any, expected: Any) -> None:
    value = worded(schema)
    assert value == expected or expected is None


@pytest.mark.parametrize(
    ("code", "status", "values", "best"),
    [
        ("resource_unknown", 404, ["invalid", "not_found", "conflict"], "not_found"),
        ("resource_unknown", 404, [400, 404], 404),
        ("resource_exists", 409, ["NOT_FOUND", "ALREADY_EXISTS"], "ALREADY_EXISTS"),
        ("reference_unknown", 400, ["api_error", "invalid_request_error"], "invalid_request_error"),
        ("patch_failed", 409, ["Conflict", "Other"], "Conflict"),
    ],
)
def test_fitting__of_listed_codes__takes_the_one_that_suits(
    code: str, status: int, values: list[Any], best: Any
) -> None:
    assert fitting(code, status, values)[0] == best


def test_fitting__without_a_code_that_suits__is_empty() -> None:
    assert fitting("resource_unknown", 404, ["a", 5, None]) == []


@pytest.mark.parametrize(
    ("code", "statuses", "expected"),
    [
        ("resource_unknown", ["200", "404", "default"], 404),
        ("resource_unknown", ["200", "4XX"], 404),
        ("resource_unknown", ["200", "default"], 404),
        ("resource_exists", ["200", "409"], 409),
        ("patch_failed", ["200", "4XX"], 409),
        ("reference_unknown", ["400", "404", "4XX"], 404),
        ("reference_unknown", ["404", "422"], 404),
        ("reference_unknown", ["400", "422"], 422),
        ("reference_unknown", ["404", "default"], 404),
        ("reference_unknown", ["200", "default"], 400),
        ("reference_unknown", ["200", "4XX"], 400),
        ("resource_unknown", ["200", "500"], None),
    ],
)
@pytest.mark.parametrize("refusals", ["credentials", "all", "none"])
def test_refusal__of_a_resource__is_worded_by_the_document(
    code: str, statuses: list[str], expected: int | None, refusals: Any
) -> None:
    target = endpoint(*(response(status, media(schema=FLAT)) for status in statuses))
    error = DioramaError(code, TEXT)
    reply = Answering(target, ExamplesSpec(refusals=refusals)).refused(error)
    if expected is None or refusals == "none":
        assert reply is None
    else:
        assert reply is not None
        assert reply.status == expected
        body = json.loads(reply.body)
        assert (body["message"], body["status"]) == (TEXT, expected)
    assert error.status == expected or expected is None


def test_refusal__of_a_reference_below_an_item__is_not_taken_for_the_item() -> None:
    schema = media(schema=FLAT)
    target = structs.replace(endpoint(response("404", schema), response("422", schema)), path="/things/{id}")
    reply = Answering(target).refused(DioramaError("reference_unknown", TEXT))
    assert reply is not None
    assert reply.status == 422


def test_refusal__of_a_resource__is_in_json_where_that_is_among_the_types() -> None:
    content = (media("text/html", "<p>gone</p>"), media("application/json", {"e": 1}, schema=FLAT))
    reply = Answering(endpoint(response("404", *content))).refused(DioramaError("resource_unknown", TEXT))
    assert reply is not None
    assert content_type(reply) == "application/json"
    assert json.loads(reply.body)["message"] == TEXT


def test_refusal__of_a_resource_by_a_response_without_schema__is_its_example() -> None:
    answering = Answering(endpoint(response("404", media("application/json", {"e": 1})), response("409")))
    unknown = answering.refused(DioramaError("resource_unknown", TEXT))
    exists = answering.refused(DioramaError("resource_exists", TEXT))
    assert unknown is not None
    assert exists is not None
    assert (unknown.body, exists.body, exists.status) == (b'{"e":1}', b"", 409)


def test_refusal__worded_by_referenced_schemas__is_right_by_them() -> None:
    api = Api("api", schemas={"Error": NESTED})
    answering = Answering(endpoint(response("default", media(schema={"$ref": "#/$defs/Error"}))), api=api)
    reply = answering.refused(DioramaError("resource_unknown", TEXT))
    assert reply is not None
    assert json.loads(reply.body)["error"]["message"] == TEXT
    assert reply.head is None
