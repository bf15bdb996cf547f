"""The steps of resources: one for each operation that plays one."""

from __future__ import annotations

from diorama.capabilities.resources.model import Inference
from diorama.capabilities.resources.spec import ResourcesSpec
from diorama.ports.capability import CompileContext, Compiled, Stage, Step, Trigger


def compile_resources(spec: ResourcesSpec, context: CompileContext) -> Compiled:
    """The steps of all operations that play a resource.

    Raises:
        DioramaError: ``project_invalid`` when the project names a resource or operation that there is not.
    """
    if not spec.enabled:
        return Compiled()
    from diorama.capabilities.resources.inference import infer

    inference = infer(context, spec)
    if spec.fixtures:
        from diorama.capabilities.resources.fixtures import check_fixtures

        check_fixtures(inference, spec, context)
    return compile_inference(inference, spec, context)


def compile_inference(inference: Inference, spec: ResourcesSpec, context: CompileContext) -> Compiled:
    """The steps of what was understood, as far as it is sure enough."""
    from diorama.capabilities.resources.playing import players

    steps: list[tuple[Stage, Trigger, Step]] = [
        (Stage.COMPOSE, Trigger(endpoint=player.play.endpoint), player.compose)
        for player in players(inference, spec, context)
    ]
    return Compiled(steps=tuple(steps), repeatable=True)
