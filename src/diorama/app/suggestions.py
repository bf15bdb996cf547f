"""Suggestions: the two curl lines that a newcomer should try, made from the definition."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from diorama.flow.publication import sites_of
from diorama.formats.generation import Generator, Options
from diorama.formats.serialisation import is_json
from diorama.model.definition import MediaType, Parameter, Project
from diorama.ports.capability import Site
from diorama.ports.dice import Dice

BODY_CHARACTERS_MAX = 400
LOOKED_AT_MAX = 12
"""So many of the simplest endpoints are looked at, because bodies may have to be made up and the server waits."""

ANYTHING = "123"
"""What stands in a credential for the ``*`` of what a project accepts."""

_FORM = "application/x-www-form-urlencoded"
_KEY = bytes(32)


class _Body(Struct, frozen=True):
    """A request body as it is typed."""

    media_type: str = ""
    text: str = ""
    made_up: bool = False


_NO_BODY = _Body()


def suggestions(project: Project, base_url: str) -> list[str]:
    """At most two commands: one that writes, one that reads, preferably the same thing; both should succeed."""
    sites = sites_of(project)
    write = _first(sites, ("POST",)) or _first(sites, ("PUT", "PATCH"))
    read = _first(sites, ("GET",), "" if write is None else write.endpoint.path)
    accepted = project.specs.get("security", {}).get("accept", {})
    return [command(site, base_url, accepted) for site in (write, read) if site is not None]


def _first(sites: Sequence[Site], methods: tuple[str, ...], path: str = "") -> Site | None:
    """The simplest endpoint of a method: few required parameters, and a body that can be written down.

    Args:
        sites: to choose from.
        methods: the methods.
        path: a path to prefer.
    """
    simple = sorted(
        (
            (_parameters_effort(site) - 100 * (site.endpoint.path == path), at, site)
            for at, site in enumerate(sites)
            if site.endpoint.method in methods and not site.endpoint.deprecated and not _names_unknown(site)
        ),
        key=lambda item: item[:2],
    )
    candidates = [
        (effort + _body_effort(body), at, site)
        for effort, at, site in simple[:LOOKED_AT_MAX]
        if (body := _body(site)) is not None
    ]
    return min(candidates, key=lambda item: item[:2])[2] if candidates else None


def _names_unknown(site: Site) -> bool:
    """Whether it is about a thing whose id nobody can know."""
    return any(one.place == "path" and _value(one) is None for one in site.endpoint.parameters)


def _parameters_effort(site: Site) -> int:
    """How much there is to type besides a body: an unknown value weighs most."""
    required = [one for one in site.endpoint.parameters if one.required]
    unknown = sum(1 for one in required if _value(one) is None)
    return unknown * 1000 + len(required) * 200


def _body_effort(body: _Body) -> int:
    """How much there is to type of a body: one that is made up weighs most, then quotes within quotes, then length."""
    return body.made_up * 150 + body.text.count("'") * 50 + len(body.text) // 50


def command(site: Site, base_url: str, accepted: Mapping[str, Sequence[str]] | None = None) -> str:
    """The curl line for an endpoint.

    Args:
        site: the endpoint.
        base_url: where it answers.
        accepted: the credentials that are right, by the name of their scheme, as the project says.
    """
    endpoint = site.endpoint
    path = site.group.root_paths[0] + endpoint.path
    query = []
    words = ["curl"]
    for parameter in endpoint.parameters:
        if not parameter.required:
            continue
        value = str(_value(parameter) or "1")
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", value)
        elif parameter.place == "query":
            query.append(f"{parameter.name}={value}")
        elif parameter.place == "header":
            words += ["-H", f"{parameter.name}: {value}"]
    credentials, keys = _credentials(site, accepted or {})
    query += keys
    url = base_url + path + ("?" + "&".join(query) if query else "")
    if endpoint.method not in ("GET", "POST"):
        words += ["-X", endpoint.method]
    words += [url, *credentials]
    body = _body(site)
    if body is not None and body.text:
        words += ["-H", f"content-type: {body.media_type}", "-d", body.text]
    elif endpoint.method == "POST":
        words[1:1] = ["-X", "POST"]
    return " ".join(shlex.quote(word) for word in words)


def _credentials(site: Site, accepted: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """(words of the command, parameters of the query) that open an endpoint."""
    words: list[str] = []
    query: list[str] = []
    if not site.endpoint.security or any(not one.schemes for one in site.endpoint.security):
        return words, query
    for name in site.endpoint.security[0].schemes:
        scheme = site.api.security_schemes.get(name)
        if scheme is None:
            continue
        is_basic = scheme.kind == "http" and scheme.scheme == "basic"
        usual = "test:test" if is_basic else "test"
        text = next((one.replace("*", ANYTHING) for one in accepted.get(name, ())), usual)
        if scheme.kind == "apiKey" and scheme.place == "header":
            words += ["-H", f"{scheme.parameter}: {text}"]
        elif scheme.kind == "apiKey" and scheme.place == "cookie":
            words += ["-b", f"{scheme.parameter}={text}"]
        elif scheme.kind == "apiKey" and scheme.place == "query":
            query.append(urlencode({scheme.parameter: text}))
        elif is_basic:
            words += ["-u", text]
        elif scheme.kind in ("http", "oauth2", "openIdConnect"):
            words += ["-H", f"Authorization: Bearer {text}"]
    return words, query


def _value(parameter: Parameter) -> Any:
    """An example of a parameter that can be typed into a URL, or None."""
    found = [example.value for example in parameter.examples]
    schema = parameter.schema
    if isinstance(schema, dict):
        found += [schema.get("example"), *(schema.get("examples") or []), schema.get("default")]
        found += list(schema.get("enum") or [])[:1]
    for value in found:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return value
    return None


def _body(site: Site) -> _Body | None:
    """A body that can be typed; an empty one when none is needed, None when none can be written down."""
    request_body = site.endpoint.request_body
    if request_body is None:
        return _NO_BODY
    for media_type in request_body.content:
        body = _example(media_type) or _made_up(media_type, site)
        if body is not None:
            return body
    return None if request_body.required else _NO_BODY


def _example(media_type: MediaType) -> _Body | None:
    if not is_json(media_type.name):
        return None
    schema = media_type.schema
    values = [example.value for example in media_type.examples if example.value is not msgspec.UNSET]
    if not values and isinstance(schema, dict) and "example" in schema:
        values = [schema["example"]]
    text = msgspec.json.encode(values[0]).decode() if values else ""
    return _Body(media_type.name, text) if 0 < len(text) <= BODY_CHARACTERS_MAX else None


def _made_up(media_type: MediaType, site: Site) -> _Body | None:
    """A believable body, with no more than what is required where that is enough; only what is plain as a form."""
    schema = media_type.schema
    if not isinstance(schema, dict) or not (is_json(media_type.name) or media_type.name.startswith(_FORM)):
        return None
    for options in (Options(required_only=True), Options()):
        value = Generator(site.api.schemas, options).believable(schema, Dice(_KEY), "request")
        if not value or not isinstance(value, dict):
            continue
        if media_type.name.startswith(_FORM):
            if any(isinstance(one, (dict, list, bool)) or one is None for one in value.values()):
                return None
            return _Body(_FORM, urlencode(value), made_up=True)
        text = msgspec.json.encode(value).decode()
        return _Body(media_type.name, text, made_up=True) if len(text) <= BODY_CHARACTERS_MAX else None
    return None
