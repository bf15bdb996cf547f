"""The rules that the tests keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import rules_tests as rules
from tests.house.tree import Tree


@pytest.fixture
def tree(repository: Path) -> Tree:
    return Tree(repository)


def test_tests__named__say_subject_condition_and_expectation(tree: Tree) -> None:
    assert rules.misnamed_tests(tree) == []


def test_tests__read__assert_something(tree: Tree) -> None:
    assert rules.tests_without_assertion(tree) == []


def test_unit_tests__placed__mirror_the_source(tree: Tree) -> None:
    assert rules.tests_beside_the_source(tree) == []
