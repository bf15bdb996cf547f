"""Calls of generated clients against documents of ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.operations import operations
from tests.e2e.cycles.dialogue import Dialogue
from tests.e2e.sdk_calls.__main__ import WAYS, tried
from tests.e2e.sdk_calls.calls import Calls, Tally
from tests.e2e.sdk_calls.likely import Fixtures, Likely
from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import ROOT, Server

CYCLES = ROOT / "tests/e2e/cycles/documents"
CONFORMANCE = ROOT / "tests/e2e/conformance/documents"
DOCUMENTS = [CYCLES / "shop.yaml", CYCLES / "library.yaml", ROOT / "examples/payments/openapi.yaml"]
STYLES = [CONFORMANCE / name for name in ("every-style-3.0.yaml", "newest-3.2.yaml", "swagger-2.0.json")]
ITEMS = {"customer": {"id": "cus_123", "email": "ada@example.com", "created": 1}, "issuing.card": {"id": "ic_1"}}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("document", [*DOCUMENTS, *STYLES], ids=lambda path: path.stem)
def test_server__called_as_clients_do__accepts_every_call_and_answers_as_promised(document: Path, way: str) -> None:
    tally = tried(document, None, WAYS[way])
    assert tally.details == tally.unmade == []
    assert tally.operations == len(list(operations(Document(document))))
    assert tally.calls >= tally.operations
    assert tally.share == 100


def test_calls__with_items_of_the_api__speak_of_these(tmp_path: Path) -> None:
    items = tmp_path / "items.json"
    items.write_text(json.dumps({"resources": ITEMS}))
    document = Document(CYCLES / "shop.yaml")
    wanted = next(one for one in operations(document) if one.label == "POST /v1/customers/{customer}")
    with Dialogue(0, document) as dialogue:
        likely = Likely(dialogue.requests, dialogue.samples, Fixtures(ITEMS))
        drafts = list(Calls(dialogue, likely, stateless=True).of(wanted))
    assert {draft.values["path", "customer"] for draft in drafts} == {"cus_123"}
    assert drafts[-1].body["email"] == "ada@example.com"
    assert drafts[-1].body["metadata"]
    assert tried(document.path, items, WAYS["mock"], "/v1/customers").share == 100


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/v1/customers/{id}", "cus_123"), ("/v1/issuing/cards/{card}/ship", "ic_1"), ("/v1/nothing", None)],
)
def test_fixtures__asked_about_a_path__know_what_it_is_about(path: str, expected: str | None) -> None:
    assert Fixtures(ITEMS).about(path).get("id") == expected


def test_calls__of_a_server_with_another_document__are_counted_as_refused_and_wrong(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = DOCUMENTS[0].read_text()
    other.write_text(text.replace("enum: [customer]", "enum: [client]").replace("/v1/prices", "/v1/costs"))
    document = Document(DOCUMENTS[0])
    tally = Tally()
    with Server(["mock", str(other), *WAYS["mock"][1:]]) as server, Dialogue(server.port, document) as dialogue:
        calls = Calls(dialogue, Likely(dialogue.requests, dialogue.samples, Fixtures({})), stateless=True)
        for operation in operations(document):
            calls.make(operation, tally)
    assert 0 < tally.refused < tally.calls
    assert 0 < tally.wrong < tally.calls
    assert tally.share < 80
    assert any("/v1/prices" in one for one in tally.details if one.startswith("refused"))


NOTES = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
paths:
  /notes:
    get:
      responses: {"200": {description: All., content: {application/json: {schema: {type: array, items: &note
        {type: object, required: [sid, text], properties: {sid: &sid {type: string, pattern: "^nt_[0-9]{6}$"},
         text: {type: string}}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}
      responses: {"201": {description: One., content: {application/json: {schema: *note}}}}
  /notes/{sid}:
    parameters: [{name: sid, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {description: One., content: {application/json: {schema: *note}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}
      responses: {"200": {description: One., content: {application/json: {schema: *note}}}}
    delete:
      responses: {"204": {description: Gone.}}
  /notes/{sid}/replies:
    parameters: [{name: sid, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {description: All., content: {application/json: {schema: {type: array, items: &reply
        {type: object, required: [id, note_sid], properties: {id: {type: integer}, note_sid: *sid}}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}
      responses: {"201": {description: One., content: {application/json: {schema: *reply}}}}
"""


def test_unknown_ids__that_only_the_path_allows__name_one_item_each(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text(NOTES)
    assert tried(path, None, WAYS["serve"]).details == []
    with Server(["serve", str(path), *WAYS["serve"][1:]]) as server:
        first, other = ask(server.port, "/notes/mine").json, ask(server.port, "/notes/yours").json
        assert first["sid"].startswith("nt_")
        assert first["sid"] != other["sid"]
        assert ask(server.port, "/notes/mine").json == ask(server.port, f"/notes/{first['sid']}").json == first
        ask(server.port, "/notes/mine", method="PUT", body={"text": "changed"})
        assert ask(server.port, f"/notes/{first['sid']}").json["text"] == "changed"
        assert ask(server.port, "/notes/mine/replies", method="POST", body={}).json["note_sid"] == first["sid"]
        assert len(ask(server.port, "/notes").json) == 2
        assert ask(server.port, "/notes/mine", method="DELETE").status == 204
        assert ask(server.port, "/notes/mine").status == 404
