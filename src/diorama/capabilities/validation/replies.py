"""Replies: status, media type, headers and body of what goes back, checked against the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from diorama.capabilities.validation import media, styles
from diorama.capabilities.validation.bodies import Content, Reading, content_of, read_with, reading_of
from diorama.capabilities.validation.coercion import coerced
from diorama.capabilities.validation.shapes import Shape
from diorama.capabilities.validation.spec import ValidationSpec
from diorama.formats.schemas import Check, Schemas, cut, pointer_of
from diorama.model.definition import Api, Endpoint, Parameter, Response
from diorama.model.errors import DioramaError, Violation
from diorama.model.http import Reply
from diorama.ports.exchange import OpenExchange

VIOLATIONS_MAX = 100
_READINGS_REMEMBERED = 64
_CONSTANTS_REMEMBERED = 256


class HeaderRules(Struct, frozen=True):
    """One header that a response declares, ready."""

    parameter: Parameter
    name: bytes
    shape: Shape
    check: Check | None


class ResponseRules:
    """What the document says about one response.

    Args:
        response: as the document has it.
        schemas: of replies of its Api.
        definitions: ``Api.schemas``.
    """

    def __init__(self, response: Response, schemas: Schemas, definitions: Mapping[str, Any]) -> None:
        self._response = response
        self._contents: dict[int, Content] = {
            id(one): content_of(one, schemas, definitions) for one in response.content
        }
        self._readings: dict[bytes, Reading | None] = {}
        self._headers = [
            HeaderRules(
                one,
                one.name.lower().encode("latin-1", "replace"),
                Shape({} if one.schema is None else one.schema, definitions),
                None if one.schema in (None, True, {}) else schemas.check(one.schema, f"{one.pointer}/schema"),
            )
            for one in response.headers
            if one.name.lower() != "content-type"
        ]

    @property
    def is_bare(self) -> bool:
        """Whether the document says nothing of headers."""
        return not self._headers

    def violations(self, reply: Reply, *, is_head: bool) -> list[Violation]:
        """The rules that a reply of this response breaks; the body of one to HEAD is not looked at."""
        found = [violation for one in self._headers for violation in _header_faults(one, reply)]
        if is_head or reply.status in (204, 304) or reply.stream is not None:
            return found
        if not self._response.content:
            return found
        return found + self._body_faults(reply)

    def _body_faults(self, reply: Reply) -> list[Violation]:
        content_type = next((value for name, value in reply.headers if name.lower() == b"content-type"), b"")
        if not reply.body and not content_type:
            accepted = ", ".join(one.name for one in self._response.content)
            message = f"the reply has no body; the document promises {accepted}"
            return [Violation("response body", "", "required", message, f"{self._response.pointer}/content")]
        known = content_type in self._readings
        reading = self._readings[content_type] if known else self._reading(content_type)
        if reading is None:
            accepted = ", ".join(one.name for one in self._response.content)
            said = cut(content_type.decode("latin-1")) or "no media type"
            message = f"the reply is {said}; the document promises {accepted}"
            pointer = f"{self._response.pointer}/content"
            return [Violation("response header", "/content-type", "contentMediaType", message, pointer)]
        try:
            return read_with(reading, reply.body, "the reply's body", "response body")[1]
        except DioramaError as error:
            message = error.message.rstrip(".").replace("The body", "the reply's body")
            return [Violation("response body", "", error.code, message, reading.content.media_type.pointer)]

    def _reading(self, content_type: bytes) -> Reading | None:
        essence, options = media.split(content_type.decode("latin-1"))
        media_type = media.match(essence, options, self._response.content)
        reading = None
        if media_type is not None:
            try:
                reading = reading_of(self._contents[id(media_type)], essence, options)
            except DioramaError:
                reading = None
        if len(self._readings) < _READINGS_REMEMBERED:
            self._readings[content_type] = reading
        return reading


def _header_faults(rules: HeaderRules, reply: Reply) -> list[Violation]:
    parameter = rules.parameter
    values = [value for name, value in reply.headers if name.lower() == rules.name]
    at = (parameter.name,)
    if not values:
        if not parameter.required:
            return []
        message = f"the reply's header {cut(parameter.name)} is missing"
        return [Violation("response header", pointer_of(at), "required", message, f"{parameter.pointer}/required")]
    if rules.check is None:
        return []
    raw = b", ".join(values)
    for as_text in (False, True):
        try:
            tree = styles.simple(raw, rules.shape, styles.header_text, explode=parameter.explode)
        except ValueError as cause:
            message = f"the reply's header {cut(parameter.name)} cannot be read: {cause}"
            return [Violation("response header", pointer_of(at), "style", message, parameter.pointer)]
        value = coerced(tree, rules.shape, as_text=as_text)
        if rules.check.holds(value):
            return []
    return [fault.violation("response header") for fault in rules.check.faults(value, "the reply", at)]


class ReplyRules:
    """What an endpoint's replies must keep to.

    Args:
        endpoint: the endpoint.
        api: its Api.
        schemas: of replies of that Api.
        spec: the project's settings.
        of_response: rules by the response's identity, shared by endpoints that share a response.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        api: Api,
        schemas: Schemas,
        spec: ValidationSpec,
        of_response: dict[int, ResponseRules],
    ) -> None:
        self._responses = {response.status: response for response in endpoint.responses}
        self._rules = of_response
        for response in endpoint.responses:
            if id(response) not in of_response:
                of_response[id(response)] = ResponseRules(response, schemas, api.schemas)
        self._refuses = spec.replies == "on"
        self._pointer = endpoint.pointer
        self._constants: dict[int, tuple[Reply, tuple[Violation, ...]]] = {}

    def step(self, x: OpenExchange) -> Reply | None:
        """Check a composed reply; that of a constant reply is remembered.

        Raises:
            DioramaError: ``reply_violates_schema`` when the project wants such replies replaced.
        """
        reply = x.reply
        assert reply is not None
        is_head = x.request.method == "HEAD"
        if reply is x.plan.checked:
            rules = self._rules.get(id(x.plan.response))
            if rules is not None and rules.is_bare:
                return None
            is_head = is_head or rules is not None
        if reply.head is not None:
            known = self._constants.get(id(reply))
            if known is None or known[0] is not reply:
                known = (reply, self._violations(x, reply, is_head=False))
                if len(self._constants) < _CONSTANTS_REMEMBERED:
                    # Keeping the reply keeps its identity from being given to another one.
                    self._constants[id(reply)] = known
            violations = known[1]
        else:
            violations = self._violations(x, reply, is_head=is_head)
        if violations:
            if self._refuses:
                raise refusal(violations)
            x.plan.reply_violations = (*x.plan.reply_violations, *violations)
        return None

    def _violations(self, x: OpenExchange, reply: Reply, *, is_head: bool) -> tuple[Violation, ...]:
        response = x.plan.response
        if response is None or id(response) not in self._rules:
            # A responder may have made it from one of the document's responses, or from none.
            response = self._responses.get("" if response is None else response.status)
            response = response or self._response_of(reply.status)
        if response is None:
            known = ", ".join(self._responses)
            message = f"the reply's status {reply.status} is not documented; documented are {known}"
            return (Violation("response status", "", "status", message, f"{self._pointer}/responses"),)
        return tuple(self._rules[id(response)].violations(reply, is_head=is_head)[:VIOLATIONS_MAX])

    def _response_of(self, status: int) -> Response | None:
        """The response for a status: itself, its range, or the default (OpenAPI 3.1.1, section 4.8.16)."""
        responses = self._responses
        return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


def refusal(violations: tuple[Violation, ...]) -> DioramaError:
    """The error for a reply that breaks rules."""
    count = len(violations)
    more = f" (and {count - 1} more)" if count > 1 else ""
    return DioramaError(
        "reply_violates_schema",
        f"The reply breaks the document's rules: {violations[0].message}{more}.",
        "Correct the example or the schema in the document; leave `--errors` out to get the reply as it is.",
        violations=violations,
    )
