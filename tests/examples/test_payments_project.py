"""The example project: its document is sound, and what it shows is true by its own schemas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

PROJECT = Path(__file__).parents[2] / "examples" / "payments"
DOCUMENT: dict[str, Any] = yaml.load((PROJECT / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
CHECK = jsonschema.FormatChecker()


def resolved(node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def walk(node: Any, place: str = "#") -> Iterator[tuple[str, Any]]:
    yield place, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from walk(child, f"{place}/{str(key).replace('/', '~1')}")


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    methods = ("get", "post", "patch", "delete")
    return [
        (path, method, item[method]) for path, item in DOCUMENT["paths"].items() for method in methods if method in item
    ]


def shown_values() -> list[tuple[str, Any, Any]]:
    """Every example that stands beside a schema: (place, schema, value)."""
    shown = []
    for place, node in walk(DOCUMENT):
        if not isinstance(node, dict) or not isinstance(node.get("schema"), dict):
            continue
        if "example" in node:
            shown.append((place, node["schema"], node["example"]))
        for name, example in node.get("examples", {}).items():
            shown.append((f"{place}/examples/{name}", node["schema"], resolved(example)["value"]))
    return shown


@pytest.mark.parametrize(
    ("place", "schema", "value"), shown_values(), ids=lambda part: part if isinstance(part, str) else ""
)
def test_example__beside_a_schema__is_valid_by_it(place: str, schema: Any, value: Any) -> None:
    validator = jsonschema.Draft202012Validator({**DOCUMENT, **schema}, format_checker=CHECK)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)] == []


def test_schema_examples__of_components__are_valid_by_their_schema() -> None:
    count = 0
    for _place, node in walk(DOCUMENT["components"]["schemas"]):
        if isinstance(node, dict) and isinstance(node.get("examples"), list):
            for value in node["examples"]:
                jsonschema.Draft202012Validator({**DOCUMENT, **node}, format_checker=CHECK).validate(value)
                count += 1
    assert count > 20, "the walk found too little"


def test_references__in_the_document__all_resolve() -> None:
    references = [node for _, node in walk(DOCUMENT) if isinstance(node, dict) and isinstance(node.get("$ref"), str)]
    assert len(references) > 100
    assert all(resolved(node) is not None for node in references)


def test_components__in_the_document__are_all_used() -> None:
    used = {node["$ref"] for _, node in walk(DOCUMENT) if isinstance(node, dict) and isinstance(node.get("$ref"), str)}
    kinds = {kind: parts for kind, parts in DOCUMENT["components"].items() if kind != "securitySchemes"}
    assert [
        f"{kind}/{name}" for kind, parts in kinds.items() for name in parts if f"#/components/{kind}/{name}" not in used
    ] == []


def test_operations__of_the_document__have_id_tag_summary_and_documented_errors() -> None:
    for path, method, operation in operations():
        assert operation["operationId"], f"{method} {path}"
        assert operation["tags"], f"{method} {path}"
        assert operation["summary"], f"{method} {path}"
        assert {"400", "401", "422", "429", "default"} <= operation["responses"].keys(), f"{method} {path}"


def test_operation_ids__of_the_document__are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    assert {"payments.create", "payments.retrieve"} <= set(ids)


def test_payments_create__as_documented__answers_200() -> None:
    responses = DOCUMENT["paths"]["/v1/payments"]["post"]["responses"]
    assert [status for status in responses if status.startswith("2")] == ["200"]
    assert {"402", "409"} <= responses.keys()


def test_links__of_responses__name_operations_and_parameters_that_exist() -> None:
    by_id = {operation["operationId"]: path for path, _, operation in operations()}
    links = [
        link
        for _, node in walk(DOCUMENT["components"]["responses"])
        if isinstance(node, dict)
        for link in node.get("links", {}).values()
    ]
    assert links
    for link in links:
        assert all("{" + parameter + "}" in by_id[link["operationId"]] for parameter in link["parameters"])


def test_project_file__beside_the_document__names_it() -> None:
    project = yaml.safe_load((PROJECT / "diorama.yaml").read_text())
    assert (project["name"], project["documents"]) == ("payments", ["openapi.yaml"])
    assert set(project) == {"name", "documents", "security"}
