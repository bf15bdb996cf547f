"""Two steps for each endpoint: compose its reply, and word its refusals as the document does."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from diorama.capabilities.examples.rendering import Believing, Renderer
from diorama.capabilities.examples.selection import Selected, Selector
from diorama.capabilities.examples.spec import ExamplesSpec
from diorama.capabilities.examples.wording import Wording
from diorama.formats.generation import LOCALES, Generator, Options, locale_known, options_of
from diorama.formats.preferences import NO_PREFERENCES, PREFERENCE_RULE, Preferences, preferences_of
from diorama.formats.serialisation.negotiation import accept_of
from diorama.model.definition import Endpoint
from diorama.model.errors import DioramaError
from diorama.model.http import Reply
from diorama.ports.capability import CompileContext, Compiled, Outcome, Stage, Step, Trigger, header_bit
from diorama.ports.exchange import OpenExchange

ACCEPT = header_bit(b"accept")
PREFER = header_bit(b"prefer")

REMEMBERED_MAX = 64
"""Different (Accept, preferences) of one endpoint whose selection is remembered; beyond them each is made again."""

SEEDS_MAX = 16
"""Sandboxes whose believable reply of one selection is kept ready; the oldest goes first and is made again."""

CREDENTIALS = ("credentials_missing", "credentials_malformed", "credentials_unknown")

REFUSALS: dict[str, tuple[int, ...]] = {
    "credentials_missing": (401,),
    "credentials_malformed": (401,),
    "credentials_unknown": (401,),
    "media_type_unsupported": (415, 422, 400),
    "request_violates_schema": (422, 400),
    "body_malformed": (422, 400),
    "header_malformed": (400, 422),
}
"""Which of the document's responses may word a refusal, best first; ``default`` then stands for the first."""

REFUSALS_RESOURCE: dict[str, tuple[tuple[int, ...], int]] = {
    "resource_unknown": ((404,), 404),
    "resource_exists": ((409,), 409),
    "patch_failed": ((409,), 409),
    "reference_unknown": ((422, 400, 404), 400),
}
"""Refusals of resources: the responses that may word them, best first, and the status under `4XX` and `default`."""

REFERENCE_STATUSES = (404, 422, 400)
"""The same for a reference where the path names no item: there a 404 can be about nothing but what the body names."""

REFUSALS_EXACT: dict[str, int] = {"not_acceptable": 406, "body_too_large": 413, "rate_exceeded": 429}
"""Refusals that only a response of this very status may word."""


def compile_examples(spec: ExamplesSpec, context: CompileContext) -> Compiled:
    """The steps of all endpoints. Nothing is generated before an endpoint is called for the first time."""
    if not locale_known(spec.locale):
        raise DioramaError(
            "project_invalid",
            f"There is no locale {spec.locale!r} for believable data.",
            f"Known are: {', '.join(LOCALES)}.",
            {"pointer": "/examples/locale"},
        )
    generators: dict[str, Generator] = {}
    steps: list[tuple[Stage, Trigger, Step]] = []
    for site in context.sites:
        api = site.api
        generator = generators.get(api.id)
        if generator is None:
            generator = generators[api.id] = Generator(api.schemas, _options(spec, api.generation))
            if spec.dynamic or spec.data == "believable":
                generator.prepare()
        responder = Responder(site.endpoint, generator, spec)
        trigger = Trigger(endpoint=site.endpoint.id)
        steps.append((Stage.COMPOSE, trigger, responder.compose))
        steps.append((Stage.REFUSE, trigger, responder.refuse))
    return Compiled(steps=tuple(steps), repeatable=True)


def _options(spec: ExamplesSpec, generation: dict[str, object]) -> Options:
    return options_of(
        generation, fill_properties=spec.fill_properties, values_max=min(max(spec.values_max, 1), 100_000)
    )


class Prepared:
    """A selection, and its reply once that was made and never changes.

    Attributes:
        reply: the one for all sandboxes: an example, or plain samples.
        replies: believable ones, by the seed of the sandbox.
    """

    __slots__ = ("media_type", "replies", "reply", "response", "selected")

    def __init__(self, selected: Selected) -> None:
        self.selected = selected
        self.response = selected.response
        self.media_type = selected.media.name if selected.media is not None else ""
        self.reply: Reply | None = None
        self.replies: dict[bytes, Reply] = {}


