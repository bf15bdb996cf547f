"""Targets: what answers the requests, in this process without sockets, or a real server."""

from __future__ import annotations

import asyncio
import http.client
import json
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self
from urllib.parse import quote

from diorama.app.assembly import Assembly
from diorama.app.loading import load
from diorama.app.settings import Settings
from diorama.model.exchange import Exchange
from diorama.model.http import Request
from diorama.ports.capability import triggers_of
from diorama.ports.delivery import Outgoing
from tests.e2e.conformance.drafts import Draft, Written, write
from tests.e2e.serving.process import Server

OURS = "/_diorama/errors/"


@dataclass(frozen=True)
class Violation:
    """A broken rule as Diorama named it."""

    place: str
    pointer: str
    rule: str


@dataclass(frozen=True)
class Answer:
    """What came back, and what the journal says about it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str = ""
    violations: tuple[Violation, ...] = ()

    def header(self, name: str) -> str | None:
        """The first value of a header; the name is in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def problem(self) -> dict[str, Any] | None:
        """The body, when it is an error of Diorama's own."""
        if b'"' + OURS.encode() not in self.body:
            return None
        found = json.loads(self.body)
        return found if isinstance(found, dict) and str(found.get("type", "")).startswith(OURS) else None


class Target(Protocol):
    """Answers drafts."""

    def endpoints(self) -> list[tuple[str, str]]:
        """(METHOD, path template) of all endpoints that were loaded."""

    def send(self, draft: Draft) -> Answer:
        """Write a draft down with well-formed credentials, send it, and look the exchange up."""

    def close(self) -> None:
        """Let go."""


def request_parts(draft: Draft) -> Written:
    """A draft written down, with well-formed credentials for the first alternative that it can have."""
    written = write(draft)
    alternatives = draft.operation.security
    if not alternatives or any(not one for one in alternatives):
        return written
    wanted = next((one for one in alternatives if all(scheme["type"] != "mutualTLS" for scheme in one)), ())
    for scheme in wanted:
        kind, place = scheme["type"], scheme.get("in")
        if kind == "apiKey" and place == "query":
            written.query += ("&" if written.query else "") + quote(scheme["name"]) + "=key-123"
        elif kind == "apiKey" and place == "cookie":
            written.cookies.append(f"{scheme['name']}=key-123")
        elif kind == "apiKey":
            written.headers.append((scheme["name"].lower(), "key-123"))
        else:
            written.headers.append(("authorization", _authorization(kind, str(scheme.get("scheme", "")).lower())))
    return written


def _authorization(kind: str, scheme: str) -> str:
    if kind == "basic" or scheme == "basic":
        return "Basic " + b64encode(b"ada:lovelace").decode()
    if scheme == "digest":
        return 'Digest username="ada", realm="r", nonce="n", uri="/", response="00112233445566778899aabbccddeeff"'
    return f"{scheme.capitalize()} token-123" if kind == "http" and scheme != "bearer" else "Bearer token-123"


