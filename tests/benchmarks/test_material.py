"""What the servers are given, and how they are started."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from benchmarks import installation, material, peers
from benchmarks.machine import MachineError, choose_cores, missing_tools

ROOT = Path(__file__).parents[2]

Make = Callable[[Path], material.Material]


def written(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text())


def test_constant__in_every_form__has_the_same_body(tmp_path: Path) -> None:
    made = material.constant(tmp_path)
    operation = written(made.project, "openapi.json")["paths"]["/constant"]["get"]
    stub = written(tmp_path, "stubs/mappings/all.json")["mappings"][0]
    expectation = written(tmp_path, "expectations.json")[0]
    imposter = written(tmp_path, "imposter.json")["stubs"][0]
    route = written(tmp_path, "environment.json")["routes"][0]
    assert operation["responses"]["200"]["content"]["application/json"]["example"] == material.CONSTANT
    bodies = [
        stub["response"]["body"],
        expectation["httpResponse"]["body"],
        imposter["responses"][0]["is"]["body"],
        route["responses"][0]["body"],
        (tmp_path / "body.json").read_text(),
        (tmp_path / "database.js").read_text().partition('{"constant": ')[2].partition("})")[0],
    ]
    assert [json.loads(body) for body in bodies] == [material.CONSTANT] * len(bodies)
    assert made.first.reply == material.CONSTANT


def test_routes__asked_in_turn__are_as_many_as_wanted_each_with_its_own_reply(tmp_path: Path) -> None:
    made = material.routes(tmp_path, 10)
    paths = (tmp_path / "paths.txt").read_text().splitlines()
    assert paths == [route.path for route in made.asked]
    assert len(paths) == len(set(paths)) == 10
    assert sorted(route.reply["route"] for route in made.asked) == list(range(10))
    assert sum("{id}" in path for path in written(made.project, "openapi.json")["paths"]) == 5
    assert len(written(tmp_path, "stubs/mappings/all.json")["mappings"]) == 10
    assert len(written(tmp_path, "expectations.json")) == 10
    assert [route["endpoint"] for route in written(tmp_path, "environment.json")["routes"]][:2] == [
        "v1/collection-0",
        "v1/collection-0/:id",
    ]
    pattern = written(tmp_path, "imposter.json")["stubs"][1]["predicates"][1]["matches"]["path"]
    assert [bool(re.search(pattern, path)) for path in paths[:4]] == [False, True, False, False]


def test_validated__as_it_is_sent__keeps_to_its_schema_and_the_refused_one_does_not(tmp_path: Path) -> None:
    made = material.validated(tmp_path)
    validator = jsonschema.Draft7Validator(made.first.accepts or {})
    assert list(validator.iter_errors(made.first.sent)) == []
    assert {error.json_path for error in validator.iter_errors(made.first.refused)} == {
        "$.amount",
        "$.delivery.country",
    }
    assert written(tmp_path, "sent.json") == made.first.sent
    stub = written(tmp_path, "stubs/mappings/all.json")["mappings"][0]
    assert json.loads(stub["request"]["bodyPatterns"][0]["matchesJsonSchema"]) == made.first.accepts
    environment = written(tmp_path, "environment.json")
    assert environment["routes"][0]["responses"][0]["rules"][0]["value"] == environment["data"][0]["id"]


@pytest.mark.parametrize("make", [material.constant, material.validated])
def test_distinct__number_of_each_request__is_where_the_script_looks_for_it(make: Make, tmp_path: Path) -> None:
    marker = re.search(r'MARKER = "(\d+)"', (ROOT / "benchmarks" / "distinct.lua").read_text())
    assert marker is not None
    assert int(marker[1]) == material.VARIED
    sent = (tmp_path / "sent.json") if make(tmp_path).first.sent else None
    assert sent is None or sent.read_text().count(marker[1]) == 1
    schema = material.ORDER["properties"]["amount"]  # type: ignore[index]
    assert schema["minimum"] <= 10**7 < 10**8 - 1 <= schema["maximum"]


def test_listing__of_rows__is_a_ready_reply_for_those_who_keep_nothing(tmp_path: Path) -> None:
    made = material.listing(tmp_path, 5)
    assert made.api.collection is not None
    ready = json.loads(written(made.ready, "stubs/mappings/all.json")["mappings"][0]["response"]["body"])
    assert [{**row, "id": None} for row in ready] == [{**row, "id": None} for row in made.api.collection.rows]
    assert len({row["id"] for row in ready}) == 5
    operations = written(made.project, "openapi.json")["paths"]
    assert {path: sorted(operations[path]) for path in operations} == {
        "/items": ["get", "post"],
        "/items/{id}": ["get"],
    }
    assert written(tmp_path, "environment.json")["routes"][0]["type"] == "crud"
    assert '"items": []' in (tmp_path / "database.js").read_text()


def test_example__of_the_repository__is_measured_as_it_is(tmp_path: Path) -> None:
    made = material.example(tmp_path)
    assert made.project == material.EXAMPLE
    assert made.first.reply["object"] == "list"
    assert made.headers == material.KEY
    assert written(tmp_path, "database-paths.json") == {"/v1/customers": "/customers"}


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
    assert made.first.path == "/d"


def test_peers__ours_and_the_ceiling__need_no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise installation.InstallationError("no network")

    monkeypatch.setattr(peers, "install", refuse)
    available, missing = peers.assemble()
    assert set(available) == {peers.SERVE, peers.MOCK, peers.BARE}
    assert missing == dict.fromkeys(peers.OTHERS, "no network")


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


def test_commands__of_peers__take_the_port_and_a_form_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for make, _, needed in peers.MAKERS.values():
        file = tmp_path / needed.replace("*", peers._pinned("wiremock"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        assert make(tmp_path).version[0].isdigit()
    monkeypatch.setattr(peers, "install", lambda: tmp_path)
    monkeypatch.setattr(peers, "missing_tools", lambda *_: "")
    available, missing = peers.assemble()
    assert (set(available), missing) == ({peers.SERVE, peers.MOCK, peers.BARE, *peers.OTHERS}, {})
    for number, make_material in enumerate((material.constant, material.generated, material.validated, rows)):
        folder = tmp_path / str(number)
        made = make_material(folder)
        for name in peers.OTHERS:
            command = available[name].command(54321, made, folder)
            files = [word.rpartition("=")[2] for word in command if str(folder) in word]
            assert all(Path(file).exists() for file in files if not file.endswith(".pid"))
            if name == peers.MOUNTEBANK:
                assert written(folder, "imposters.json")["imposters"][0]["port"] == 54321
            else:
                assert "54321" in command
    assert available[peers.MOCKSERVER].registration is not None


def rows(folder: Path) -> material.Material:
    return material.listing(folder, 3)


def test_peers__whose_package_lacks_its_program__are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "install", lambda: tmp_path)
    monkeypatch.setattr(peers, "missing_tools", lambda *_: "")
    _, missing = peers.assemble()
    assert missing[peers.MOCKSERVER] == "its package came without mockserver-netty-*.jar"


def test_surroundings__of_a_server__hold_no_setting_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "install", lambda: tmp_path)
    monkeypatch.setenv("DIORAMA_PORT", "1")
    surroundings = peers.assemble()[0][peers.SERVE].surroundings(tmp_path)
    assert "DIORAMA_PORT" not in surroundings
    assert surroundings["XDG_CACHE_HOME"] == str(tmp_path)
    peer = peers.Peer("some peer", "1.0", lambda *_: [])
    assert peer.surroundings(tmp_path)["HOME"] == str(tmp_path)


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
