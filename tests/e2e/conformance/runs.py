"""A run: one document against one target, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.conformance.document import Document
from tests.e2e.conformance.drafts import Draft, Drafts
from tests.e2e.conformance.operations import Operation, operations
from tests.e2e.conformance.refusals import Attempts, Verdict, judge, worst
from tests.e2e.conformance.replies import faults
from tests.e2e.conformance.schemas import Schemas
from tests.e2e.conformance.targets import Answer, InProcess, Target

REFUSALS = frozenset({400, 401, 404, 405, 406, 415, 422})
DETAILS_MAX = 12


@dataclass
class Outcome:
    """What a document came to.

    Attributes:
        name: the file's name.
        operations, loaded: how many it has by its keys, and how many of them were loaded.
        missing: those that were not.
        undrafted: operations for which no valid request was found.
        sampled: requests in which schemathesis had no part.
        positives, refused: valid requests, and those that were refused.
        checked, wrong, own: replies checked, those that are wrong, those that the document's own example makes wrong.
        verdicts: (kind, place, outcome) to how many.
        constrained, kept: operations with a constraint that could be broken, and those all of whose breaches were
            refused at the right place.
        rules: refusals at the right place that name another rule.
        details: failures by kind, a few of each.
    """

    name: str
    operations: int = 0
    loaded: int = 0
    missing: list[str] = field(default_factory=list)
    undrafted: list[str] = field(default_factory=list)
    sampled: int = 0
    positives: int = 0
    refused: int = 0
    checked: int = 0
    wrong: int = 0
    own: int = 0
    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    constrained: int = 0
    kept: int = 0
    rules: int = 0
    details: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, kind: str, detail: str) -> None:
        """Keep an example of a failure."""
        known = self.details.setdefault(kind, [])
        if len(known) < DETAILS_MAX:
            known.append(detail)

    @property
    def share(self) -> float:
        """Constrained operations whose breaches were all refused at the right place, of 1."""
        return self.kept / self.constrained if self.constrained else 1.0


class Run:
    """Tries all operations of a document.

    Args:
        path: the document.
        seed: of all that is generated and chosen.
        count: valid requests for each operation.
        only: a part of the labels of the operations that are tried; empty for all.
        target: makes what answers for a document.
        breaches: at how many sites each kind of constraint is broken.
    """

    def __init__(
        self,
        path: Path,
        seed: int,
        count: int,
        only: str = "",
        target: Callable[[Path], Target] = InProcess,
        breaches: int = 1,
    ) -> None:
        self._path = path
        self._count = count
        self.document = Document(path)
        self.operations = [one for one in operations(self.document) if only in one.label]
        self._requests = Schemas(self.document, "request")
        self._replies = Schemas(self.document, "reply")
        self._drafts = Drafts(self.document, self._requests, seed)
        self._attempts = Attempts(self._requests, self._drafts, seed, breaches)
        self._target = target

    def run(self, told: Callable[[], None] = lambda: None) -> Outcome:
        """Try everything; ``told`` is called after each operation."""
        outcome = Outcome(self._path.name)
        target = self._target(self._path)
        try:
            self._loading(outcome, target)
            for operation in self.operations:
                bases = self._drafts.valid(operation, self._count)
                if not bases:
                    outcome.undrafted.append(operation.label)
                    outcome.tell("no valid request found", operation.label)
                accepted = list(self._positives(operation, bases, target, outcome))
                self._negatives(operation, accepted or bases, target, outcome)
                told()
        finally:
            target.close()
        return outcome

    def _loading(self, outcome: Outcome, target: Target) -> None:
        wanted = self.document.methods()
        outcome.operations = len(wanted)
        bases = {one.base_path for one in self.operations} | {""}
        found = Counter(target.endpoints())
        for method, path in wanted:
            if any(found[method, base + path] for base in bases):
                outcome.loaded += 1
            else:
                outcome.missing.append(f"{method} {path}")

    def _positives(
        self, operation: Operation, drafts: list[Draft], target: Target, outcome: Outcome
    ) -> Iterator[Draft]:
        """Send valid requests and check their replies; gives those that were answered."""
        for draft in drafts:
            outcome.positives += 1
            outcome.sampled += draft.sampled
            answer = target.send(draft)
            if _refused(answer):
                outcome.refused += 1
                violations = [f"{one.place} {one.pointer} {one.rule}" for one in answer.violations[:3]]
                detail = f"{operation.label}: {answer.status} {answer.error} {violations}"
                outcome.tell(f"refused: {answer.error}", f"{detail} {answer.body[:300]!r}")
                continue
            yield draft
            outcome.checked += 1
            found = list(faults(operation, answer, self._replies))
            if found and all(fault.own for fault in found):
                outcome.own += 1
            elif found:
                outcome.wrong += 1
            for fault in found:
                kind = "reply: " + fault.what + (" (the document's own example)" if fault.own else "")
                outcome.tell(kind, f"{operation.label}: {fault.detail}")

    def _negatives(self, operation: Operation, bases: list[Draft], target: Target, outcome: Outcome) -> None:
        verdicts: list[Verdict] = []
        for place, kind, attempts in self._attempts.of(operation, bases) if bases else ():
            verdicts.append(worst(place, kind, [judge(attempt, target) for attempt in attempts]))
        for verdict in verdicts:
            outcome.verdicts[verdict.kind, verdict.place, verdict.outcome] += 1
            if verdict.outcome in ("accepted", "elsewhere", "unconstructible"):
                detail = verdict.detail or operation.label
                outcome.tell(f"{verdict.outcome}: {verdict.kind} in {verdict.place}", detail)
            elif not verdict.rule_named:
                outcome.rules += 1
                outcome.tell(f"another rule: {verdict.kind}", verdict.detail)
        tried = [verdict for verdict in verdicts if verdict.outcome != "unconstructible"]
        if tried:
            outcome.constrained += 1
            outcome.kept += all(verdict.outcome == "right" for verdict in tried)


def _refused(answer: Answer) -> bool:
    """Whether Diorama itself refused: by its problem, or in the document's words by the journal."""
    return answer.status in REFUSALS and (answer.problem is not None or answer.error != "")
