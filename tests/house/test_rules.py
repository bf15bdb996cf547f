"""Each rule of the house, shown a small tree that breaks it: a rule that cannot fail holds nothing."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from tests.house import rules_documents as documents
from tests.house import rules_source as source
from tests.house import rules_tests as tests
from tests.house.tree import Tree

Rule = Callable[[Tree], list[str]]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "src" / "diorama").mkdir(parents=True)
    return Tree(tmp_path)


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Tree:
    """The documents of the repository, to be spoilt."""
    for name in ("docs", "requirements", "tests/house", "src"):
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*repository.glob("*.md"), repository / "pyproject.toml", repository / "mkdocs.yml"]:
        shutil.copy(path, tmp_path)
    return Tree(tmp_path)


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "loopy"
    folder.mkdir()
    for name, text in {
        "__init__": "",
        "a": "from loopy import b\n",
        "b": "from loopy import c\n",
        "c": "import loopy.a\n",
    }.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "loopy"
    sys.modules.pop("loopy", None)


def put(tree: Tree, name: str, text: str) -> None:
    path = tree.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def spoil(tree: Tree, name: str, old: str, new: str) -> None:
    text = tree.text(name)
    assert old in text
    put(tree, name, text.replace(old, new, 1))


LONG = "def long() -> None:\n" + "    print()\n" * 70
LATER = "# TO" + "DO: later\n"
EXPORTS = '{"diorama": ["here"], "diorama.gone": ["x"]}'
MACHINE = "see /" + "root/notes\n"
REGISTRY = "from https://py" + "pi.org/simple\n"


@pytest.mark.parametrize(
    ("rule", "name", "text", "found"),
    [
        (source.long_functions, "src/diorama/a.py", LONG, "long has 71 lines"),
        (source.long_functions, "src/diorama/a.py", "class A:\n" + textwrap.indent(LONG, " "), "A.long has 71 lines"),
        (source.long_files, "src/diorama/a.py", "\n" * 401, "has 401 lines"),
        (source.empty_names, "src/diorama/wire_utils.py", "", "name it after what it holds"),
        (source.empty_names, "src/diorama/common/a.py", "", "name it after what it holds"),
        (source.vendors_named, "src/diorama/a.py", '"""As Stripe does."""\n', "without the vendor"),
        (source.postponed_work, "src/diorama/a.py", LATER, "later"),
        (source.unexplained_exceptions, "src/diorama/a.py", "import x  # noqa: F401\n", "say why"),
        (source.unexplained_exceptions, "src/diorama/a.py", "x = y()  # type: ignore[no-any-return]\n", "say why"),
        (source.unexplained_exceptions, "pyproject.toml", 'ignore = [\n    "D100",\n]\n', "say why"),
        (source.misshapen_capabilities, "src/diorama/capabilities/odd/steps.py", "", "spec.py is missing"),
        (tests.misnamed_tests, "tests/test_a.py", "def test_thing():\n    assert x\n", "test_thing"),
        (
            tests.misnamed_tests,
            "tests/test_a.py",
            "class TestA:\n    def test_x__y(self):\n        assert x\n",
            "test_x__y",
        ),
        (tests.tests_without_assertion, "tests/test_a.py", "def test_a__b__c():\n    run()\n", "asserts nothing"),
        (tests.tests_without_assertion, "tests/test_a.py", "def test_a__b__c():\n    assert True\n", "asserts nothing"),
        (tests.tests_beside_the_source, "tests/unit/attic/test_a.py", "", "mirrors nothing"),
        (
            documents.undocumented_errors,
            "docs/reference/errors.md",
            "| `made_up` | 400 |\n",
            "made_up, which does not exist",
        ),
        (documents.undocumented_errors, "docs/reference/errors.md", "", "route_not_found"),
        (documents.undocumented_capabilities, "src/diorama/capabilities/odd/spec.py", "", "odd.md does not exist"),
        (documents.dead_links, "README.md", "[x](gone.md)", "gone.md"),
        (documents.architecture_faults, "ARCHITECTURE.md", "\n" * 61, "61 lines"),
        (documents.architecture_faults, "ARCHITECTURE.md", "See `flow/gone.py`.", "flow/gone.py, which is not there"),
        (documents.architecture_faults, "ARCHITECTURE.md", "## Rules\n| be good | trust |\n", "no test holds: be good"),
        (
            documents.architecture_faults,
            "ARCHITECTURE.md",
            "## Rules\n| a | `tests/a.py::test_b` |\n",
            "test_b, which is not there",
        ),
        (documents.words_that_belong_nowhere, "notes.md", MACHINE, "a path of a machine"),
        (documents.words_that_belong_nowhere, "notes.md", REGISTRY, "a registry's address"),
        (documents.words_that_belong_nowhere, "notes.md", "closes issue" + " 12\n", "an issue's number"),
        (documents.words_that_belong_nowhere, "notes.md", "see #" + "12\n", "an issue's number"),
    ],
)
def test_rule__broken_by_a_file__finds_it(tree: Tree, rule: Rule, name: str, text: str, found: str) -> None:
    put(tree, name, text)
    assert any(found in line for line in rule(tree)), rule(tree)


@pytest.mark.parametrize(
    ("rule", "name", "old", "new"),
    [
        (documents.undocumented_errors, "docs/reference/errors.md", "| `internal` | 500 |", "| `internal` | 501 |"),
        (documents.undocumented_errors, "docs/reference/errors.md", "## `internal_error`", "## Other"),
        (documents.pages_outside_the_menu, "mkdocs.yml", "roadmap.md", "way.md"),
        (documents.pages_outside_the_menu, "docs/decisions/index.md", "(0001-the-house", "(0001-a-house"),
        (documents.lock_faults, "requirements/runtime.txt", "uvicorn==0.54.0", "uvicorn==0.53.0"),
        (documents.lock_faults, "requirements/build.txt", "hatchling==", "hatchling-fork=="),
        (documents.lock_faults, "requirements/runtime.txt", "--hash=sha256:", "--hash=md5:"),
        (documents.lock_faults, "requirements/dev.txt", "alembic==", "--index-url https://a.example\nalembic=="),
        (documents.lock_faults, "requirements/dev.txt", "msgspec==", "msgspec==9"),
    ],
)
def test_rule__after_one_change_to_the_repository__finds_it(
    copy: Tree, rule: Rule, name: str, old: str, new: str
) -> None:
    before = rule(copy)
    if old.startswith("--hash"):  # one file's hash may change; all of a package's may not
        put(copy, name, copy.text(name).replace(old, new))
    else:
        spoil(copy, name, old, new)
    assert before == []
    assert rule(copy) != []


def test_cycles__between_three_modules__are_found(loop: str) -> None:
    assert source.import_cycles(loop) == ["loopy.a -> loopy.b -> loopy.c -> loopy.a"]


def test_exports__changed_and_gone__are_found(tree: Tree) -> None:
    put(tree, "tests/house/exports.json", EXPORTS)
    put(tree, "src/diorama/__init__.py", '__all__ = ["new"]\n')
    put(tree, "src/diorama/asgi.py", "application = None\n")
    assert source.changed_exports(tree) == [
        "diorama exports ['new'], agreed is ['here']",
        "diorama.asgi is public and has no __all__",
        "diorama.gone was agreed and is gone",
    ]


def test_exports__without_what_they_name__are_found(tree: Tree) -> None:
    put(tree, "tests/house/exports.json", '{"diorama": ["__version__", "nothing"]}')
    assert source.missing_exports(tree) == ["diorama.nothing does not exist"]


class Open(msgspec.Struct):
    limit: int


class Closed(msgspec.Struct, frozen=True):
    limit: int


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": "other"}, "its name is not 'odd'"),
        ({"spec": Open}, "its spec is not a frozen msgspec Struct"),
        ({"spec": Closed}, "these fields of its spec have no default: limit"),
        ({"slice": "rows"}, "its slice is neither None nor a Slice"),
        ({"compile": None}, "it has no compile"),
        ({"compile": lambda spec: spec}, "its compile does not take (spec, context)"),
    ],
)
def test_capability__out_of_shape__is_found(change: dict[str, object], fault: str) -> None:
    spec = msgspec.defstruct("Spec", [("limit", int, 1)], frozen=True)
    shape = {"name": "odd", "spec": spec, "slice": None, "compile": lambda spec, context: (spec, context)}
    assert source.capability_faults("odd", SimpleNamespace(**shape)) == []
    assert source.capability_faults("odd", SimpleNamespace(**(shape | change))) == [fault]
