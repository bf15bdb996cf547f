"""Watching: what a change comes to, without the watch itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from diorama.app.assembly import Assembly
from diorama.app.loading import load
from diorama.app.settings import Settings
from diorama.app.watching import Change, Watching, folders_below, watched_folders
from diorama.flow.publication import sites_of
from diorama.model.errors import DioramaError

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
"""
ITEM = "  /{name}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}\n"
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)


def document(*names: str) -> str:
    return DOCUMENT + "".join(ITEM.format(name=name) for name in names)


class Audience:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.errors: list[DioramaError] = []

    def published(self, change: Change) -> None:
        self.changes.append(change)

    def broken(self, error: DioramaError) -> None:
        self.errors.append(error)


class Stage:
    """A served folder, its watching, and who is told."""

    def __init__(self, folder: Path, **given: Any) -> None:
        self.folder = folder
        (folder / "openapi.yaml").write_text(document("a"))
        (folder / "diorama.yaml").write_text("name: shop\n")
        self.settings = Settings(sources=(str(folder),), memory=True, cache=str(folder / ".cache"), **given)
        loaded = load(self.settings)
        self.assembly = Assembly(self.settings, loaded.project)
        self.audience = Audience()
        self.watching = Watching(
            self.settings,
            loaded,
            {},
            lambda changed: self.assembly.publish(changed.project),
            self.audience,
            self.assembly.wall,
        )

    async def save(self, name: str, text: str | None) -> None:
        """Save a file, or delete it, and have it looked at."""
        file = self.folder / name
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        await self.watching.look((str(file),))

    @property
    def paths(self) -> list[str]:
        return [site.endpoint.path for site in sites_of(self.assembly.sandboxes["default"].behaviour.project)]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def play(*saves: tuple[Stage, str, str | None]) -> None:
    async def run() -> None:
        for stage, name, text in saves:
            await stage.save(name, text)

    asyncio.run(run())


def test_look__document_changed__publishes_it_with_its_time(stage: Stage) -> None:
    before = stage.assembly.installation.current
    play((stage, "openapi.yaml", document("a", "b")))
    (change,) = stage.audience.changes
    assert (stage.paths, change.mended, stage.audience.errors) == (["/a", "/b"], False, [])
    assert (change.publication.previous, change.publication.version) == (before, stage.assembly.installation.current)
    assert change.publication.sandboxes == ("default",)
    assert change.took_ms >= 0


def test_look__nothing_but_blanks_changed__publishes_nothing(stage: Stage) -> None:
    play((stage, "openapi.yaml", document("a") + "\n# a remark\n"))
    assert (stage.audience.changes, stage.audience.errors) == ([], [])


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("openapi.yaml", "openapi: 3.1.0\ninfo: {title: x\n", "openapi.yaml:3"),
        ("openapi.yaml", document("a") + BOMB, "openapi.yaml"),
        ("openapi.yaml", None, "no OpenAPI document"),
        ("openapi.yaml", document("a").replace("description: ok", "$ref: '#/nowhere'"), "openapi.yaml:5"),
        ("diorama.yaml", "nome: shop\n", "diorama.yaml:1"),
        ("diorama.yaml", BOMB, "diorama.yaml"),
        ("diorama.yaml", None, "diorama.yaml is gone"),
        ("diorama.yaml", "documents: [nowhere.yaml]\n", "nowhere.yaml"),
        ("overrides/a.yaml", "overlay: 1.0.0\nactions:\n  - {target: paths}\n", "a.yaml:3"),
        ("fixtures/a.yaml", "customers: {}\n", "a.yaml:1"),
    ],
)
def test_look__broken_edit__is_told_the_version_before_goes_on_and_mending_is_told(
    tmp_path: Path, name: str, text: str | None, told: str
) -> None:
    stage = Stage(tmp_path)
    before = (tmp_path / name).read_text() if (tmp_path / name).exists() else None
    version = stage.assembly.installation.current
    play((stage, name, text))
    (error,) = stage.audience.errors
    assert told in error.message
    assert error.hint
    assert (stage.assembly.installation.current, stage.paths, stage.audience.changes) == (version, ["/a"], [])
    play((stage, name, before))
    (change,) = stage.audience.changes
    assert change.mended
    assert change.publication.version == change.publication.previous == version


def test_look__file_that_is_half_written__is_read_again_before_anybody_is_told(stage: Stage) -> None:
    async def run() -> None:
        whole = document("a", "b")
        file = stage.folder / "openapi.yaml"
        asyncio.get_running_loop().call_later(0.02, file.write_text, whole)
        await stage.save("openapi.yaml", whole[: whole.index("/b") + 5])
        asyncio.get_running_loop().call_later(0.02, file.write_text, document("a", "b", "c"))
        await stage.save("openapi.yaml", "")

    asyncio.run(run())
    assert stage.audience.errors == []
    assert stage.paths == ["/a", "/b", "/c"]


def test_look__store_that_fails__is_told_and_the_version_before_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DioramaError("storage_failed", "The disk is full.", "Make room.")

    monkeypatch.setattr(stage.assembly.store, "save_definition", fail)
    play((stage, "openapi.yaml", document("b")))
    assert [error.code for error in stage.audience.errors] == ["storage_failed"]
    assert stage.paths == ["/a"]


def test_look__fault_of_ours__is_told_and_the_version_before_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diorama.app.watching.load", lambda *_: 1 / 0)
    play((stage, "openapi.yaml", document("b")))
    assert [error.code for error in stage.audience.errors] == ["internal"]
    assert stage.paths == ["/a"]


@pytest.mark.parametrize("cache", ["on", "off"])
def test_look__large_document__is_loaded_by_a_process_of_its_own(tmp_path: Path, cache: str) -> None:
    stage = Stage(tmp_path)
    if cache == "off":
        stage.watching._settings = Settings(sources=stage.settings.sources, memory=True, cache="off")
    many = [f"item-{number}" for number in range(600)]
    play((stage, "openapi.yaml", document(*many)))
    assert stage.paths == [f"/{name}" for name in many]
    play((stage, "openapi.yaml", document(*many).replace("/item-599:", "/item-599: [")))
    (error,) = stage.audience.errors
    assert "openapi.yaml:605" in error.message
    assert error.hint
    stage.watching.close()


def test_folders__of_a_project__hold_its_documents_fixtures_and_what_links_lead_to(tmp_path: Path) -> None:
    elsewhere = tmp_path / "project" / "deep"
    elsewhere.mkdir(parents=True)
    stage = Stage(tmp_path / "project")
    (stage.folder / "fixtures").mkdir()
    loaded = load(stage.settings)
    folders = watched_folders(loaded)
    assert folders == [str(stage.folder), str(elsewhere), str(stage.folder / "fixtures")]
    (stage.folder / "fixtures").rmdir()
    assert watched_folders(loaded) == [str(stage.folder), str(elsewhere)]
    (elsewhere / "more" / ".hidden").mkdir(parents=True)
    assert folders_below([str(elsewhere)]) == [str(elsewhere), str(elsewhere / "more")]
