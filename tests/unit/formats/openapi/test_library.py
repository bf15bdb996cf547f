from __future__ import annotations

import os
from pathlib import Path

import pytest

from diorama.formats.openapi import Limits, load_documents
from diorama.model.errors import DioramaError
from tests.unit.formats.openapi.documents import HEAD_30, HEAD_31, HEAD_32, NO_PATHS, Folder, api_of, schemas_of

MAIN = HEAD_30 + NO_PATHS + "components: {schemas: {A: {$ref: %s}}}\n"


def code_of(sources: list[str]) -> str:
    with pytest.raises(DioramaError) as caught:
        load_documents(sources)
    return caught.value.code


def test_sources__none__are_refused() -> None:
    assert code_of([]) == "document_not_found"


def test_file__missing__is_not_found(tmp_path: Path) -> None:
    assert code_of([str(tmp_path / "no.yaml")]) == "document_not_found"


def test_file__in_a_missing_folder_or_with_a_null_byte__is_refused(tmp_path: Path) -> None:
    assert code_of([str(tmp_path / "a.yaml" / "b.yaml")]) == "document_not_found"
    assert code_of(["a\0b.yaml"]) in ("document_not_found", "document_unreadable")


def test_file__no_regular_one__is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert code_of([str(pipe)]) == "document_unreadable"


def test_file__too_large__is_refused(folder: Folder) -> None:
    error = folder.refusal(HEAD_30 + NO_PATHS, limits=Limits(file_bytes_max=20))
    assert (error.code, error.status) == ("document_too_large", 413)


def test_folder__with_documents_and_fragments__loads_the_documents(folder: Folder) -> None:
    folder.write("b.yaml", HEAD_30 + NO_PATHS)
    folder.write("deep/a.json", '{"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": {}}')
    folder.write("fragment.yaml", "A: {type: string}\nopenapi_like: 1\n")
    folder.write("broken.yaml", "a: [")
    folder.write("package.json", '{"name": "x", "openapi-tools": 1}')
    folder.write(".hidden/c.yaml", HEAD_30 + NO_PATHS)
    folder.write("node_modules/d.yaml", HEAD_30 + NO_PATHS)
    folder.write("readme.md", "openapi: 3.0.0")
    loaded = load_documents([str(folder.path)])
    assert [api.id for api in loaded.project.apis] == ["b", "a"]
    assert [Path(name).name for name in loaded.folders] == [folder.path.name, "deep"]
    assert loaded.project.name == "b"


def test_folder__without_documents__is_refused(folder: Folder) -> None:
    folder.write("fragment.yaml", "A: {type: string}\n")
    assert code_of([str(folder.path)]) == "document_not_found"


def test_folder__with_a_broken_document__is_refused(folder: Folder) -> None:
    folder.write("a.yaml", "openapi: 3.0.0\npaths: [\n")
    assert code_of([str(folder.path)]) == "document_unreadable"


def test_folder__with_too_many_files__is_refused(folder: Folder) -> None:
    for number in range(5):
        folder.write(f"{number}.yaml", HEAD_30 + NO_PATHS)
    with pytest.raises(DioramaError, match="more than 3"):
        load_documents([str(folder.path)], limits=Limits(files_max=3))


def test_folder__with_a_link_out_of_it__leaves_it_alone(tmp_path: Path) -> None:
    inside, outside = Folder(tmp_path / "in"), Folder(tmp_path / "out")
    inside.write("a.yaml", HEAD_30 + NO_PATHS)
    (tmp_path / "in" / "b.yaml").symlink_to(outside.write("b.yaml", HEAD_30 + NO_PATHS))
    assert len(load_documents([str(inside.path)]).project.apis) == 1


def test_same_document__named_twice__loads_once(folder: Folder) -> None:
    file = folder.write("a.yaml", HEAD_30 + NO_PATHS)
    assert len(load_documents([file, file, str(folder.path)]).project.apis) == 1


def test_reference__to_a_file_beside__is_read_and_listed(folder: Folder) -> None:
    folder.write("parts/b.yaml", "B: {type: string, nullable: true}\n")
    loaded = folder.load(MAIN % "'parts/b.yaml#/B'")
    assert schemas_of(loaded) == {"A": {"type": ["string", "null"]}}
    assert [Path(file.location).name for file in loaded.files] == ["api.yaml", "b.yaml"]
    assert all(len(file.digest) == 32 and file.size_bytes for file in loaded.files)


@pytest.mark.parametrize("reference", ["'../outside.yaml#/A'", "'link.yaml#/A'", "'/etc/hostname'"])
def test_reference__out_of_the_folder__is_refused(tmp_path: Path, reference: str) -> None:
    folder = Folder(tmp_path / "in")
    outside = Folder(tmp_path).write("outside.yaml", "A: {type: string}\n")
    folder.path.mkdir()
    (folder.path / "link.yaml").symlink_to(outside)
    error = folder.refusal(MAIN % reference)
    assert error.code == "outbound_refused"
    assert error.meta["line"] == 4
    assert error.meta["pointer"] == "/components/schemas/A"


