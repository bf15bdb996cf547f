"""Acting: what the body of an action means for the item that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diorama.capabilities.resources.playing.shapes import Shape
from diorama.formats.names import canonical

STEM = 5
"""Letters by which a verb is known in another form: ``capture`` in ``captured``."""


def acted(item: Mapping[str, Any], written: Mapping[str, Any], shape: Shape, verb: str) -> dict[str, Any]:
    """What an action writes.

    A number in its body says how much is acted on and does not change the item's own: ``amount`` of a capture goes to
    ``amount_captured``, which is all of ``amount`` where nothing is said.

    Args:
        item: as it is.
        written: the body.
        shape: of the item.
        verb: the action.
    """
    said = {canonical(name): value for name, value in written.items()}
    out = {name: value for name, value in written.items() if not _is_number(value)}
    stem = canonical(verb)[:STEM]
    if len(stem) < STEM:
        return out
    for name, value in item.items():
        if _is_number(value):
            part = _part(shape, canonical(name), stem)
            if part:
                out[part] = said.get(canonical(name), value)
    return out


def _part(shape: Shape, letters: str, stem: str) -> str:
    """The property for as much of a number as was acted on; empty for none."""
    for name in shape.members:
        other = canonical(name)
        if other != letters and other.startswith(letters) and stem in other[len(letters) :]:
            return name
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
