"""Rules for the tests themselves."""

from __future__ import annotations

import ast
import re

from tests.house.tree import Tree, functions

NAME = re.compile(r"test(?:_[a-z0-9]+)+?__[a-z0-9]+(?:_[a-z0-9]+)*__[a-z0-9]+(?:_[a-z0-9]+)*")


def misnamed_tests(tree: Tree) -> list[str]:
    return [
        f"{tree.name(path)}: {name} is not test_<subject>__<condition>__<expected>"
        for path in tree.tests()
        for name, function in functions(path)
        if _is_test(name) and not NAME.fullmatch(function.name)
    ]


def tests_without_assertion(tree: Tree) -> list[str]:
    return [
        f"{tree.name(path)}: {name} asserts nothing"
        for path in tree.tests()
        for name, function in functions(path)
        if _is_test(name) and not any(_asserts(node) for node in ast.walk(function))
    ]


def tests_beside_the_source(tree: Tree) -> list[str]:
    """Folders of tests/unit that mirror no folder of the package."""
    unit = tree.root / "tests" / "unit"
    folders = sorted({path.parent for path in tree.files("tests/unit", "test_*.py")})
    return [
        f"{tree.name(folder)} mirrors nothing in src/diorama"
        for folder in folders
        if not (tree.package / folder.relative_to(unit)).is_dir()
    ]


def _is_test(name: str) -> bool:
    """Whether a dotted name is collected: a function of the module, or a method of a test class."""
    *classes, function = name.split(".")
    return function.startswith("test_") and all(part.startswith("Test") for part in classes)


def _asserts(node: ast.AST) -> bool:
    """An assertion that can fail: not of a constant; or a call of pytest's or of a function named ``assert_…``."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return called in {"pytest.raises", "pytest.warns", "pytest.fail"} or called.split(".")[-1].startswith("assert_")
    return False
