"""Styles: how a parameter's value is written on the wire.

Source: OpenAPI 3.2.0, section 4.12.2.3 (style values), Swagger 2.0 Parameter Object (collectionFormat).
"""

from __future__ import annotations

from diorama.formats.openapi.places import Place
from diorama.formats.openapi.reading import Reading
from diorama.model.definition import ParameterStyle

ALLOWED: dict[str, dict[str, ParameterStyle]] = {
    "path": {"simple": "simple", "label": "label", "matrix": "matrix"},
    "query": {
        "form": "form",
        "spaceDelimited": "spaceDelimited",
        "pipeDelimited": "pipeDelimited",
        "deepObject": "deepObject",
    },
    "header": {"simple": "simple"},
    # OpenAPI 3.2's own style for cookies differs from form only in what it escapes.
    "cookie": {"form": "form", "cookie": "form"},
}
DEFAULTS: dict[str, ParameterStyle] = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}

COLLECTIONS: dict[str, tuple[ParameterStyle, bool]] = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}


def style_of(reading: Reading, place: Place, where: str) -> tuple[ParameterStyle, bool]:
    """Style and explode of an OpenAPI 3 parameter, header or encoding.

    Args:
        reading: the document.
        place: the object that has ``style`` and ``explode``.
        where: ``path``, ``query``, ``header`` or ``cookie``.
    """
    style = DEFAULTS[where]
    if (written := place.get("style")) is not None:
        allowed = ALLOWED[where].get(written.value) if isinstance(written.value, str) else None
        if allowed is None:
            reading.notes.finding(
                written,
                f"a {where} parameter cannot have this style; {style!r} is used",
                "Correct or remove the style.",
            )
        else:
            style = allowed
    return style, reading.flag(place, "explode", default=style == "form")


def collection_of(reading: Reading, place: Place, where: str) -> tuple[ParameterStyle, bool]:
    """Style and explode of a Swagger 2.0 parameter or header."""
    written = reading.text(place, "collectionFormat") or "csv"
    if written not in COLLECTIONS:
        reading.notes.finding(
            place.at("collectionFormat"), f"{written!r} is read as 'csv'", "Correct collectionFormat."
        )
        written = "csv"
    style, explode = COLLECTIONS[written]
    if where in {"formData", "query"}:
        return style, explode
    if written == "multi":
        reading.notes.finding(
            place.at("collectionFormat"), "'multi' is for query and formData only; 'csv' is used", "Write csv."
        )
    # In path and header a comma separates whatever happens; other separators keep their own style.
    return ("simple" if style == "form" else style), False
