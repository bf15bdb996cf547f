from __future__ import annotations

from pathlib import Path

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
        "curl http://h:1/items/i1 -H 'X-Key: test'",
        "curl http://h:1/items -H 'X-Key: test' -H 'content-type: application/json' -d '{\"name\":\"Lamp\"}'",
    ]


def test_suggestions__nothing_to_write__reads_only(tmp_path: Path) -> None:
    text = (
        'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {/a: {get: {responses: {"200": {description: d}}}}}\n'
    )
    assert suggested(tmp_path, text) == ["curl http://h:1/a"]
