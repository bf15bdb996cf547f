"""Options: what a user or a document may say about generated values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Options(Struct, frozen=True):
    """How values are generated; the names are those of json-schema-faker in our spelling.

    Attributes:
        min_items, max_items: bounds for arrays whose schema leaves them open.
        min_length, max_length: the same for strings.
        fill_properties: whether objects get properties beyond those that their schema lists, where it invites them.
        optionals_probability: how often an optional property is there, 0.0 to 1.0.
        required_only: leave every optional property out.
        use_default_value, use_examples_value: take a schema's ``default``, its ``example`` or ``examples``.
        values_max: about how many values one generated body holds at most.
    """

    min_items: int | None = None
    max_items: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    fill_properties: bool = True
    optionals_probability: float = 1.0
    required_only: bool = False
    use_default_value: bool = False
    use_examples_value: bool = False
    values_max: int = 1500


_COUNTS = ("minItems", "maxItems", "minLength", "maxLength")
_SWITCHES = ("fillProperties", "requiredOnly", "useDefaultValue", "useExamplesValue")


def options_of(
    generation: Mapping[str, Any], *, fill_properties: bool | None = None, values_max: int = 1500
) -> Options:
    """The options that a document states under ``x-json-schema-faker``.

    Args:
        generation: the extension's value, option names in camel case or with hyphens (``min-items``).
        fill_properties: what the user says, which goes before what the document says; None when silent.
        values_max: about how many values one generated body holds at most.

    Returns:
        The options; what is unknown or of the wrong type is left at its default.
    """
    stated = {_camel(name): value for name, value in generation.items()}
    found: dict[str, Any] = {"values_max": values_max}
    for name in _COUNTS:
        value = stated.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            found[_snake(name)] = value
    for name in _SWITCHES:
        if isinstance(stated.get(name), bool):
            found[_snake(name)] = stated[name]
    probability = stated.get("optionalsProbability")
    if isinstance(probability, int | float) and not isinstance(probability, bool):
        found["optionals_probability"] = min(1.0, max(0.0, float(probability)))
    if stated.get("alwaysFakeOptionals") is True:
        found["optionals_probability"] = 1.0
    if fill_properties is not None:
        found["fill_properties"] = fill_properties
    return Options(**found)


def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)
