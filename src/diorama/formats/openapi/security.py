"""Security schemes and requirements of all dialects.

Source: OpenAPI 3.2.0, sections 4.27 (Security Scheme) and 4.30 (Security Requirement), Swagger 2.0.
"""

from __future__ import annotations

from typing import Literal

from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.model.definition import SecurityRequirement, SecurityScheme

_PLACES: dict[str, Literal["header", "query", "cookie"]] = {"header": "header", "query": "query", "cookie": "cookie"}


def read_schemes(reading: Reading, section: Place | None) -> dict[str, SecurityScheme]:
    """``securitySchemes`` or ``securityDefinitions``."""
    if section is None:
        return {}
    found: dict[str, SecurityScheme] = {}
    for name in section.value:
        if name.startswith("x-") and not isinstance(section.value[name], dict):
            continue
        place = reading.references.follow(section.at(name))
        if place is None:
            continue
        if not isinstance(place.value, dict):
            reading.notes.error(place, "a security scheme is an object", "Write its type below it.")
            continue
        scheme = _scheme(reading, place, name)
        if scheme is not None:
            found[name] = scheme
    return found


def _scheme(reading: Reading, place: Place, name: str) -> SecurityScheme | None:
    kind = reading.text(place, "type")
    if kind == "apiKey":
        parameter, where = reading.text(place, "name"), reading.text(place, "in")
        if not parameter or where not in _PLACES:
            reading.notes.error(place, f"the API key {name!r} needs 'name' and 'in'", "Say which header carries it.")
            return None
        return SecurityScheme(name=name, kind="apiKey", parameter=parameter, place=_PLACES[where])
    if kind == "http":
        scheme = reading.text(place, "scheme").lower()
        if not scheme:
            reading.notes.finding(place, f"the scheme of {name!r} is missing and read as 'bearer'", "Write scheme.")
        return SecurityScheme(name=name, kind="http", scheme=scheme or "bearer")
    if kind in ("basic", "bearer"):
        if kind != "basic" or reading.dialect != "swagger-2.0":
            reading.notes.finding(place, f"the type {kind!r} is read as http", f"Write type: http, scheme: {kind}.")
        return SecurityScheme(name=name, kind="http", scheme=kind)
    if kind == "oauth2":
        return SecurityScheme(name=name, kind="oauth2")
    if kind == "openIdConnect":
        return SecurityScheme(name=name, kind="openIdConnect")
    if kind == "mutualTLS":
        return SecurityScheme(name=name, kind="mutualTLS")
    reading.notes.finding(
        place,
        f"the type {kind!r} of {name!r} is not known; the scheme is left out",
        "Write apiKey, http, oauth2, openIdConnect or mutualTLS.",
    )
    return None


def read_security(
    reading: Reading, place: Place, schemes: dict[str, SecurityScheme]
) -> tuple[SecurityRequirement, ...] | None:
    """The alternatives under ``security``; None when the object does not say."""
    if not isinstance(place.value, dict) or place.value.get("security") is None:
        return None
    found: list[SecurityRequirement] = []
    for item in reading.items(place, "security"):
        if not isinstance(item.value, dict):
            reading.notes.error(item, "a security requirement is an object", "Write '- name: []'.")
            continue
        needed: dict[str, tuple[str, ...]] = {}
        unknown = False
        for name, scopes in item.value.items():
            if name not in schemes:
                unknown = True
                reading.notes.finding(
                    item, f"the security scheme {name!r} is not defined; the requirement is left out", "Define it."
                )
                continue
            needed[name] = tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
        if needed or not unknown:
            found.append(SecurityRequirement(schemes=needed))
    return tuple(found)
