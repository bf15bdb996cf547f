"""What a document declares secret is in no file of the data directory, no line of the log, and not in the API."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.serving.conversation import ask
from tests.e2e.serving.process import Server

CANARY = "CanaryInTheMine0123456789"
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "accounts", "version": "1"},
    "paths": {
        "/reset/{code}": {
            "post": {
                "operationId": "reset",
                "parameters": [
                    {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "x-secret": True}},
                    {"name": "phrase", "in": "query", "schema": {"type": "string", "format": "password"}},
                    {"name": "X-Phrase", "in": "header", "schema": {"type": "string", "format": "password"}},
                    {"name": "crumb", "in": "cookie", "schema": {"type": "string", "format": "password"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}},
                "responses": {"204": {"description": "done"}},
            }
        }
    },
    "components": {
        "schemas": {
            "User": {
                "type": "object",
                "properties": {
                    "phrase": {"type": "string", "format": "password", "maxLength": 40},
                    "word": {"type": "string", "x-secret": True, "maxLength": 40},
                    "friend": {"$ref": "#/components/schemas/User"},
                },
            }
        }
    },
}


def test_data_directory__after_secrets_in_every_declared_place__holds_none_of_them(tmp_path: Path) -> None:
    document = tmp_path / "accounts.json"
    document.write_text(json.dumps(DOCUMENT))
    data = tmp_path / "data"
    command = ["serve", str(document), "--data", str(data), "--port", "0"]
    bodies = ({"phrase": CANARY, "friend": {"word": CANARY}}, {"word": CANARY * 9}, f'{{"phrase":"{CANARY}'.encode())
    with Server(command) as server:
        statuses = [
            ask(
                server.port,
                f"/reset/{CANARY}?phrase={CANARY}",
                {"x-phrase": CANARY, "cookie": f"crumb={CANARY}"},
                method="POST",
                body=body,
            ).status
            for body in bodies
        ]
        listed = ask(server.port, "/_diorama/api/exchanges").body
        server.end()
    assert statuses == [204, 422, 400]
    assert b"tok_" in listed
    assert CANARY.encode() not in listed
    assert CANARY not in "\n".join(server.said)
    files = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
    assert any(b"tok_" in content for content in files)
    assert not any(CANARY.encode() in content for content in files)
