"""Path templates: their parameters, and what is wrong with them.

Source: OpenAPI 3.2.0, section 4.8.2 (path templating).
"""

from __future__ import annotations

import re

from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.model.definition import Parameter

_SHOWN_MAX = 200
PARAMETER = re.compile(r"\{([^{}]*)\}")


def read_template(reading: Reading, key: str, place: Place) -> str | None:
    """A key of ``paths`` as an endpoint's path; None, with an error noted, when it is none."""
    path = key
    if not path.startswith("/"):
        reading.notes.finding(place, f"the path {key!r} does not begin with a slash; one is added", f"Write '/{key}'.")
        path = "/" + path
    for mark, what in (("?", "a query"), ("#", "a fragment")):
        head, found, _ = _outside_braces(path).partition(mark)
        if found:
            reading.notes.finding(
                place, f"the path {key!r} has {what}, which is left out", "Describe a query by parameters in: query."
            )
            path = path[: len(head)]
    rest = PARAMETER.sub("", path)
    if "{" in rest or "}" in rest or "{}" in path:
        reading.notes.error(
            place, f"the path {key!r} has a brace without its partner, or without a name", "Write parameters as {name}."
        )
        return None
    return path


def _outside_braces(path: str) -> str:
    """The path with its parameters blanked out, of the same length."""
    return PARAMETER.sub(lambda match: " " * len(match[0]), path)


def shortened(path: str) -> str:
    """A path as messages write it."""
    return path if len(path) <= _SHOWN_MAX else path[:_SHOWN_MAX] + "…"


def names_in(path: str) -> list[str]:
    """The parameter names of a template, in order."""
    return PARAMETER.findall(path)


def shape_of(path: str) -> str:
    """A template without its names: two templates of one shape match the same requests."""
    return PARAMETER.sub("{}", path)


def check_parameters(reading: Reading, path: str, parameters: list[Parameter], operation: Place) -> list[Parameter]:
    """The parameters of an operation, brought in line with its template."""
    names = names_in(path)
    known = frozenset(names)
    shown = shortened(path)
    if len(known) != len(names):
        reading.notes.finding(operation, f"a parameter stands twice in the path {shown!r}", "Give them two names.")
    kept: list[Parameter] = []
    declared: set[str] = set()
    for parameter in parameters:
        if parameter.place == "path" and parameter.name not in known:
            reading.notes.finding(
                operation,
                f"the path parameter {parameter.name!r} is not in the path {shown!r}; it is left out",
                "Put it into the path, or remove it.",
            )
            continue
        kept.append(parameter)
        if parameter.place == "path":
            declared.add(parameter.name)
    for name in dict.fromkeys(names):
        if name not in declared:
            reading.notes.finding(
                operation,
                f"the path parameter {name!r} is not described; it is read as text",
                f"Add a parameter with name: {name}, in: path, required: true.",
            )
            kept.append(
                Parameter(name=name, place="path", required=True, schema={"type": "string"}, pointer=operation.pointer)
            )
    return kept
