"""Operations of a document in one form, whatever its version. It shares nothing with the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.conformance.document import METHODS, Document

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_COLLECTIONS = {
    "csv": ("", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_SCHEMA_KEYS = (
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf",
)  # fmt: skip
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization", "cookie"})


@dataclass(frozen=True)
class Parameter:
    """A parameter; ``schema`` is as the document writes it, ``media_type`` is set when its value is in one."""

    name: str
    place: str
    required: bool
    schema: Any
    style: str
    explode: bool
    media_type: str = ""


@dataclass(frozen=True)
class Media:
    """A media type of a body, its schema as the document writes it, and how its properties are written."""

    name: str
    schema: Any
    encoding: dict[str, Any] = field(default_factory=dict)
    examples: tuple[Any, ...] = ()

    @property
    def kind(self) -> str:
        """``json``, ``form``, ``multipart``, ``xml``, ``text`` or ``binary``."""
        essence = self.name.partition(";")[0].strip().lower()
        if essence.endswith(("/json", "+json")):
            return "json"
        if essence.endswith(("/xml", "+xml")):
            return "xml"
        kinds = {"application/x-www-form-urlencoded": "form", "multipart/form-data": "multipart"}
        return kinds.get(essence) or ("text" if essence.startswith("text/") else "binary")


@dataclass(frozen=True)
class Response:
    """A response: its media types, and its headers as (required, schema)."""

    status: str
    content: tuple[Media, ...]
    headers: dict[str, tuple[bool, Any]]


@dataclass(frozen=True)
class Operation:
    """One operation; ``security`` are alternatives, each a list of security scheme objects."""

    method: str
    path: str
    base_path: str
    parameters: tuple[Parameter, ...]
    body: tuple[Media, ...]
    body_required: bool
    responses: tuple[Response, ...]
    security: tuple[tuple[dict[str, Any], ...], ...]

    @property
    def label(self) -> str:
        """``GET /customers/{id}``."""
        return f"{self.method} {self.path}"

    def response(self, status: int) -> Response | None:
        """The response that a status belongs to: its own, its range's or the default one."""
        by_status = {response.status.upper(): response for response in self.responses}
        for key in (str(status), f"{status // 100}XX", "DEFAULT"):
            if key in by_status:
                return by_status[key]
        return None


def operations(document: Document) -> Iterator[Operation]:
    """All operations of a document, in its order."""
    read = _Swagger(document) if document.dialect == "2.0" else _OpenApi(document)
    for path, item in document.path_items():
        methods = [(key, item[key]) for key in item if key in METHODS]
        methods += list((item.get("additionalOperations") or {}).items())
        for key, operation in methods:
            yield read.operation(key.upper(), path, item, operation)


class _Reading:
    """What all versions share."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.raw

    def raw_parameters(self, item: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
        """The path item's and the operation's, of which the latter win."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for one in [*(item.get("parameters") or []), *(operation.get("parameters") or [])]:
            parameter = self.document.resolved(one)
            found[parameter["in"], parameter["name"]] = parameter
        return list(found.values())

    def security(self, operation: dict[str, Any], schemes: dict[str, Any]) -> tuple[tuple[dict[str, Any], ...], ...]:
        wanted = operation.get("security", self.root.get("security")) or []
        return tuple(
            tuple(self.document.resolved(schemes[name]) for name in alternative if name in schemes)
            for alternative in wanted
        )


