"""What the tests of this capability share: an endpoint of their own, and exchanges with it."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from diorama.capabilities.examples import CAPABILITY, ExamplesSpec
from diorama.model.definition import Api, Endpoint, Example, Group, MediaType, Parameter, Project, Response, Schema
from diorama.model.errors import DioramaError
from diorama.model.http import Reply, Request
from diorama.ports.capability import HEADER_BITS, CompileContext, Site, Stage, Step
from diorama.ports.exchange import OpenExchange, Plan

Headers = list[tuple[bytes, bytes]]


def media(name: str = "application/json", *values: Any, schema: Schema | None = None, **named: Any) -> MediaType:
    """A media type with unnamed and named examples."""
    examples = [Example("", value) for value in values] + [Example(key, value) for key, value in named.items()]
    return MediaType(name, schema, tuple(examples))


def response(status: str, *content: MediaType, headers: tuple[Parameter, ...] = ()) -> Response:
    return Response(status, content=content, headers=headers)


def endpoint(*responses: Response, method: str = "GET", deprecated: bool = False) -> Endpoint:
    return Endpoint("things", method, "/things", responses=responses, deprecated=deprecated)


class Answering:
    """One endpoint, compiled."""

    def __init__(self, target: Endpoint, spec: ExamplesSpec | None = None, api: Api | None = None) -> None:
        self.endpoint = target
        self.api = api or Api("api")
        group = Group("group", self.api.id, endpoints=(target,))
        project = Project("project", (self.api,), (group,))
        context = CompileContext(project, (Site(target, group, self.api),), [])
        compiled = CAPABILITY.compile(spec or ExamplesSpec(), context)
        self.steps: dict[Stage, Step] = {stage: step for stage, _, step in compiled.steps}
        self.exchange: OpenExchange | None = None
        self.sandbox_seed = b"diorama"

    def open(self, query: str = "", headers: Headers | None = None, seed: bytes = bytes(32)) -> OpenExchange:
        """A new exchange with this endpoint."""
        lines = headers or []
        triggers = 0
        for name, _ in lines:
            triggers |= HEADER_BITS.get(name, 0)
        x = OpenExchange()
        x.request = Request("GET", "/things", query.encode(), lines, b"", "127.0.0.1", triggers)
        x.endpoint = self.endpoint
        x.plan = Plan()
        x.reply = None
        x.error = None
        x.dice_seed = seed
        x.sandbox_seed = self.sandbox_seed
        x.clock_us = 1_700_000_000_000_000
        x._dice = None
        x._query = None
        self.exchange = x
        return x

    def reply(self, query: str = "", headers: Headers | None = None, seed: bytes = bytes(32)) -> Reply:
        """The composed reply."""
        composed = self.steps[Stage.COMPOSE](self.open(query, headers, seed))
        assert isinstance(composed, Reply)
        return composed

    def refused(self, error: DioramaError, query: str = "", headers: Headers | None = None) -> Reply | None:
        """The reply to a refused request."""
        x = self.open(query, headers)
        x.error = error
        worded = self.steps[Stage.REFUSE](x)
        assert worded is None or isinstance(worded, Reply)
        return worded


def accept(value: str) -> Headers:
    return [(b"accept", value.encode())]


def prefer(*values: str) -> Headers:
    return [(b"prefer", value.encode()) for value in values]


def content_type(reply: Reply) -> str:
    return dict(reply.headers).get(b"content-type", b"").decode()


def unfetched(name: str) -> Example:
    """An example under ``externalValue`` that nobody fetched."""
    return Example(name, UNSET)
