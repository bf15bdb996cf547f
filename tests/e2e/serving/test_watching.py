"""Editing what a running server serves: what answers, what the terminal says, what stays."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import Server, StartError, run

HEAD = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n"
PATIENCE_S = 8.0


def api(*names: str, text: str = "ok") -> str:
    """A document whose paths answer with their names."""
    return HEAD + "".join(
        f"  /{name}:\n    get:\n      responses:\n        '200':\n          description: {text}\n"
        f"          content: {{text/plain: {{example: {name} {text}}}}}\n"
        for name in names
    )


def save(file: Path, text: str) -> None:
    """As editors do: a new file beside it takes its name."""
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_text(text)
    beside.replace(file)


def until(server: Server, path: str, body: bytes) -> None:
    """Return once a path answers with a body."""
    end = time.monotonic() + PATIENCE_S
    while (answer := ask(server.port, path)).body != body:
        if time.monotonic() > end:
            raise AssertionError([answer.body, *(line for line in server.said if " GET " not in line)])
        time.sleep(0.02)


def until_status(server: Server, path: str, *statuses: int) -> int:
    """The status of a path, once it is one of those that are waited for, or the patience is over."""
    end = time.monotonic() + PATIENCE_S
    while (status := ask(server.port, path).status) not in statuses and time.monotonic() < end:
        time.sleep(0.02)
    return status


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "diorama.yaml").write_text("name: shop\ndocuments: [openapi.yaml]\n")
    (project / "openapi.yaml").write_text(api("a"))
    return project


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with Server(["serve", str(folder), "--port", "0"]) as started:
        started.wait_for("Ctrl-C")
        yield started
        assert "Traceback" not in "\n".join(started.said)


def said(server: Server, text: str) -> list[str]:
    return [line for line in server.said if text in line]


def test_document__saved_in_both_ways__answers_anew_and_the_terminal_says_so(server: Server, folder: Path) -> None:
    (folder / "openapi.yaml").write_text(api("a", "b"))
    until(server, "/b", b"b ok")
    save(folder / "openapi.yaml", api("a", "b", "c"))
    until(server, "/c", b"c ok")
    server.wait_for("3 endpoints")
    lines = said(server, "published")
    assert [line.split("shop")[1].split("ms")[0].split()[:2] for line in lines] == [
        ["2", "endpoints"],
        ["3", "endpoints"],
    ]
    assert all("ms after the save" in line for line in lines)


def test_broken_edit__in_the_project_file__is_told_with_its_line_and_the_old_version_goes_on(
    server: Server, folder: Path
) -> None:
    save(folder / "diorama.yaml", "name: shop\ndocuments: [openapi.yaml]\nvalidation: {requests: maybe}\n")
    server.wait_for("not published")
    server.wait_for("The version before goes on.")
    (line,) = said(server, "not published")
    assert "diorama.yaml:3 (#/validation/requests)" in line
    assert "off, warn, on" in "".join(said(server, "hint"))
    assert ask(server.port, "/a").body == b"a ok"
    save(folder / "diorama.yaml", "name: shop\ndocuments: [openapi.yaml]\n")
    server.wait_for("mended")
    assert not [line for line in said(server, " published ") if "not published" not in line]


def test_document__deleted_and_put_back__is_served_all_the_time(server: Server, folder: Path) -> None:
    (folder / "openapi.yaml").rename(folder / "away.txt")
    server.wait_for("not published")
    assert "openapi.yaml" in said(server, "not published")[0]
    assert ask(server.port, "/a").body == b"a ok"
    (folder / "openapi.yaml").write_text(api("a", text="back"))
    until(server, "/a", b"a back")
    server.wait_for("mended, published")


def test_folder__taken_away_and_put_back__is_watched_again(server: Server, folder: Path, tmp_path: Path) -> None:
    shutil.move(folder, tmp_path / "elsewhere")
    server.wait_for("not published")
    assert ask(server.port, "/a").body == b"a ok"
    shutil.move(tmp_path / "elsewhere", folder)
    server.wait_for("mended")
    save(folder / "openapi.yaml", api("a", text="again"))
    until(server, "/a", b"a again")


def test_files_beside_the_document__changed__publish_too(server: Server, folder: Path) -> None:
    save(folder / "overrides" / "a.yaml", "overlay: 1.0.0\nactions:\n  - {target: \"$.paths['/a']\", remove: true}\n")
    assert until_status(server, "/a", 404) == 404
    (folder / "overrides" / "a.yaml").unlink()
    assert until_status(server, "/a", 200) == 200
    (folder / "parts").mkdir()
    (folder / "parts" / "b.yaml").write_text("get: {responses: {'200': {description: ok}}}\n")
    save(folder / "openapi.yaml", HEAD + "  /b: {$ref: parts/b.yaml}\n")
    assert until_status(server, "/b", 200) == 200
    (folder / "parts" / "b.yaml").write_text("get: {responses: {'204': {description: ok}}}\n")
    assert until_status(server, "/b", 204) == 204


def test_reference__to_a_file_that_comes_later__is_found_when_it_comes(server: Server, folder: Path) -> None:
    (folder / "later").mkdir()
    save(folder / "openapi.yaml", HEAD + "  /b: {$ref: later/b.yaml}\n")
    server.wait_for("later/b.yaml")
    (folder / "later" / "b.yaml").write_text("get: {responses: {'204': {description: ok}}}\n")
    assert until_status(server, "/b", 204) == 204


def test_fifty_quick_saves__in_a_row__end_with_the_last_one_and_answer_all_the_time(
    server: Server, folder: Path
) -> None:
    statuses = set()
    for number in range(50):
        save(folder / "openapi.yaml", api("a", text=f"n{number}"))
        statuses.add(ask(server.port, "/a").status)
    until(server, "/a", b"a n49")
    assert statuses == {200}
    assert not said(server, "not published")
    assert len(said(server, " published ")) <= 50


def test_bomb__saved__is_refused_and_the_old_version_goes_on(server: Server, folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    save(folder / "openapi.yaml", api("a") + "\n".join(lines) + "\n")
    server.wait_for("document_trap")
    assert ask(server.port, "/a").body == b"a ok"


def test_large_document__saved__is_published_though_it_takes_a_process_of_its_own(server: Server, folder: Path) -> None:
    many = [f"item-{number}" for number in range(1_000)]
    save(folder / "openapi.yaml", api(*many))
    until(server, "/item-999", b"item-999 ok")
    save(folder / "openapi.yaml", api(*many, text="new"))
    until(server, "/item-999", b"item-999 new")
    save(folder / "openapi.yaml", api(*many) + "  /broken: [\n")
    server.wait_for("not published")
    assert "openapi.yaml:" in said(server, "not published")[0]


def test_mock__of_a_document__publishes_anew_unless_told_not_to(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_text(api("a"))
    with (
        Server(["mock", str(document), "--port", "0"]) as watching,
        Server(["mock", str(document), "--port", "0", "--no-watch"]) as still,
    ):
        watching.wait_for("Ctrl-C")
        save(document, api("a", text="new"))
        until(watching, "/a", b"a new")
        assert ask(still.port, "/a").body == b"a ok"


def test_changes__with_json_lines__are_events_with_their_facts(folder: Path) -> None:
    with Server(["serve", str(folder), "--memory", "--port", "0", "--log-format", "json"]) as server:
        save(folder / "openapi.yaml", api("a", "b"))
        server.wait_for('"published"', PATIENCE_S)
        save(folder / "openapi.yaml", api("a") + "  /b: [\n")
        server.wait_for('"publish_failed"')
        server.end()
    lines: list[dict[str, Any]] = [json.loads(line) for line in server.said]
    (published,) = [line for line in lines if line["event"] == "published"]
    assert (published["project"], published["endpoints"], published["sandboxes"]) == ("shop", 2, ["default"])
    assert published["definition"] != published["previous"]
    assert published["duration_ms"] > 0
    (failed,) = [line for line in lines if line["event"] == "publish_failed"]
    assert (failed["level"], failed["error"]) == ("error", "document_unreadable")
    assert failed["file"].endswith("openapi.yaml")
    assert failed["line"] > 0
    assert failed["hint"]


def test_journal__across_a_publish_and_a_kill__names_the_version_of_each_exchange(folder: Path) -> None:
    arguments = ["serve", str(folder), "--port", "0"]
    with Server(arguments) as server:
        server.wait_for("Ctrl-C")
        made = ask(server.port, "/_diorama/api/sandboxes", method="POST", body={"id": "dev", "durability": "strict"})
        assert ask(server.port, "/a", {"x-sandbox-id": "dev"}).status == 200
        save(folder / "openapi.yaml", api("a", text="new"))
        until(server, "/a", b"a new")
        assert ask(server.port, "/a", {"x-sandbox-id": "dev"}).body == b"a new"
        server.kill()
    with Server(arguments) as server:
        found = ask(server.port, "/_diorama/api/exchanges?sandbox=dev").json["exchanges"]
        (now,) = [one for one in ask(server.port, "/_diorama/api/sandboxes").json["sandboxes"] if one["id"] == "dev"]
    newest, oldest = [one["definition"] for one in found]
    assert (oldest, newest) == (made.json["definition"], now["definition"])
    assert oldest != newest
    assert now["seq"] == 3


def test_sandbox_reset__over_the_command_line__survives_a_kill_and_repeats_the_same_values(folder: Path) -> None:
    arguments = ["serve", str(folder), "--port", "0"]

    def ids(server: Server) -> list[str]:
        return [ask(server.port, "/a").headers["x-correlation-id"] for _ in range(3)]

    with Server(arguments) as server:
        first = ids(server)
        done = run(["sandbox", "reset", "--url", server.url])
        assert (done.returncode, done.stdout.strip()) == (
            0,
            "sandbox default is as new; its journal, seed and clock stay",
        )
        server.kill()
    with Server(arguments) as server:
        assert ids(server) == first
        refused = run(["sandbox", "reset", "nobody", "--yes", "--url", server.url])
        kept = ask(server.port, "/_diorama/api/exchanges").json["exchanges"]
    assert refused.returncode == 1
    assert "nobody" in refused.stderr
    assert len(kept) == 6


def test_server__that_watches__ends_within_two_seconds(folder: Path) -> None:
    with Server(["serve", str(folder), "--memory", "--port", "0"]) as server:
        server.wait_for("Ctrl-C")
        began = time.monotonic()
        assert server.end() == 0
        assert time.monotonic() - began < 2.0
    with pytest.raises(StartError):
        server.wait_for("not published", 0.01)
