"""Exchanges for the tests of validation: an endpoint, a request, and what came of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from diorama.capabilities.validation import CAPABILITY, ValidationSpec
from diorama.model.definition import (
    Api,
    Endpoint,
    Finding,
    Group,
    MediaType,
    Parameter,
    Project,
    RequestBody,
    Response,
    SecurityScheme,
)
from diorama.model.errors import DioramaError, Violation
from diorama.model.http import Reply, Request
from diorama.ports.capability import CompileContext, Compiled, Site, Stage
from diorama.ports.exchange import Plan

Places = list[tuple[str, str, str]]


class Bench:
    """One endpoint with validation, ready to be sent requests."""

    def __init__(
        self,
        *parameters: Parameter,
        body: RequestBody | None = None,
        responses: tuple[Response, ...] = (),
        schemas: dict[str, Any] | None = None,
        schemes: tuple[SecurityScheme, ...] = (),
        **settings: Any,
    ) -> None:
        self.endpoint = Endpoint("e", "POST", "/", parameters=parameters, request_body=body, responses=responses)
        api = Api("a", schemas=schemas or {}, security_schemes={scheme.name: scheme for scheme in schemes})
        group = Group("g", "a", endpoints=(self.endpoint,))
        context = CompileContext(Project("p", (api,), (group,)), (Site(self.endpoint, group, api),), [])
        self.compiled: Compiled = CAPABILITY.compile(ValidationSpec(**settings), context)
        self.findings: list[Finding] = context.findings

    def run(
        self,
        stage: Stage = Stage.CHECK,
        *,
        query: str | bytes = b"",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        path: dict[str, str] | None = None,
        reply: Reply | None = None,
        response: Response | None = None,
        checked: Reply | None = None,
        method: str = "POST",
    ) -> Any:
        """The exchange after the steps of a stage; with its ``error`` when it was refused."""
        raw = query.encode() if isinstance(query, str) else query
        sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
        x: Any = SimpleNamespace(
            request=Request(method, "/", raw, sent, body, "127.0.0.1"),
            path_parameters=path or {},
            plan=Plan(response=response, checked=checked),
            memo={},
            parameters=None,
            reply=reply,
            error=None,
        )
        for at, _, step in self.compiled.steps:
            if at is stage:
                try:
                    assert step(x) is None
                except DioramaError as error:
                    x.error = error
                    break
        return x

    def values(self, place: str, **sent: Any) -> dict[str, Any]:
        """The parameters of a place, when the request is right."""
        x = self.run(**sent)
        assert x.error is None, x.error.violations
        found: dict[str, Any] = x.parameters[place]
        return found

    def body(self, content_type: str, body: bytes | str) -> Any:
        """The value of a body, when it is right."""
        x = self.run(headers={"Content-Type": content_type}, body=body.encode() if isinstance(body, str) else body)
        assert x.error is None, (x.error.message, x.error.violations)
        return x.memo["body"]

    def broken(self, **sent: Any) -> Places:
        """Where the request breaks which rules."""
        x = self.run(**sent)
        assert x.error is not None
        assert x.error.code == "request_violates_schema", x.error.message
        return places(x.error.violations)

    def error(self, **sent: Any) -> DioramaError:
        """The error that refuses the request."""
        error: DioramaError = self.run(**sent).error
        assert error is not None
        return error


def places(violations: tuple[Violation, ...]) -> Places:
    return [(violation.place, violation.pointer, violation.rule) for violation in violations]


def taking(content_type: str, schema: Any, *, required: bool = False, **more: Any) -> RequestBody:
    """A request body of one media type."""
    return RequestBody(required=required, content=(MediaType(content_type, schema, **more),))
