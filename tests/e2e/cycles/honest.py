"""An honest server of the library's authors and shelves, on plain dicts; and what it looks like when it lies."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

SHELVES = [
    {"id": "0f4a2c6e-9f3b-4f6e-8a47-3a1b2c3d4e5f", "room": "reading", "metres": 2.5},
    {"id": "0f4a2c6e-9f3b-4f6e-8a47-3a1b2c3d4e60", "room": "storage", "metres": 12},
]
MOMENT = "2024-05-06T07:08:09Z"
LIES = {
    "create": "what is written is not kept",
    "create_invalid": "a created item lacks what its schema requires",
    "read": "reading shows another value",
    "list": "a list shows an item twice",
    "order": "a list is in the wrong order",
    "pages": "only the first page is there",
    "update": "an update changes nothing",
    "update_other": "an update changes another field, too",
    "unknown": "unknown items are made up",
    "unknown_words": "what is not found is told in no words of the document",
    "delete": "what is deleted stays",
    "delete_other": "a deletion takes all others along",
    "delete_listed": "what is deleted is still listed",
    "shelves": "a shelf that is listed cannot be read",
}


class Library:
    """The authors and shelves of ``documents/library.yaml``.

    Args:
        lie: a key of :data:`LIES`, or nothing for the truth.
    """

    def __init__(self, lie: str = "") -> None:
        self.lie = lie
        self.authors: dict[int, dict[str, Any]] = {}
        self._last = 0
        self._ghosts: list[dict[str, Any]] = []

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """(status, body) of a request; a body of None is none."""
        parts = urlsplit(target)
        query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        segments = parts.path.removeprefix("/api").strip("/").split("/")
        if segments[0] == "shelves":
            return self._shelf(segments[1:])
        if len(segments) == 1:
            return self._created(body) if method == "POST" else self._listed(**query)
        author = self.authors.get(int(segments[1]))
        if author is None and self.lie == "unknown":
            author = self._author(int(segments[1]), {"name": "Made up"})
        if author is None:
            return 404, {"code": 1} if self.lie == "unknown_words" else {"title": "not found", "status": 404}
        if method == "DELETE":
            return self._deleted(author)
        if method in ("PUT", "PATCH"):
            return self._changed(author, body, whole=method == "PUT")
        return 200, {**author, "name": "Somebody"} if self.lie == "read" else author

    def _author(self, id_: int, fields: dict[str, Any]) -> dict[str, Any]:
        return {"living": True, **fields, "id": id_, "createdAt": MOMENT, "updatedAt": MOMENT}

    def _created(self, body: dict[str, Any]) -> tuple[int, Any]:
        self._last += 1
        made = self._author(self._last, {"name": "Somebody"} if self.lie == "create" else body)
        self.authors[self._last] = made
        return 201, {"name": made["name"]} if self.lie == "create_invalid" else made

    def _listed(self, page: int = 1, per_page: int = 20) -> tuple[int, Any]:
        items = [*self.authors.values(), *self._ghosts]
        if self.lie == "list":
            items = [one for one in items for _ in range(2)]
        if self.lie == "order":
            items.reverse()
        if self.lie == "pages" and page > 1:
            items = []
        begin = (page - 1) * per_page
        return 200, {"items": items[begin : begin + per_page], "total": len(items), "page": page}

    def _changed(self, author: dict[str, Any], body: dict[str, Any], *, whole: bool) -> tuple[int, Any]:
        fields = body if whole else {**{key: value for key, value in author.items() if key not in _OWN}, **body}
        made = self._author(author["id"], {name: value for name, value in fields.items() if value is not None})
        if self.lie == "update_other":
            made["living"] = not author["living"]
        if self.lie != "update":
            self.authors[author["id"]] = made
        return 200, made

    def _deleted(self, author: dict[str, Any]) -> tuple[int, Any]:
        if self.lie == "delete_other":
            self.authors.clear()
        elif self.lie != "delete":
            del self.authors[author["id"]]
        if self.lie == "delete_listed":
            self._ghosts.append(author)
        return 204, None

    def _shelf(self, rest: list[str]) -> tuple[int, Any]:
        if not rest:
            return 200, SHELVES
        found = [one for one in SHELVES if one["id"] == rest[0] and self.lie != "shelves"]
        return (200, found[0]) if found else (404, {"title": "not found", "status": 404})


_OWN = frozenset({"id", "createdAt", "updatedAt"})


class Honest:
    """A library on a port of its own, as a context.

    Args:
        library: what it serves.
    """

    def __init__(self, library: Library) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body leave together, so that the client acknowledges at once

            def _answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, body = library.answer(self.command, self.path, json.loads(sent) if sent else None)
                told = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                if told:
                    kind = "application/json" if status < 400 else "application/problem+json"
                    self.send_header("content-type", kind)
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  The base class looks for these.

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
