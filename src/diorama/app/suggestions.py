"""Suggestions: the two curl lines that a newcomer should try, made from the definition."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import msgspec

from diorama.flow.publication import sites_of
from diorama.formats.serialisation import is_json
from diorama.model.definition import Endpoint, MediaType, Parameter, Project
from diorama.ports.capability import Site

BODY_CHARACTERS_MAX = 400


def suggestions(project: Project, base_url: str) -> list[str]:
    """At most two commands: one that reads, one that writes, both of which should succeed."""
    sites = sites_of(project)
    lines = []
    read = _first(sites, ("GET",))
    if read is not None:
        lines.append(command(read, base_url))
    write = _first(sites, ("POST", "PUT", "PATCH"))
    if write is not None:
        lines.append(command(write, base_url))
    return lines


def _first(sites: Sequence[Site], methods: tuple[str, ...]) -> Site | None:
    """The simplest endpoint of a method: few required parameters, and a body that can be written down."""
    candidates = [
        (_effort(site.endpoint), at, site)
        for at, site in enumerate(sites)
        if site.endpoint.method in methods and not site.endpoint.deprecated and _body(site.endpoint) is not None
    ]
    return min(candidates, key=lambda item: item[:2])[2] if candidates else None


def _effort(endpoint: Endpoint) -> int:
    """How much there is to type: an unknown value weighs most, then quotes within quotes, then length."""
    required = [one for one in endpoint.parameters if one.required]
    unknown = sum(1 for one in required if _value(one) is None)
    body = "".join((_body(endpoint) or ("", ""))[1:])
    return unknown * 1000 + len(required) * 200 + body.count("'") * 50 + len(body) // 50


def command(site: Site, base_url: str) -> str:
    """The curl line for an endpoint."""
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
    url = base_url + path + ("?" + "&".join(query) if query else "")
    if endpoint.method not in ("GET", "POST"):
        words += ["-X", endpoint.method]
    words += [url, *_credentials(site)]
    body = _body(endpoint)
    if body:
        media_type, text = body
        words += ["-H", f"content-type: {media_type}", "-d", text]
    elif endpoint.method == "POST":
        words[1:1] = ["-X", "POST"]
    return " ".join(shlex.quote(word) for word in words)


def _credentials(site: Site) -> list[str]:
    if not site.endpoint.security or any(not one.schemes for one in site.endpoint.security):
        return []
    words: list[str] = []
    for name in site.endpoint.security[0].schemes:
        scheme = site.api.security_schemes.get(name)
        if scheme is None:
            continue
        if scheme.kind == "apiKey" and scheme.place == "header":
            words += ["-H", f"{scheme.parameter}: test"]
        elif scheme.kind == "apiKey" and scheme.place == "cookie":
            words += ["-b", f"{scheme.parameter}=test"]
        elif scheme.kind == "http" and scheme.scheme == "basic":
            words += ["-u", "test:test"]
        elif scheme.kind in ("http", "oauth2", "openIdConnect"):
            words += ["-H", "Authorization: Bearer test"]
    return words


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


def _body(endpoint: Endpoint) -> tuple[str, str] | tuple[()] | None:
    """(media type, text) of an example body; empty when none is needed, None when none can be written down."""
    request_body = endpoint.request_body
    if request_body is None:
        return ()
    for media_type in request_body.content:
        text = _example_text(media_type)
        if text is not None:
            return media_type.name, text
    return None if request_body.required else ()


def _example_text(media_type: MediaType) -> str | None:
    if not is_json(media_type.name):
        return None
    for example in media_type.examples:
        if example.value is not msgspec.UNSET:
            text = msgspec.json.encode(example.value).decode()
            return text if len(text) <= BODY_CHARACTERS_MAX else None
    schema = media_type.schema
    if isinstance(schema, dict) and "example" in schema:
        return msgspec.json.encode(schema["example"]).decode()
    return None
