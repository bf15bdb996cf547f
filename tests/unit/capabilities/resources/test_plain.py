from __future__ import annotations

from diorama.capabilities.resources.model import Role, Spot
from tests.unit.capabilities.resources.documents import (
    FLAG,
    NUMBER,
    TEXT,
    array,
    endpoint,
    inferred,
    only,
    play_of,
    reasons_of,
    ref,
    roles_of,
    thing,
)

PET = thing("id", "name", id=TEXT, name=TEXT, age=NUMBER, tame=FLAG)
WRITTEN = thing("name", name=TEXT, age=NUMBER, tame=FLAG)


def test_infer__of_plain_rest__gives_every_operation_its_role() -> None:
    inference = inferred(
        endpoint("GET /v1/pets", thing(data=array(ref("Pet")), total=NUMBER)),
        endpoint("POST /v1/pets", ref("Pet"), WRITTEN, status="201"),
        endpoint("GET /v1/pets/{petId}", ref("Pet")),
        endpoint("PUT /v1/pets/{petId}", ref("Pet"), WRITTEN),
        endpoint("PATCH /v1/pets/{petId}", ref("Pet"), WRITTEN),
        endpoint("DELETE /v1/pets/{petId}"),
        schemas={"Pet": PET},
    )
    pet = only(inference)
    assert (pet.key, pet.api, pet.name, pet.schema_name, pet.id_field) == ("api /v1/pets", "api", "pet", "Pet", ("id",))
    assert roles_of(pet) == {
        "GET /v1/pets": "list",
        "POST /v1/pets": "create",
        "GET /v1/pets/{petId}": "read",
        "PUT /v1/pets/{petId}": "replace",
        "PATCH /v1/pets/{petId}": "update",
        "DELETE /v1/pets/{petId}": "delete",
    }
    create, read, delete = (play_of(pet, role) for role in (Role.CREATE, Role.READ, Role.DELETE))
    assert (create.id, create.body, create.item, create.status, create.response) == (None, (), (), 201, "201")
    assert (read.id, read.body, read.item, read.media_type) == (Spot("path", "petId"), None, (), "application/json")
    assert (delete.item, delete.status, delete.media_type, delete.tombstone) == (None, 204, "", False)
    assert play_of(pet, Role.LIST).item == ("data",)
    assert play_of(pet, Role.UPDATE).patch == "merge"
    assert pet.certainty == 0.95
    assert pet.reasons == ("5 of 6 operations reply with Pet", "the path's 'petId' is the item's 'id'")
    assert inference.unplayed == ()


def test_infer__of_what_keeps_nothing__leaves_it_to_the_examples() -> None:
    inference = inferred(
        endpoint("GET /health", thing(status=TEXT)),
        endpoint("POST /login", thing(token=TEXT), thing(user=TEXT)),
        endpoint("GET /users", array(thing(id=TEXT, name=TEXT))),
        endpoint("GET /orders/{id}", thing(id=TEXT, total=NUMBER)),
        endpoint("POST /quotes/calculate", thing(amount=NUMBER), thing(amount=NUMBER)),
        endpoint("GET /files/{id}", TEXT, media="application/pdf"),
    )
    assert inference.resources == ()
    assert reasons_of(inference) == {
        "GET /health": "it is neither a list nor written anywhere",
        "POST /login": "nothing shows again what it makes",
        "GET /users": "it is only listed: nothing reads one or writes any",
        "GET /orders/{id}": "nothing lists or makes what it names",
        "POST /quotes/calculate": "nothing shows again what it makes",
        "GET /files/{id}": "it replies with application/pdf, not with JSON",
    }


def test_infer__of_a_list_and_a_read__keeps_what_clients_only_read() -> None:
    currency = thing(code=TEXT, name=TEXT, digits=NUMBER)
    inference = inferred(
        endpoint("GET /currencies", array(currency)),
        endpoint("GET /currencies/{currency_code}", currency),
    )
    resource = only(inference)
    assert (resource.name, resource.id_field) == ("currency", ("code",))
    assert play_of(resource, Role.LIST).item == ()
    assert "clients only read it, so it has initial items" in resource.reasons
