from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from diorama.formats.openapi import Limits, Loaded, cache, load_cached, load_documents
from diorama.model.errors import DioramaError
from tests.unit.formats.openapi.documents import HEAD_30, NO_PATHS, Folder

MAIN = HEAD_30 + "paths: {a: {get: {responses: {}}}}\ncomponents: {schemas: {A: {$ref: 'parts/b.yaml'}}}\n"


class Counter:
    """Counts the loads that were not served from the cache."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loads = 0
        monkeypatch.setattr(cache, "load_documents", self)

    def __call__(self, *arguments: Any, **options: Any) -> Loaded:
        self.loads += 1
        return load_documents(*arguments, **options)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "definitions"


@pytest.fixture
def file(tmp_path: Path) -> str:
    folder = Folder(tmp_path / "docs")
    folder.write("parts/b.yaml", "type: string\n")
    return folder.write("a.yaml", MAIN)


def test_cache__second_load__gives_the_same_without_reading(file: str, store: Path, counter: Counter) -> None:
    first = load_cached([file], store)
    second = load_cached([file], store)
    assert first == second
    assert first.findings
    assert counter.loads == 1
    assert len(list(store.iterdir())) == 1


@pytest.mark.parametrize("name", ["a.yaml", "parts/b.yaml"])
def test_cache__after_a_file_changed__is_a_miss(file: str, store: Path, counter: Counter, name: str) -> None:
    load_cached([file], store)
    changed = Path(file).parent / name
    changed.write_text(changed.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    load_cached([file], store)
    assert counter.loads == 2


def test_cache__after_a_fragment_vanished__is_a_miss(file: str, store: Path, counter: Counter) -> None:
    load_cached([file], store)
    (Path(file).parent / "parts" / "b.yaml").unlink()
    with pytest.raises(DioramaError):
        load_cached([file], store)
    assert counter.loads == 2


def test_cache__of_a_folder_with_a_new_file__is_a_miss(file: str, store: Path, counter: Counter) -> None:
    source = str(Path(file).parent)
    load_cached([source], store)
    load_cached([source], store)
    assert counter.loads == 1
    Folder(Path(source)).write("c.yaml", HEAD_30 + NO_PATHS)
    assert len(load_cached([source], store).project.apis) == 2


def test_cache__with_other_options__is_a_miss(file: str, store: Path, counter: Counter) -> None:
    load_cached([file], store)
    load_cached([file], store, name="other")
    load_cached([file], store, limits=Limits(depth_max=100))
    assert counter.loads == 3


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "foreign", "folder", "other key"])
def test_cache__damaged_or_foreign_entry__is_a_miss(file: str, store: Path, counter: Counter, damage: str) -> None:
    expected = load_cached([file], store)
    (entry,) = store.iterdir()
    data = entry.read_bytes()
    if damage == "folder":
        entry.unlink()
        entry.mkdir()
    elif damage == "other key":
        load_cached([file], store, name="other")
        other = next(item for item in store.iterdir() if item != entry)
        entry.write_bytes(other.read_bytes())
        counter.loads -= 1
    else:
        content = {
            "truncate": data[:-1],
            "flip": data[:50] + b"\x00" + data[51:],
            "empty": b"",
            "foreign": b"\x80" * 99,
        }
        entry.write_bytes(content[damage])
    assert load_cached([file], store) == expected
    assert counter.loads == 2


def test_cache__of_another_version__is_a_miss(
    file: str, store: Path, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_cached([file], store)
    monkeypatch.setattr(cache, "__version__", "0.0.0")
    load_cached([file], store)
    assert counter.loads == 2


def test_cache__that_cannot_be_written__is_no_error(file: str, tmp_path: Path, counter: Counter) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", encoding="utf-8")
    assert load_cached([file], blocked) == load_cached([file], blocked)
    assert counter.loads == 2


def test_cache__of_what_is_refused__keeps_nothing(tmp_path: Path, store: Path) -> None:
    for source in (str(tmp_path / "missing.yaml"), Folder(tmp_path).write("bad.yaml", "a: [")):
        with pytest.raises(DioramaError):
            load_cached([source], store)
    assert not store.exists()


def test_cache__of_urls__fetches_and_compares(store: Path, counter: Counter) -> None:
    pages = {"https://example.com/a.yaml": MAIN.encode(), "https://example.com/parts/b.yaml": b"type: string\n"}
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return pages[url]

    sources = ["https://example.com/a.yaml"]
    load_cached(sources, store, fetch=fetch)
    assert asked == list(pages)
    load_cached(sources, store, fetch=fetch)
    assert (asked, counter.loads) == (list(pages) * 2, 1)
    pages["https://example.com/parts/b.yaml"] = b"type: integer\n"
    assert load_cached(sources, store, fetch=fetch).project.apis[0].schemas == {"A": {"type": "integer"}}
    with pytest.raises(DioramaError):
        load_cached(sources, store)


def test_cache__full__drops_the_oldest(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "ENTRIES_MAX", 3)
    store.mkdir(parents=True)
    (store / "left.part").write_bytes(b"x")
    (store / "mine.txt").write_bytes(b"x")
    os.utime(store / "left.part", (1, 1))
    for number in range(5):
        load_cached([Folder(tmp_path).write(f"{number}.yaml", HEAD_30 + NO_PATHS)], store)
    names = [item.name for item in store.iterdir()]
    assert "mine.txt" in names
    assert "left.part" not in names
    assert len(names) == 4


def test_cache__too_large__keeps_only_the_newest(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "BYTES_MAX", 100)
    for number in range(3):
        load_cached([Folder(tmp_path).write(f"{number}.yaml", HEAD_30 + NO_PATHS)], store)
    assert len(list(store.iterdir())) == 1
