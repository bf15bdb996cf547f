"""The steps of validation: one that reads and checks requests, one that checks replies."""

from __future__ import annotations

from diorama.capabilities.validation.replies import ReplyRules, ResponseRules
from diorama.capabilities.validation.requests import RequestRules
from diorama.capabilities.validation.spec import ValidationSpec
from diorama.formats.schemas import Direction, Schemas
from diorama.model.definition import Api, Finding
from diorama.ports.capability import CompileContext, Compiled, Stage, Step, Trigger

Placed = tuple[Stage, Trigger, Step]


def compile_validation(spec: ValidationSpec, context: CompileContext) -> Compiled:
    """Steps for the endpoints that have something to check. Validators are made when they are first needed."""
    steps: list[Placed] = []
    steps += _request_steps(spec, context)
    if spec.replies != "off":
        steps += _reply_steps(spec, context)
    return Compiled(tuple(steps), repeatable=True)


def _request_steps(spec: ValidationSpec, context: CompileContext) -> list[Placed]:
    schemas = {
        api.id: _schemas(api, "request", refuse_hidden=spec.read_only == "refuse") for api in context.project.apis
    }
    steps: list[Placed] = []
    for site in context.sites:
        rules = RequestRules(site.endpoint, site.api, schemas[site.api.id], spec)
        if not rules.is_empty:
            step = rules.offer if spec.requests == "off" else rules.step
            steps.append((Stage.CHECK, Trigger(endpoint=site.endpoint.id), step))
    _report(schemas, context)
    return steps


def _reply_steps(spec: ValidationSpec, context: CompileContext) -> list[Placed]:
    schemas = {api.id: _schemas(api, "reply", refuse_hidden=True) for api in context.project.apis}
    of_response: dict[int, ResponseRules] = {}
    steps: list[Placed] = []
    for site in context.sites:
        if site.endpoint.responses:
            rules = ReplyRules(site.endpoint, site.api, schemas[site.api.id], spec, of_response)
            steps.append((Stage.VERIFY, Trigger(endpoint=site.endpoint.id), rules.step))
    _report(schemas, context)
    return steps


def _schemas(api: Api, direction: Direction, *, refuse_hidden: bool) -> Schemas:
    root = "/definitions" if api.dialect == "swagger-2.0" else "/components/schemas"
    return Schemas(api.schemas, direction, refuse_hidden=refuse_hidden, root=root)


def _report(schemas: dict[str, Schemas], context: CompileContext) -> None:
    """Leave a finding for each rule that is left out; a schema that both directions use is named once."""
    known = {(finding.file, finding.pointer) for finding in context.findings}
    for api in context.project.apis:
        one = schemas[api.id]
        one.settle()
        for problem in one.problems:
            key = (api.source, problem.pointer)
            if key not in known:
                known.add(key)
                context.findings.append(
                    Finding(
                        f"{problem.code}: {problem.message}",
                        file=api.source,
                        pointer=problem.pointer,
                        hint="Correct the schema; until then values are not checked by this rule.",
                    )
                )
