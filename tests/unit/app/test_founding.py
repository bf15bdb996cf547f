"""A folder made into a project: what is written, what is left alone, and that it can be served."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from diorama.app.examination import wrong_examples
from diorama.app.founding import STARTER, found, has_documents, keep_schema, names_schema
from diorama.app.loading import load
from diorama.app.schema import shipped_schema
from diorama.app.settings import Settings
from diorama.flow.publication import sites_of
from diorama.formats.project.texts import read_text
from diorama.model.errors import DioramaError

DOCUMENT = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths: {/a: {get: {responses: {}}}}\n"


def serve(folder: Path) -> list[str]:
    """The paths of a project, and that its project file holds to the schema."""
    schema = json.loads(shipped_schema())
    jsonschema.Draft202012Validator(schema).validate(read_text(folder / "diorama.yaml").root)
    return [site.endpoint.path for site in sites_of(load(Settings(sources=(str(folder),), cache="off")).project)]


def test_found__folder_with_documents__names_them_and_can_be_served(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b c.yaml").write_text(DOCUMENT)
    (tmp_path / "a.json").write_text('{"openapi": "3.1.0", "info": {}, "paths": {"/j": {"get": {"responses": {}}}}}')
    (tmp_path / "notes.yaml").write_text("just: notes\n")
    made = found(tmp_path)
    assert made.documents == ("a.json", "deep/b c.yaml")
    assert (made.files, made.endpoints) == (("diorama.yaml", ".gitignore"), 2)
    assert serve(tmp_path) == ["/j", "/a"]
    assert (tmp_path / ".gitignore").read_text() == ".diorama/\n"
    assert (tmp_path / ".diorama" / "project.schema.json").read_bytes() == shipped_schema()
    assert names_schema(tmp_path)


def test_found__document_from_elsewhere__comes_along(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    made = found(tmp_path / "new" / "project", [str(tmp_path / "shop.yaml")])
    assert made.files == ("shop.yaml", "diorama.yaml", ".gitignore")
    assert serve(made.folder) == ["/a"]


def test_found__starter__is_a_whole_api_whose_examples_are_right(tmp_path: Path) -> None:
    made = found(tmp_path / "new", starter=True)
    assert (made.documents, made.endpoints) == (("openapi.yaml",), 5)
    assert len(serve(made.folder)) == 5
    loaded = load(Settings(sources=(str(STARTER),), stateless=True, cache="off"))
    assert (loaded.findings, wrong_examples(loaded.project)) == ((), [])


@pytest.mark.parametrize("name", ["diorama.yaml", "openapi.yaml"])
def test_found__file_that_is_there__is_left_alone_unless_forced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(DioramaError) as caught:
        found(tmp_path, starter=True)
    assert caught.value.code == "option_invalid"
    assert "--force" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine\n"
    found(tmp_path, starter=True, force=True)
    assert len(serve(tmp_path)) == 5


def test_found__broken_document__writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT + "  - [\n")
    with pytest.raises(DioramaError) as caught:
        found(tmp_path)
    assert caught.value.code == "document_unreadable"
    assert [path.name for path in tmp_path.iterdir()] == ["shop.yaml"]


def test_found__name_that_yaml_would_misread__is_written_as_text(tmp_path: Path) -> None:
    folder = tmp_path / "1.0: #yes"
    found(folder, starter=True)
    assert read_text(folder / "diorama.yaml").root["name"] == "1.0: #yes"


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ".diorama/\n"), ("*.pyc", "*.pyc\n.diorama/\n"), ("x\n.diorama/\n", "x\n.diorama/\n")],
)
def test_gitignore__whatever_it_held__keeps_it_and_names_the_data(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / ".gitignore").write_text(before)
    found(tmp_path, starter=True)
    assert (tmp_path / ".gitignore").read_text() == after


def test_has_documents__folders__are_told_apart(tmp_path: Path) -> None:
    assert not has_documents(tmp_path / "absent")
    assert not has_documents(tmp_path)
    (tmp_path / "a.yaml").write_text(DOCUMENT)
    assert has_documents(tmp_path)


def test_keep_schema__older_one__is_brought_up_to_date(tmp_path: Path) -> None:
    keep_schema(tmp_path)
    file = tmp_path / ".diorama" / "project.schema.json"
    file.write_text("{}")
    keep_schema(tmp_path)
    assert file.read_bytes() == shipped_schema()
    assert not names_schema(tmp_path)


REFERRING = (
    "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths:\n  /cats:\n    get:\n      responses:\n        '200':\n"
    "          description: d\n          content:\n            application/json:\n"
    "              schema: {$ref: './schemas/cat.yaml'}\n"
)
CAT = "type: object\nproperties: {owner: {$ref: 'deep/owner.yaml#/Owner'}}\n"


def referring(folder: Path) -> Path:
    """A document that refers to a file, which refers to another."""
    (folder / "schemas" / "deep").mkdir(parents=True)
    (folder / "openapi.yaml").write_text(REFERRING)
    (folder / "schemas" / "cat.yaml").write_text(CAT)
    (folder / "schemas" / "deep" / "owner.yaml").write_text("Owner: {type: string}\n")
    return folder / "openapi.yaml"


def test_found__document_that_refers_to_files__brings_them_along(tmp_path: Path) -> None:
    made = found(tmp_path / "new", [str(referring(tmp_path / "old"))])
    assert made.files == (
        "openapi.yaml",
        "schemas/cat.yaml",
        "schemas/deep/owner.yaml",
        "diorama.yaml",
        ".gitignore",
    )
    for path in sorted((tmp_path / "old").rglob("*")):
        path.unlink() if path.is_file() else None
    assert serve(tmp_path / "new") == ["/cats"]


def test_found__two_documents_of_one_name__are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name, path in (("a", "/a"), ("b", "/b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "openapi.yaml").write_text(DOCUMENT.replace("/a", path))
    with pytest.raises(DioramaError) as caught:
        found(tmp_path / "new", [str(tmp_path / name / "openapi.yaml") for name in ("a", "b")])
    assert caught.value.code == "option_invalid"
    assert "openapi.yaml" in caught.value.message
    assert not (tmp_path / "new").exists()


def test_found__documents_that_share_a_file__bring_it_once(tmp_path: Path) -> None:
    first = referring(tmp_path / "old")
    second = first.with_name("more.yaml")
    second.write_text(REFERRING.replace("/cats", "/more"))
    made = found(tmp_path / "new", [str(first), str(second)])
    assert (made.documents, made.endpoints) == (("openapi.yaml", "more.yaml"), 2)


def test_found__what_was_written_cannot_be_served__leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    folder = tmp_path / "new"
    (folder / "fixtures").mkdir(parents=True)
    (folder / "fixtures" / "ghost.yaml").write_text("- {id: 1}\n")
    (folder / "diorama.yaml").write_text("name: before\n")
    with pytest.raises(DioramaError) as caught:
        found(folder, [str(tmp_path / "shop.yaml")], force=True)
    assert "ghost.yaml:1" in caught.value.message
    assert sorted(path.name for path in folder.iterdir()) == ["diorama.yaml", "fixtures"]
    assert (folder / "diorama.yaml").read_text() == "name: before\n"


def test_found__folder_that_cannot_be_made__is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    document = referring(tmp_path / "old" / "one")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "schemas").write_text("a file where a folder has to be")
    with pytest.raises(DioramaError) as caught:
        found(tmp_path / "new", [str(document)])
    assert caught.value.code == "option_invalid"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["schemas"]


def test_found__document_that_refers_to_what_is_above_it__is_served_with_the_whole_folder(tmp_path: Path) -> None:
    (tmp_path / "apis").mkdir()
    (tmp_path / "apis" / "cats.yaml").write_text(REFERRING.replace("./schemas/cat.yaml", "../cat.yaml"))
    (tmp_path / "cat.yaml").write_text("type: object\n")
    assert found(tmp_path).endpoints == 1
    assert serve(tmp_path) == ["/cats"]
