"""The rules that documentation, locks and all other files keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import rules_documents as rules
from tests.house.tree import Tree


@pytest.fixture
def tree(repository: Path) -> Tree:
    return Tree(repository)


def test_errors__in_the_catalogue__are_documented(tree: Tree) -> None:
    assert rules.undocumented_errors(tree) == []


def test_commands__with_their_options__are_documented(tree: Tree) -> None:
    assert rules.undocumented_commands(tree) == []


def test_settings__defined__are_documented(tree: Tree) -> None:
    assert rules.undocumented_settings(tree) == []


def test_capabilities__present__are_documented(tree: Tree) -> None:
    assert rules.undocumented_capabilities(tree) == []


def test_pages__written__stand_in_the_menu(tree: Tree) -> None:
    assert rules.pages_outside_the_menu(tree) == []


def test_links__outside_the_documentation__lead_somewhere(tree: Tree) -> None:
    assert rules.dead_links(tree) == []


def test_architecture__read__is_short_and_names_tests_that_exist(tree: Tree) -> None:
    assert rules.architecture_faults(tree) == []


def test_locks__read__are_complete_and_carry_no_address(tree: Tree) -> None:
    assert rules.lock_faults(tree) == []


def test_files__searched__name_no_machine_registry_or_issue(tree: Tree) -> None:
    assert rules.words_that_belong_nowhere(tree) == []
