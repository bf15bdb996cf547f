"""The control plane's ASGI application. Importing this module loads FastAPI, so it is imported when first needed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, FastAPI, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from diorama import __version__
from diorama.api.events import ExchangeFeed
from diorama.api.replies import json_reply, problem
from diorama.control import exchanges, sandboxes
from diorama.control.installation import Installation
from diorama.model.errors import CATALOGUE, DioramaError

ROOT = "/_diorama"
API = f"{ROOT}/api"

SandboxId = Annotated[str, Path(description="The sandbox's id.", examples=["dev123"])]


DETAILS_MAX = 20
"""So many mistakes of a request are named; a client chooses how many it makes."""


class NewSandboxBody(BaseModel):
    """What a new sandbox is asked to be; everything may be left out."""

    model_config = ConfigDict(extra="forbid")
    id: str = ""
    seed: str = ""
    owner: str = ""
    ttl_s: int = 0
    durability: str = "batched"


class ExchangeQuery(BaseModel):
    """Which exchanges are wanted; what is left out wants all."""

    model_config = ConfigDict(extra="forbid")
    sandbox: str = ""
    method: str = ""
    path: Annotated[str, Field(description="A part of the path.")] = ""
    status: Annotated[str, Field(description="404 or 4xx.")] = ""
    endpoint: str = ""
    session: str = ""
    correlation_id: str = ""
    error: Annotated[str, Field(description="A code of the error catalogue, or 'any'.")] = ""
    matched: bool | None = None
    before_seq: int = 0
    limit: int = 50


def application(installation: Installation) -> FastAPI:
    """The control plane for one installation."""
    app = FastAPI(
        title="Diorama control plane",
        version=__version__,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.add_exception_handler(DioramaError, problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _not_found)
    _sandboxes(app, installation)
    _exchanges(app, installation)
    _about(app, installation)
    return app


def _sandboxes(app: FastAPI, installation: Installation) -> None:
    @app.get(f"{API}/sandboxes", tags=["sandboxes"], summary="List all sandboxes")
    async def list_sandboxes() -> Response:
        return json_reply({"sandboxes": sandboxes.all_of(installation)})

    @app.post(f"{API}/sandboxes", tags=["sandboxes"], summary="Make a sandbox", status_code=201)
    async def create_sandbox(wanted: Annotated[NewSandboxBody | None, Body()] = None) -> Response:
        fields = {} if wanted is None else wanted.model_dump()
        return json_reply(sandboxes.create(installation, sandboxes.NewSandbox(**fields)), 201)

    @app.get(f"{API}/sandboxes/{{sandbox_id}}", tags=["sandboxes"], summary="Look at one sandbox")
    async def get_sandbox(sandbox_id: SandboxId) -> Response:
        return json_reply(sandboxes.one(installation, sandbox_id))

    @app.post(f"{API}/sandboxes/{{sandbox_id}}/reset", tags=["sandboxes"], summary="Empty a sandbox's world")
    async def reset_sandbox(sandbox_id: SandboxId) -> Response:
        return json_reply(await sandboxes.reset(installation, sandbox_id))

    @app.delete(f"{API}/sandboxes/{{sandbox_id}}", tags=["sandboxes"], summary="Delete a sandbox", status_code=204)
    async def delete_sandbox(sandbox_id: SandboxId) -> Response:
        sandboxes.delete(installation, sandbox_id)
        return Response(status_code=204)


def _exchanges(app: FastAPI, installation: Installation) -> None:
    feed = ExchangeFeed()

    @app.get(f"{API}/exchanges", tags=["exchanges"], summary="List exchanges, newest first")
    async def list_exchanges(query: Annotated[ExchangeQuery, Query()]) -> Response:
        wanted = exchanges.ExchangeFilter(**query.model_dump())
        return json_reply({"exchanges": await exchanges.listed(installation, wanted)})

    @app.get(f"{API}/exchanges/events", tags=["exchanges"], summary="Watch exchanges as they come")
    async def watch_exchanges(sandbox: str = "") -> StreamingResponse:
        home = sandboxes.find(installation, sandbox or "default")
        return StreamingResponse(
            feed.subscribe(home), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    @app.get(f"{API}/exchanges/{{seq}}", tags=["exchanges"], summary="Look at one exchange")
    async def get_exchange(seq: int, sandbox: str = "") -> Response:
        return json_reply(exchanges.one(installation, sandbox, seq))


def _about(app: FastAPI, installation: Installation) -> None:
    @app.get(f"{ROOT}/health", tags=["about"], summary="Whether the server answers")
    async def health() -> Response:
        facts = {"status": "ok", "version": __version__, "sandboxes": len(installation.sandboxes)}
        return json_reply(facts | installation.health())

    @app.get(f"{ROOT}/errors", tags=["about"], summary="All errors that Diorama sends")
    async def list_errors() -> Response:
        return json_reply({"errors": list(CATALOGUE.values())})

    @app.get(f"{ROOT}/errors/{{code}}", tags=["about"], summary="What an error means")
    async def get_error(code: str) -> Response:
        kind = CATALOGUE.get(code)
        if kind is None:
            raise DioramaError(
                "route_not_found", f"There is no error {code[:80]!r}.", f"All are listed at {ROOT}/errors."
            )
        return json_reply(kind)

    @app.get(f"{ROOT}/schemas/project.json", tags=["about"], summary="The JSON Schema of diorama.yaml")
    async def get_project_schema() -> Response:
        return Response(installation.project_schema(), media_type="application/schema+json")

    @app.get(ROOT, include_in_schema=False)
    @app.get(f"{ROOT}/", include_in_schema=False)
    async def root() -> Response:
        return json_reply(
            {
                "diorama": __version__,
                "health": f"{ROOT}/health",
                "sandboxes": f"{API}/sandboxes",
                "exchanges": f"{API}/exchanges",
                "errors": f"{ROOT}/errors",
                "project_schema": f"{ROOT}/schemas/project.json",
                "openapi": f"{API}/openapi.json",
            }
        )


def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own validation errors in our form."""
    assert isinstance(error, RequestValidationError)
    details: list[Any] = [
        {"place": "/".join(str(part) for part in one["loc"])[:200], "message": one["msg"][:200]}
        for one in error.errors()[:DETAILS_MAX]
    ]
    text = "; ".join(f"{one['place']}: {one['message']}" for one in details)
    return problem(request, DioramaError("option_invalid", text, "Correct what is named.", {"details": details}))


def _not_found(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405 in our form."""
    assert isinstance(error, HTTPException)
    code = "method_not_allowed" if error.status_code == 405 else "route_not_found"
    return problem(
        request,
        DioramaError(
            code,
            f"The control plane has no {request.method} {request.url.path[:200]}.",
            f"{ROOT}/ lists what there is.",
        ),
    )
