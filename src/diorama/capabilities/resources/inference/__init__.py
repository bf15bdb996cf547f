"""Inference: the resources behind a project's paths, from what its documents say.

Schemas decide first, then paths, then words. What is not sure enough is left out, because an example is better than a
wrong resource. The way: :mod:`operations` looks every endpoint up, :mod:`clusters` puts them together by path,
:mod:`drafts` and :mod:`casting` hold the clusters against the schemas, :mod:`merging` finds the same thing under
several paths, :mod:`drafting` tells what keeps something from what does not, :mod:`assembly` makes resources of it, and
:mod:`overrides` lays over it what the project says.
"""

from __future__ import annotations

from diorama.capabilities.resources.inference.assembly import resources_of
from diorama.capabilities.resources.inference.drafting import draft_all
from diorama.capabilities.resources.inference.operations import Operation
from diorama.capabilities.resources.inference.overrides import overridden
from diorama.capabilities.resources.inference.shapes import Shapes
from diorama.capabilities.resources.model import Inference, Resource, Unplayed
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.ports.capability import CompileContext

__all__ = ["infer"]


def infer(context: CompileContext, spec: ResourcesSpec) -> Inference:
    """The resources of a project, and the operations that play none.

    Pure: the same project and corner give the same resources, in the document's order.

    Args:
        context: of the project.
        spec: what the project says about its resources; whether they are switched on at all does not matter here.

    Raises:
        DioramaError: ``project_invalid`` for an override of something that is not there.
    """
    resources: list[Resource] = []
    reasons: dict[str, str] = {}
    properties: dict[str, tuple[str, ...]] = {}
    order = {site.endpoint.id: index for index, site in enumerate(context.sites)}
    for api in context.project.apis:
        shapes = Shapes(api.schemas)
        operations = [Operation(site, shapes) for site in context.sites if site.api.id == api.id]
        drafts, rejected = draft_all(shapes, operations)
        made = resources_of(api.id, shapes, drafts, order)
        properties |= {one.key: tuple(draft.item.properties) for one, draft in zip(made, drafts, strict=True)}
        resources += made
        reasons |= rejected
    played = {play.endpoint for resource in resources for play in resource.plays}
    unplayed = tuple(
        Unplayed(site.endpoint.id, reasons.get(site.endpoint.id, "it belongs to no resource"))
        for site in context.sites
        if site.endpoint.id not in played
    )
    return overridden(Inference(tuple(resources), unplayed), spec, properties)
