"""Sandboxes over the command line and over the wire: made, named, kept apart, kept."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving.conversation import AUTHORIZED, Answer, ask
from tests.e2e.serving.process import Server, run


def sandbox(server: Server, *arguments: str) -> tuple[int, str, str]:
    done = run(["sandbox", *arguments, "--url", server.url])
    return done.returncode, done.stdout, done.stderr


def create(server: Server, name: str, **wanted: Any) -> dict[str, Any]:
    answer = ask(server.port, "/_diorama/api/sandboxes", method="POST", body={"id": name, **wanted})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


def exchanges(server: Server, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(server.port, f"/_diorama/api/exchanges?sandbox={name}").json["exchanges"]
    return found


def test_sandbox_commands__in_turn__create_list_and_delete(served: Server) -> None:
    code, made, _ = sandbox(served, "create", "dev1", "--json", "--owner", "ada", "--seed", "s")
    assert code == 0
    fields = json.loads(made)
    assert (fields["id"], fields["owner"], fields["seed"]) == ("dev1", "ada", "s")
    code, listed, _ = sandbox(served, "list", "--json")
    assert code == 0
    assert {"default", "dev1"} <= {one["id"] for one in json.loads(listed)}
    assert all(not one.get("key") for one in json.loads(listed))
    code, said, _ = sandbox(served, "delete", "dev1")
    assert (code, said.strip()) == (0, "sandbox dev1 deleted")
    code, listed, _ = sandbox(served, "list")
    assert code == 0
    assert "dev1" not in listed


def test_sandbox_create__for_people__shows_key_and_base_url_that_work(served: Server) -> None:
    code, said, _ = sandbox(served, "create", "people")
    assert code == 0
    words = dict(line.split(None, 1) for line in said.splitlines() if line.startswith(("key", "sandbox")))
    key = words["key"].split()[0]
    (base_url,) = [line.split()[-1] for line in said.splitlines() if line.startswith("base URL")]
    by_key = ask(served.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-key": key})
    by_url = ask(served.port, base_url.removeprefix(served.url) + "/v1/customers", AUTHORIZED)
    assert (by_key.status, by_url.status) == (200, 200)
    assert len(exchanges(served, "people")) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "default"), "already"),
        (("create", "Not_A_Label"), "Not_A_Label"),
        (("delete", "absent"), "absent"),
        (("delete", "default"), "default"),
    ],
)
def test_sandbox_command__that_cannot_be__says_why_and_exits_1(
    arguments: tuple[str, ...], said: str, served: Server
) -> None:
    code, _, stderr = sandbox(served, *arguments)
    assert code == 1
    assert said in stderr
    assert "hint" in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("arguments", [("create", "x"), ("list",), ("delete", "x")])
def test_sandbox_command__with_nothing_listening__says_so_and_exits_1(arguments: tuple[str, ...]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = run(["sandbox", *arguments, "--url", f"http://127.0.0.1:{port}"])
    assert done.returncode == 1
    assert f"Nothing answers at http://127.0.0.1:{port}" in done.stderr
    assert "hint" in done.stderr
    assert "Traceback" not in done.stderr


def test_sandbox__named_in_every_way__is_the_one_that_answers(served: Server) -> None:
    made = create(served, "dev123")
    host = f"dev123.sbx.localhost:{served.port}"
    ways: list[Answer] = [
        ask(served.port, "/v1/customers", {**AUTHORIZED, "host": host}),
        ask(served.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-id": "dev123"}),
        ask(served.port, "/s/dev123/v1/customers", AUTHORIZED),
        ask(served.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-key": made["key"]}),
        ask(served.port, "/v1/customers", {"authorization": f"Bearer {made['key']}"}),
    ]
    assert [answer.status for answer in ways] == [200] * 5
    known = {one["correlation_id"] for one in exchanges(served, "dev123")}
    assert {answer.headers["x-correlation-id"] for answer in ways} == known
    everything = json.dumps(exchanges(served, "dev123"))
    assert made["key"] not in everything


def test_sandbox__named_by_nothing__is_the_default_one(served: Server) -> None:
    answer = ask(served.port, "/v1/customers", {**AUTHORIZED, "x-correlation-id": "by-nothing"})
    assert answer.status == 200
    assert "by-nothing" in {one["correlation_id"] for one in exchanges(served, "default")}


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/v1/customers", {"host": "nobody.sbx.localhost"}, 404, "sandbox_unknown"),
        ("/v1/customers", {"x-sandbox-id": "nobody"}, 404, "sandbox_unknown"),
        ("/s/nobody/v1/customers", {}, 404, "sandbox_unknown"),
        ("/v1/customers", {"x-sandbox-key": "dsk_nobody"}, 404, "sandbox_unknown"),
        ("/v1/customers", {"x-sandbox-id": "one", "host": "other.sbx.localhost"}, 400, "sandbox_ambiguous"),
        ("/s/one/v1/customers", {"x-sandbox-id": "other"}, 400, "sandbox_ambiguous"),
    ],
)
def test_sandbox__unknown_or_ambiguous__is_refused(
    path: str, headers: dict[str, str], status: int, code: str, served: Server
) -> None:
    answer = ask(served.port, path, {**AUTHORIZED, **headers})
    assert (answer.status, answer.json["code"]) == (status, code)


def test_control_plane__beside_an_api_with_like_paths__takes_only_its_own(tmp_path: Path) -> None:
    document = tmp_path / "like.yaml"
    answers = "{get: {responses: {'200': {description: OK, content: {text/plain: {example: mocked}}}}}}"
    document.write_text(
        "openapi: 3.1.0\ninfo: {title: Like, version: '1'}\npaths:\n"
        f"  /_diorama/health: {answers}\n  /_dioramas: {answers}\n  /diorama: {answers}\n  /s/one/two: {answers}\n"
        f"  /{{any}}: {answers}\n"
    )
    with Server(["mock", str(document), "--port", "0"]) as server:
        ours = ask(server.port, "/_diorama/health")
        mocked = [ask(server.port, path) for path in ("/_dioramas", "/diorama", "/s/one/two", "/anything")]
    assert ours.json["status"] == "ok"
    assert {answer.body for answer in mocked} == {b"mocked"}


def test_data__after_a_restart__is_there(payments: Path, tmp_path: Path) -> None:
    arguments = ["serve", str(payments), "--port", "0", "--data", str(tmp_path / "data")]
    with Server(arguments) as server:
        made = create(server, "lasting", ttl_s=3_600, owner="ada")
        first = [
            ask(server.port, "/v1/customers", {**AUTHORIZED, "prefer": "dynamic=true", "x-sandbox-id": "lasting"})
            for _ in range(3)
        ]
        assert server.end() == 0
    with Server(arguments) as server:
        listed = {one["id"]: one for one in ask(server.port, "/_diorama/api/sandboxes").json["sandboxes"]}
        kept = exchanges(server, "lasting")
        by_key = ask(server.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-key": made["key"]})
        after = exchanges(server, "lasting")
    assert (listed["lasting"]["owner"], listed["lasting"]["seq"]) == ("ada", 3)
    assert [one["correlation_id"] for one in kept] == [one.headers["x-correlation-id"] for one in reversed(first)]
    assert [one["reply_body"].encode() for one in kept] == [one.body for one in reversed(first)]
    assert by_key.status == 200
    assert [one["seq"] for one in after] == [4, 3, 2, 1]


def test_serve__on_a_data_directory_in_use__says_so_and_exits_1(payments: Path, tmp_path: Path) -> None:
    arguments = ["serve", str(payments), "--port", "0", "--data", str(tmp_path / "data")]
    with Server(arguments) as server:
        done = run(arguments)
        alive = ask(server.port, "/v1/customers", AUTHORIZED).status
        process = server.process.pid
    assert done.returncode == 1
    assert "in use by another Diorama" in done.stderr
    assert str(process) in done.stderr
    assert "hint" in done.stderr
    assert "Traceback" not in done.stderr
    assert alive == 200


def test_sandbox__past_its_time_to_live__answers_410(payments: Path) -> None:
    with Server(["serve", str(payments), "--memory", "--port", "0"]) as server:
        made = create(server, "brief", ttl_s=1)
        answers = [ask(server.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-id": "brief"})]
        while answers[-1].status == 200 and len(answers) < 100_000:
            answers.append(ask(server.port, "/v1/customers", {**AUTHORIZED, "x-sandbox-id": "brief"}))
    assert answers[0].status == 200
    assert (answers[-1].status, answers[-1].json["code"]) == (410, "sandbox_expired")
    assert made["expires_us"] - made["created_us"] == 1_000_000
