"""A sandbox that is reached by its path prefix sends nobody to another one."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.resources import styles
from tests.e2e.serving.process import Server


class Tab:
    """Follows addresses on one server, whole ones and paths."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, method: str, address: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        parts = urlsplit(address)
        assert parts.netloc in ("", connection.host + f":{connection.port}")
        content = None if body is None else json.dumps(body).encode()
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, content, {} if content is None else {"content-type": styles.JSON})
        reply = connection.getresponse()
        text = reply.read()
        headers = {name.lower(): value for name, value in reply.getheaders()}
        connection.close()
        return reply.status, headers, json.loads(text) if text else None


@pytest.mark.parametrize("prefix", ["/s/a1", "/s/default", ""])
def test_addresses__told_below_a_prefix__lead_to_the_same_sandbox(tmp_path: Path, prefix: str) -> None:
    file = tmp_path / "todos.json"
    file.write_text(json.dumps(styles.linked()))
    with Server(["serve", str(file), "--memory", "--port", "0", "--log-format", "none"]) as server:
        tab = Tab(server.url)
        assert tab("POST", "/_diorama/api/sandboxes", {"id": "a1"})[0] == 201
        status, headers, todo = tab("POST", f"{prefix}/v1/todos", {"title": "Water the plants"})
        assert status == 201
        assert headers["location"] == f"{server.url}{prefix}/v1/todos/{todo['id']}"
        for address in (headers["location"], todo["url"], todo["self"]):
            assert tab("GET", address)[2] == todo
        _, _, changed = tab("PATCH", todo["url"], {"title": "Water them again"})
        assert (changed["url"], changed["self"]) == (todo["url"], todo["self"])
        tab("POST", f"{prefix}/v1/todos", {"title": "Rest"})
        _, _, first = tab("GET", f"{prefix}/v1/todos?per_page=1")
        assert first["todos"] == [changed]
        assert [one["title"] for one in tab("GET", first["next"])[2]["todos"]] == ["Rest"]
