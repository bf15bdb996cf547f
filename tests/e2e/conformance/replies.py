"""Replies, judged by the raw document and the ``jsonschema`` package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.e2e.conformance.operations import Media, Operation
from tests.e2e.conformance.samples import resolved, types_of
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.targets import Answer


@dataclass(frozen=True)
class Fault:
    """What is wrong with a reply; ``own`` when the document's own example is what is wrong."""

    what: str
    detail: str
    own: bool = False


def faults(operation: Operation, answer: Answer, schemas: Schemas) -> Iterator[Fault]:
    """What is wrong with a reply to an operation.

    Args:
        operation: the operation that was asked.
        answer: its reply.
        schemas: the document's, for replies.
    """
    response = operation.response(answer.status)
    if response is None:
        documented = ", ".join(one.status for one in operation.responses)
        if operation.responses or answer.status != 200:
            yield Fault("status", f"{answer.status} is not documented ({documented})")
        return
    for name, (required, raw) in response.headers.items():
        text = answer.header(name.lower())
        if text is None:
            if required:
                yield Fault("header", f"{name} is missing from {answer.status}")
        elif raw is not None and not _header_is_valid(schemas, raw, text):
            yield Fault("header", f"{name}: {text!r} breaks {json.dumps(raw)[:200]}")
    content_type = answer.header("content-type")
    if not response.content:
        if answer.body:
            yield Fault("body", f"{answer.status} documents no body, {len(answer.body)} bytes came")
        return
    if operation.method == "HEAD" or answer.status in (204, 304):
        return
    if content_type is None:
        yield Fault("content type", f"none on {answer.status}")
        return
    media = _matching(content_type, response.content)
    if media is None:
        yield Fault("content type", f"{content_type} is not among {[one.name for one in response.content]}")
        return
    yield from _body_faults(media, answer, schemas)


def _body_faults(media: Media, answer: Answer, schemas: Schemas) -> Iterator[Fault]:
    if media.schema is None:
        return
    if media.kind == "json":
        try:
            value = json.loads(answer.body)
        except ValueError as cause:
            yield Fault("body", f"not JSON: {cause}")
            return
        candidates = [value]
    elif media.kind == "text":
        candidates = _readings(answer.body.decode("utf-8", "replace"))
    else:
        return
    validator = schemas.validator(schemas.converted(media.schema))
    if any(validator.is_valid(one) for one in candidates):
        return
    error = min(validator.iter_errors(candidates[0]), key=lambda one: len(one.absolute_path))
    pointer = "/" + "/".join(str(key) for key in error.absolute_path)
    own = candidates[0] in media.examples or _stems_from_example(media.schema, schemas, candidates[0])
    yield Fault("body", f"{answer.status} at {pointer}: {error.validator}: {error.message[:200]}", own)


def _stems_from_example(raw: Any, schemas: Schemas, value: Any) -> bool:
    """Whether the value is an example or default that the document gives in the schema itself."""
    plain = resolved(schemas, schemas.converted(raw))
    return any(value == one for one in [*plain.get("examples", []), plain.get("default", ...)])


def _matching(content_type: str, content: tuple[Media, ...]) -> Media | None:
    """The documented media type that a Content-Type is, parameters aside."""
    essence = content_type.partition(";")[0].strip().lower()
    for media in content:
        name = media.name.partition(";")[0].strip().lower()
        if name == essence:
            return media
    for media in content:
        kind, _, subtype = media.name.partition(";")[0].strip().lower().partition("/")
        if (kind == "*" or essence.startswith(kind + "/")) and subtype == "*":
            return media
    return None


def _header_is_valid(schemas: Schemas, raw: Any, text: str) -> bool:
    schema = schemas.converted(raw)
    validator = schemas.validator(schema)
    if "array" in types_of(resolved(schemas, schema)):
        return any(validator.is_valid([reading(part) for part in text.split(",")]) for reading in (str, _number))
    return any(validator.is_valid(one) for one in _readings(text))


def _readings(text: str) -> list[Any]:
    """Everything that a text could stand for: itself, and a number, a boolean, null."""
    found: list[Any] = [text]
    try:
        found.append(json.loads(text))
    except ValueError:
        pass
    return found


def _number(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
