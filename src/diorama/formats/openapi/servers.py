"""Servers: the root paths below which a document's endpoints answer.

Source: OpenAPI 3.2.0, sections 4.5 (Server) and 4.6 (Server Variable), Swagger 2.0 (basePath).
"""

from __future__ import annotations

import itertools
import re
from urllib.parse import urljoin, urlsplit

from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_ADDRESSES_MAX = 64


def read_root_paths(reading: Reading, place: Place) -> tuple[str, ...] | None:
    """The root paths that an object's ``servers`` say, and ``""``; None when it names no server."""
    servers = reading.items(place, "servers")
    if not servers:
        return None
    found: dict[str, None] = {}
    for server in servers:
        url = server.value.get("url") if isinstance(server.value, dict) else None
        if not isinstance(url, str):
            reading.notes.finding(server, "the server has no url; it is left out", "Write its url.")
            continue
        for address in _addresses(reading, server, url):
            path = _path(reading, server, address)
            if path is not None:
                found[path] = None
    return with_empty(found)


def with_empty(paths: dict[str, None]) -> tuple[str, ...]:
    """Root paths in order, ``""`` last, since clients often leave the base path out."""
    return (*(path for path in paths if path), "")


def _addresses(reading: Reading, server: Place, url: str) -> list[str]:
    """The URL with its variables filled in: the defaults first, then every other allowed value."""
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    variables = server.value.get("variables")
    choices: list[list[str]] = []
    for name in names:
        variable = variables.get(name) if isinstance(variables, dict) else None
        values: list[str] = []
        if isinstance(variable, dict):
            enum = variable.get("enum")
            given = [variable.get("default"), *(enum if isinstance(enum, list) else ())]
            values = list(dict.fromkeys(str(value) for value in given if isinstance(value, str | int | float)))
        if not values:
            reading.notes.finding(
                server, f"the server variable {name!r} has no default; the server is left out", "Write its default."
            )
            return []
        choices.append(values)
    found: list[str] = []
    for values_of_one in itertools.islice(itertools.product(*choices), _ADDRESSES_MAX):
        address = url
        for name, value in zip(names, values_of_one, strict=True):
            address = address.replace("{" + name + "}", value)
        found.append(address)
    return found


def _path(reading: Reading, server: Place, address: str) -> str | None:
    """The path of a server's URL, without a slash at its end."""
    try:
        if server.document.base.startswith(("http://", "https://")):
            address = urljoin(server.document.base, address)
        path = urlsplit(address.strip()).path
    except ValueError:
        reading.notes.finding(server, f"{address!r} is no URL; the server is left out", "Correct its url.")
        return None
    return clean_root(path)


def clean_root(path: str) -> str:
    """A root path: ``""``, or a path that begins with a slash and does not end with one."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts) if parts else ""