def test_reference__within_the_source_folder__may_go_up(folder: Folder) -> None:
    folder.write("shared/b.yaml", "B: {type: string}\n")
    folder.write("apis/a.yaml", MAIN % "'../shared/b.yaml#/B'")
    assert schemas_of(load_documents([str(folder.path)])) == {"A": {"type": "string"}}


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("'missing.yaml#/A'", "reference_unresolved"),
        ("'mailto:x@example.com'", "reference_unresolved"),
        ("'https://example.com/b.yaml'", "outbound_refused"),
        ("'.'", "document_unreadable"),
        ("'http://[bad'", "reference_unresolved"),
    ],
)
def test_reference__that_cannot_be_read__is_refused(folder: Folder, reference: str, code: str) -> None:
    assert folder.refusal(MAIN % reference).code == code


def test_reference__flood_of_files__is_refused(folder: Folder) -> None:
    names = [f"f{number}" for number in range(20)]
    for name in names:
        folder.write(f"{name}.yaml", "A: {type: string}\n")
    schemas = "".join(f"    {name}: {{$ref: {name}.yaml#/A}}\n" for name in names)
    error = folder.refusal(HEAD_30 + NO_PATHS + "components:\n  schemas:\n" + schemas, limits=Limits(files_max=10))
    assert error.code == "document_too_large"


def test_reference__to_many_bytes_in_all__is_refused(folder: Folder) -> None:
    folder.write("b.yaml", "A: {type: string, description: " + "x" * 500 + "}\n")
    error = folder.refusal(MAIN % "'b.yaml#/A'", limits=Limits(total_bytes_max=400))
    assert error.code == "document_too_large"


def test_url__without_fetch__is_refused() -> None:
    assert code_of(["https://example.com/api.yaml"]) == "outbound_refused"


def test_url__with_fetch__is_read_with_what_it_refers_to() -> None:
    pages = {
        "https://example.com/v1/api.yaml": MAIN % "'../parts/b.yaml#/B'",
        "https://example.com/parts/b.yaml": "B: {$ref: 'c.json'}\n",
        "https://example.com/parts/c.json": '{"type": "string"}',
    }
    loaded = load_documents(["https://example.com/v1/api.yaml#top"], fetch=lambda url: pages[url].encode())
    assert schemas_of(loaded) == {"A": {"$ref": "#/$defs/c"}, "c": {"type": "string"}}
    assert [file.location for file in loaded.files] == list(pages)
    assert api_of(loaded).id == "api"


@pytest.mark.parametrize("reference", ["file:///etc/hostname", "file://localhost/etc/hostname"])
def test_url__with_a_local_reference__is_refused(reference: str) -> None:
    with pytest.raises(DioramaError) as caught:
        load_documents(["http://example.com/a.yaml"], fetch=lambda _: (MAIN % f"'{reference}'").encode())
    assert caught.value.code == "outbound_refused"


def test_url__that_fetch_refuses__says_where_it_is_referred_to(folder: Folder) -> None:
    def fetch(url: str) -> bytes:
        raise DioramaError("outbound_failed", f"{url}: gone", "Try later.")

    file = folder.write("a.yaml", MAIN % "'https://example.com/b.yaml'")
    with pytest.raises(DioramaError, match=r"a\.yaml:4.*gone") as caught:
        load_documents([file], fetch=fetch)
    assert caught.value.code == "outbound_failed"
    with pytest.raises(DioramaError, match="gone"):
        load_documents(["https://example.com/b.yaml"], fetch=fetch)


def test_url__that_fetch_cannot_reach__is_an_outbound_error() -> None:
    def fetch(url: str) -> bytes:
        raise ConnectionError(url)

    with pytest.raises(DioramaError) as caught:
        load_documents(["https://example.com/b.yaml"], fetch=fetch)
    assert caught.value.code == "outbound_failed"


def test_self__of_a_document__is_what_others_may_call_it(folder: Folder) -> None:
    folder.write(
        "a.yaml", HEAD_32 + "$self: https://example.com/a\n" + NO_PATHS + "components: {schemas: {A: {type: string}}}\n"
    )
    folder.write(
        "b.yaml",
        HEAD_32
        + "$self: https://example.com/b\n"
        + NO_PATHS
        + "components: {schemas: {B: {$ref: 'a#/components/schemas/A'}, C: {$ref: 'parts/c.yaml'}}}\n",
    )
    folder.write("parts/c.yaml", "type: integer\n")
    loaded = load_documents([str(folder.path)])
    assert loaded.project.apis[1].schemas == {"B": {"type": "string"}, "C": {"type": "integer"}}


def test_fragment__of_a_newer_document__keeps_its_dialect(folder: Folder) -> None:
    folder.write("new.yaml", HEAD_31 + NO_PATHS + "components: {schemas: {B: {type: string, nullable: true}}}\n")
    assert schemas_of(folder.load(MAIN % "'new.yaml#/components/schemas/B'")) == {"A": {"type": "string"}}
