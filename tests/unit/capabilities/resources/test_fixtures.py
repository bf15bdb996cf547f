"""Fixtures are looked at when they are published: what the sandbox cannot show as it is given is told of."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.fixtures import FINDINGS_MAX, check_fixtures
from diorama.capabilities.resources.inference import infer
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.capabilities.resources.steps import compile_resources
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError
from tests.unit.capabilities.resources.documents import NUMBER, TEXT, array, context_of, endpoint, ref, thing

PET = thing(
    "id",
    "name",
    "made_at",
    id=NUMBER,
    name=TEXT,
    made_at={"type": "string", "format": "date-time"},
    email={"type": "string", "format": "email"},
    kind={"type": "string", "enum": ["cat", "dog"]},
    size=thing(height=NUMBER),
    tags=array(TEXT),
    shopId=TEXT,
)
SHOP = thing("id", id=TEXT, name=TEXT)
ENDPOINTS = (
    endpoint("GET /shops", array(ref("Shop"))),
    endpoint("POST /shops", ref("Shop"), thing(name=TEXT), status="201"),
    endpoint("GET /shops/{shopId}", ref("Shop")),
    endpoint("GET /shops/{shopId}/pets", array(ref("Pet"))),
    endpoint("POST /shops/{shopId}/pets", ref("Pet"), thing(name=TEXT), status="201"),
    endpoint("GET /shops/{shopId}/pets/{petId}", ref("Pet")),
)
SHOPS = [{"id": "s1"}, {"id": "s2"}]


def found(*pets: Any, shops: Any = SHOPS) -> list[Finding]:
    spec = ResourcesSpec(enabled=True, fixtures={"shop": shops, "pet": list(pets)})
    context = context_of(*ENDPOINTS, schemas={"Pet": PET, "Shop": SHOP})
    compile_resources(spec, context)
    return context.findings


def refusal(*pets: Any) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        found(*pets)
    assert caught.value.code == "project_invalid"
    assert caught.value.hint
    return caught.value


def test_fixtures__that_are_right__are_left_alone_though_required_properties_are_missing() -> None:
    whole = {"id": 2, "name": "Tom", "email": "tom@example.com", "kind": "cat", "size": {"height": 3}, "tags": ["a"]}
    assert found({"id": 1, "shopId": "s1"}, whole | {"shopId": "s2"}, {"name": "nobody's"}) == []


def test_fixtures__in_another_style_of_names_and_types__are_right() -> None:
    assert found({"id": "7", "shop_id": "s1", "Kind": "DOG"}) == []


@pytest.mark.parametrize(
    ("pet", "pointer", "message", "hint"),
    [
        ({"nam": "Tom"}, "nam", "'nam' is no property of pet", "Is it name?"),
        ({"zebra": 1}, "zebra", "'zebra' is no property of pet", "Known are: id, name"),
        ({"size": {"hight": 3}}, "size/hight", "'hight' is no property", "Is it height?"),
        ({"kind": "cow"}, "kind", 'must be one of "cat", "dog"', "Correct"),
        ({"email": "nobody"}, "email", "email", "Correct"),
        ({"made_at": "yesterday"}, "made_at", "date", "Correct"),
        ({"tags": [{"a": 1}]}, "tags", "tags", "Correct"),
        ({"shopId": "s9"}, "shopId", "below shop 's9', and there is none at first", "fixtures for shop"),
    ],
)
def test_fixtures__that_cannot_be_shown_as_given__are_told_of(
    pet: dict[str, Any], pointer: str, message: str, hint: str
) -> None:
    (finding,) = found({"name": "first"}, pet)
    assert finding.pointer == f"/resources/fixtures/pet/1/{pointer}"
    assert "item 2" in finding.message
    assert message in finding.message
    assert hint in finding.hint


@pytest.mark.parametrize(
    ("pets", "pointer", "message"),
    [
        ([{"id": "one"}], "0/id", "cannot be one"),
        ([{"id": 1.5}], "0/id", "no text and no number"),
        ([{"id": None}], "0/id", "no text and no number"),
        ([{"id": 1, "shopId": "s1"}, {"id": 1, "shopId": "s1"}], "1/id", "which item 1 has, too"),
        ([{"id": 1, "shopId": "s1"}, {"id": "1"}], "1/id", "which item 1 has, too"),
        (["Tom"], "0", "is no object"),
    ],
)
def test_fixtures__with_an_id_that_is_lost__are_refused(pets: list[Any], pointer: str, message: str) -> None:
    error = refusal(*pets)
    assert error.meta["pointer"] == f"/resources/fixtures/pet/{pointer}"
    assert message in error.message


def test_fixtures__of_one_id_below_two_things__are_two() -> None:
    assert found({"id": 1, "shopId": "s1"}, {"id": 1, "shopId": "s2"}) == []


def test_fixtures__of_what_nobody_plays__are_told_of() -> None:
    spec = ResourcesSpec(enabled=True, fixtures={"ghost": [{}]})
    context = context_of(*ENDPOINTS, schemas={"Pet": PET, "Shop": SHOP})
    check_fixtures(infer(context, ResourcesSpec(enabled=True)), spec, context)
    assert [one.pointer for one in context.findings] == ["/resources/fixtures/ghost"]
    assert "answered from examples" in context.findings[0].message


def test_fixtures__with_countless_mistakes__are_told_of_up_to_a_limit() -> None:
    findings = found(*({"nam": number} for number in range(FINDINGS_MAX + 5)))
    assert len(findings) == FINDINGS_MAX
    findings = found(*({"nam": number, "mane": number} for number in range(FINDINGS_MAX)))
    assert FINDINGS_MAX <= len(findings) <= FINDINGS_MAX + 1