class _OpenApi(_Reading):
    def operation(self, method: str, path: str, item: dict[str, Any], operation: dict[str, Any]) -> Operation:
        servers = operation.get("servers") or item.get("servers") or self.root.get("servers") or []
        body = self.document.resolved(operation.get("requestBody") or {})
        schemes = (self.root.get("components") or {}).get("securitySchemes") or {}
        return Operation(
            method,
            path,
            _base_path(servers),
            tuple(self.parameter(one) for one in self.raw_parameters(item, operation)),
            self.content(body.get("content") or {}),
            bool(body.get("required", False)),
            tuple(
                self.response(status, self.document.resolved(one))
                for status, one in (operation.get("responses") or {}).items()
                if not status.startswith("x-")
            ),
            self.security(operation, schemes),
        )

    def parameter(self, raw: dict[str, Any]) -> Parameter:
        place = raw["in"]
        style = raw.get("style") or _STYLES.get(place, "form")
        schema, media_type = raw.get("schema"), ""
        for name, media in (raw.get("content") or {}).items():
            schema, media_type = self.document.resolved(media).get("schema"), name
        explode = raw.get("explode", style in ("form", "cookie"))
        return Parameter(
            raw["name"], place, place == "path" or bool(raw.get("required")), schema, style, explode, media_type
        )

    def content(self, raw: dict[str, Any]) -> tuple[Media, ...]:
        found = []
        for name, one in raw.items():
            media = self.document.resolved(one) or {}
            examples = [self.document.resolved(example) for example in (media.get("examples") or {}).values()]
            values = [example.get("value", example.get("dataValue")) for example in examples]
            if "example" in media:
                values.append(media["example"])
            found.append(Media(name, media.get("schema"), media.get("encoding") or {}, tuple(values)))
        return tuple(found)

    def response(self, status: str, raw: dict[str, Any]) -> Response:
        headers = {}
        for name, one in (raw.get("headers") or {}).items():
            header = self.document.resolved(one)
            if name.lower() != "content-type":
                headers[name] = (bool(header.get("required")), header.get("schema"))
        return Response(status, self.content(raw.get("content") or {}), headers)


class _Swagger(_Reading):
    def operation(self, method: str, path: str, item: dict[str, Any], operation: dict[str, Any]) -> Operation:
        raw = self.raw_parameters(item, operation)
        consumes = operation.get("consumes", self.root.get("consumes")) or []
        produces = operation.get("produces", self.root.get("produces")) or ["application/json"]
        bodies = [one for one in raw if one["in"] == "body"]
        fields = [one for one in raw if one["in"] == "formData"]
        body: tuple[Media, ...] = ()
        if bodies:
            body = tuple(Media(name, bodies[0].get("schema")) for name in consumes or ["application/json"])
        elif fields:
            body = self.form(fields, consumes)
        return Operation(
            method,
            path,
            (self.root.get("basePath") or "").rstrip("/"),
            tuple(self.parameter(one) for one in raw if one["in"] not in ("body", "formData")),
            body,
            any(one.get("required") for one in bodies + fields),
            tuple(
                self.response(status, self.document.resolved(one), produces)
                for status, one in (operation.get("responses") or {}).items()
                if not status.startswith("x-")
            ),
            self.security(operation, self.root.get("securityDefinitions") or {}),
        )

    def parameter(self, raw: dict[str, Any]) -> Parameter:
        place = raw["in"]
        style, explode = _COLLECTIONS[raw.get("collectionFormat", "csv")]
        schema = {key: raw[key] for key in _SCHEMA_KEYS if key in raw}
        required = place == "path" or bool(raw.get("required"))
        return Parameter(raw["name"], place, required, schema, style or _STYLES[place], explode)

    def form(self, fields: list[dict[str, Any]], consumes: list[str]) -> tuple[Media, ...]:
        properties = {one["name"]: {key: one[key] for key in _SCHEMA_KEYS if key in one} for one in fields}
        files = [one["name"] for one in fields if one.get("type") == "file"]
        for name in files:
            properties[name] = {"type": "string", "format": "binary"}
        schema = {
            "type": "object",
            "properties": properties,
            "required": [one["name"] for one in fields if one.get("required")],
        }
        encoding = {}
        for one in fields:
            style, explode = _COLLECTIONS[one.get("collectionFormat", "csv")]
            encoding[one["name"]] = {"style": style or "form", "explode": explode}
        usual = "multipart/form-data" if files else "application/x-www-form-urlencoded"
        names = [name for name in consumes if "form" in name] or [usual]
        return tuple(Media(name, schema, encoding) for name in names)

    def response(self, status: str, raw: dict[str, Any], produces: list[str]) -> Response:
        schema = raw.get("schema")
        examples = raw.get("examples") or {}
        names = produces if schema is not None or examples else []
        content = tuple(Media(name, schema, {}, (examples[name],) if name in examples else ()) for name in names)
        headers = {
            name: (False, {key: one[key] for key in _SCHEMA_KEYS if key in one})
            for name, one in (raw.get("headers") or {}).items()
        }
        return Response(status, content, headers)


def _base_path(servers: list[dict[str, Any]]) -> str:
    """The path of the first server, its variables at their defaults."""
    if not servers:
        return ""
    url = str(servers[0].get("url", ""))
    for name, variable in (servers[0].get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    return urlsplit(url).path.rstrip("/")
