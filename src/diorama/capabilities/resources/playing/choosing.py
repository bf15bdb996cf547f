"""Choosing: what the words of a list's filters mean, by what the document lists for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.capabilities.resources.model import Play
from diorama.capabilities.resources.playing.kinds import Kind
from diorama.capabilities.resources.playing.selection import Choice, folded, sense_of
from diorama.capabilities.resources.playing.shapes import Shape

_ALL = frozenset(("all", "any", "both", "everything", "*"))
_BOOLEANS = frozenset(("true", "false"))


def choices_of(kind: Kind, play: Play) -> Iterator[tuple[str, Choice]]:
    """What the filters of a LIST operation mean by words that the document lists, by the parameter's name.

    A word that a parameter lists and the property does not (``status=all``) lets everything through. A parameter's
    default hides the items that have another one of the listed words, and none of which nothing is known.
    """
    filters = dict(play.listing.filters) if play.listing is not None else {}
    for parameter in kind.sites[play.endpoint].endpoint.parameters:
        pointer = filters.get(parameter.name)
        if parameter.place != "query" or not pointer or parameter.schema is None or sense_of(parameter.name, pointer):
            continue
        asked, defaults = _listed(kind.document.shapes.of(parameter.schema))
        place = kind.shape.at(*pointer)
        held, _ = _listed(place) if place is not None else (frozenset[str](), [])
        all_words = asked - held if held else asked & _ALL
        usual = frozenset(one for default in defaults for one in folded(default))
        hidden = (asked | held) - usual if usual and not usual & all_words else frozenset[str]()
        if all_words or hidden:
            yield parameter.name, Choice(all_words, hidden)


def _listed(shape: Shape) -> tuple[frozenset[str], list[Any]]:
    """(the words that may stand at a place or in an array there, in lower case; its defaults)."""
    settled = shape.settled()
    defaults = list(settled.rules.defaults[:1])
    if settled.types == frozenset(("array",)):
        settled = settled.item.settled()
        defaults = defaults or list(settled.rules.defaults[:1])
    if settled.rules.values is not None:
        return frozenset(folded([one for one in settled.rules.values if one is not None])), defaults
    return (_BOOLEANS if settled.types == frozenset(("boolean",)) else frozenset()), defaults
