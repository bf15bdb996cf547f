"""Drafts: requests as values, before they are written down. Valid ones come from schemathesis, or are sampled."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from schemathesis import openapi
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode, derive_operation_seed
from schemathesis.transport.serialization import Binary

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.operations import IGNORED_HEADERS, Media, Operation, Parameter
from tests.e2e.conformance.samples import Samples, UnsampledError, resolved, types_of
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.serialisation import (
    UnwritableError,
    body_bytes,
    header_text,
    path_text,
    query_fields,
)

ABSENT: Any = object()
TEXT_KINDS = ("form", "multipart", "text", "binary")
_COOKIE_SIGNS = frozenset("!#$%&'()*+,-./:<=>?@[]^_`{|}~")


@dataclass(frozen=True)
class Draft:
    """A request as values.

    Attributes:
        values: of parameters, by (place, name).
        media: the media type of the body; None when there is none.
        body: its value; bytes for what is no JSON value.
        xml: the body as schemathesis wrote it, where it is XML.
        sampled: whether schemathesis had no part in it.
    """

    operation: Operation
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    media: Media | None = None
    body: Any = ABSENT
    xml: bytes = b""
    sampled: bool = False


class Drafts:
    """Makes valid drafts for the operations of one document.

    Args:
        document: the document.
        schemas: its schemas for requests.
        number: the seed of all that is generated.
    """

    def __init__(self, document: Document, schemas: Schemas, number: int) -> None:
        self.samples = Samples(schemas)
        self._filled = Samples(schemas, filled=True)
        self._schemas = schemas
        self._seed = number
        raw = copy.deepcopy(document.raw)
        self._schema = openapi.from_dict(raw)
        self._operations: dict[str, Any] = {}
        for result in self._schema.get_all_operations():
            operation = getattr(result, "ok", lambda: None)() if hasattr(result, "ok") else None
            if operation is not None:
                self._operations[f"{operation.method.upper()} {operation.path}"] = operation

    def valid(self, operation: Operation, count: int) -> list[Draft]:
        """Up to ``count`` valid drafts, and one that is sampled where schemathesis gives none."""
        found = []
        for case in self._cases(operation, count):
            draft = self._draft(operation, case)
            if draft is not None and self.problem(draft) == "":
                found.append(draft)
        if not found:
            plain, filled = self.sampled(operation), self.sampled(operation, samples=self._filled)
            bare = None if plain is None else replace(plain, media=None, body=ABSENT)
            found = [one for one in (plain, filled, bare) if one is not None and self.problem(one) == ""][:1]
        return found

    def sampled(self, operation: Operation, media: Media | None = None, samples: Samples | None = None) -> Draft | None:
        """The plainest valid draft, with a body of a media type; None when none is found. It may be unwritable."""
        samples = samples or self.samples
        values: dict[tuple[str, str], Any] = {}
        try:
            for one in operation.parameters:
                if one.required and is_sent(one):
                    values[one.place, one.name] = samples.of(self._schemas.converted(one.schema))
            media = media or next(iter(operation.body), None)
            draft = Draft(operation, values, sampled=True)
            if media is not None and media.kind != "xml":
                body = b"bytes" if media.kind == "binary" else samples.of(self._schemas.converted(media.schema))
                draft = replace(draft, media=media, body=body)
        except UnsampledError:
            return None
        return draft if self.problem(draft, written=False) == "" else None

    def problem(self, draft: Draft, *, written: bool = True) -> str:
        """Why a draft is not valid, or cannot be written down where that counts; empty when all is well."""
        for parameter in draft.operation.parameters:
            value = draft.values.get((parameter.place, parameter.name), ABSENT)
            if value is ABSENT:
                if parameter.required and is_sent(parameter):
                    return f"{parameter.name} is missing"
            elif not self._schemas.validator(self._schemas.converted(parameter.schema)).is_valid(value):
                return f"{parameter.name} is invalid"
        if draft.body is ABSENT and draft.operation.body_required and draft.operation.body and not draft.xml:
            return "the body is missing"
        if draft.media is not None and draft.body is not ABSENT and not isinstance(draft.body, bytes):
            converted = self._schemas.converted(draft.media.schema)
            if not self._schemas.validator(converted).is_valid(_as_json(draft.body)):
                return "the body is invalid"
        try:
            if written:
                write(draft)
        except UnwritableError as cause:
            return str(cause)
        return ""

    def _cases(self, operation: Operation, count: int) -> list[Any]:
        generated = self._operations.get(operation.label)
        if generated is None:
            return []
        cases: list[Any] = []

        @seed(derive_operation_seed(self._seed, operation.label))
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate,),
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(generated.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def collect(case: Any) -> None:
            cases.append(case)

        try:
            collect()
        except Exception:  # noqa: BLE001  Whatever it cannot generate for is sampled instead, and counted.
            return cases
        return cases

    def _draft(self, operation: Operation, case: Any) -> Draft | None:
        """A case of schemathesis without what its places cannot carry unambiguously."""
        places = {
            "path": case.path_parameters,
            "query": case.query,
            "header": case.headers,
            "cookie": case.cookies,
        }
        values: dict[tuple[str, str], Any] = {}
        for parameter in operation.parameters:
            held = (places.get(parameter.place) or {}).get(parameter.name, ABSENT)
            if held is ABSENT or not is_sent(parameter):
                continue
            value = self._carried(parameter.schema, held, typed=bool(parameter.media_type))
            if self._fits(parameter, value):
                values[parameter.place, parameter.name] = value
            elif parameter.required:
                try:
                    value = self.samples.of(self._schemas.converted(parameter.schema))
                except UnsampledError:
                    return None
                values[parameter.place, parameter.name] = value
        draft = Draft(operation, values)
        media = next((one for one in operation.body if one.name == case.media_type), None)
        if case.body is NOT_SET or media is None:
            return draft
        if media.kind == "xml":
            written = case.as_transport_kwargs(base_url="http://localhost").get("data")
            return replace(draft, media=media, xml=written if isinstance(written, bytes) else b"")
        body = _plain(case.body)
        if media.kind in TEXT_KINDS and not isinstance(body, bytes):
            body = self._carried(media.schema, body, typed=False)
        if body is ABSENT:
            return draft
        return replace(draft, media=media, body=body)

    def _carried(self, raw: Any, value: Any, *, typed: bool) -> Any:
        """A value without what text cannot say: nulls, empty containers, properties that no schema describes."""
        return value if typed else _pruned(self._schemas, self._schemas.converted(raw), _plain(value), 0)

    def _fits(self, parameter: Parameter, value: Any) -> bool:
        if value is ABSENT or not self._schemas.validator(self._schemas.converted(parameter.schema)).is_valid(value):
            return False
        try:
            _write_parameter(parameter, value)
        except UnwritableError:
            return False
        return True


def is_sent(parameter: Parameter) -> bool:
    """Whether a parameter is one of the document's own, not of HTTP itself."""
    return not (parameter.place == "header" and parameter.name.lower() in IGNORED_HEADERS)


