"""Refusals: for each kind of constraint of an operation, one request that breaks it and nothing else, and what came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

from tests.e2e.conformance.drafts import ABSENT, Draft, Drafts, is_sent, write
from tests.e2e.conformance.operations import Media, Operation, Parameter
from tests.e2e.conformance.samples import UnsampledError, types_of
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.serialisation import UnwritableError
from tests.e2e.conformance.sites import Site, UnreachableError, at, put, reached, sites
from tests.e2e.conformance.targets import Answer, Target
from tests.e2e.conformance.violations import Violations

SITES_TRIED = 10
RULES = {
    "byte": {"contentEncoding"},
    "const": {"discriminator"},
    "enum": {"discriminator"},
    "exclusiveMinimum": {"minimum"},
    "exclusiveMaximum": {"maximum"},
    "additionalProperties": {"unevaluatedProperties"},
}
OUTCOMES = ("right", "elsewhere", "accepted", "unconstructible")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Attempt:
    """A request that breaks one constraint.

    Attributes:
        draft: the request.
        place: where the constraint is: a parameter's place, or ``body``.
        kind: the keyword.
        pointers: the places that a validator may rightly name.
        below: prefixes of further such places, where a branch is what no value fits; any rule may be named then.
        detail: what was done, for people.
    """

    draft: Draft
    place: str
    kind: str
    pointers: frozenset[str]
    below: tuple[str, ...]
    detail: str


@dataclass(frozen=True)
class Verdict:
    """What an attempt came to: ``right``, ``elsewhere``, ``accepted`` or ``unconstructible``."""

    place: str
    kind: str
    outcome: str
    rule_named: bool = True
    detail: str = ""


class Attempts:
    """Makes the attempts of one document.

    Args:
        schemas: its schemas, for requests.
        drafts: valid requests.
        seed: of the choice between several sites.
        count: at how many sites each kind of constraint of a place is broken.
    """

    def __init__(self, schemas: Schemas, drafts: Drafts, seed: int, count: int = 1) -> None:
        self._schemas = schemas
        self._drafts = drafts
        self._violations = Violations(schemas, drafts.samples)
        self._seed = seed
        self._count = count

    def of(self, operation: Operation, bases: list[Draft]) -> Iterator[tuple[str, str, list[Attempt]]]:
        """(place, kind, attempts) for each kind of constraint in each place; no attempts where none can be made."""
        chance = Random(f"{self._seed}/{operation.label}")
        for place, found in self._places(operation).items():
            for kind, where in found.items():
                several = where[: 4 * SITES_TRIED * self._count]
                chance.shuffle(several)
                several.sort(key=lambda one: len(one[1].steps) if one[1] is not None else 0)
                yield place, kind, self._made(place, kind, several, operation, bases)

    def _places(self, operation: Operation) -> dict[str, dict[str, list[tuple[Any, Site | None]]]]:
        """Place, then kind, then (parameter or media type, site); a site of None is the whole value's absence."""
        found: dict[str, dict[str, list[tuple[Any, Site | None]]]] = {}
        for parameter in operation.parameters:
            if not is_sent(parameter):
                continue
            kinds = found.setdefault(parameter.place, {})
            if parameter.required and parameter.place != "path":
                kinds.setdefault("required", []).append((parameter, None))
            typed = bool(parameter.media_type)
            for site in sites(self._schemas, self._schemas.converted(parameter.schema)):
                if typed or (_bears_on_text(site) and not _is_spread(parameter, site)):
                    kinds.setdefault(site.kind, []).append((parameter, site))
        for media in operation.body:
            if media.kind not in ("json", "form", "multipart", "text"):
                continue
            kinds = found.setdefault(f"body {media.kind}", {})
            if operation.body_required:
                kinds.setdefault("required", []).append((media, None))
            for site in sites(self._schemas, self._schemas.converted(media.schema)):
                if media.kind == "json" or _bears_on_text(site):
                    kinds.setdefault(site.kind, []).append((media, site))
        return found

    def _made(
        self, place: str, kind: str, where: list[tuple[Any, Site | None]], operation: Operation, bases: list[Draft]
    ) -> list[Attempt]:
        """Up to as many attempts as are wanted, each at another site."""
        made: list[Attempt] = []
        for holder, site in where[: SITES_TRIED * self._count]:
            candidates = (
                attempt
                for base in self._bases(holder, operation, bases)
                for attempt in self._attempts(place, kind, holder, site, base)
            )
            made += islice(candidates, 1)
            if len(made) == self._count:
                break
        return made

    def _bases(self, holder: Any, operation: Operation, bases: list[Draft]) -> Iterator[Draft]:
        """Valid drafts that have the body in question."""
        if isinstance(holder, Media):
            yield from [base for base in bases if base.media is holder and base.body is not ABSENT][:2]
            sampled = self._drafts.sampled(operation, holder)
            if sampled is not None:
                yield sampled
        else:
            yield from bases[:2]

    def _attempts(self, place: str, kind: str, holder: Any, site: Site | None, base: Draft) -> Iterator[Attempt]:
        if site is None:
            yield from self._absent(place, holder, base)
            return
        schema = self._schemas.converted(holder.schema)
        key = None if isinstance(holder, Media) else (holder.place, holder.name)
        whole = base.body if key is None else base.values.get(key, ABSENT)
        if isinstance(whole, bytes):
            return
        try:
            whole = self._drafts.samples.of(schema) if whole is ABSENT else whole
            whole = reached(site, whole, self._schemas, self._drafts.samples)
            if self._drafts.problem(_with(base, key, whole), written=False):
                return
            leaf = at(whole, site.path)
            for item in self._violations.of(site, leaf):
                broken = put(whole, site.path, item)
                as_text = not (key is None and base.media is not None and base.media.kind == "json")
                if not self._breaks_only(site, schema, broken, as_text=as_text and not _is_typed(holder)):
                    continue
                draft = _with(base, key, broken)
                try:
                    write(draft)
                except UnwritableError:
                    continue
                yield _attempt(draft, place, kind, site, leaf, item, () if key is None else (holder.name,))
        except (UnsampledError, UnreachableError, KeyError, IndexError, TypeError):
            return

    def _absent(self, place: str, holder: Any, base: Draft) -> Iterator[Attempt]:
        """The required parameter or body left out."""
        if isinstance(holder, Media):
            yield Attempt(
                replace(base, media=None, body=ABSENT, xml=b""), place, "required", frozenset({""}), (), "no body"
            )
            return
        values = {key: value for key, value in base.values.items() if key != (holder.place, holder.name)}
        pointer = _pointer((holder.name,))
        yield Attempt(
            replace(base, values=values), place, "required", frozenset({pointer}), (), f"without {holder.name}"
        )

    def _breaks_only(self, site: Site, schema: Any, broken: Any, *, as_text: bool) -> bool:
        """Whether a value is invalid by ``jsonschema``, at the site and nowhere else, however its text is read."""
        validator = self._schemas.validator(schema)
        errors = list(validator.iter_errors(broken))
        if not errors or not all(_is_near(tuple(error.absolute_path), site) for error in errors):
            return False
        if not as_text:
            return True
        return not any(validator.is_valid(put(broken, site.path, other)) for other in _readings(at(broken, site.path)))


