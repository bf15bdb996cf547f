"""Small projects for inference, written as Python values, and short ways to look at what was inferred."""

from __future__ import annotations

from typing import Any

from diorama.capabilities.resources.inference import infer
from diorama.capabilities.resources.model import Inference, Play, Resource, Role
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.model.definition import Api, Endpoint, Group, MediaType, Parameter, Project, RequestBody, Response
from diorama.ports.capability import CompileContext, Site

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}


def ref(name: str) -> dict[str, Any]:
    """A reference to a named schema."""
    return {"$ref": f"#/$defs/{name}"}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    """An object schema."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return schema | ({"required": list(required)} if required else {})


def array(item: dict[str, Any]) -> dict[str, Any]:
    """An array schema."""
    return {"type": "array", "items": item}


def endpoint(
    line: str,
    reply: Any = None,
    body: Any = None,
    *,
    status: str = "",
    query: dict[str, Any] | None = None,
    media: str = JSON,
    takes: str = JSON,
    more: tuple[Response, ...] = (),
) -> Endpoint:
    """An endpoint: ``GET /things/{id}`` with the schemas of its success and its body."""
    method, _, path = line.partition(" ")
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    parameters = [Parameter(name, "path", required=True, schema=TEXT) for name in names]
    parameters += [Parameter(name, "query", schema=schema, style="form") for name, schema in (query or {}).items()]
    content = () if reply is None else (MediaType(media, reply),)
    success = Response(status or ("200" if reply is not None else "204"), content=content)
    taken = None if body is None else RequestBody(content=(MediaType(takes, body),))
    return Endpoint(line, method, path, parameters=tuple(parameters), request_body=taken, responses=(success, *more))


def context_of(*endpoints: Endpoint, schemas: dict[str, Any] | None = None, specs: Any = None) -> CompileContext:
    """A project of one API called ``api``."""
    api = Api("api", schemas=schemas or {})
    group = Group("api", "api", endpoints=endpoints)
    project = Project("p", (api,), (group,), specs or {})
    return CompileContext(project, tuple(Site(one, group, api) for one in endpoints), [])


def inferred(
    *endpoints: Endpoint, schemas: dict[str, Any] | None = None, spec: ResourcesSpec | None = None
) -> Inference:
    """What is inferred from some endpoints."""
    return infer(context_of(*endpoints, schemas=schemas), spec or ResourcesSpec())


def only(inference: Inference) -> Resource:
    """The only resource."""
    (resource,) = inference.resources
    return resource


def play_of(resource: Resource, role: Role) -> Play:
    """The only play of a role."""
    (play,) = (one for one in resource.plays if one.role is role)
    return play


def roles_of(resource: Resource) -> dict[str, str]:
    """Endpoint to role."""
    return {play.endpoint: play.role.value for play in resource.plays}


def reasons_of(inference: Inference) -> dict[str, str]:
    """Endpoint that plays nothing to the reason."""
    return {one.endpoint: one.reason for one in inference.unplayed}
