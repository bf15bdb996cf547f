"""Overlays: what they change, what they refuse, and what the cache makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from diorama.formats.openapi import Limits, Loaded, load_cached, load_documents
from diorama.model.errors import DioramaError
from tests.unit.formats.openapi.documents import HEAD_31, Folder, endpoints_of, messages_of

API = HEAD_31 + (
    "paths:\n"
    "  /a:\n    get: {operationId: a, parameters: [{name: limit, in: query, schema: {type: integer}}],"
    " responses: {'200': {description: ok}}}\n"
    "  /b:\n    get: {operationId: b, responses: {'200': {description: ok}}}\n"
)


def overlaid(folder: Folder, *actions: str, head: str = "") -> Loaded:
    """The document with an overlay of these actions."""
    lines = "".join(f"  - {action}\n" for action in actions)
    overlay = folder.write("overrides/change.yaml", f"overlay: 1.0.0\n{head}actions:\n{lines}")
    return load_documents([folder.write("api.yaml", API)], overlays=[overlay])


def refusal(folder: Folder, *actions: str, head: str = "") -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        overlaid(folder, *actions, head=head)
    return caught.value


def test_overlay__update__is_merged_into_what_is_there(folder: Folder) -> None:
    loaded = overlaid(
        folder,
        "{target: \"$.paths['/a'].get\", update: {summary: Ours, parameters: [{name: page, in: query, schema: {}}]}}",
    )
    first, second = endpoints_of(loaded)
    assert (first.summary, [one.name for one in first.parameters]) == ("Ours", ["limit", "page"])
    assert second.summary == ""


def test_overlay__update_of_a_list__is_put_at_its_end(folder: Folder) -> None:
    loaded = overlaid(folder, "{target: $..parameters, update: {name: page, in: query, schema: {}}}")
    assert [one.name for one in endpoints_of(loaded)[0].parameters] == ["limit", "page"]


def test_overlay__remove__takes_it_out_and_later_actions_see_that(folder: Folder) -> None:
    loaded = overlaid(
        folder, "{target: \"$.paths['/b']\", remove: true}", "{target: $.paths.*.get, update: {summary: Left}}"
    )
    assert [(one.id, one.summary) for one in endpoints_of(loaded)] == [("a", "Left")]


def test_overlay__whose_target_is_nowhere__is_a_finding_with_its_line(folder: Folder) -> None:
    loaded = overlaid(folder, "{target: $.paths, update: {}}", "{target: $.nowhere, update: {}}")
    (finding,) = loaded.findings
    assert "$.nowhere" in finding.message
    assert (finding.file.endswith("change.yaml"), finding.line) == (True, 4)


@pytest.mark.parametrize(("extends", "summary"), [("../api.yaml", "Ours"), ("../other.yaml", "")])
def test_overlay__that_extends_a_document__changes_that_one_only(folder: Folder, extends: str, summary: str) -> None:
    loaded = overlaid(folder, "{target: $.paths.*.get, update: {summary: Ours}}", head=f"extends: {extends}\n")
    assert endpoints_of(loaded)[0].summary == summary
    assert ("nowhere" in messages_of(loaded)) is (not summary)


@pytest.mark.parametrize(
    ("actions", "head", "line"),
    [
        (("{target: paths, update: {}}",), "", 3),
        (("{target: $.paths}",), "", 3),
        (("{update: {}}",), "", 3),
        (("{target: $, remove: true}",), "", 3),
        (("{target: $.openapi, update: 3.0.0}",), "", 3),
        (("{target: $.paths, updat: {}, remove: true}",), "", 3),
        (("{target: $.paths, update: {}}",), "extends: [1]\n", 2),
        (("{target: $.paths, update: {}}",), "more: 1\n", 2),
    ],
)
def test_overlay__that_is_wrong__is_refused_with_file_and_line(
    folder: Folder, actions: tuple[str, ...], head: str, line: int
) -> None:
    error = refusal(folder, *actions, head=head)
    assert error.code == "document_invalid"
    assert f"change.yaml:{line}" in error.message


def test_overlay__that_multiplies_values__is_refused(folder: Folder) -> None:
    paths = "".join(f"  /{number}: {{get: {{responses: {{}}}}}}\n" for number in range(20))
    document = folder.write("api.yaml", HEAD_31 + "paths:\n" + paths)
    many = "{" + ", ".join(f"x-{number}: 1" for number in range(60)) + "}"
    overlay = folder.write("change.yaml", f"overlay: 1.0.0\nactions:\n  - {{target: $.paths.*.get, update: {many}}}\n")
    with pytest.raises(DioramaError) as caught:
        load_documents([document], overlays=[overlay], limits=Limits(nodes_max=600))
    assert caught.value.code == "document_trap"
    assert "change.yaml:3" in caught.value.message


def test_overlay__changed__is_not_answered_from_the_cache(folder: Folder, tmp_path: Path) -> None:
    document = folder.write("api.yaml", API)
    texts = []
    for summary in ("One", "One", "Two"):
        overlay = folder.write(
            "overrides/change.yaml",
            f"overlay: 1.0.0\nactions:\n  - {{target: $.paths.*.get, update: {{summary: {summary}}}}}\n",
        )
        loaded = load_cached([document], tmp_path / "cache", overlays=[overlay])
        texts.append(endpoints_of(loaded)[0].summary)
        assert overlay in [file.location for file in loaded.files]
    assert texts == ["One", "One", "Two"]
    assert endpoints_of(load_cached([document], tmp_path / "cache"))[0].summary == ""
