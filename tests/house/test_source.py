"""The rules that the source keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import rules_source as rules
from tests.house.tree import Tree


@pytest.fixture
def tree(repository: Path) -> Tree:
    return Tree(repository)


def test_source__looked_for__is_found(tree: Tree) -> None:
    assert len(tree.source()) > 10


def test_functions__measured__fit_on_a_screen(tree: Tree) -> None:
    assert rules.long_functions(tree) == []


def test_files__measured__can_be_read_in_one_go(tree: Tree) -> None:
    assert rules.long_files(tree) == []


def test_modules__named__say_what_they_hold(tree: Tree) -> None:
    assert rules.empty_names(tree) == []


def test_source__searched__postpones_no_work(tree: Tree) -> None:
    assert rules.postponed_work(tree) == []


def test_source__searched__names_no_vendor(tree: Tree) -> None:
    assert rules.vendors_named(tree) == []


def test_checks__switched_off__say_why(tree: Tree) -> None:
    assert rules.unexplained_exceptions(tree) == []


def test_modules__importing__form_no_cycle() -> None:
    assert rules.import_cycles("diorama") == []


def test_capabilities__compared__have_one_shape(tree: Tree) -> None:
    assert rules.misshapen_capabilities(tree) == []


def test_exports__compared__are_those_agreed(tree: Tree) -> None:
    assert rules.changed_exports(tree) == []


def test_exports__imported__exist(tree: Tree) -> None:
    assert rules.missing_exports(tree) == []
