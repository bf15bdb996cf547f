"""The JSON Schema of the project file: shipped as generated, and of one mind with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from diorama.app.schema import corner_types, generated_schema, shipped_schema
from diorama.formats.project import read_project
from diorama.formats.project.texts import read_text
from diorama.model.errors import DioramaError

SCHEMA: dict[str, Any] = json.loads(shipped_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

RIGHT = [
    "",
    "name: shop\n",
    "documents: [openapi.yaml]\n",
    "validation: {requests: warn, json_values_max: 10}\n",
    "resources: {enabled: true, initial: 3, overrides: {customers: {id: ref, operations: {get: off}}}}\n",
    "fixtures: {customers: [{id: 1}, text]}\n",
    "examples: {fill_properties: null, refusals: all}\n",
    "routing: {head_from_get: true}\n",
]
WRONG = [
    "nome: shop\n",
    "name: 5\n",
    "documents: openapi.yaml\n",
    "documents: [5]\n",
    "validation: {requests: maybe}\n",
    "validation: {request: warn}\n",
    "validation: {json_values_max: 0}\n",
    "validation: [requests]\n",
    "validation:\n",
    "resources: {enabled: 'yes'}\n",
    "resources: {initial: some}\n",
    "resources: {overrides: {customers: {operations: [get]}}}\n",
    "resources: {overrides: {customers: {ident: ref}}}\n",
    "fixtures: {customers: {id: 1}}\n",
    "examples: {dynamic: 1}\n",
    "cors: {enable: true}\n",
    "security: {realm: 7}\n",
    "routing: {head_from_get: 'on'}\n",
    "- name\n",
]


def written(folder: Path, text: str) -> Any:
    """The text as a value, read as Diorama and editors read it: YAML 1.2."""
    file = folder / "diorama.yaml"
    file.write_text(text)
    (folder / "openapi.yaml").write_text("openapi: 3.1.0\n")
    return read_text(file).root


def test_shipped_schema__compared__is_what_the_types_give() -> None:
    assert shipped_schema() == generated_schema(), (
        "Write it anew: python -m diorama.app.schema > src/diorama/app/project.schema.json"
    )


def test_shipped_schema__read__is_a_schema_that_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name, part in [("", SCHEMA), *SCHEMA["$defs"].items()]:
        assert part["additionalProperties"] is False, f"{name} takes unknown keys: add forbid_unknown_fields=True"
        assert part["description"], name
        for key, schema in part["properties"].items():
            assert "description" in schema or "$ref" in schema, f"{name}.{key}: say it under Attributes"


@pytest.mark.parametrize("text", RIGHT)
def test_project_file__that_is_right__is_taken_by_schema_and_reader(tmp_path: Path, text: str) -> None:
    value = written(tmp_path, text)
    assert not list(VALIDATOR.iter_errors({} if value is None else value))
    assert read_project(tmp_path, corner_types()).files


@pytest.mark.parametrize("text", WRONG)
def test_project_file__that_is_wrong__is_refused_by_schema_and_reader(tmp_path: Path, text: str) -> None:
    assert list(VALIDATOR.iter_errors(written(tmp_path, text)))
    with pytest.raises(DioramaError) as caught:
        read_project(tmp_path, corner_types())
    assert caught.value.code == "project_invalid"
    assert "diorama.yaml:1" in caught.value.message
