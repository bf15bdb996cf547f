"""An API in the form that each server takes: a document, stub mappings, expectations, an imposter and so on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.api import Api, Collection, Route, compact

JSON = "application/json"


def write_all(api: Api, folder: Path) -> None:
    """Write every form of an API into a folder, each under the name that it has in ``FORMS``."""
    for name, form in FORMS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(form(api))
    (folder / "project" / "diorama.yaml").write_text("name: benchmark\ndocuments: [openapi.json]\n")


def document(api: Api) -> str:
    """The OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in api.routes:
        operation: dict[str, Any] = {"responses": {str(route.status): _response(route)}}
        if route.accepts is not None:
            operation["requestBody"] = {"required": True, "content": {JSON: {"schema": route.accepts}}}
        _place(paths, route.template, route.method, operation)
    if api.collection:
        _place_collection(paths, api.collection)
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Benchmark", "version": "1"}, "paths": paths})


def _response(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": route.returns or {"type": "object"}}
    if route.reply is not None:
        content["example"] = route.reply
    return {"description": "The reply", "content": {JSON: content}}


def _place(paths: dict[str, dict[str, Any]], template: str, method: str, operation: dict[str, Any]) -> None:
    if "{id}" in template:
        operation["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    paths.setdefault(template, {})[method.lower()] = operation


def _place_collection(paths: dict[str, dict[str, Any]], collection: Collection) -> None:
    """List, create and read of a collection, as documents usually have them."""

    def answer(status: str, schema: Any) -> dict[str, Any]:
        return {"responses": {status: {"description": "The reply", "content": {JSON: {"schema": schema}}}}}

    body = {"required": True, "content": {JSON: {"schema": collection.row}}}
    _place(paths, collection.path, "get", answer("200", {"type": "array", "items": collection.row}))
    _place(paths, collection.path, "post", {"requestBody": body, **answer("201", collection.row)})
    read = answer("200", collection.row)
    read["responses"]["404"] = {"description": "There is no such row"}
    _place(paths, collection.path + "/{id}", "get", read)


def wiremock(api: Api) -> str:
    """WireMock's stub mappings; a request's body is matched against its JSON Schema."""

    def mapping(route: Route) -> dict[str, Any]:
        key = "urlPathTemplate" if "{" in route.template else "urlPath"
        request: dict[str, Any] = {"method": route.method, key: route.template}
        if route.accepts is not None:
            request["bodyPatterns"] = [{"matchesJsonSchema": compact(route.accepts), "schemaVersion": "V7"}]
        return {"request": request, "response": {**_ready(route, "status"), "headers": {"Content-Type": JSON}}}

    return json.dumps({"mappings": [mapping(route) for route in api.routes]})


def mockserver(api: Api) -> str:
    """MockServer's expectations."""

    def expectation(route: Route) -> dict[str, Any]:
        request: dict[str, Any] = {"method": route.method, "path": route.template}
        if "{id}" in route.template:
            request["pathParameters"] = {"id": [".+"]}
        return {
            "httpRequest": request,
            "httpResponse": {**_ready(route, "statusCode"), "headers": {"Content-Type": [JSON]}},
        }

    return json.dumps([expectation(route) for route in api.routes])


def mountebank(api: Api) -> str:
    """An imposter of mountebank, without its port. Its replies close the connection unless they say otherwise."""

    def stub(route: Route) -> dict[str, Any]:
        expression = f"^{route.template.replace('{id}', '[^/]+')}$"
        path = {"matches": {"path": expression}} if "{" in route.template else {"equals": {"path": route.template}}
        headers = {"Content-Type": JSON, "Connection": "keep-alive"}
        return {
            "predicates": [{"equals": {"method": route.method}}, path],
            "responses": [{"is": {**_ready(route, "statusCode"), "headers": headers}}],
        }

    imposter = {"protocol": "http", "host": "127.0.0.1", "recordRequests": False}
    return json.dumps({**imposter, "stubs": [stub(route) for route in api.routes]})


def json_server(api: Api) -> str:
    """A database of json-server as a module: what is not a file, it keeps in memory. Paths have one segment only."""
    database: dict[str, Any] = {route.template.rpartition("/")[2]: route.reply for route in api.routes}
    if api.collection:
        database[api.collection.path.strip("/")] = []
    return f"module.exports = () => ({json.dumps(database)});\n"


def json_server_paths(api: Api) -> str:
    """What json-server makes of longer paths: it knows their last segment."""
    return json.dumps({route.template: "/" + route.template.rpartition("/")[2] for route in api.routes})


def body(api: Api) -> str:
    """The reply's body, for a server that knows only one."""
    return compact(api.routes[0].reply) if api.routes else ""


def paths(api: Api) -> str:
    """The paths to ask for, one a line."""
    return "".join(route.path + "\n" for route in api.routes)


def sent(api: Api) -> str:
    """The body to send."""
    return compact(api.routes[0].sent) if api.routes else ""


def _ready(route: Route, status: str) -> dict[str, Any]:
    return {status: route.status, "body": compact(route.reply)}


def mockoon(api: Api) -> str:
    """An environment of Mockoon; a request's body is checked by a rule that names its JSON Schema."""
    kept = [{"id": "rows", "name": "rows", "value": "[]"}] if api.collection else []
    routes = [_mockoon_route(number, route) for number, route in enumerate(api.routes)]
    if api.collection:
        response = {**_mockoon_response("rows", 200, ""), "bodyType": "DATABUCKET", "databucketID": "rows"}
        routes.append(_mockoon_endpoint("rows", "crud", "", api.collection.path, [response]))
    schemas = [
        {"id": f"schema-{number}", "name": f"schema-{number}", "value": compact(route.accepts)}
        for number, route in enumerate(api.routes)
        if route.accepts is not None
    ]
    return json.dumps({
        "uuid": "benchmark", "lastMigration": 33, "name": "benchmark", "endpointPrefix": "", "latency": 0,
        "port": 3000, "hostname": "127.0.0.1", "folders": [], "routes": routes,
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes],
        "proxyMode": False, "proxyHost": "", "proxyRemovePrefix": False, "cors": False, "headers": [],
        "proxyReqHeaders": [], "proxyResHeaders": [], "callbacks": [],
        "tlsOptions": {
            "enabled": False, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "", "caPath": "",
            "passphrase": "",
        },
        "data": [{"uuid": one["id"], "documentation": "", **one} for one in kept + schemas],
    })  # fmt: skip


def _mockoon_route(number: int, route: Route) -> dict[str, Any]:
    right = _mockoon_response(f"right-{number}", route.status, compact(route.reply))
    responses = [right]
    if route.accepts is not None:
        rule = {"target": "body", "modifier": "", "value": f"schema-{number}", "invert": False}
        right |= {"default": False, "rules": [{**rule, "operator": "valid_json_schema"}]}
        responses.append(_mockoon_response(f"wrong-{number}", 422, "{}"))
    endpoint = route.template.replace("{id}", ":id")
    return _mockoon_endpoint(f"route-{number}", "http", route.method.lower(), endpoint, responses)


def _mockoon_endpoint(name: str, kind: str, method: str, path: str, responses: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uuid": name, "type": kind, "documentation": "", "method": method, "endpoint": path.lstrip("/"),
        "responses": responses, "responseMode": None, "streamingMode": None, "streamingInterval": 0,
    }  # fmt: skip


def _mockoon_response(name: str, status: int, text: str) -> dict[str, Any]:
    return {
        "uuid": name, "body": text, "latency": 0, "statusCode": status, "label": "",
        "headers": [{"key": "Content-Type", "value": JSON}], "bodyType": "INLINE", "filePath": "",
        "databucketID": "", "sendFileAsBody": False, "rules": [], "rulesOperator": "OR", "disableTemplating": True,
        "fallbackTo404": False, "default": True, "crudKey": "id", "callbacks": [],
    }  # fmt: skip


FORMS: dict[str, Callable[[Api], str]] = {
    "project/openapi.json": document,
    "stubs/mappings/all.json": wiremock,
    "expectations.json": mockserver,
    "imposter.json": mountebank,
    "environment.json": mockoon,
    "database.js": json_server,
    "database-paths.json": json_server_paths,
    "body.json": body,
    "sent.json": sent,
    "paths.txt": paths,
}
