from __future__ import annotations

from pathlib import Path

import pytest

from diorama.app.loading import load
from diorama.app.settings import Settings
from diorama.app.suggestions import suggestions

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
security: [{key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
paths:
  /items/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}, example: i1}]
      responses: {"200": {description: ok}}
  /items:
    get:
      parameters: [{name: page, in: query, required: true, schema: {type: integer, default: 2}}]
      responses: {"200": {description: ok}}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object}
            example: {name: Lamp}
      responses: {"201": {description: made}}
  /blind:
    post:
      requestBody: {required: true, content: {image/png: {}}}
      responses: {"201": {description: made}}
"""


def suggested(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "shop.yaml"
    file.write_text(text)
    return suggestions(load(Settings(sources=(str(file),), cache="off")).project, "http://h:1")


def test_suggestions__document__read_and_write_with_what_they_need(tmp_path: Path) -> None:
    assert suggested(tmp_path, DOCUMENT) == [
        "curl http://h:1/items -H 'X-Key: test' -H 'content-type: application/json' -d '{\"name\":\"Lamp\"}'",
        "curl 'http://h:1/items?page=2' -H 'X-Key: test'",
    ]


def test_suggestions__nothing_to_write__reads_only(tmp_path: Path) -> None:
    text = (
        'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {/a: {get: {responses: {"200": {description: d}}}}}\n'
    )
    assert suggested(tmp_path, text) == ["curl http://h:1/a"]


BODIES = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /orders/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
  /orders:
    post:
      requestBody:
        required: true
        content:
          MEDIA:
            schema:
              type: object
              required: [quantity]
              properties: {quantity: {type: integer, const: 3}, note: {type: string}}
      responses: {"201": {description: made}}
"""


@pytest.mark.parametrize(
    ("media_type", "body"),
    [("application/json", "'{\"quantity\":3}'"), ("application/x-www-form-urlencoded", "quantity=3")],
)
def test_suggestions__body_without_an_example__make_up_what_is_required(
    tmp_path: Path, media_type: str, body: str
) -> None:
    assert suggested(tmp_path, BODIES.replace("MEDIA", media_type)) == [
        f"curl http://h:1/orders -H 'content-type: {media_type}' -d {body}"
    ]


def test_suggestions__id_that_nobody_can_know__is_not_asked_for(tmp_path: Path) -> None:
    assert suggested(tmp_path, BODIES.replace("MEDIA", "image/png")) == []
