from __future__ import annotations

from pathlib import Path

import pytest

from diorama.app.loading import load
from diorama.app.settings import Settings
from diorama.app.suggestions import command, suggestions
from diorama.flow.publication import sites_of

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


@pytest.mark.parametrize(
    ("scheme", "accepted", "line"),
    [
        ("{type: apiKey, in: header, name: X-Key}", "k_*", "curl http://h:1/a -H 'X-Key: k_123'"),
        ("{type: apiKey, in: cookie, name: k}", "k_*_z", "curl http://h:1/a -b k=k_123_z"),
        ("{type: apiKey, in: query, name: k}", "a b", "curl 'http://h:1/a?k=a+b'"),
        ("{type: http, scheme: basic}", "ada:*", "curl http://h:1/a -u ada:123"),
        ("{type: http, scheme: bearer}", "sk_*", "curl http://h:1/a -H 'Authorization: Bearer sk_123'"),
        ("{type: apiKey, in: query, name: k}", "", "curl 'http://h:1/a?k=test'"),
        ("{type: http, scheme: basic}", "", "curl http://h:1/a -u test:test"),
    ],
)
def test_command__credentials_that_the_project_accepts__are_shown(
    tmp_path: Path, scheme: str, accepted: str, line: str
) -> None:
    (tmp_path / "shop.yaml").write_text(
        'openapi: 3.1.0\ninfo: {title: t, version: "1"}\nsecurity: [{key: []}]\n'
        f"components: {{securitySchemes: {{key: {scheme}}}}}\n"
        'paths: {/a: {get: {responses: {"200": {description: d}}}}}\n'
    )
    said = f"security: {{accept: {{key: ['{accepted}', other]}}}}\n" if accepted else "name: shop\n"
    (tmp_path / "diorama.yaml").write_text(said)
    project = load(Settings(sources=(str(tmp_path),), cache="off")).project
    assert suggestions(project, "http://h:1") == [line]


def test_command__of_nothing_that_is_accepted__has_the_usual_text(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    project = load(Settings(sources=(str(tmp_path / "shop.yaml"),), cache="off")).project
    read = next(site for site in sites_of(project) if site.endpoint.method == "GET")
    assert command(read, "http://h:1") == "curl http://h:1/items/i1 -H 'X-Key: test'"