class Responder:
    """Answers for one endpoint.

    Args:
        endpoint: for which it answers.
        generator: makes values for the schemas of its document.
        spec: what the project says about replies.
    """

    __slots__ = (
        "_believable",
        "_names_item",
        "_plain",
        "_refusals",
        "_remembered",
        "_renderer",
        "_selector",
        "_wording",
    )

    def __init__(self, endpoint: Endpoint, generator: Generator, spec: ExamplesSpec) -> None:
        self._selector = Selector(endpoint, dynamic=spec.dynamic, ignore_examples=spec.ignore_examples)
        self._believable = spec.data == "believable"
        # Bodies by dice are sorted where replies are to be like those of other tools that answer from a document.
        self._renderer = Renderer(endpoint, generator, Believing(spec.locale, alphabetical=not self._believable))
        self._wording = Wording(generator, spec.locale)
        self._refusals = spec.refusals
        self._names_item = "{" in endpoint.path
        self._plain: dict[bytes | None, Prepared] = {}
        self._remembered: dict[tuple[bytes | None, Preferences], Prepared] = {}

    def compose(self, x: OpenExchange) -> Outcome:
        """The reply to a valid request."""
        request = x.request
        triggers = request.triggers
        accept = accept_of(request) if triggers & ACCEPT else None
        if triggers & PREFER or (request.query and b"__" in request.query):
            prepared = self._preferred(x, accept)
        else:
            found = self._plain.get(accept)
            prepared = self._usual(accept) if found is None else found
        plan = x.plan
        plan.response = prepared.response
        plan.media_type = prepared.media_type
        reply = prepared.reply or prepared.replies.get(x.sandbox_seed)
        return self._rendered(prepared, x) if reply is None else reply

    def refuse(self, x: OpenExchange) -> Outcome:
        """The document's own reply to a request that was refused; None when it has none."""
        error = x.error
        if error is None or any(violation.rule == PREFERENCE_RULE for violation in error.violations):
            return None
        if error.code in REFUSALS_RESOURCE:
            return self._refuse_resource(x, error)
        if not self._worded(error):
            self._adopt_status(error)
            return None
        selected = self._refusal(x, error)
        if selected is None:
            return None
        return self._sent(x, error, selected, UNSET)

    def _refuse_resource(self, x: OpenExchange, error: DioramaError) -> Reply | None:
        """What a resource refuses, in the document's own form and our words."""
        statuses, status = REFUSALS_RESOURCE[error.code]
        if error.code == "reference_unknown" and not self._names_item:
            statuses = REFERENCE_STATUSES
        selected = self._selector.select_error(statuses, status, _text(accept_of(x.request)))
        if selected is None:
            return None
        error.status = selected.status
        if self._refusals == "none":
            return None
        body: Any = UNSET
        media = selected.media
        if media is not None and media.schema is not None:
            body = self._wording.body(media.schema, error, selected.status, x.dice.derive("refusal"), x.clock_us)
        return self._sent(x, error, selected, body)

    def _sent(self, x: OpenExchange, error: DioramaError, selected: Selected, body: Any) -> Reply:
        """The reply to a refused request, with the headers that belong to the error."""
        x.plan.response = selected.response
        x.plan.media_type = selected.media.name if selected.media is not None else ""
        chance = x.dice if selected.dynamic else None
        reply = self._renderer.render(selected, chance, now_us=x.clock_us if selected.dynamic else 0, body=body)
        if body is not UNSET:
            reply.head = None
        if not error.headers:
            return reply
        names = {name.lower() for name, _ in error.headers}
        kept = tuple(line for line in reply.headers if line[0].lower() not in names)
        return Reply(reply.status, kept + error.headers, reply.body)

    def _worded(self, error: DioramaError) -> bool:
        """Whether the document may word this refusal."""
        return self._refusals == "all" or (self._refusals == "credentials" and error.code in CREDENTIALS)

    def _adopt_status(self, error: DioramaError) -> None:
        """Give a broken rule the status that the document has for it: an API that knows 400 only never says 422."""
        if error.code != "request_violates_schema":
            return
        for status in REFUSALS[error.code]:
            found = self._selector.find(status)
            if found is not None and found[0].status.isdigit():
                error.status = status
                return

    def _refusal(self, x: OpenExchange, error: DioramaError) -> Selected | None:
        statuses = REFUSALS.get(error.code)
        if statuses is None:
            exact = REFUSALS_EXACT.get(error.code)
            found = None if exact is None else self._selector.find(exact)
            if exact is None or found is None or not found[0].status.isdigit():
                return None
            statuses = (exact,)
        try:
            preferences = preferences_of(x)
        except DioramaError:
            preferences = NO_PREFERENCES
        return self._selector.select_refusal(statuses, _text(accept_of(x.request)), preferences)

    def _usual(self, accept: bytes | None) -> Prepared:
        """The selection for a request without preferences, made for the first time."""
        prepared = Prepared(self._selector.select(_text(accept), NO_PREFERENCES))
        if len(self._plain) < REMEMBERED_MAX:
            self._plain[accept] = prepared
        return prepared

    def _preferred(self, x: OpenExchange, accept: bytes | None) -> Prepared:
        """The selection for a request that may have preferences."""
        preferences = preferences_of(x)
        key = (accept, preferences)
        prepared = self._remembered.get(key)
        if prepared is None:
            prepared = Prepared(self._selector.select(_text(accept), preferences))
            if len(self._remembered) < REMEMBERED_MAX:
                self._remembered[key] = prepared
        return prepared

    def _rendered(self, prepared: Prepared, x: OpenExchange) -> Reply:
        selected = prepared.selected
        if selected.dynamic:
            return self._renderer.render(selected, x.dice, now_us=x.clock_us)
        made = selected.media is not None and selected.media.schema is not None and selected.example is None
        if not self._believable or not (made or selected.response.headers):
            reply = prepared.reply = self._renderer.render(selected, None)
            return reply
        dice = x.standing_dice(f"examples/{self._selector.endpoint.id} {selected.status} {prepared.media_type}")
        reply = self._renderer.render(selected, dice, standing=True)
        if len(prepared.replies) >= SEEDS_MAX:
            del prepared.replies[next(iter(prepared.replies))]
        prepared.replies[x.sandbox_seed] = reply
        return reply


def _text(accept: bytes | None) -> str | None:
    return None if accept is None else accept.decode("latin-1")
