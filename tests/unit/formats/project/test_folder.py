"""A project folder: its file, its fixtures, its overrides, and how wrong ones are told of."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from msgspec import Struct

from diorama.formats.project import DescribedProject, read_project
from diorama.model.errors import DioramaError


class Thing(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of one thing."""

    enabled: bool = True


class ResourcesCorner(Struct, frozen=True, forbid_unknown_fields=True):
    """A corner with depth."""

    things: dict[str, Thing] = {}
    fixtures: dict[str, list[object]] = {}
    mode: Literal["on", "off"] = "on"


class LimitsCorner(Struct, frozen=True, forbid_unknown_fields=True):
    """A flat corner."""

    count: int = 1
    names: tuple[str, ...] = ()


CORNERS: dict[str, type[Struct]] = {"limits": LimitsCorner, "resources": ResourcesCorner}


def folder_of(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path = path.with_name(path.name.replace("_yaml", ".yaml").replace("_json", ".json"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def described(root: Path, **files: str) -> DescribedProject:
    return read_project(folder_of(root, **files), CORNERS)


def refusal(root: Path, **files: str) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        described(root, **files)
    return caught.value


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"])
def test_project__that_says_nothing__is_the_folder_itself(tmp_path: Path, text: str) -> None:
    found = described(tmp_path, diorama_yaml=text)
    assert (found.name, found.documents, found.specs) == (tmp_path.name, (str(tmp_path),), {})
    assert found.files == (str(tmp_path / "diorama.yaml"),)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("name: shop\ndocumentz: []\n", "diorama.yaml:2 (#/documentz)", "Is it documents?"),
        ("name: 5\n", "diorama.yaml:1 (#/name)", ""),
        ("limits:\n  count: many\n", "diorama.yaml:2 (#/limits/count)", ""),
        ("limits:\n  counts: 1\n", "diorama.yaml:2 (#/limits/counts)", "Is it count?"),
        ("limits:\n  zebra: 1\n", "diorama.yaml:2 (#/limits/zebra)", "count, names"),
        ("resources:\n  mode: maybe\n", "diorama.yaml:2 (#/resources/mode)", "Use one of: on, off."),
        ("resources:\n  things:\n    a: {enabled: 5}\n", "diorama.yaml:2 (#/resources/things)", ""),
        ("documents:\n  - a.yaml\n  - 7\n", "diorama.yaml:3 (#/documents/1)", ""),
        ("[1, 2]\n", "diorama.yaml:1", ""),
        ("fixtures: {a: 1}\n", "diorama.yaml:1 (#/fixtures)", ""),
    ],
)
def test_project_file__that_is_wrong__is_refused_with_its_line(
    tmp_path: Path, text: str, place: str, hint: str
) -> None:
    error = refusal(tmp_path, diorama_yaml=text)
    assert error.code == "project_invalid"
    assert place in error.message
    assert hint in error.hint


def test_fixtures__of_file_and_folder__come_in_order(tmp_path: Path) -> None:
    found = described(
        tmp_path,
        diorama_yaml="fixtures: {pets: [{id: 1}]}\nresources: {fixtures: {pets: [{id: 0}], owners: [{id: 9}]}}\n",
        fixtures__a_yaml="pets: [{id: 2}]\nshops: []\n",
        fixtures__pets_json='[{"id": 3}]',
        fixtures__notes_md="not read",
    )
    assert found.specs["resources"]["fixtures"] == {
        "pets": [{"id": 0}, {"id": 1}, {"id": 2}, {"id": 3}],
        "owners": [{"id": 9}],
        "shops": [],
    }
    assert list(found.specs["resources"]["fixtures"]) == ["pets", "owners", "shops"]
    assert [Path(file).name for file in found.files] == ["diorama.yaml", "a.yaml", "pets.json"]


@pytest.mark.parametrize(
    ("text", "place"),
    [("pets:\n  id: 1\n", "a.yaml:1 (#/pets)"), ("just words\n", "a.yaml:1"), ("pets: [\n", "a.yaml:2")],
)
def test_fixtures__that_are_no_lists__are_refused_with_their_line(tmp_path: Path, text: str, place: str) -> None:
    assert place in refusal(tmp_path, diorama_yaml="", fixtures__a_yaml=text).message


def test_overrides__of_corners__are_merged_by_file_name(tmp_path: Path) -> None:
    found = described(
        tmp_path,
        diorama_yaml="limits: {count: 1, names: [x]}\nresources: {things: {a: {enabled: true}}}\n",
        overrides__1_yaml="limits: {count: 2}\nresources: {things: {b: {enabled: false}}}\n",
        overrides__2_yaml="limits: {count: 3, names: [y]}\n",
    )
    assert found.specs == {
        "limits": {"count": 3, "names": ["y"]},
        "resources": {"things": {"a": {"enabled": True}, "b": {"enabled": False}}},
    }


def test_overrides__of_documents__are_handed_on_in_order(tmp_path: Path) -> None:
    found = described(
        tmp_path,
        diorama_yaml="",
        overrides__b_yaml="overlay: 1.0.0\nactions: []\n",
        overrides__a_yaml="overlay: 1.0.0\nactions: []\n",
    )
    assert [Path(file).name for file in found.overlays] == ["a.yaml", "b.yaml"]
    assert found.specs == {}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("limits: {count: 1}\nname: other\n", "o.yaml:2 (#/name)"),
        ("limits:\n  count: x\n", "o.yaml:2 (#/limits/count)"),
        ("[]\n", "o.yaml:1"),
    ],
)
def test_override__that_is_wrong__is_refused_with_its_line(tmp_path: Path, text: str, place: str) -> None:
    error = refusal(tmp_path, diorama_yaml="", overrides__o_yaml=text)
    assert error.code == "project_invalid"
    assert place in error.message


def test_fixtures__linked_from_outside__are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text("pets: []\n")
    folder = folder_of(tmp_path / "project", diorama_yaml="")
    (folder / "fixtures").mkdir()
    (folder / "fixtures" / "a.yaml").symlink_to(outside)
    with pytest.raises(DioramaError) as caught:
        read_project(folder, CORNERS)
    assert caught.value.code == "document_not_found"


def test_project_file__that_is_a_bomb__is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert refusal(tmp_path, diorama_yaml="\n".join(lines)).code == "document_trap"
