from __future__ import annotations

from pathlib import Path

import pytest

from diorama.app.loading import Memo, cache_directory, corners, load
from diorama.app.settings import Settings
from diorama.capabilities.registry import CAPABILITIES
from diorama.flow.publication import publish
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    get:
      responses:
        "200": {description: ok}
"""


def test_load__document__gives_its_endpoints(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(DOCUMENT)
    loaded = load(Settings(sources=(str(file),), cache="off"))
    assert [endpoint.path for endpoint in loaded.project.groups[0].endpoints] == ["/items"]


def test_load__second_time__comes_from_the_cache(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(DOCUMENT)
    settings = Settings(sources=(str(file),), cache=str(tmp_path / "cache"))
    first = load(settings)
    assert list((tmp_path / "cache").iterdir())
    assert load(settings) == first


def test_load__project_folder__takes_name_documents_and_corners(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "diorama.yaml").write_text("name: my-shop\ndocuments: [shop.yaml]\nvalidation: {requests: warn}\n")
    loaded = load(Settings(sources=(str(tmp_path),), cache="off"))
    assert loaded.project.name == "my-shop"
    assert loaded.project.specs["validation"] == {"requests": "warn"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("documents: [missing.yaml]\n", "document_not_found"),
        ("documents: [../shop.yaml]\n", "document_not_found"),
        ("documentz: [shop.yaml]\n", "project_invalid"),
        ("name: 5\n", "project_invalid"),
        ("name: [\n", "document_unreadable"),
    ],
)
def test_load__project_file_that_is_wrong__is_refused_with_its_name(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "diorama.yaml").write_text(text)
    with pytest.raises(DioramaError) as caught:
        load(Settings(sources=(str(tmp_path),), cache="off"))
    assert caught.value.code == code
    assert "diorama.yaml" in caught.value.message


def test_load__project_folder_beside_a_document__is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "diorama.yaml").write_text("documents: [shop.yaml]\n")
    with pytest.raises(DioramaError) as caught:
        load(Settings(sources=(str(tmp_path / "shop.yaml"), str(tmp_path)), cache="off"))
    assert caught.value.code == "option_invalid"
    assert "diorama.yaml" in caught.value.message


def test_load__nothing_named__says_what_to_name() -> None:
    with pytest.raises(DioramaError) as caught:
        load(Settings())
    assert caught.value.code == "option_invalid"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(stateless=True), {}),
        (
            Settings(),
            {
                "routing": {"head_from_get": True},
                "examples": {"data": "believable"},
                "resources": {"enabled": True},
            },
        ),
        (
            Settings(unknown_ids="make"),
            {
                "routing": {"head_from_get": True},
                "examples": {"data": "believable"},
                "resources": {"enabled": True, "unknown_ids": "make"},
            },
        ),
        (Settings(stateless=True, unknown_ids="make"), {}),
        (Settings(stateless=True, dynamic=True), {"examples": {"dynamic": True}}),
        (Settings(stateless=True, locale="de"), {"examples": {"locale": "de"}}),
        (Settings(stateless=True, errors=True), {"validation": {"replies": "on"}}),
        (Settings(stateless=True, cors=False), {"cors": {"enabled": False}}),
        (Settings(stateless=True, fill_properties=False), {"examples": {"fill_properties": False}}),
        (Settings(stateless=True, validation="off"), {"validation": {"requests": "off"}}),
    ],
)
def test_corners__each_setting__reaches_its_capability(settings: Settings, expected: dict[str, object]) -> None:
    assert corners(settings, {}) == expected


def test_corners__setting_and_project_file__the_setting_wins_and_the_rest_stays() -> None:
    settings = Settings(stateless=True, errors=True)
    written = {"validation": {"requests": "warn", "replies": "off"}}
    assert corners(settings, written) == {"validation": {"requests": "warn", "replies": "on"}}


def test_corners__with_a_locale__give_it_to_resources_too() -> None:
    assert corners(Settings(locale="de"), {})["resources"]["locale"] == "de"
    assert corners(Settings(locale="de"), {"resources": {"locale": "fr"}})["resources"]["locale"] == "de"
    written = {"examples": {"locale": "de", "values_max": 50}, "resources": {"values_max": 60}}
    assert corners(Settings(), written)["resources"] == {"enabled": True, "locale": "de", "values_max": 60}
    assert written["resources"] == {"values_max": 60}


def test_corners__resources_switched_off_in_the_project_file__stay_off() -> None:
    assert corners(Settings(), {"resources": {"enabled": False}})["resources"] == {"enabled": False}


def test_cache_directory__settings__decide() -> None:
    assert cache_directory(Settings(cache="off")) is None
    assert cache_directory(Settings(cache="here")) == Path("here")


def test_load__url_with_a_memo__is_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    def fetch(url: str, policy: object) -> bytes:
        fetched.append(url)
        return DOCUMENT.encode()

    monkeypatch.setattr("diorama.app.loading.fetch_document", fetch)
    settings = Settings(sources=("https://example.com/shop.yaml",), cache="off")
    memo: Memo = {}
    first, second = load(settings, memo), load(settings, memo)
    assert first.project == second.project
    assert (fetched, list(memo)) == (["https://example.com/shop.yaml"],) * 2
    assert first.files == ()


def test_load__project_with_overlay_and_fixtures__has_them_in_its_definition(tmp_path: Path) -> None:
    (tmp_path / "diorama.yaml").write_text("documents: [shop.yaml]\n")
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "overrides").mkdir()
    (tmp_path / "overrides" / "a.yaml").write_text(
        "overlay: 1.0.0\nactions:\n  - {target: $.paths, update: {/more: {get: {responses: {}}}}}\n"
    )
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "item.json").write_text('[{"id": 1}]')
    loaded = load(Settings(sources=(str(tmp_path),), cache=str(tmp_path / ".cache")))
    assert [endpoint.path for endpoint in loaded.project.groups[0].endpoints] == ["/items", "/more"]
    assert loaded.project.specs["resources"]["fixtures"] == {"item": [{"id": 1}]}
    names = sorted({Path(file).name for file in loaded.files})
    assert names == ["a.yaml", "diorama.yaml", "item.json", "shop.yaml"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("fixtures:\n  todos: [{id: 1}]\n", "diorama.yaml:2 (#/fixtures/todos)", "'todos', which is no resource"),
        ("resources:\n  overrides:\n    tudo: {}\n", "diorama.yaml:3 (#/resources/overrides/tudo)", "'tudo'"),
        ("resources:\n  initial: 5000\n", "diorama.yaml:2 (#/resources/initial)", "5000"),
        ("resources:\n  certainty_min: 1.5\n", "diorama.yaml:2 (#/resources/certainty_min)", "1.5"),
        ("security:\n  accept:\n    kee: [a]\n", "diorama.yaml:3 (#/security/accept/kee)", "'kee'"),
        ("examples:\n  locale: xx\n", "diorama.yaml:2 (#/examples/locale)", "'xx'"),
    ],
)
def test_publish__of_what_only_the_whole_shows_to_be_wrong__names_file_and_line(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "diorama.yaml").write_text(text)
    loaded = load(Settings(sources=(str(tmp_path),), cache="off"))
    with pytest.raises(DioramaError) as caught, loaded.locating():
        publish(loaded.project, CAPABILITIES)
    assert caught.value.code == "project_invalid"
    assert place in caught.value.message
    assert message in caught.value.message
    assert caught.value.meta["line"] > 1
    assert caught.value.meta["file"] == str(tmp_path / "diorama.yaml")


def test_publish__of_what_a_setting_made_wrong__names_no_file(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "diorama.yaml").write_text("name: shop\n")
    loaded = load(Settings(sources=(str(tmp_path),), cache="off", locale="xx"))
    with pytest.raises(DioramaError) as caught, loaded.locating():
        publish(loaded.project, CAPABILITIES)
    assert caught.value.message.startswith("There is no locale 'xx'")
    assert "file" not in caught.value.meta


def test_findings__of_a_publish__get_their_file_and_line(tmp_path: Path) -> None:
    inside = Finding("a", pointer="/examples/locale")
    others = (Finding("b", file="shop.yaml", pointer="/examples/locale"), Finding("c", pointer="/nowhere"))
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "diorama.yaml").write_text("name: shop\nexamples:\n  locale: de\n")
    loaded = load(Settings(sources=(str(tmp_path),), cache="off"))
    found = loaded.located((inside, *others))
    assert (found[0].file, found[0].line) == (str(tmp_path / "diorama.yaml"), 3)
    assert found[1:] == others


@pytest.mark.parametrize("name", ["diorama.yml", "diorama.json"])
def test_load__project_file_under_another_name__is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / name).write_text("{}")
    with pytest.raises(DioramaError) as caught:
        load(Settings(sources=(str(tmp_path),), cache="off"))
    assert caught.value.code == "project_invalid"
    assert caught.value.hint == "Rename it to diorama.yaml."


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("diorama.yaml", "name: a\nname: b\n", "diorama.yaml:2"),
        ("diorama.yaml", "cors:\n  enabled: true\n  enabled: false\n", "diorama.yaml:3"),
        ("fixtures/pets.json", '[{"id": 1,\n "id": 2}]', "pets.json:2"),
    ],
)
def test_load__key_that_stands_twice__is_refused_with_its_line(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "diorama.yaml").write_text("")
    (tmp_path / name).write_text(text)
    with pytest.raises(DioramaError) as caught:
        load(Settings(sources=(str(tmp_path),), cache="off"))
    assert caught.value.code == "project_invalid"
    assert place in caught.value.message
    assert "twice" in caught.value.message
