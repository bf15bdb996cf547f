from __future__ import annotations

import pytest

from diorama.capabilities.resources.model import Role
from diorama.capabilities.resources.spec import ResourceOverride, ResourcesSpec
from diorama.model.errors import DioramaError
from tests.unit.capabilities.resources.documents import TEXT, array, endpoint, inferred, only, reasons_of, ref, thing

ORDER = thing(id=TEXT, code=TEXT, state=TEXT, note=TEXT)
ENDPOINTS = (
    endpoint("GET /orders", array(ref("Order"))),
    endpoint("POST /orders", ref("Order"), thing(note=TEXT), status="201"),
    endpoint("GET /orders/{order}", ref("Order")),
    endpoint("POST /orders/{order}", ref("Order"), thing(note=TEXT)),
    endpoint("POST /orders/{order}/touch", ref("Order")),
)


def with_override(**said: object) -> ResourcesSpec:
    return ResourcesSpec(overrides={"order": ResourceOverride(**said)})  # type: ignore[arg-type] # fields by name


def refusal(spec: ResourcesSpec) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        inferred(*ENDPOINTS, schemas={"Order": ORDER}, spec=spec)
    assert caught.value.code == "project_invalid"
    return caught.value


def test_override__that_switches_a_resource_off__leaves_it_to_the_examples() -> None:
    inference = inferred(*ENDPOINTS, schemas={"Order": ORDER}, spec=with_override(enabled=False))
    assert inference.resources == ()
    assert set(reasons_of(inference).values()) == {"the project switches 'order' off"}


def test_override__of_operations__changes_roles_and_leaves_out() -> None:
    said = {"POST /orders/{order}": "replace", "POST /orders/{order}/touch": "off"}
    inference = inferred(*ENDPOINTS, schemas={"Order": ORDER}, spec=with_override(operations=said, id="code"))
    order = only(inference)
    assert order.id_field == ("code",)
    assert order.reasons[0] == "the project names 'code' as its id"
    replaced = next(play for play in order.plays if play.endpoint == "POST /orders/{order}")
    assert (replaced.role, replaced.certainty, replaced.reasons[0]) == (Role.REPLACE, 1.0, "the project says so")
    assert reasons_of(inference) == {"POST /orders/{order}/touch": "the project switches it off"}


def test_certainty__below_the_least_that_is_asked_for__is_left_out_unless_the_project_insists() -> None:
    strict = inferred(*ENDPOINTS, schemas={"Order": ORDER}, spec=ResourcesSpec(certainty_min=0.9))
    assert reasons_of(strict) == {
        "POST /orders/{order}/touch": "it is less certain (0.80) than the project asks for (0.90)"
    }
    insisting = ResourcesSpec(certainty_min=0.9, overrides={"order": ResourceOverride(enabled=True)})
    assert inferred(*ENDPOINTS, schemas={"Order": ORDER}, spec=insisting).unplayed == ()


@pytest.mark.parametrize(
    ("spec", "part", "hint"),
    [
        (ResourcesSpec(overrides={"ordr": ResourceOverride()}), "'ordr', which is no resource", "Perhaps it is order."),
        (ResourcesSpec(fixtures={"zebra": []}), "fixtures for 'zebra'", "Possible are: order."),
        (with_override(id="cod"), "'cod', which no item has", "Perhaps it is code."),
        (with_override(operations={"GET /order": "off"}), "'GET /order'", "Perhaps it is GET /orders"),
        (with_override(operations={"GET /orders": "lst"}), "is 'lst'", "Perhaps it is list."),
        (with_override(operations={"GET /orders": "read"}), "names no item", "Give it another role"),
        (with_override(operations={"GET /orders/{order}": "list"}), "shows one item", "Give it another role"),
        (with_override(initial=5_000), "initial is 5000", "from 0 to 1,000"),
        (ResourcesSpec(initial=-1), "initial is -1", "from 0 to 1,000"),
        (ResourcesSpec(certainty_min=2.0), "certainty_min is 2.0", "from 0.0 to 1.0"),
    ],
)
def test_override__of_what_is_not_there__is_refused_with_what_is_near(
    spec: ResourcesSpec, part: str, hint: str
) -> None:
    error = refusal(spec)
    assert part in error.message
    assert hint in error.hint
