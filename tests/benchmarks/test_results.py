"""Targets, tables, record and page, on figures that are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import peers, report, targets
from benchmarks.cases import DOCUMENT_VARIABLE, all_cases
from benchmarks.machine import describe
from benchmarks.results import FIRST_REPLY, IDLE, P99, RATE, Results

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


@pytest.fixture
def seen() -> Results:
    results = Results()
    for value in (90.0, 100.0, 120.0):
        results.add(targets.CONSTANT, peers.SERVE, RATE, value)
    results.add(targets.CONSTANT, peers.WIREMOCK, RATE, 40.0)
    results.add(targets.CONSTANT, peers.BARE, RATE, 250.0)
    results.add(targets.CONSTANT, peers.SERVE, P99, 2.0)
    results.add(targets.CONSTANT, peers.WIREMOCK, P99, 5.0)
    results.add(targets.START, peers.SERVE, FIRST_REPLY, 0.5)
    results.add(targets.MEMORY, peers.MOCK, IDLE, 61.0)
    results.problem(targets.CONSTANT, peers.PRISM, "not measured [really]")
    return results


def verdicts(seen: Results) -> dict[str, tuple[float | None, bool | None]]:
    return {verdict.target.name: (verdict.value, verdict.met) for verdict in targets.judge(seen)}


def test_series__of_three_runs__has_median_and_spread(seen: Results) -> None:
    series = seen.series[targets.CONSTANT, peers.SERVE, RATE]
    assert series.median == 100
    assert series.spread == pytest.approx(0.3)


def test_targets__on_figures__are_met_missed_or_not_measured(seen: Results) -> None:
    expected = {
        "Constant reply, journal persisted, against WireMock": (2.5, True),
        "Constant reply, journal persisted, against a bare httptools protocol": (0.4, False),
        "First reply of examples/payments, serve, nothing cached": (0.5, True),
        "Memory of mock, idle": (61, False),
        "1,000 routes against ten": (None, None),
    }
    found = verdicts(seen)
    assert {name: found[name] for name in expected} == expected


def test_targets__all_of_them__are_measured_by_some_case() -> None:
    names = {case.name: case.servers for case in all_cases()}
    for target in targets.TARGETS:
        for case, server, _ in filter(None, (target.measured, target.against)):
            assert server in names[case]


def test_cases__with_a_document_of_the_environment__measure_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {case.name for case in all_cases()}
    monkeypatch.setenv(DOCUMENT_VARIABLE, "some.yaml")
    assert {case.name for case in all_cases()} - before == {"document", "document-cached", "document-memory"}


def test_problem__said_twice__is_kept_once(seen: Results) -> None:
    seen.problem(targets.CONSTANT, peers.PRISM, "not measured [really]")
    assert len(seen.problems) == 1


def test_show__of_a_run__prints_figures_targets_and_problems(seen: Results) -> None:
    console = Console(width=160, record=True, quiet=True)
    console.quiet = False
    with console.capture() as capture:
        report.show(console, all_cases(), seen, targets.judge(seen))
    text = capture.get()
    for part in ("Constant JSON reply", "100/s", "30 %", "2.50 ×", "not measured [really]"):
        assert part in text


def test_markdown__of_a_run__has_ratios_in_which_more_is_better(seen: Results) -> None:
    text = report.markdown(all_cases(), describe(), {peers.WIREMOCK: "3"}, seen, targets.judge(seen))
    assert "| Constant JSON reply | requests/s | 2.50 | – | 0.40 |" in text
    assert "| Constant JSON reply | latency p99 | 2.50 | – | – |" in text
    assert "WireMock 3" in text
    assert "not measured [really]" in text


def test_record__of_a_run__is_json_with_every_value(seen: Results, tmp_path: Path) -> None:
    record = report.as_record(describe(), {"runs": 3}, {}, seen, targets.judge(seen))
    report.write_record(tmp_path / "record.json", record)
    read = json.loads((tmp_path / "record.json").read_text())
    assert read["series"][0]["values"] == [90, 100, 120]
    assert read["machine"]["cores"] > 0
    assert {target["met"] for target in read["targets"]} == {True, False, None}


def test_page__written_twice__keeps_what_is_around_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    for text in ("first", "second"):
        report.write_between_markers(page, text)
    assert page.read_text() == f"before\n{report.BEGIN}\n\nsecond\n\n{report.END}\nafter\n"


def test_page__without_markers__is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    with pytest.raises(ValueError, match="lacks the markers"):
        report.write_between_markers(page, "text")
    assert page.read_text() == "nothing here"


def test_page__of_the_documentation__has_the_markers() -> None:
    text = PAGE.read_text()
    assert text.index(report.BEGIN) < text.index(report.END)
