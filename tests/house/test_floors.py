"""The floors of the house, held by the contracts in pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a tree in a process of its own, so that the tree's own package is the one imported."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    shutil.copytree(repository / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(repository / "pyproject.toml", tmp_path)
    return tmp_path


def put(root: Path, module: str, text: str) -> None:
    path = root / "src" / "diorama" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(root / "src").parents:
        if folder.parts:
            (root / "src" / folder / "__init__.py").touch()
    path.write_text(text, encoding="utf-8")


def test_floors__as_built__import_only_downwards(repository: Path) -> None:
    result = lint(repository)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("model/upward.py", "import diorama.ports\n"),
        ("engine/upward.py", "import diorama.flow\n"),
        ("engine/sideways.py", "import diorama.storage\n"),
        ("engine/typed.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import diorama.flow\n"),
        ("engine/lazy.py", "def later():\n    import diorama.flow\n"),
        ("engine/jump.py", "import diorama.formats\n"),
        ("wire/jump.py", "import diorama.control\n"),
        ("capabilities/one/steps.py", "import diorama.capabilities.two\n"),
        ("attic/box.py", ""),
    ],
)
def test_floors__with_a_forbidden_import__are_refused(copy: Path, module: str, text: str) -> None:
    for package in ("ports", "flow", "storage", "formats", "control", "engine", "wire", "capabilities/two"):
        put(copy, f"{package}/present.py", "")
    assert lint(copy).returncode == 0
    put(copy, module, text)
    result = lint(copy)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
