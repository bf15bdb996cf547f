"""Operations: each endpoint with what inference wants to know of it, looked up once."""

from __future__ import annotations

from diorama.capabilities.resources.inference.paths import PathView, literals, view
from diorama.capabilities.resources.inference.replies import Candidate, candidates
from diorama.capabilities.resources.inference.shapes import NOTHING, Shape, Shapes
from diorama.capabilities.resources.inference.vocabulary import VERBS
from diorama.formats.names import spellings, words
from diorama.model.definition import Endpoint, MediaType, Response
from diorama.ports.capability import Site

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_RANGES = {"2XX": 200, "default": 200}


class Operation:
    """An endpoint with its path in parts, its success and the ways to read its bodies.

    Attributes:
        endpoint: the endpoint.
        path: its path in parts.
        response: the success that it replies with; None when it has none.
        status: of that success, as it is sent.
        media_type: the JSON body of that success; None when it has no body.
        reply: shape of that body.
        readings: the ways to read it.
        body: shape of the request's body.
        body_types: names of the request's media types.
        foreign: whether the success has a body, but none in JSON.
    """

    __slots__ = (
        "body",
        "body_types",
        "endpoint",
        "foreign",
        "media_type",
        "path",
        "readings",
        "reply",
        "response",
        "status",
    )

    def __init__(self, site: Site, shapes: Shapes) -> None:
        endpoint = site.endpoint
        self.endpoint: Endpoint = endpoint
        self.path: PathView = view(endpoint.path)
        self.response: Response | None = _success(endpoint)
        self.status = _status(self.response, endpoint.method)
        content = self.response.content if self.response is not None else ()
        self.media_type: MediaType | None = next((one for one in content if is_json(one.name)), None)
        self.foreign = bool(content) and self.media_type is None
        self.reply: Shape = shapes.of(self.media_type.schema) if self.media_type is not None else NOTHING
        self.readings: list[Candidate] = candidates(shapes, self.reply, _nouns(self.path))
        taken = endpoint.request_body.content if endpoint.request_body is not None else ()
        self.body_types = tuple(one.name.partition(";")[0].strip() for one in taken)
        self.body: Shape = NOTHING
        for one, name in zip(taken, self.body_types, strict=True):
            if is_json(name) or name in _FORMS:
                self.body = shapes.of(one.schema)
                break

    @property
    def method(self) -> str:
        """The method in upper case."""
        return self.endpoint.method

    def items(self) -> list[Candidate]:
        """The ways to read the reply as one item."""
        return [one for one in self.readings if one.form == "item"]

    def lists(self) -> list[Candidate]:
        """The ways to read the reply as several items."""
        return [one for one in self.readings if one.form != "item"]


def _nouns(path: PathView) -> frozenset[str]:
    """What a path is about: its last words, without a verb before or behind them."""
    found: set[str] = set()
    for name in literals(path.segments)[-2:]:
        parts = words(name)
        found |= spellings(name)
        if len(parts) > 1 and parts[0] in VERBS:
            found |= spellings(" ".join(parts[1:]))
        if len(parts) > 1 and (parts[-1] in VERBS or "." in name):
            found |= spellings(" ".join(parts[:-1]))
    return frozenset(found)


def is_json(name: str) -> bool:
    """Whether a media type is JSON."""
    bare = name.partition(";")[0].strip()
    return bare in ("application/json", "text/json", "*/*", "application/*") or bare.endswith("+json")


def _success(endpoint: Endpoint) -> Response | None:
    """The lowest success with a JSON body, else the lowest one; 201 first for POST, a range and the default last."""
    found = [one for one in endpoint.responses if one.status.startswith("2")]
    found.sort(key=lambda one: (endpoint.method == "POST" and one.status != "201", one.status))
    found += [one for one in endpoint.responses if one.status == "default" and not found]
    for response in found:
        if any(is_json(one.name) for one in response.content):
            return response
    return found[0] if found else None


def _status(response: Response | None, method: str) -> int:
    if response is None:
        return 200
    if response.status in _RANGES:
        if not response.content:
            return 204
        return 201 if method == "POST" and response.status == "2XX" else _RANGES[response.status]
    return int(response.status)
