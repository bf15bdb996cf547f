"""Mistakes in fixtures are told of where people look: by `validate`, at the start, and when a file is saved."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import Server, run

DOCUMENT = (
    "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths:\n"
    "  /pets:\n    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array,"
    " items: {$ref: '#/components/schemas/Pet'}}}}}}}\n"
    "  /pets/{petId}:\n    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]\n"
    "    get: {responses: {'200': {description: d, content: {application/json: {schema:"
    " {$ref: '#/components/schemas/Pet'}}}}}}\n"
    "components: {schemas: {Pet: {type: object, required: [id],"
    " properties: {id: {type: integer}, name: {type: string}}}}}\n"
)


def project(folder: Path, fixtures: str) -> Path:
    (folder / "fixtures").mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "diorama.yaml").write_text("name: pets\ndocuments: [openapi.yaml]\n")
    (folder / "fixtures" / "pet.yaml").write_text(fixtures)
    return folder


def test_validate__fixture_with_a_property_that_is_unknown__names_file_line_and_item(tmp_path: Path) -> None:
    done = run(["validate", "."], cwd=project(tmp_path, "- id: 1\n- id: 2\n  nam: Tom\n"))
    assert done.returncode == 0
    assert "fixtures/pet.yaml:3" in done.stdout
    assert "item 2: 'nam' is no property of pet" in done.stdout
    assert "Is it name?" in done.stdout


def test_serve__fixture_whose_id_cannot_be_one__is_refused_with_file_and_line(tmp_path: Path) -> None:
    done = run(["serve", ".", "--memory", "--port", "0"], cwd=project(tmp_path, "- id: 1\n- name: Tom\n  id: tom\n"))
    assert done.returncode == 1
    assert "fixtures/pet.yaml:3 (#/1/id)" in done.stderr
    assert "Traceback" not in done.stderr


def test_watch__fixture_that_gets_an_id_twice__is_told_and_the_version_before_goes_on(tmp_path: Path) -> None:
    folder = project(tmp_path, "- {id: 1, name: Tom}\n")
    with Server(["serve", ".", "--memory", "--port", "0"], cwd=folder) as server:
        server.wait_for("Ctrl-C ends it.")
        (folder / "fixtures" / "pet.yaml").write_text("- {id: 1, name: Tom}\n- {id: 1, name: Tim}\n")
        server.wait_for("which item 1 has, too")
        told = [line for line in server.said if "not published" in line]
        answer = ask(server.port, "/pets/1")
    assert "fixtures/pet.yaml:2" in told[0]
    assert (answer.status, answer.json["name"]) == (200, "Tom")
