"""The one error type, and the catalogue of everything that can go wrong.

The catalogue, as a tree (category, then code with its HTTP status)::

    definition_invalid      what a user brought cannot be understood
        document_not_found 404 · document_unreadable 422 · document_unsupported 422 · document_invalid 422
        reference_unresolved 422 · document_too_large 413 · project_invalid 422
    compilation_error       what was understood cannot be turned into something that runs
        schema_uncompilable 422 · pattern_uncompilable 422 · publish_failed 422
    request_invalid         a client's request breaks a rule
        request_malformed 400 · header_malformed 400 · host_missing 400 · body_malformed 400
        route_not_found 404 · method_not_allowed 405 · not_acceptable 406 · media_type_unsupported 415
        request_violates_schema 422 · credentials_missing 401 · credentials_malformed 401 · credentials_unknown 401
        request_timeout 408 · preference_unknown 404 · option_invalid 400
    resource_error          a request is right by the document's rules, and what it is about says no
        resource_unknown 404 · resource_exists 409 · reference_unknown 422 · patch_failed 409
    reply_invalid           what Diorama would send breaks a rule of the document
        reply_violates_schema 500 · response_not_defined 500 · reply_unserialisable 500
    sandbox_error           the sandbox that was asked for is not there to answer
        sandbox_unknown 404 · sandbox_ambiguous 400 · sandbox_exists 409 · sandbox_expired 410 · sandbox_moved 409
    security_violation      something was refused because it would not be safe
        outbound_refused 403 · origin_refused 403 · control_plane_closed 403 · document_trap 422
    resource_exhausted      a limit was reached
        body_too_large 413 · headers_too_large 431 · budget_exceeded 507 · rate_exceeded 429 · shutting_down 503
    network_error           the outside did not answer
        outbound_failed 502 · outbound_timeout 504 · address_unavailable 500
    storage_error           what must be kept cannot be kept or read
        storage_failed 500 · storage_version 500 · journal_corrupt 500
    sync_error              two histories do not agree
        transaction_conflict 409 · replay_diverged 409
    attachment_failed       an application could not be attached to
        attachment_refused 502
    internal_error          a fault of ours
        internal 500 · capability_failed 500
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Category = Literal[
    "definition_invalid",
    "compilation_error",
    "request_invalid",
    "resource_error",
    "reply_invalid",
    "sandbox_error",
    "security_violation",
    "resource_exhausted",
    "network_error",
    "storage_error",
    "sync_error",
    "attachment_failed",
    "internal_error",
]
Severity = Literal["low", "medium", "high", "critical"]
RecoveryAction = Literal["retry", "retry_with_backoff", "fallback", "abort", "manual_intervention"]


class ErrorKind(Struct, frozen=True):
    """One entry of the catalogue.

    Attributes:
        code: the stable name that clients may branch on.
        category: what kind of trouble it is; the first six words come from the development-sandbox-platform seed.
        severity: how much it hurts.
        recovery_action: what the receiver can do about it.
        status: the HTTP status that carries it, 400 to 599.
        title: a short sentence that does not change from occurrence to occurrence (RFC 9457, section 3.1.3).
    """

    code: str
    category: Category
    severity: Severity
    recovery_action: RecoveryAction
    status: int
    title: str


_MANUAL: RecoveryAction = "manual_intervention"
_BACKOFF: RecoveryAction = "retry_with_backoff"

CATALOGUE: dict[str, ErrorKind] = {
    kind.code: kind
    for kind in (
        ErrorKind("document_not_found", "definition_invalid", "medium", _MANUAL, 404, "The document does not exist"),
        ErrorKind("document_unreadable", "definition_invalid", "medium", _MANUAL, 422, "The document cannot be parsed"),
        ErrorKind(
            "document_unsupported", "definition_invalid", "medium", _MANUAL, 422, "This kind of document is not known"
        ),
        ErrorKind(
            "document_invalid", "definition_invalid", "medium", _MANUAL, 422, "The document breaks its own rules"
        ),
        ErrorKind("reference_unresolved", "definition_invalid", "medium", _MANUAL, 422, "A reference leads to nothing"),
        ErrorKind("document_too_large", "definition_invalid", "medium", _MANUAL, 413, "The document is too large"),
        ErrorKind("project_invalid", "definition_invalid", "medium", _MANUAL, 422, "The project cannot be understood"),
        ErrorKind("schema_uncompilable", "compilation_error", "medium", _MANUAL, 422, "A schema cannot be compiled"),
        ErrorKind("pattern_uncompilable", "compilation_error", "medium", _MANUAL, 422, "A pattern cannot be compiled"),
        ErrorKind("publish_failed", "compilation_error", "medium", _MANUAL, 422, "The definition was not published"),
        ErrorKind("request_malformed", "request_invalid", "low", "abort", 400, "The request is not valid HTTP"),
        ErrorKind("header_malformed", "request_invalid", "low", "abort", 400, "A request header is malformed"),
        ErrorKind("host_missing", "request_invalid", "low", "abort", 400, "The request names no host"),
        ErrorKind("body_malformed", "request_invalid", "low", "abort", 400, "The request body cannot be parsed"),
        ErrorKind("route_not_found", "request_invalid", "low", "abort", 404, "No endpoint has this path"),
        ErrorKind("method_not_allowed", "request_invalid", "low", "abort", 405, "The path does not have this method"),
        ErrorKind("not_acceptable", "request_invalid", "low", "abort", 406, "No media type is acceptable"),
        ErrorKind(
            "media_type_unsupported", "request_invalid", "low", "abort", 415, "The request body's type is not accepted"
        ),
        ErrorKind(
            "request_violates_schema", "request_invalid", "low", "abort", 422, "The request breaks the document's rules"
        ),
        ErrorKind("credentials_missing", "request_invalid", "low", "abort", 401, "Credentials are missing"),
        ErrorKind("credentials_malformed", "request_invalid", "low", "abort", 401, "Credentials are malformed"),
        ErrorKind("credentials_unknown", "request_invalid", "low", "abort", 401, "Credentials are not known"),
        ErrorKind("request_timeout", "request_invalid", "low", "retry", 408, "The request did not arrive in time"),
        ErrorKind(
            "preference_unknown", "request_invalid", "low", "abort", 404, "The preferred response is not defined"
        ),
        ErrorKind(
            "option_invalid", "request_invalid", "low", "abort", 400, "An option has a value that it cannot have"
        ),
        ErrorKind("resource_unknown", "resource_error", "low", "abort", 404, "There is no such resource"),
        ErrorKind("resource_exists", "resource_error", "low", "abort", 409, "The resource exists already"),
        ErrorKind("reference_unknown", "resource_error", "low", "abort", 422, "Something named does not exist"),
        ErrorKind("patch_failed", "resource_error", "low", "abort", 409, "The patch does not apply"),
        ErrorKind(
            "reply_violates_schema", "reply_invalid", "medium", _MANUAL, 500, "The reply breaks the document's rules"
        ),
        ErrorKind("response_not_defined", "reply_invalid", "medium", _MANUAL, 500, "The operation defines no response"),
        ErrorKind(
            "reply_unserialisable",
            "reply_invalid",
            "medium",
            _MANUAL,
            500,
            "The reply cannot be written in its media type",
        ),
        ErrorKind("sandbox_unknown", "sandbox_error", "low", "abort", 404, "There is no such sandbox"),
        ErrorKind("sandbox_ambiguous", "sandbox_error", "low", "abort", 400, "The request names two sandboxes"),
        ErrorKind("sandbox_exists", "sandbox_error", "low", "abort", 409, "A sandbox of this id exists"),
        ErrorKind("sandbox_expired", "sandbox_error", "low", "abort", 410, "The sandbox has expired"),
        ErrorKind("sandbox_moved", "sandbox_error", "low", "retry", 409, "The sandbox moved to another moment"),
        ErrorKind("outbound_refused", "security_violation", "high", _MANUAL, 403, "A call to the outside was refused"),
        ErrorKind(
            "origin_refused", "security_violation", "high", "abort", 403, "The control plane refuses this origin"
        ),
        ErrorKind(
            "control_plane_closed", "security_violation", "high", _MANUAL, 403, "The control plane is switched off"
        ),
        ErrorKind(
            "document_trap", "security_violation", "high", _MANUAL, 422, "The document would exhaust the machine"
        ),
        ErrorKind("body_too_large", "resource_exhausted", "medium", "abort", 413, "The request body is too large"),
        ErrorKind(
            "headers_too_large", "resource_exhausted", "medium", "abort", 431, "The request's headers are too large"
        ),
        ErrorKind(
            "budget_exceeded", "resource_exhausted", "medium", _MANUAL, 507, "A budget of the sandbox is used up"
        ),
        ErrorKind("rate_exceeded", "resource_exhausted", "medium", _BACKOFF, 429, "Too much at once"),
        ErrorKind("shutting_down", "resource_exhausted", "medium", _BACKOFF, 503, "Diorama is shutting down"),
        ErrorKind("outbound_failed", "network_error", "medium", _BACKOFF, 502, "The outside did not answer"),
        ErrorKind("outbound_timeout", "network_error", "medium", _BACKOFF, 504, "The outside did not answer in time"),
        ErrorKind("address_unavailable", "network_error", "high", _MANUAL, 500, "The address cannot be listened on"),
        ErrorKind("storage_failed", "storage_error", "critical", _MANUAL, 500, "Something could not be stored"),
        ErrorKind("storage_version", "storage_error", "high", _MANUAL, 500, "The data is of an unknown version"),
        ErrorKind("journal_corrupt", "storage_error", "critical", _MANUAL, 500, "The journal cannot be read"),
        ErrorKind("transaction_conflict", "sync_error", "medium", "retry", 409, "The exchange lost a race"),
        ErrorKind("replay_diverged", "sync_error", "medium", _MANUAL, 409, "The replay took another way"),
        ErrorKind(
            "attachment_refused", "attachment_failed", "medium", "retry", 502, "The application cannot be attached to"
        ),
        ErrorKind("internal", "internal_error", "critical", _MANUAL, 500, "Diorama made a mistake"),
        ErrorKind("capability_failed", "internal_error", "high", _MANUAL, 500, "A capability failed"),
    )
}

META_KEYS = ("project", "group", "endpoint", "sandbox", "correlation_id")
"""What ``meta`` of every error that leaves Diorama carries; values are strings, empty when there is none."""

PROBLEM_TYPE_ROOT = "/_diorama/errors/"
"""RFC 9457 ``type`` is a reference that can be opened: the server that sent the error explains it there."""


class Violation(Struct, frozen=True, omit_defaults=True):
    """One broken rule of a document.

    Attributes:
        place: where in the message: ``path``, ``query``, ``header``, ``cookie``, ``body``, ``response status``,
            ``response header``, ``response body``; ``document`` when it is the document itself that breaks a rule.
        pointer: JSON pointer (RFC 6901) into that place, ``""`` for the whole; a parameter's name is its first token.
        rule: the keyword that was broken, in JSON Schema's word where there is one (``minimum``, ``required``).
        message: what is wrong and what would be right, in one sentence.
        schema_pointer: where in the document the rule stands, when known.
    """

    place: str
    pointer: str
    rule: str
    message: str
    schema_pointer: str = ""


class DioramaError(Exception):
    """Every error that Diorama raises or sends.

    Args:
        code: a code of :data:`CATALOGUE`.
        message: what happened and where, in one sentence; it may quote input, never a secret.
        hint: what to do about it.
        meta: facts for machines; completed with :data:`META_KEYS` before it leaves.
        violations: the rules that were broken, when the error is about rules.
        headers: reply headers that belong to the error (``Allow``, ``WWW-Authenticate``).

    Attributes:
        status: the HTTP status that carries it: the catalogue's, unless the document uses another one for the like.

    Raises:
        KeyError: when the code is not in the catalogue, which is a mistake of the caller.

    Source: RFC 9457 (problem details).
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str = "",
        meta: dict[str, Any] | None = None,
        violations: tuple[Violation, ...] = (),
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = CATALOGUE[code]
        self.status = self.kind.status
        self.code = code
        self.message = message
        self.hint = hint
        self.meta = dict(meta) if meta else {}
        self.violations = violations
        self.headers = headers

    def problem(self) -> dict[str, Any]:
        """This error as an RFC 9457 problem details object (``application/problem+json``)."""
        kind = self.kind
        problem: dict[str, Any] = {
            "type": PROBLEM_TYPE_ROOT + self.code,
            "title": kind.title,
            "status": self.status,
            "detail": self.message,
            "code": self.code,
            "category": kind.category,
            "severity": kind.severity,
            "recovery_action": kind.recovery_action,
        }
        if self.hint:
            problem["hint"] = self.hint
        if self.violations:
            problem["violations"] = self.violations
        problem["meta"] = dict.fromkeys(META_KEYS, "") | self.meta
        return problem
