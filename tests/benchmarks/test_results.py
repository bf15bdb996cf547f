"""Targets, tables, record and page, on figures that are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import pages, peers, ratios, report, targets
from benchmarks.cases import DOCUMENT_VARIABLE, all_cases
from benchmarks.machine import describe
from benchmarks.results import FIRST_REPLY, HALF_P99, IDLE, RATE, Results


@pytest.fixture
def seen() -> Results:
    results = Results()
    for value in (90.0, 100.0, 120.0):
        results.add(targets.CONSTANT, peers.SERVE, RATE, value)
    results.add(targets.CONSTANT, peers.WIREMOCK, RATE, 40.0)
    results.add(targets.CONSTANT, peers.MOUNTEBANK, RATE, 50.0)
    results.add(targets.CONSTANT, peers.BARE, RATE, 250.0)
    results.add(targets.CONSTANT, peers.SERVE, HALF_P99, 1.5)
    results.add(targets.CONSTANT, peers.WIREMOCK, HALF_P99, 6.0)
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
        "Constant reply, journal persisted, against the fastest peer": (2.0, True),
        "p99 at half of what it can do, open loop": (1.5, True),
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
        if target.optional:
            continue
        case, server, _ = target.measured
        assert server in names[case]
        assert any(rival in names[of] for of, rival, _ in target.rivals) or not target.against


def test_target__against_several__names_the_fastest(seen: Results) -> None:
    first = targets.judge(seen)[0]
    assert first.title.endswith("(mountebank)")
    assert first.as_dict()["rival"] == peers.MOUNTEBANK


def test_targets__of_a_large_document__are_left_out_when_there_was_none(seen: Results) -> None:
    before = len(targets.judge(seen))
    seen.add(targets.DOCUMENT, peers.SERVE, FIRST_REPLY, 1.0)
    assert len(targets.judge(seen)) == before + 1


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
    for part in ("Constant JSON reply", "100/s", "30 %", "2.00 ×", "2.50", "not measured [really]"):
        assert part in text


def test_page__of_a_run__has_ratios_in_which_more_is_better(seen: Results) -> None:
    text = pages.full(all_cases(), describe(), {peers.WIREMOCK: "3"}, seen, targets.judge(seen))
    assert "| Constant JSON reply | requests/s | 2.50 | – | – | – | 2.00 | – | 0.40 |" in text
    assert "| Constant JSON reply | latency p99, half load | 4.00 | – | – | – | – | – | – |" in text
    assert "WireMock 3" in text
    assert "not measured [really]" in text


def test_readme__of_a_run__has_the_ratios_against_peers_only(seen: Results) -> None:
    text = pages.brief(all_cases(), describe(), {peers.WIREMOCK: "3"}, seen)
    assert "| Constant JSON reply | requests/s | 2.50 | – | – | – | 2.00 | – |" in text
    assert peers.BARE not in text
    assert "WireMock 3" in text


def test_ratios__readable__are_as_precise_as_they_deserve() -> None:
    assert [ratios.readable(value) for value in (0.256, 2.5, 12.34, 1234.5)] == ["0.26", "2.50", "12.3", "1,234"]


def test_record__of_a_run__is_json_with_every_value(seen: Results, tmp_path: Path) -> None:
    record = report.as_record(describe(), {"runs": 3}, {}, all_cases(), seen, targets.judge(seen))
    report.write_record(tmp_path / "record.json", record)
    read = json.loads((tmp_path / "record.json").read_text())
    assert read["series"][0]["values"] == [90, 100, 120]
    assert read["ratios"][0]["better_than"][peers.WIREMOCK] == 2.5
    assert read["machine"]["cores"] > 0
    assert {target["met"] for target in read["targets"]} == {True, False, None}


def test_page__written_twice__keeps_what_is_around_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{pages.BEGIN}\nold\n{pages.END}\nafter\n")
    for text in ("first", "second"):
        pages.write_between_markers(page, text)
    assert page.read_text() == f"before\n{pages.BEGIN}\n\nsecond\n\n{pages.END}\nafter\n"


def test_page__without_markers__is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here")
    with pytest.raises(ValueError, match="lacks the markers"):
        pages.write_between_markers(page, "text")
    assert page.read_text() == "nothing here"


@pytest.mark.parametrize("page", [pages.PAGE, pages.README])
def test_pages__that_a_run_writes__have_the_markers(page: Path) -> None:
    text = page.read_text()
    assert text.index(pages.BEGIN) < text.index(pages.END)
