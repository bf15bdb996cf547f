"""What the servers are given, and how they are started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from benchmarks import installation, material, peers
from benchmarks.machine import MachineError, choose_cores, missing_tools


def test_constant__in_every_form__has_the_same_body(tmp_path: Path) -> None:
    made = material.constant(tmp_path)
    document = json.loads(made.document.read_text())
    stub = json.loads((made.stubs / "mappings" / "all.json").read_text())["mappings"][0]
    example = document["paths"]["/constant"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert example == json.loads(stub["response"]["body"]) == json.loads(made.body.read_text()) == material.CONSTANT
    assert made.expected == {"/constant": material.CONSTANT}


def test_routes__asked_in_turn__are_as_many_as_wanted_each_with_its_own_reply(tmp_path: Path) -> None:
    made = material.routes(tmp_path, 10)
    paths = made.paths.read_text().splitlines()
    assert len(paths) == len(set(paths)) == 10
    assert sorted(reply["route"] for reply in made.expected.values()) == list(range(10))
    assert sum("{id}" in path for path in json.loads(made.document.read_text())["paths"]) == 5
    assert len(json.loads((made.stubs / "mappings" / "all.json").read_text())["mappings"]) == 10


def test_example__of_the_repository__is_measured_as_it_is(tmp_path: Path) -> None:
    made = material.example(tmp_path)
    assert made.project == material.EXAMPLE
    assert made.expected[material.EXAMPLE_PATH]["object"] == "list"
    assert made.headers == material.KEY


def test_first_plain_path__of_a_document__needs_no_parameter() -> None:
    document = {
        "paths": {
            "/a/{id}": {"get": {}},
            "/b": {"post": {}},
            "/c": {"get": {"parameters": [{"name": "q", "in": "query", "required": True}]}},
            "/d": {"get": {"parameters": [{"name": "q", "in": "query"}]}},
        }
    }
    assert material.first_plain_path(document) == "/d"
    with pytest.raises(LookupError, match="without parameters"):
        material.first_plain_path({"paths": {}})


def test_other__document_of_somebody__becomes_a_project(tmp_path: Path) -> None:
    document = tmp_path / "my api.yaml"
    document.write_text(yaml.safe_dump({"paths": {"/d": {"get": {}}}}))
    (tmp_path / "work").mkdir()
    made = material.other(tmp_path / "work", document)
    project = yaml.safe_load((made.project / "diorama.yaml").read_text())
    assert (made.project / project["documents"][0]).read_text() == document.read_text()
    assert made.first_path == "/d"


def test_peers__ours_and_the_ceiling__need_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise installation.InstallationError("no network")

    monkeypatch.setattr(peers, "install", refuse)
    available, missing = peers.assemble()
    assert set(available) == {peers.SERVE, peers.MOCK, peers.BARE}
    assert missing == {peers.WIREMOCK: "no network", peers.PRISM: "no network"}


def test_commands__of_diorama__take_port_data_and_material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "install", lambda: tmp_path)
    made = material.constant(tmp_path)
    available, _ = peers.assemble()
    assert available[peers.SERVE].command(7, made, tmp_path)[2:] == [
        "diorama", "serve", str(made.project), "--port", "7", "--data", str(tmp_path),
    ]  # fmt: skip
    assert available[peers.MOCK].command(7, made, tmp_path)[2:] == [
        "diorama", "mock", str(made.document), "--port", "7",
    ]  # fmt: skip


def test_surroundings__of_a_server__hold_no_setting_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "install", lambda: tmp_path)
    monkeypatch.setenv("DIORAMA_PORT", "1")
    surroundings = peers.assemble()[0][peers.SERVE].surroundings(tmp_path)
    assert "DIORAMA_PORT" not in surroundings
    assert surroundings["XDG_CACHE_HOME"] == str(tmp_path)


def test_cache__by_default_and_by_setting__is_outside_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Path(__file__).parents[2]
    assert repository not in installation.cache_folder().parents
    monkeypatch.setenv("DIORAMA_BENCH_CACHE", str(tmp_path))
    assert installation.cache_folder().parent == tmp_path


def test_installation__without_npm__says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIORAMA_BENCH_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(installation.InstallationError, match="apt-get install npm"):
        installation.install()


def test_machine__without_wrk__says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing_tools("java") == "java is missing: apt-get install default-jre-headless"
    with pytest.raises(MachineError, match=r"apt-get install wrk|run on Linux only"):
        choose_cores()


def test_package_of_peers__as_committed__has_pinned_versions_and_no_address() -> None:
    text = installation.PACKAGE.read_text()
    assert all(version[0].isdigit() for version in json.loads(text)["dependencies"].values())
    assert "http" not in text