@dataclass
class InProcess:
    """The data plane in this process.

    Args:
        path: the document.
        validation: what broken requests come to.
        dynamic: whether replies are generated anew.
    """

    path: Path
    validation: Literal["off", "warn", "on"] = "on"
    dynamic: bool = False
    assembly: Assembly = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(
            sources=(str(self.path),),
            stateless=True,
            cache="off",
            validation=self.validation,
            dynamic=self.dynamic,
        )
        self._loop = asyncio.new_event_loop()
        self._number = 0
        self.assembly = Assembly(settings, load(settings).project)

    def endpoints(self) -> list[tuple[str, str]]:
        """As the project has them."""
        return [
            (endpoint.method, endpoint.path)
            for group in self.assembly.published.project.groups
            for endpoint in group.endpoints
        ]

    def send(self, draft: Draft) -> Answer:
        """Through ``Plane.handle``."""
        return self._loop.run_until_complete(self._exchange(draft))

    async def _exchange(self, draft: Draft) -> Answer:
        written = request_parts(draft)
        self._number += 1
        correlation = f"c{self._number}"
        headers = [("host", "localhost"), ("x-correlation-id", correlation), *written.headers]
        if written.cookies:
            headers.append(("cookie", "; ".join(written.cookies)))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        request = Request(
            draft.operation.method,
            written.path,
            written.query.encode(),
            raw,
            written.body,
            "127.0.0.1",
            triggers_of(raw),
        )
        out = self.assembly.plane.handle(request)
        if not isinstance(out, Outgoing):
            out = await out
        reply = out.reply
        exchange = next(self._exchanges(correlation), None)
        answer = Answer(
            reply.status,
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in reply.headers),
            b"" if draft.operation.method == "HEAD" else reply.body,
            "" if exchange is None else exchange.error,
            ()
            if exchange is None
            else tuple(Violation(one.place, one.pointer, one.rule) for one in exchange.violations),
        )
        return _with_violations(answer)

    def _exchanges(self, correlation: str) -> Any:
        for record in self.assembly.sandboxes["default"].journal.newest_first():
            if isinstance(record, Exchange) and record.correlation_id == correlation:
                yield record

    def close(self) -> None:
        """End the loop."""
        self._loop.run_until_complete(self.assembly.end())
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class OverHttp:
    """A real ``diorama mock``.

    Args:
        path: the document.
        dynamic: whether replies are generated anew.
    """

    def __init__(self, path: Path, *, dynamic: bool = False) -> None:
        further = ["--dynamic"] if dynamic else []
        self._server = Server(["mock", str(path), "--port", "0", "--log-format", "none", *further])
        self._connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        self._number = 0
        self._path = path

    def endpoints(self) -> list[tuple[str, str]]:
        """As ``diorama inspect --json`` lists them, without the base path that it writes before each."""
        from tests.e2e.serving.process import run

        listed = json.loads(run(["inspect", "--json", str(self._path)]).stdout)["endpoints"]
        return [(one["method"], one["path"]) for one in listed]

    def send(self, draft: Draft) -> Answer:
        """Over the socket; the exchange is looked up over the control plane."""
        written = request_parts(draft)
        self._number += 1
        correlation = f"c{self._number}"
        headers = [("x-correlation-id", correlation), *written.headers]
        if written.cookies:
            headers.append(("cookie", "; ".join(written.cookies)))
        target = written.path + ("?" + written.query if written.query else "")
        self._connection.putrequest(draft.operation.method, target, skip_accept_encoding=True)
        for name, value in headers:
            self._connection.putheader(name, value)
        if written.body or draft.operation.method in ("POST", "PUT", "PATCH"):
            self._connection.putheader("content-length", str(len(written.body)))
        self._connection.endheaders(written.body)
        reply = self._connection.getresponse()
        status, fields, body = reply.status, reply.getheaders(), reply.read()
        exchange = self._exchange(correlation)
        violations = tuple(
            Violation(one["place"], one["pointer"], one["rule"]) for one in exchange.get("violations", [])
        )
        return _with_violations(Answer(status, tuple(fields), body, exchange.get("error", ""), violations))

    def _exchange(self, correlation: str) -> dict[str, Any]:
        self._connection.request("GET", f"/_diorama/api/exchanges?correlation_id={correlation}")
        found = json.load(self._connection.getresponse())["exchanges"]
        return dict(found[0]) if found else {}

    def close(self) -> None:
        """End the server."""
        self._connection.close()
        self._server.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _with_violations(answer: Answer) -> Answer:
    """The answer with the violations of its problem, when the journal has none."""
    problem = None if answer.violations else answer.problem
    if problem is None:
        return answer
    found = tuple(Violation(one["place"], one["pointer"], one["rule"]) for one in problem.get("violations", []))
    return Answer(answer.status, answer.headers, answer.body, answer.error, found)