@dataclass
class Written:
    """A request's parts as they travel."""

    path: str
    query: str
    headers: list[tuple[str, str]]
    cookies: list[str]
    body: bytes = b""


def write(draft: Draft) -> Written:
    """A draft written down.

    Raises:
        UnwritableError: when a value has no unambiguous form in its place.
    """
    operation = draft.operation
    path = operation.path
    fields: list[tuple[str, str]] = []
    written = Written("", "", [], [])
    for parameter in operation.parameters:
        value = draft.values.get((parameter.place, parameter.name), ABSENT)
        if value is ABSENT:
            continue
        parts = _write_parameter(parameter, value)
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", parts[0][1])
        elif parameter.place == "query":
            fields += parts
        elif parameter.place == "header":
            written.headers += parts
        else:
            written.cookies += ["=".join(part) for part in parts]
    written.path = operation.base_path + path
    written.query = "&".join(f"{name}={text}" for name, text in fields)
    if draft.xml and draft.media is not None:
        written.body = draft.xml
        written.headers.append(("content-type", draft.media.name))
    elif draft.media is not None and draft.body is not ABSENT:
        written.body, content_type = body_bytes(draft.media, draft.body)
        written.headers.append(("content-type", content_type))
    return written


def _write_parameter(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    if parameter.place == "path":
        return [(parameter.name, path_text(parameter, value))]
    if parameter.place == "header":
        return [(parameter.name.lower(), header_text(parameter, value))]
    fields = list(query_fields(parameter, value))
    if parameter.place == "cookie" and not all(_is_cookie_safe(text) for pair in fields for text in pair):
        raise UnwritableError("signs that no cookie carries unchanged")
    return fields


def _is_cookie_safe(text: str) -> bool:
    return all(sign.isalnum() or sign in _COOKIE_SIGNS for sign in text) and text.isascii()


def _pruned(schemas: Schemas, schema: Any, value: Any, depth: int) -> Any:
    plain = _choices(schemas, schema, 0)
    if isinstance(value, dict):
        kept = {}
        for name, item in value.items():
            described = [one["properties"][name] for one in plain if name in one.get("properties", {})]
            described = described or [one["additionalProperties"] for one in plain if _describes_rest(one)]
            if described and name.isprintable() and not set(name) & set("[]=&;,.\"' ") and depth < 8:
                pruned = _pruned(schemas, described[0], item, depth + 1)
                if pruned is not ABSENT:
                    kept[name] = pruned
        return kept or ABSENT
    if isinstance(value, list):
        items = next((one["items"] for one in plain if "items" in one), True)
        kept_items = [
            item for item in (_pruned(schemas, items, item, depth + 1) for item in value) if item is not ABSENT
        ]
        return kept_items or ABSENT
    if value is None:
        return ABSENT
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _choices(schemas: Schemas, schema: Any, depth: int) -> Iterator[dict[str, Any]] | list[dict[str, Any]]:
    """A schema and all its branches, resolved."""
    if not isinstance(schema, dict) or depth > 6:
        return []
    plain = resolved(schemas, schema)
    found = [plain]
    for word in ("anyOf", "oneOf"):
        for branch in plain.get(word, []):
            found += _choices(schemas, branch, depth + 1)
    return found


def _describes_rest(plain: dict[str, Any]) -> bool:
    rest = plain.get("additionalProperties")
    return isinstance(rest, dict) and bool(types_of(rest) or "$ref" in rest)


def _plain(value: Any) -> Any:
    """A generated value without schemathesis's own types."""
    if isinstance(value, Binary):
        return bytes(value.data)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _as_json(value: Any) -> Any:
    """A value for ``jsonschema``: bytes, which JSON lacks, are text."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value
