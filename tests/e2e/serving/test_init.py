"""``diorama init`` as a user types it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import Server, environment, run


def test_init__then_serve__answers_and_offers_the_schema(tmp_path: Path) -> None:
    done = run(["init", "shop", "--starter"], cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "wrote shop/openapi.yaml",
        "wrote shop/diorama.yaml  1 document, 5 endpoints",
        "wrote shop/.gitignore",
        "next",
        "  diorama serve shop",
    ]
    with Server(["serve", "shop", "--port", "0"], cwd=tmp_path) as server:
        assert ask(server.port, "/v1/books").status == 200
        schema = ask(server.port, "/_diorama/schemas/project.json")
    assert schema.headers["content-type"] == "application/schema+json"
    assert schema.body == (tmp_path / "shop" / ".diorama" / "project.schema.json").read_bytes()
    assert json.loads(run(["init", "--schema"]).stdout) == schema.json
    again = run(["init", "shop"], cwd=tmp_path)
    assert again.returncode == 1
    assert "--force" in again.stderr


def test_init__without_a_document_and_without_a_terminal__says_what_to_do(tmp_path: Path) -> None:
    done = run(["init"], cwd=tmp_path)
    assert done.returncode == 1
    assert "--starter" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_init__without_a_document_in_a_terminal__offers_one(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "diorama", "init"],
        cwd=tmp_path,
        env=environment(),
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, b"y\n")
        said, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "There is no OpenAPI document" in said
    assert (tmp_path / "openapi.yaml").is_file()
