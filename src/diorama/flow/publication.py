"""Publication: a project compiled into what requests run on. What can be done before a request is done here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from diorama.flow.router import Router, parameter_names
from diorama.flow.secrets import Definitions, Secrets, SecretSearch
from diorama.model.definition import Endpoint, Finding, Project, content_hash, encode_project
from diorama.model.errors import DioramaError
from diorama.ports.capability import (
    HEADER_BITS,
    Capability,
    CompileContext,
    Compiled,
    Site,
    Stage,
    Step,
    header_bit,
)

S = TypeVar("S", bound=Struct)
Placed = tuple[Stage, bytes | None, Step, bool]
"""(stage, header that it waits for, step, whether its capability promised repeats)."""

CHAINS_MAX = 64
"""Chains that a route keeps. Clients choose which headers they combine, so the number of chains must have a bound."""


SECRET_QUERIES = frozenset(
    ("access_token", "api_key", "apikey", "client_secret", "id_token", "password", "refresh_token", "x-amz-signature")
)
"""Query parameters that carry credentials though no document says so (RFC 6750, section 2.3). Where a document
describes one as a parameter of its own, its value may have to meet rules that a token would break: it stays."""


class RoutingSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The project's corner ``routing``.

    Attributes:
        head_from_get: whether HEAD is answered by a path's GET where no HEAD is defined.
    """

    head_from_get: bool = False


class Chain(Struct, frozen=True):
    """The steps of one endpoint for one set of interesting headers, by stage.

    Attributes:
        repeatable: whether each of them does the same for the same request.
    """

    admit: tuple[Step, ...]
    body: tuple[Step, ...]
    verify: tuple[Step, ...]
    refuse: tuple[Step, ...]
    deliver: tuple[Step, ...]
    repeatable: bool


