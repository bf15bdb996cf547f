"""Documents of untidy styles, from inference to replies: what is understood is played."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import Server

VERBS = """openapi: 3.0.3
info: {title: Transfers, version: '1'}
paths:
  /transfer/create:
    post:
      requestBody: {$ref: '#/components/requestBodies/Asked'}
      responses: {'200': {$ref: '#/components/responses/One'}}
  /transfer/get:
    post:
      requestBody: {$ref: '#/components/requestBodies/Named'}
      responses: {'200': {$ref: '#/components/responses/One'}}
  /transfer/cancel:
    post:
      requestBody: {$ref: '#/components/requestBodies/Named'}
      responses: {'200': {$ref: '#/components/responses/One'}}
  /transfer/list:
    post:
      requestBody: {$ref: '#/components/requestBodies/Asked'}
      responses: {'200': {$ref: '#/components/responses/All'}}
  /orders:
    post: {responses: {'201': {$ref: '#/components/responses/Order'}}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {$ref: '#/components/responses/Order'}}}
    delete: {responses: {'200': {$ref: '#/components/responses/Order'}}}
components:
  requestBodies:
    Asked:
      content:
        application/json:
          schema: {type: object, properties: {secret: {type: string}, amount: {type: string}}}
    Named:
      content:
        application/json:
          schema: {type: object, required: [transfer_id], properties: {transfer_id: {type: string}}}
  responses:
    One:
      description: OK
      content:
        application/json:
          schema:
            type: object
            required: [transfer]
            properties: {transfer: {$ref: '#/components/schemas/Transfer'}, request_id: {type: string}}
    All:
      description: OK
      content:
        application/json:
          schema:
            type: object
            required: [transfers]
            properties: {transfers: {type: array, items: {$ref: '#/components/schemas/Transfer'}}}
    Order:
      description: OK
      content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
  schemas:
    Transfer:
      type: object
      required: [id, amount, status]
      properties:
        id: {type: string}
        amount: {type: string}
        status: {type: string, enum: [pending, cancelled], default: pending}
        cancelled_at: {type: string, format: date-time, nullable: true}
    Order:
      type: object
      required: [id, status]
      properties: {id: {type: string}, status: {type: string, enum: [open, canceled], default: open}}
"""


def test_verb_style__served__keeps_what_is_made_and_done(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(VERBS)
    with Server(["serve", str(tmp_path / "api.yaml"), "--memory", "--port", "0"]) as server:

        def post(verb: str, body: object) -> object:
            answer = ask(server.port, f"/transfer/{verb}", method="POST", body=body)
            assert answer.status == 200, answer.body
            return answer.json

        made = post("create", {"secret": "s", "amount": "12.00"})
        transfer = made["transfer"]  # type: ignore[index] # an object, as the next line shows
        assert (transfer["amount"], transfer["status"]) == ("12.00", "pending")
        named = {"transfer_id": transfer["id"]}
        assert post("get", named)["transfer"] == transfer  # type: ignore[index] # an object
        cancelled = post("cancel", named)["transfer"]  # type: ignore[index] # an object
        assert (cancelled["id"], cancelled["status"]) == (transfer["id"], "cancelled")
        assert isinstance(cancelled["cancelled_at"], str)
        assert post("list", {"secret": "s"})["transfers"] == [cancelled]  # type: ignore[index] # an object
        assert ask(server.port, "/transfer/get", method="POST", body={"transfer_id": "none"}).status == 404


def test_delete__that_replies_with_the_item__shows_it_canceled(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(VERBS)
    with Server(["serve", str(tmp_path / "api.yaml"), "--memory", "--port", "0"]) as server:
        made = ask(server.port, "/orders", method="POST").json
        assert made["status"] == "open"
        gone = ask(server.port, f"/orders/{made['id']}", method="DELETE")
        assert (gone.status, gone.json) == (200, made | {"status": "canceled"})
        assert ask(server.port, f"/orders/{made['id']}").status == 404
