"""Playing: a resource's operations answered from what clients wrote."""

from __future__ import annotations

from collections.abc import Iterator

from diorama.capabilities.resources.model import Inference
from diorama.capabilities.resources.playing.kinds import Kinds, is_wanted
from diorama.capabilities.resources.playing.making import Making
from diorama.capabilities.resources.playing.outlets import Encodings
from diorama.capabilities.resources.playing.player import Player
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.formats.generation import LOCALES, locale_known
from diorama.model.errors import DioramaError
from diorama.ports.capability import CompileContext

__all__ = ["Player", "players"]


def players(inference: Inference, spec: ResourcesSpec, context: CompileContext) -> Iterator[Player]:
    """One player for each operation that plays a resource surely enough, in the document's order.

    Args:
        inference: what was understood.
        spec: what the project says.
        context: the project.

    Raises:
        DioramaError: ``project_invalid`` when there is no such locale.
    """
    if not locale_known(spec.locale):
        raise DioramaError(
            "project_invalid",
            f"There is no locale {spec.locale[:40]!r} for the items of resources.",
            f"Known are {', '.join(LOCALES)}.",
            {"pointer": "/resources/locale"},
        )
    kinds = Kinds(inference, context, spec)
    making = Making(kinds, spec.locale)
    encodings = Encodings()
    endpoints = {site.endpoint.id: site.endpoint for site in context.sites}
    for kind in kinds.by_key.values():
        for play in kind.resource.plays:
            is_sure = play.certainty >= spec.certainty_min or is_wanted(kind.resource, spec)
            if is_sure and play.endpoint in endpoints:
                yield Player(kind, play, endpoints[play.endpoint], making, encodings)
