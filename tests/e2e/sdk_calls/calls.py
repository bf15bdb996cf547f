"""Calls: for every operation of a document what a generated client would send: the least, and nearly everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.e2e.conformance.drafts import ABSENT, Draft, is_sent, write
from tests.e2e.conformance.operations import Media, Operation
from tests.e2e.conformance.samples import UnsampledError
from tests.e2e.conformance.serialisation import UnwritableError
from tests.e2e.cycles.dialogue import BODY_KINDS, Dialogue, Said
from tests.e2e.sdk_calls.likely import Likely

DETAILS_MAX = 400
_POSITION = re.compile(r"after|before|cursor|token|^page$", re.IGNORECASE)
_OWN_ID = frozenset({"id"})


@dataclass
class Tally:
    """What the calls of a document came to.

    Attributes:
        calls: how many were made.
        operations: of how many operations.
        refused: how many did not succeed.
        wrong: how many succeeded with a reply that breaks the document.
        unmade: operations that no valid call was found for.
        details: the first complaints.
    """

    calls: int = 0
    operations: int = 0
    refused: int = 0
    wrong: int = 0
    unmade: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Calls that were answered as the document says, in percent."""
        return 100 * (self.calls - self.refused - self.wrong) / self.calls if self.calls else 0.0

    def count(self, said: Said) -> None:
        """Count a call."""
        self.calls += 1
        refused = not 200 <= said.answer.status < 400
        self.refused += refused
        self.wrong += not refused and bool(said.faults)
        if (refused or said.faults) and len(self.details) < DETAILS_MAX:
            self.details.append(("refused " if refused else "wrong ") + said.complaint)


class Calls:
    """Makes the calls of one document.

    Args:
        dialogue: with the server.
        likely: values.
        stateless: whether the server remembers nothing. One that does need not know positions inside lists that nobody
            gave away, and deletes a thing once: there each deletion is about another.
    """

    def __init__(self, dialogue: Dialogue, likely: Likely, *, stateless: bool) -> None:
        self._dialogue = dialogue
        self._likely = likely
        self._stateless = stateless
        self._deletions = 0

    def of(self, operation: Operation) -> Iterator[Draft]:
        """The calls of an operation, in every body encoding that it takes."""
        self._likely.turn_to(operation)
        least = self._values(operation, everything=False)
        most = self._values(operation, everything=True)
        bodies: list[tuple[Media | None, Any, Any]] = [
            (media, *self._bodies(media)) for media in operation.body if media.kind != "xml"
        ]
        if not operation.body_required:
            yield Draft(operation, least)
        for kind, plain, full in bodies or [(None, ABSENT, ABSENT)]:
            for values, body in ((least, plain), (most, full)):
                draft = Draft(operation, values, None if body in (ABSENT, {}) else kind, body)
                if draft.media is not None or not operation.body_required:
                    yield draft

    def make(self, operation: Operation, tally: Tally) -> None:
        """Make the calls of an operation and count them."""
        before = tally.calls
        try:
            drafts = list(self.of(operation))
        except UnsampledError:
            drafts = []
        known: list[str] = []
        for draft in drafts:
            shape = repr((draft.values, draft.media and draft.media.name, draft.body))
            if shape in known:
                continue
            known.append(shape)
            again = operation.method == "DELETE" and not self._stateless
            try:
                tally.count(self._dialogue.say(_writable(self._of_another(draft) if again else draft)))
            except UnwritableError:
                continue
        tally.operations += 1
        if tally.calls == before:
            tally.unmade.append(operation.label)

    def _of_another(self, draft: Draft) -> Draft:
        """The same deletion of another thing: its id, the last in the path, ends in other signs."""
        self._deletions += 1
        for one in reversed(draft.operation.path.split("/")):
            spot = ("path", one[1:].partition("}")[0])
            known = draft.values.get(spot) if one.startswith("{") else None
            if isinstance(known, str):
                parameter = next(each for each in draft.operation.parameters if (each.place, each.name) == spot)
                for text in (f"{known[:-3]}{self._deletions:03d}", f"{known}{self._deletions}"):
                    if self._likely.takes(parameter, text):
                        return replace(draft, values={**draft.values, spot: text})
        return draft

    def _values(self, operation: Operation, *, everything: bool) -> dict[tuple[str, str], Any]:
        values: dict[tuple[str, str], Any] = {}
        for one in operation.parameters:
            if not is_sent(one) or not (one.required or everything):
                continue
            try:
                value = self._likely.parameter(operation, one)
            except UnsampledError:
                if one.required:
                    raise
                continue
            if one.required or self._stateless or not isinstance(value, str) or not _POSITION.search(one.name):
                values[one.place, one.name] = value
        return values

    def _bodies(self, media: Media) -> tuple[Any, Any]:
        try:
            plain = self._likely.plain(media)
            structured = media.kind in BODY_KINDS
            chosen = isinstance(plain, dict) and "id" in plain  # by the client, who takes another for another thing
            full = self._likely.full(media, (), frozenset() if chosen else _OWN_ID) if structured else plain
        except UnsampledError:
            return ABSENT, ABSENT
        return plain, full


def _writable(draft: Draft) -> Draft:
    """A draft without the optional parameters and fields that have no form in their places.

    Raises:
        UnwritableError: when a required one has none.
    """
    required = {(one.place, one.name) for one in draft.operation.parameters if one.required}
    kept = {spot: value for spot, value in draft.values.items() if spot in required}
    write(Draft(draft.operation, kept))
    for spot, value in draft.values.items():
        try:
            write(Draft(draft.operation, {**kept, spot: value}))
        except UnwritableError:
            continue
        kept[spot] = value
    draft = replace(draft, values=kept)
    if isinstance(draft.body, dict) and draft.media is not None and draft.media.kind in ("form", "multipart"):
        body: dict[str, Any] = {}
        for name, value in draft.body.items():
            try:
                write(Draft(draft.operation, kept, draft.media, {name: value}))
            except UnwritableError:
                continue
            body[name] = value
        draft = replace(draft, body=body, media=draft.media if body else None)
    return draft