class Route:
    """An endpoint below one of its group's roots, ready to run.

    Attributes:
        endpoint: the endpoint; None for the route of requests that matched none.
        id: the endpoint's id, ``""`` when there is none.
        group: name of its group, ``""`` when there is none.
        root_path: the root below which it stands.
        path: its full path template.
        names: its path parameters, in order.
        matched: why a request that comes here was matched, for the journal.
        mask: the bits of all headers that any of its steps waits for.
        chains: its chains by the bits of those headers; made when first needed and kept.
        secrets: where its declared secrets travel, None when it has none; looked for at its first capture.
    """

    __slots__ = (
        "_placed",
        "chains",
        "endpoint",
        "group",
        "id",
        "mask",
        "matched",
        "names",
        "path",
        "root_path",
        "secrets",
    )

    def __init__(
        self,
        endpoint: Endpoint | None,
        root_path: str,
        placed: Sequence[Placed],
        group: str = "",
        secrets: SecretSearch | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.group = group
        self.id = "" if endpoint is None else endpoint.id
        self.root_path = root_path
        self.path = root_path + ("" if endpoint is None else endpoint.path)
        self.names = parameter_names(self.path)
        self.matched = "" if endpoint is None else ("path template" if self.names else "concrete path")
        self._placed = placed
        self.mask = 0
        for _, header, _, _ in placed:
            if header is not None:
                self.mask |= header_bit(header)
        self.chains: dict[int, Chain] = {}
        self.secrets: Secrets | SecretSearch | None = secrets

    def chain(self, bits: int) -> Chain:
        """The chain for the bits (within :attr:`mask`) of the headers that a request has."""
        stages: dict[Stage, list[Step]] = {stage: [] for stage in Stage}
        repeatable = True
        for stage, header, step, repeats in self._placed:
            if header is None or HEADER_BITS[header] & bits:
                stages[stage].append(step)
                repeatable = repeatable and repeats
        if len(self.chains) >= CHAINS_MAX:
            self.chains.clear()
        chain = self.chains[bits] = Chain(
            admit=tuple(stages[Stage.ADMIT]),
            body=tuple(stages[Stage.CHECK] + stages[Stage.COMPOSE]),
            verify=tuple(stages[Stage.VERIFY]),
            refuse=tuple(stages[Stage.REFUSE]),
            deliver=tuple(stages[Stage.DELIVER]),
            repeatable=repeatable,
        )
        return chain


class Published:
    """One project version, compiled and shared by all sandboxes that run it.

    Attributes:
        project: the definition.
        version: its content hash.
        router: finds routes.
        routes: all routes, in the definition's order.
        unmatched: the route of requests that matched no endpoint.
        timers, events: the capabilities' functions by name.
        findings: what was noticed while compiling.
        secret_headers, secret_queries: where the project's credentials travel, names in lower case. Of cookies, all are
            taken for credentials.
        authentication_schemes: the HTTP authentication schemes that the project asks for, in lower case.
        head_from_get: whether HEAD is answered by a path's GET where no HEAD is defined.
    """

    def __init__(self, project: Project, version: str, compiled: Sequence[Compiled], context: CompileContext) -> None:
        self.project = project
        self.version = version
        self.router: Router[Route] = Router()
        self.routes: list[Route] = []
        self.findings: list[Finding] = context.findings
        self.head_from_get = _corner(project, "routing", RoutingSpec).head_from_get
        self.timers: dict[str, Any] = {}
        self.events: Mapping[str, tuple[Any, ...]] = _listeners(compiled)
        for one in compiled:
            self.timers.update(one.timers)
        placed = _placed(compiled)
        everywhere = placed.get(None, [])
        definitions = {api.id: Definitions(api.schemas) for api in project.apis}
        self.unmatched = Route(None, "", [step for _, step in everywhere])
        for site in context.sites:
            own = placed.get(site.endpoint.id, [])
            ordered = (
                [step for _, step in sorted(everywhere + own, key=lambda item: item[0])]
                if own
                else [step for _, step in everywhere]
            )
            self._add(site, ordered, SecretSearch(site.endpoint, definitions[site.api.id]))
        self.secret_headers, self.secret_queries = _secret_places(project)
        self.authentication_schemes = frozenset(
            scheme.scheme.lower().encode("latin-1", "replace")
            for api in project.apis
            for scheme in api.security_schemes.values()
            if scheme.scheme
        )

    def _add(self, site: Site, placed: Sequence[Placed], secrets: SecretSearch) -> None:
        for root_path in site.group.root_paths:
            route = Route(site.endpoint, root_path, placed, site.group.name, secrets)
            if self.router.add(site.endpoint.method, route.path, route):
                self.routes.append(route)
            elif root_path == site.group.root_paths[0]:
                self.findings.append(
                    Finding(
                        f"{site.endpoint.method} {route.path} is defined twice; the first definition answers.",
                        file=site.api.source,
                        pointer=site.endpoint.pointer,
                        hint="Remove one of them, or give one of the documents another base path.",
                    )
                )


def _listeners(compiled: Sequence[Compiled]) -> dict[str, tuple[Any, ...]]:
    events: dict[str, tuple[Any, ...]] = {}
    for one in compiled:
        for name, handler in one.events.items():
            events[name] = (*events.get(name, ()), handler)
    return events


def _placed(compiled: Sequence[Compiled]) -> dict[str | None, list[tuple[int, Placed]]]:
    """All steps by endpoint (None: everywhere), each with its place in the order of the registry."""
    placed: dict[str | None, list[tuple[int, Placed]]] = {}
    rank = 0
    for one in compiled:
        for stage, trigger, step in one.steps:
            placed.setdefault(trigger.endpoint, []).append((rank, (stage, trigger.header, step, one.repeatable)))
            rank += 1
    return placed


def _secret_places(project: Project) -> tuple[frozenset[bytes], frozenset[str]]:
    places: dict[str, set[str]] = {"header": set(), "query": set(), "cookie": set()}
    for api in project.apis:
        for scheme in api.security_schemes.values():
            if scheme.kind == "apiKey" and scheme.place:
                places[scheme.place].add(scheme.parameter.lower())
    headers = frozenset(name.encode("latin-1", "replace") for name in places["header"])
    described = {
        parameter.name.lower()
        for group in project.groups
        for endpoint in group.endpoints
        for parameter in endpoint.parameters
        if parameter.place == "query"
    }
    return headers, frozenset(places["query"] | (SECRET_QUERIES - described))


def _corner(project: Project, name: str, spec: type[S]) -> S:
    """What a project says about a capability, or about routing."""
    try:
        return msgspec.convert(project.specs.get(name, {}), spec)
    except msgspec.ValidationError as cause:
        raise DioramaError(
            "project_invalid",
            f"The project's corner {name!r} is wrong: {cause}",
            f"See the settings of {name!r} in the documentation.",
        ) from cause


def sites_of(project: Project) -> tuple[Site, ...]:
    """Every endpoint of a project with its group and Api, in order."""
    apis = {api.id: api for api in project.apis}
    return tuple(Site(endpoint, group, apis[group.api]) for group in project.groups for endpoint in group.endpoints)


def publish(project: Project, capabilities: Sequence[Capability], version: str = "") -> Published:
    """Compile a project. Nothing changes anywhere when that fails.

    Args:
        project: the definition.
        capabilities: in the registry's order.
        version: its content hash where the caller knows it.

    Raises:
        DioramaError: ``project_invalid`` when a capability's corner cannot be understood; what the capabilities raise.
    """
    known = {capability.name for capability in capabilities} | {"routing"}
    for name in project.specs:
        if name not in known:
            raise DioramaError(
                "project_invalid",
                f"The project says something about {name!r}, which is no capability.",
                f"Known are: {', '.join(sorted(known))}.",
            )
    context = CompileContext(project, sites_of(project), [])
    compiled = [
        capability.compile(_corner(project, capability.name, capability.spec), context) for capability in capabilities
    ]
    return Published(project, version or content_hash(encode_project(project)), compiled, context)
