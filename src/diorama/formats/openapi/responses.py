"""Responses and request bodies of OpenAPI 3.

Source: OpenAPI 3.2.0, sections 4.13 (Request Body), 4.16 (Responses), 4.17 (Response).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from diorama.formats.openapi.content import read_content
from diorama.formats.openapi.parameters import read_headers
from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.model.definition import RequestBody, Response

_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)")


def read_request_body(reading: Reading, operation: Place) -> RequestBody | None:
    """The request body of an operation."""
    place = operation.get("requestBody")
    return None if place is None else reading.shared("body", place, partial(_body, reading))


def _body(reading: Reading, place: Place) -> RequestBody | None:
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a request body is an object", "Write content below it.")
        return None
    if not isinstance(place.value.get("content"), dict):
        reading.notes.finding(place, "the request body has no content", "Write content with a media type.")
    return RequestBody(
        required=reading.flag(place, "required"), content=read_content(reading, place), pointer=place.pointer
    )


def read_responses(
    reading: Reading, operation: Place, read_one: Callable[[Reading, str, Place], Response | None], variant: str = ""
) -> tuple[Response, ...]:
    """The responses of an operation.

    Args:
        reading: the document.
        operation: whose ``responses`` are read.
        read_one: reads a Response Object of the document's dialect, given its status.
        variant: what else, beside the status, a shared response depends on (``produces`` in Swagger 2.0).
    """
    responses = reading.mapping(operation, "responses")
    if responses is None:
        if operation.get("responses") is None:
            reading.notes.tally(operation, "the operation has no responses", "Describe at least one response.")
        return ()
    found: dict[str, Response] = {}
    for key, place in responses.entries():
        status = key.strip().lower() if key.strip().lower() == "default" else key.strip().upper()
        if status != "default" and not _STATUS.fullmatch(status):
            reading.notes.finding(
                place, f"{key!r} is no status; the response is left out", "Write 200, a range such as 4XX, or default."
            )
            continue
        if not status.isdecimal() and status != key:
            reading.notes.finding(place, f"the status {key!r} is read as {status!r}", f"Write {status}.")
        if place.value is None:
            reading.notes.tally(place, "the response says nothing", "Write at least a description.")
            found[status] = Response(status=status, pointer=place.pointer)
            continue
        response = reading.shared(f"response {status} {variant}", place, partial(read_one, reading, status))
        if response is not None:
            found[status] = response
    return tuple(found.values())


def read_response(reading: Reading, status: str, place: Place) -> Response | None:
    """A Response Object of OpenAPI 3."""
    if not isinstance(place.value, dict):
        reading.notes.error(place, "a response is an object", "Write description and content below it.")
        return None
    if "description" not in place.value and reading.dialect != "openapi-3.2":
        reading.notes.tally(place, "the response has no description", "Write a description.")
    return Response(
        status=status,
        description=reading.text(place, "description"),
        headers=read_headers(reading, place),
        content=read_content(reading, place),
        pointer=place.pointer,
    )
