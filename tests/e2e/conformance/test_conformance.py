"""Documents of ours through the runner; and the runner itself on answers that it must find fault with."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.conformance.__main__ import files, main
from tests.e2e.conformance.drafts import Draft
from tests.e2e.conformance.formats import VIOLATIONS
from tests.e2e.conformance.report import GOAL
from tests.e2e.conformance.runs import Outcome, Run
from tests.e2e.conformance.sites import KINDS
from tests.e2e.conformance.targets import Answer, InProcess, OverHttp, Violation
from tests.e2e.serving.process import ROOT

OURS = files(Path(__file__).parent / "documents")
PAYMENTS = ROOT / "examples/payments/openapi.yaml"
STYLES = Path(__file__).parent / "documents" / "every-style-3.0.yaml"


def failures(outcome: Outcome) -> dict[str, list[str]]:
    """What is told, without what could not be tried and what is the document's own fault."""
    return {
        kind: details
        for kind, details in outcome.details.items()
        if not kind.startswith("unconstructible") and "own example" not in kind
    }


@pytest.mark.parametrize("path", [*OURS, PAYMENTS], ids=lambda path: path.stem)
def test_document__tried_out__is_answered_and_guarded_as_it_says(path: Path) -> None:
    outcome = Run(path, seed=1, count=4).run()
    assert failures(outcome) == {}
    assert outcome.missing == outcome.undrafted == []
    assert outcome.loaded == outcome.operations > 0
    assert outcome.checked == outcome.positives >= outcome.operations
    assert outcome.share >= GOAL
    assert outcome.own == 0


@pytest.mark.parametrize("path", [*OURS, PAYMENTS], ids=lambda path: path.stem)
def test_document__answered_dynamically__is_answered_as_it_says(path: Path) -> None:
    outcome = Run(path, seed=3, count=25, target=partial(InProcess, dynamic=True)).run()
    assert failures(outcome) == {}
    assert outcome.checked == outcome.positives >= outcome.operations


def test_documents_of_ours__together__have_every_kind_of_constraint_in_every_place() -> None:
    tried = {
        (kind, place)
        for path in OURS
        for (kind, place, what) in Run(path, seed=1, count=2).run().verdicts
        if what == "right"
    }
    kinds = {kind for kind, _ in tried}
    assert set(KINDS) - {"format"} <= kinds
    assert {f"format:{name}" for name in VIOLATIONS} <= kinds
    places = {"path", "query", "header", "cookie", "body json", "body form", "body multipart", "body text"}
    assert {place for _, place in tried} == places


def test_run__repeated_with_its_seed__comes_to_the_same() -> None:
    assert Run(STYLES, seed=5, count=3).run() == Run(STYLES, seed=5, count=3).run()


def test_run__over_http__comes_to_the_same_as_in_process() -> None:
    assert Run(STYLES, seed=2, count=2, target=OverHttp).run() == Run(STYLES, seed=2, count=2).run()


def test_run__of_a_server_that_checks_nothing__finds_every_breach_accepted() -> None:
    outcome = Run(PAYMENTS, seed=1, count=1, target=partial(InProcess, validation="off")).run()
    assert outcome.refused == 0
    assert {what for _, _, what in outcome.verdicts} == {"accepted"}
    assert outcome.kept == 0


class Changed(InProcess):
    """Answers as Diorama does, but for what is changed."""

    def send(self, draft: Draft) -> Answer:
        return self.changed(super().send(draft))

    def changed(self, answer: Answer) -> Answer:
        return answer


class Misplacing(Changed):
    def changed(self, answer: Answer) -> Answer:
        return replace(answer, violations=(Violation("query", "/elsewhere", "type"),))


class Refusing(Changed):
    def changed(self, answer: Answer) -> Answer:
        return replace(answer, status=404, body=b'{"type":"/_diorama/errors/route_not_found"}', error="route_not_found")


class Garbling(Changed):
    def changed(self, answer: Answer) -> Answer:
        return replace(answer, body=b'{"at":"never"}')


class Undocumented(Changed):
    def changed(self, answer: Answer) -> Answer:
        return replace(answer, status=299)


class Bare(Changed):
    def changed(self, answer: Answer) -> Answer:
        return replace(answer, headers=(("content-type", "text/html"),))


def test_run__of_a_server_that_names_another_place__finds_every_refusal_elsewhere() -> None:
    outcome = Run(STYLES, seed=1, count=1, target=Misplacing).run()
    assert {what for _, _, what in outcome.verdicts} == {"elsewhere"}


def test_run__of_a_server_that_refuses_everything__counts_it() -> None:
    outcome = Run(STYLES, seed=1, count=1, target=Refusing).run()
    assert outcome.refused == outcome.positives > 0
    assert outcome.kept == 0


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (Garbling, "reply: body"),
        (Undocumented, "reply: status"),
        (Bare, "reply: header"),
        (Bare, "reply: content type"),
    ],
)
def test_run__of_a_server_with_wrong_replies__finds_them(target: type[Changed], kind: str) -> None:
    outcome = Run(STYLES, seed=1, count=1, only="GET /query", target=target).run()
    assert outcome.wrong == outcome.checked > 0
    assert kind in outcome.details


def test_command__on_a_document__writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tmp_path / "found.json"
    wanted = [str(PAYMENTS), "--only", "/v1/refunds", "--per-operation", "1", "--json", str(found)]
    monkeypatch.setattr(sys, "argv", ["conformance", *wanted])
    code = main()
    written = json.loads(found.read_text())
    assert code == 0
    assert written["seed"] == 1
    (document,) = written["documents"]
    assert (document["name"], document["operations"], document["share"]) == ("openapi.yaml", 16, 1.0)
    assert "(100.0 %, goal 95 %)" in capsys.readouterr().out
