from __future__ import annotations

from pathlib import Path

from diorama.app.examination import impossible_bodies, wrong_examples
from diorama.app.loading import load
from diorama.app.settings import Settings

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [name], properties: {secret: {type: string, readOnly: true}}}
            examples: {good: {value: {name: Lamp}}, "no/name": {value: {}}}
      responses:
        "200":
          description: d
          content:
            application/json: {schema: {$ref: "#/components/schemas/Id"}, example: nope}
            text/plain: {schema: {type: integer}, example: nope}
        "404": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/Id"}, example: 4}}}
components: {schemas: {Id: {type: integer, maximum: 5}}}
"""


def test_wrong_examples__of_requests_and_replies__are_named_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(DOCUMENT)
    found = wrong_examples(load(Settings(sources=(str(file),), cache="off")).project)
    post = "/paths/~1items/post"
    assert [finding.pointer for finding in found] == [
        f"{post}/requestBody/content/application~1json/examples/no~1name",
        f"{post}/responses/200/content/application~1json/example",
    ]
    assert "name is missing" in found[0].message
    assert "must be an integer" in found[1].message
    assert all(finding.file.endswith("shop.yaml") for finding in found)


def test_wrong_examples__of_the_example_project__are_none(repository: Path) -> None:
    source = str(repository / "examples" / "payments")
    assert wrong_examples(load(Settings(sources=(source,), cache="off")).project) == []


IMPOSSIBLE = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    get:
      responses:
        "200": {description: d, content: {application/json: {schema: {type: integer, minimum: 5, maximum: 4}}}}
        "404": {description: d, content: {application/json: {schema: {type: object, required: [message]}}}}
        "409": {description: d, content: {application/json: {schema: {type: string, enum: [1]}, example: a}}}
"""


def test_impossible_bodies__of_schemas_that_exclude_themselves__are_named(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(IMPOSSIBLE)
    found = impossible_bodies(load(Settings(sources=(str(file),), cache="off")).project)
    assert [finding.pointer for finding in found] == [
        "/paths/~1items/get/responses/200/content/application~1json/schema"
    ]
    assert found[0].message.startswith("no body could be made that the schema allows: ")


def test_impossible_bodies__of_the_example_project__are_none(repository: Path) -> None:
    source = str(repository / "examples" / "payments")
    assert impossible_bodies(load(Settings(sources=(source,), cache="off")).project) == []