def worst(place: str, kind: str, verdicts: list[Verdict]) -> Verdict:
    """What all attempts at one kind of constraint came to: as bad as the worst of them."""
    if not verdicts:
        return Verdict(place, kind, "unconstructible")
    return max(verdicts, key=lambda one: (OUTCOMES.index(one.outcome), not one.rule_named))


def judge(attempt: Attempt, target: Target) -> Verdict:
    """Send an attempt and say what came of it."""
    answer = target.send(attempt.draft)
    told = f"{attempt.draft.operation.label}: {attempt.detail}; {_told(answer)}"
    if answer.status < 400 or answer.status >= 500:
        return Verdict(attempt.place, attempt.kind, "accepted", detail=told)
    if answer.error != "request_violates_schema":
        return Verdict(attempt.place, attempt.kind, "elsewhere", detail=told)
    place = attempt.place.partition(" ")[0]
    hits = [
        one
        for one in answer.violations
        if one.place == place and (one.pointer in attempt.pointers or one.pointer.startswith(attempt.below))
    ]
    if not hits:
        return Verdict(attempt.place, attempt.kind, "elsewhere", detail=told)
    keyword, _, name = attempt.kind.partition(":")
    named = {keyword} | RULES.get(name or keyword, set())
    loosely = bool(attempt.below) or any(one.rule in named for one in hits)
    return Verdict(attempt.place, attempt.kind, "right", loosely, "" if loosely else told)


def _told(answer: Answer) -> str:
    violations = ", ".join(f"{one.place} {one.pointer} {one.rule}" for one in answer.violations[:4])
    return f"{answer.status} {answer.error} [{violations}]"


def _attempt(draft: Draft, place: str, kind: str, site: Site, leaf: Any, item: Any, prefix: tuple[str, ...]) -> Attempt:
    pointers = {_pointer((*prefix, *path)) for path in (site.path, *site.branches)}
    if isinstance(leaf, dict):
        changed = [name for name in {*leaf, *(item if isinstance(item, dict) else ())} if name not in leaf]
        changed += [name for name in leaf if isinstance(item, dict) and name not in item]
        pointers |= {_pointer((*prefix, *site.path, name)) for name in changed}
    here = _pointer((*prefix, *site.path))
    inside = kind in ("oneOf", "anyOf", "not", "uniqueItems") or bool(site.branches)
    below = (here + "/",) if inside else ()
    detail = f"{here or 'the whole'} = {json.dumps(item, default=str)[:80]} against {kind}"
    return Attempt(draft, place, kind, frozenset(pointers), below, detail)


def _pointer(path: Path) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def _is_near(path: Path, site: Site) -> bool:
    """Whether an error's path is the site's, inside it, or a branch on the way to it."""
    return path[: len(site.path)] == site.path or path in site.branches


def _is_typed(holder: Any) -> bool:
    return not isinstance(holder, Media) and bool(holder.media_type)


def _is_spread(parameter: Parameter, site: Site) -> bool:
    """Whether a site is about the names of an object whose properties are query parameters of their own.

    A further property is then a parameter that the document does not name, which is no breach of the object.
    """
    spread = parameter.style == "form" and parameter.explode and site.path == ()
    return spread and site.kind in ("additionalProperties", "maxProperties")


def _bears_on_text(site: Site) -> bool:
    """Whether text can break a constraint: text is never of the wrong type where text, a list or an object may be."""
    if site.kind == "type":
        return not set(types_of(site.schema)) & {"string", "array", "object"}
    return True


def _with(base: Draft, key: tuple[str, str] | None, value: Any) -> Draft:
    if key is None:
        return replace(base, body=value)
    return replace(base, values={**base.values, key: value})


def _readings(value: Any) -> Iterator[Any]:
    """What else the text of a value could be read as."""
    if isinstance(value, (dict, list)):
        yield _as_texts(value)
    elif isinstance(value, str):
        try:
            yield json.loads(value)
        except ValueError:
            pass
        if value == "":
            yield None
    elif value is not None:
        yield json.dumps(value)


def _as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_texts(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)
