"""The cycle of a resource, tried on a server that does right, on ones that lie, and on Diorama."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from diorama.capabilities.resources.model import Listing, Paging, Play, Resource, Role, Spot
from tests.e2e.conformance.document import Document
from tests.e2e.cycles.__main__ import main
from tests.e2e.cycles.cycle import Cycle, Outcome
from tests.e2e.cycles.dialogue import Dialogue
from tests.e2e.cycles.honest import LIES, Honest, Library
from tests.e2e.cycles.instances import Instances
from tests.e2e.cycles.runs import run
from tests.e2e.cycles.understood import Understood, joined
from tests.e2e.serving.process import ROOT

DOCUMENTS = ROOT / "tests/e2e/cycles/documents"
OURS = [DOCUMENTS / "library.yaml", DOCUMENTS / "shop.yaml", ROOT / "examples/payments/openapi.yaml"]
AUTHOR = Spot("path", "authorId")
PAGES = Paging("page", size="per_page", size_default=20, size_max=50, position="page")
AUTHORS = Resource(
    "library /authors",
    "library",
    "author",
    id_field=("id",),
    plays=(
        Play("listAuthors", Role.LIST, item=("items",), paging=PAGES, listing=Listing(total=("total",))),
        Play("createAuthor", Role.CREATE, body=(), item=(), status=201, response="201"),
        Play("getAuthor", Role.READ, id=AUTHOR, item=()),
        Play("replaceAuthor", Role.REPLACE, id=AUTHOR, body=(), item=()),
        Play("changeAuthor", Role.UPDATE, id=AUTHOR, body=(), item=(), patch="merge"),
        Play("deleteAuthor", Role.DELETE, id=AUTHOR, status=204, response="204"),
    ),
)
SHELVES = Resource(
    "library /shelves",
    "library",
    "shelf",
    id_field=("id",),
    plays=(
        Play("listShelves", Role.LIST, item=()),
        Play("getShelf", Role.READ, id=Spot("path", "shelfId"), item=()),
    ),
)
ENDPOINTS = [
    ("GET", "/authors", "listAuthors"),
    ("POST", "/authors", "createAuthor"),
    ("GET", "/authors/{authorId}", "getAuthor"),
    ("PUT", "/authors/{authorId}", "replaceAuthor"),
    ("PATCH", "/authors/{authorId}", "changeAuthor"),
    ("DELETE", "/authors/{authorId}", "deleteAuthor"),
    ("GET", "/shelves", "listShelves"),
    ("GET", "/shelves/{shelfId}", "getShelf"),
]


def known(document: Document) -> Understood:
    rows = [{"method": method, "path": path, "endpoint": name} for method, path, name in ENDPOINTS]
    told = joined({"endpoints": rows}, document)
    return Understood({one.key: one for one in (AUTHORS, SHELVES)}, told.operations, {})


def tried(lie: str = "") -> dict[str, Outcome]:
    document = Document(DOCUMENTS / "library.yaml")
    understood = known(document)
    with Honest(Library(lie)) as server, Dialogue(server.port, document) as dialogue:
        instances = Instances(dialogue, understood)
        return {one.name: Cycle(one, understood, dialogue, instances).run() for one in (AUTHORS, SHELVES)}


def test_cycle__of_an_honest_server__passes_every_step() -> None:
    outcomes = tried()
    assert [note for one in outcomes.values() for note in one.notes] == []
    assert outcomes["author"].steps == dict.fromkeys(
        ("create", "read", "list", "update", "unknown", "delete"), "passed"
    )
    assert outcomes["shelf"].steps == dict.fromkeys(("list", "read", "unknown"), "passed")
    assert all(one.passed for one in outcomes.values())


@pytest.mark.parametrize("lie", LIES)
def test_cycle__of_a_server_that_lies__fails_where_it_does(lie: str) -> None:
    outcomes = tried(lie)
    step = {"pages": "list", "order": "list", "shelves": "read"}.get(lie, lie.partition("_")[0])
    told = outcomes["shelf" if lie == "shelves" else "author"]
    assert told.steps[step] == "failed"
    assert not told.passed
    assert any(note.startswith(f"{step}: ") for note in told.notes)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_resources__of_documents_of_ours__go_through_their_whole_cycle(path: Path) -> None:
    outcome = run(path)
    assert [note for one in outcome.outcomes for note in one.notes] == []
    assert [one.resource for one in outcome.outcomes if not one.passed] == []
    assert len(outcome.outcomes) >= 3
    assert sum(one.fields for one in outcome.outcomes) > 20
    assert outcome.unplayed == 0


def test_command__on_a_document__prints_the_table_and_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tmp_path / "found.json"
    monkeypatch.setattr(sys, "argv", ["cycles", str(DOCUMENTS / "library.yaml"), "--json", str(found)])
    assert main() == 0
    told = json.loads(found.read_text())
    assert (told["share"], [one["passed"] for one in told["documents"]]) == (100.0, [3])
    assert "3 of 3 resources pass: 100.0 %" in capsys.readouterr().out


def test_cycle__of_a_server_that_remembers_nothing__fails(tmp_path: Path) -> None:
    path = DOCUMENTS / "library.yaml"
    outcome = run(path, command=("mock", "--port", "0", "--log-format", "none"), known=known(Document(path)))
    assert outcome.passed == 0
    assert [one.resource for one in outcome.outcomes] == ["author", "shelf"]
