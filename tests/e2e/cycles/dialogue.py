"""Dialogue: drafts sent to a running server, each reply judged by the document and the ``jsonschema`` package."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.drafts import ABSENT, Draft, is_sent
from tests.e2e.conformance.operations import Media, Operation
from tests.e2e.conformance.replies import Fault, faults
from tests.e2e.conformance.samples import Samples
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.targets import Answer, request_parts

SECONDS = 60.0
BODY_KINDS = ("json", "form", "multipart")


@dataclass(frozen=True)
class Said:
    """A request and what came back.

    Attributes:
        operation: what was asked.
        request: it, in short.
        answer: the reply.
        value: its body, parsed; None when it is no JSON.
        faults: what is wrong with it by the document, the document's own wrong examples left aside.
    """

    operation: Operation
    request: str
    answer: Answer
    value: Any
    faults: tuple[Fault, ...]

    @property
    def good(self) -> bool:
        """Whether it succeeded, as the document says."""
        return 200 <= self.answer.status < 300 and not self.faults

    @property
    def complaint(self) -> str:
        """Why it is not good, in a line."""
        if self.faults:
            fault = self.faults[0]
            return f"{self.request}: {self.answer.status} {fault.what}: {fault.detail} {self.answer.body[:200]!r}"
        return f"{self.request}: {self.answer.status} {self.answer.body[:300].decode('utf-8', 'replace')}"


class Dialogue:
    """A connection to a server that serves a document.

    Args:
        port: the server's.
        document: what it serves.
    """

    def __init__(self, port: int, document: Document) -> None:
        self.requests = Schemas(document, "request")
        self.replies = Schemas(document, "reply")
        self.samples = Samples(self.requests)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def draft(
        self,
        operation: Operation,
        values: Mapping[tuple[str, str], Any],
        media: Media | None = None,
        body: Any = ABSENT,
    ) -> Draft:
        """A draft with the values given, and the plainest for the parameters that are required besides.

        Raises:
            UnsampledError: when no valid value is found for one of them.
        """
        held = {
            (one.place, one.name): self.samples.of(self.requests.converted(one.schema))
            for one in operation.parameters
            if one.required and is_sent(one) and (one.place, one.name) not in values
        }
        known = {(one.place, one.name) for one in operation.parameters}
        held |= {spot: value for spot, value in values.items() if spot in known}
        return Draft(operation, held, media, body)

    def say(self, draft: Draft) -> Said:
        """Send a draft with well-formed credentials, and judge the reply.

        Raises:
            UnwritableError: when a value has no form in its place.
        """
        written = request_parts(draft)
        target = written.path + ("?" + written.query if written.query else "")
        headers = dict(written.headers)
        if written.cookies:
            headers["cookie"] = "; ".join(written.cookies)
        body = written.body if draft.media is not None or written.body else None
        try:
            self._connection.request(draft.operation.method, target, body, headers)
            reply = self._connection.getresponse()
            answer = Answer(reply.status, tuple(reply.getheaders()), reply.read())
        except (http.client.HTTPException, OSError) as cause:
            self._connection.close()
            answer = Answer(0, (), repr(cause).encode())
        found = tuple(one for one in faults(draft.operation, answer, self.replies) if not one.own)
        sent = "" if body is None else " " + body[:200].decode("utf-8", "replace")
        return Said(draft.operation, f"{draft.operation.method} {target}{sent}", answer, _parsed(answer.body), found)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def media_of(operation: Operation, patch: str = "") -> Media | None:
    """The media type that an operation's body is written in; for ``json`` patches the one that carries them."""
    known = [one for one in operation.body if one.kind in BODY_KINDS]
    if patch == "json":
        return next((one for one in known if "json-patch" in one.name), None)
    return next((one for one in known if "json-patch" not in one.name), None)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
