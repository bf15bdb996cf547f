"""The step of security: are the credentials there that the document asks for?"""

from __future__ import annotations

from diorama.capabilities.security.schemes import Lock, accepting, lock_of
from diorama.capabilities.security.spec import SecuritySpec
from diorama.model.definition import Finding
from diorama.model.errors import DioramaError
from diorama.model.http import Reply
from diorama.model.pointers import pointer_of
from diorama.ports.capability import CompileContext, Compiled, Site, Stage, Step, Trigger
from diorama.ports.exchange import OpenExchange

Alternatives = tuple[tuple[Lock, ...], ...]


def compile_security(spec: SecuritySpec, context: CompileContext) -> Compiled:
    """A step for each endpoint that lets nobody in without credentials."""
    if spec.credentials == "off":
        return Compiled()
    locks: dict[tuple[str, str], Lock | None] = {}
    steps: list[tuple[Stage, Trigger, Step]] = []
    shared: dict[Alternatives, Step] = {}
    _check_names(spec, context)
    for site in context.sites:
        alternatives = _alternatives(site, spec, locks, context.findings)
        if alternatives and all(alternatives):
            step = shared.get(alternatives)
            if step is None:
                step = shared[alternatives] = _step(alternatives)
            steps.append((Stage.ADMIT, Trigger(endpoint=site.endpoint.id), step))
    return Compiled(tuple(steps), repeatable=True)


def _check_names(spec: SecuritySpec, context: CompileContext) -> None:
    """Refuse a name under ``accept`` that no document knows: its credentials would be thought safe and are not."""
    known = sorted({name for api in context.project.apis for name in api.security_schemes})
    for name in spec.accept:
        if name not in known:
            raise DioramaError(
                "project_invalid",
                f"security.accept names {name!r}, which is no security scheme of the documents.",
                f"Known are: {', '.join(known) or 'none'}.",
                {"pointer": pointer_of(["security", "accept", name])},
            )


def _alternatives(
    site: Site, spec: SecuritySpec, locks: dict[tuple[str, str], Lock | None], findings: list[Finding]
) -> Alternatives:
    """Each requirement as the locks that must all open; an empty one lets everyone in."""
    found = []
    for requirement in site.endpoint.security:
        opened_by = []
        for name in requirement.schemes:
            key = (site.api.id, name)
            if key not in locks:
                locks[key] = _lock(site, name, spec, findings)
            lock = locks[key]
            if lock is not None:
                opened_by.append(lock)
        found.append(tuple(opened_by))
    return tuple(found)


def _lock(site: Site, name: str, spec: SecuritySpec, findings: list[Finding]) -> Lock | None:
    scheme = site.api.security_schemes.get(name)
    if scheme is None:
        message = f"The security scheme {name!r} is not defined; it is taken as satisfied."
        hint = "Define it under the document's security schemes, or correct its name."
        findings.append(Finding(message, file=site.api.source, pointer=site.endpoint.pointer, hint=hint))
        return None
    accept = accepting(spec.accept[name]) if name in spec.accept else None
    lock = lock_of(scheme, spec.realm, accept)
    if lock is None:
        message = f"The security scheme {name!r} is mutual TLS, which is not checked; it is taken as satisfied."
        hint = "Clients without a certificate are let in, too."
        findings.append(Finding(message, file=site.api.source, pointer=site.endpoint.pointer, hint=hint))
    return lock


def _step(alternatives: Alternatives) -> Step:
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        look = alternatives[0][0].look

        def one(x: OpenExchange) -> Reply | None:
            if look(x):
                raise refusal(x, alternatives)
            return None

        return one

    def several(x: OpenExchange) -> Reply | None:
        for locks in alternatives:
            for lock in locks:
                if lock.look(x):
                    break
            else:
                return None
        raise refusal(x, alternatives)

    return several


def refusal(x: OpenExchange, alternatives: Alternatives) -> DioramaError:
    """The error for a request that opens no alternative; it quotes no credential."""
    malformed = unknown = ""
    for locks in alternatives:
        for lock in locks:
            verdict = lock.look(x)
            if verdict == "malformed" and not malformed:
                malformed = lock.words
            elif verdict == "unknown" and not unknown:
                unknown = lock.words
    challenges: dict[bytes, None] = {}
    for locks in alternatives:
        challenges.update(dict.fromkeys(lock.challenge for lock in locks))
    headers = tuple((b"www-authenticate", challenge) for challenge in challenges)
    takes_any = all(lock.takes_any for locks in alternatives for lock in locks)
    which = "Any well-formed value is accepted." if takes_any else "The project says which are accepted."
    wanted = "; or ".join(" together with ".join(lock.words for lock in locks) for locks in alternatives)
    if malformed:
        return DioramaError(
            "credentials_malformed",
            f"The credentials are malformed: the endpoint wants {malformed}.",
            f"Send {wanted}. {which}",
            headers=headers,
        )
    if unknown:
        return DioramaError(
            "credentials_unknown",
            f"The credentials are well-formed, and not among those that the project accepts: {unknown}.",
            "Send one that the project file lists under security.accept.",
            headers=headers,
        )
    return DioramaError(
        "credentials_missing",
        f"The endpoint wants {wanted}.",
        f"Send them with the request. {which}",
        headers=headers,
    )
