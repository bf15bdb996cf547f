"""Where something of a project was said, though it is only met when the project is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from diorama.formats.project import Origins, read_project


class ResourcesCorner(Struct, frozen=True, forbid_unknown_fields=True):
    """A corner with fixtures."""

    fixtures: dict[str, list[object]] = {}
    names: dict[str, int] = {}


FILES = {
    "diorama.yaml": "fixtures:\n  pet:\n    - {id: 1}\n    - {id: 2}\nresources:\n  names:\n    a: 1\n    b: 2\n",
    "overrides/o.yaml": "resources:\n  names: {b: 3}\n",
    "fixtures/all.yaml": "pet:\n  - id: 3\nshop: []\n",
    "fixtures/pet.json": '[\n  {"id": 4,\n   "name": "Tom"}\n]',
}


@pytest.fixture
def origins(tmp_path: Path) -> Origins:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return read_project(tmp_path, {"resources": ResourcesCorner}).origins


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/resources/names/a", ("diorama.yaml", 7, "/resources/names/a")),
        ("/resources/names/b", ("overrides/o.yaml", 2, "/resources/names/b")),
        ("/resources/fixtures/pet", ("diorama.yaml", 2, "/fixtures/pet")),
        ("/resources/fixtures/pet/1", ("diorama.yaml", 4, "/fixtures/pet/1")),
        ("/resources/fixtures/pet/2/id", ("fixtures/all.yaml", 2, "/pet/0/id")),
        ("/resources/fixtures/pet/3/name", ("fixtures/pet.json", 3, "/0/name")),
        ("/resources/fixtures/shop", ("fixtures/all.yaml", 3, "/shop")),
    ],
)
def test_place__of_what_was_said__is_found(
    tmp_path: Path, origins: Origins, pointer: str, place: tuple[str, int, str]
) -> None:
    found = origins.places_of([pointer])[pointer]
    assert (str(Path(found[0]).relative_to(tmp_path)), *found[1:]) == place


@pytest.mark.parametrize("pointer", ["/resources/names/c", "/resources/fixtures/pet/9", "/x"])
def test_place__of_what_no_file_says__is_none(origins: Origins, pointer: str) -> None:
    assert origins.places_of([pointer]) == {}


def test_place__in_a_file_that_broke_meanwhile__is_none(tmp_path: Path, origins: Origins) -> None:
    (tmp_path / "overrides" / "o.yaml").write_text("a: [")
    (tmp_path / "fixtures" / "pet.json").unlink()
    found = origins.places_of(["/resources/names/b", "/resources/fixtures/pet/3"])
    assert [place[1] for place in found.values()] == [8]


def test_place__of_items_in_an_override__is_there_and_no_longer_below(tmp_path: Path) -> None:
    (tmp_path / "overrides").mkdir()
    (tmp_path / "diorama.yaml").write_text("resources: {fixtures: {pet: [{id: 1}]}}\n")
    (tmp_path / "overrides" / "o.yaml").write_text("\nresources: {fixtures: {pet: [{id: 2}]}}\n")
    described = read_project(tmp_path, {"resources": ResourcesCorner})
    assert described.specs["resources"]["fixtures"] == {"pet": [{"id": 2}]}
    pointer = "/resources/fixtures/pet/0"
    assert described.origins.places_of([pointer])[pointer][:2] == (str(tmp_path / "overrides" / "o.yaml"), 2)
