from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diorama.capabilities.resources.inference import infer
from diorama.capabilities.resources.model import Inference, Role
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.model.definition import Endpoint, MediaType, Parameter, RequestBody, Response
from tests.unit.capabilities.resources.documents import context_of, ref

NAMES = (
    "id",
    "data",
    "items",
    "pet_id",
    "Pets",
    "owner",
    "status",
    "deleted",
    "metadata",
    "total",
    "links",
    "attributes",
)
COMPONENTS = ("Pet", "Owner", "deleted_pet", "Page", "Loop")
PATHS = (
    "/pets",
    "/pets/{pet_id}",
    "/pets/{pet_id}/feed",
    "/owners/{owner}/pets",
    "/owners/{owner}/pets/{id}",
    "/owners",
    "/owners/{owner}",
    "/pets/search",
    "/pets/create",
    "/pet/list",
    "/pet/get",
    "/listOwners",
    "/settings",
    "/{id}",
    "/",
    "/v1",
    "/a{x}b/{y}.json",
    "/pets({id})",
    "/pets/{id}:cancel",
    "//{}/",
)

scalars = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["string", "null"], "enum": ["open", "closed", None]},
        {"type": "integer", "format": "int64"},
        {"type": "boolean", "enum": [True]},
        {"const": True},
        {"format": "uuid", "description": "ID of the owner"},
        {},
        True,
        False,
    ]
)
odd = st.sampled_from([{"type": 5}, {"enum": "x"}, {"properties": [], "required": "id"}, {"anyOf": {}}, {"items": [1]}])


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas with schemas in them."""
    named = st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    return st.one_of(
        st.builds(lambda properties: {"type": "object", "properties": properties}, named),
        st.builds(lambda item: {"type": "array", "items": item}, inner),
        st.builds(lambda value: {"type": "object", "additionalProperties": value}, inner),
        st.builds(
            lambda key, parts: {key: parts}, st.sampled_from(["allOf", "anyOf", "oneOf"]), st.lists(inner, max_size=3)
        ),
    )


any_schema = st.recursive(st.one_of(scalars, odd, st.sampled_from(COMPONENTS).map(ref)), schemas, max_leaves=8)


@st.composite
def endpoints(draw: st.DrawFn) -> Endpoint:
    """An endpoint that may be anything."""
    method = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]))
    path = draw(st.sampled_from(PATHS))
    kind = draw(st.sampled_from(["application/json", "text/html", "application/vnd.api+json", "*/*"]))
    content = draw(st.lists(st.builds(MediaType, st.just(kind), any_schema), max_size=1))
    statuses = draw(st.lists(st.sampled_from(["200", "201", "204", "2XX", "default", "404"]), max_size=2, unique=True))
    query = draw(
        st.lists(st.sampled_from(["limit", "page", "cursor", "offset", "sort", "id", "status", "<", ""]), max_size=3)
    )
    parameters = [Parameter(name, "query", schema=draw(any_schema), style="form") for name in dict.fromkeys(query)]
    body = draw(
        st.none() | st.builds(lambda schema: RequestBody(content=(MediaType("application/json", schema),)), any_schema)
    )
    return Endpoint(
        f"{method} {path}",
        method,
        path,
        parameters=tuple(parameters),
        request_body=body,
        responses=tuple(Response(status, content=tuple(content)) for status in statuses),
    )


documents = st.tuples(
    st.lists(endpoints(), max_size=10, unique_by=lambda one: one.id),
    st.fixed_dictionaries({}, optional=dict.fromkeys(COMPONENTS, any_schema)),
)


def turned(value: Any) -> Any:
    """A value whose objects have their keys the other way round, but for properties, whose order is shown."""
    if isinstance(value, dict):
        return {
            key: {name: turned(one) for name, one in inner.items()}
            if key == "properties" and isinstance(inner, dict)
            else turned(inner)
            for key, inner in reversed(value.items())
        }
    return [turned(one) for one in value] if isinstance(value, list) else value


def inference_of(document: tuple[list[Endpoint], dict[str, Any]]) -> Inference:
    found, components = document
    return infer(context_of(*found, schemas=components), ResourcesSpec(certainty_min=0.0))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_infer__of_a_random_document__speaks_of_every_operation_once(
    document: tuple[list[Endpoint], dict[str, Any]],
) -> None:
    inference = inference_of(document)
    played = [play.endpoint for resource in inference.resources for play in resource.plays]
    assert sorted([*played, *(one.endpoint for one in inference.unplayed)]) == sorted(one.id for one in document[0])
    for resource in inference.resources:
        assert resource.reasons
        assert 0.0 < resource.certainty <= 1.0
        for play in resource.plays:
            assert play.reasons
            names_item = play.role not in (Role.CREATE, Role.LIST) and not resource.singleton
            assert (play.id is not None) == names_item
            assert not names_item or resource.id_field
    assert all(one.reason for one in inference.unplayed)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_infer__of_a_document_in_another_key_order__finds_the_same(
    document: tuple[list[Endpoint], dict[str, Any]],
) -> None:
    found, components = document
    again = [
        Endpoint(
            one.id,
            one.method,
            one.path,
            parameters=tuple(
                Parameter(p.name, p.place, schema=turned(p.schema), style=p.style) for p in one.parameters
            ),
            request_body=None
            if one.request_body is None
            else RequestBody(content=tuple(MediaType(m.name, turned(m.schema)) for m in one.request_body.content)),
            responses=tuple(
                Response(r.status, content=tuple(MediaType(m.name, turned(m.schema)) for m in r.content))
                for r in one.responses
            ),
        )
        for one in found
    ]
    assert inference_of((again, turned(components))) == inference_of(document)


@pytest.mark.parametrize("depth", [200, 2_000])
def test_infer__of_deep_schemas__comes_to_an_end(depth: int) -> None:
    components: dict[str, Any] = {f"S{index}": {"allOf": [ref(f"S{index + 1}")]} for index in range(depth)}
    components[f"S{depth}"] = {"allOf": [ref("S0")], "properties": {"id": {"type": "string"}}}
    chain = Endpoint(
        "GET /x/{id}",
        "GET",
        "/x/{id}",
        responses=(Response("200", content=(MediaType("application/json", ref("S0")),)),),
    )
    assert infer(context_of(chain, schemas=components), ResourcesSpec()).resources == ()


def test_infer__of_items_that_hold_themselves__comes_to_an_end() -> None:
    loop = {
        "properties": {"id": {"type": "string"}, "data": ref("Loop"), "attributes": ref("Loop"), "items": ref("Loop")}
    }
    reply = (Response("200", content=(MediaType("application/json", ref("Loop")),)),)
    found = infer(
        context_of(
            Endpoint("GET /loops/{id}", "GET", "/loops/{id}", responses=reply),
            Endpoint("POST /loops", "POST", "/loops", responses=reply),
            schemas={"Loop": loop},
        ),
        ResourcesSpec(),
    )
    assert [resource.name for resource in found.resources] == ["loop"]
