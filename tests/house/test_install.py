"""What a newcomer reads when the machine lacks something: the environment's script against made-up interpreters."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MODERN_WITHOUT_VENV = """#!/bin/sh
case "$2" in
    *ensurepip*) exit 1 ;;
    *print*) echo 3.12 ;;
esac
"""
TOO_OLD = "#!/bin/sh\nexit 1\n"


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    shutil.copytree(repository / "requirements", tmp_path / "clone" / "requirements")
    shutil.copy(repository / "Makefile", tmp_path / "clone")
    return tmp_path / "clone"


def interpreter(folder: Path, text: str) -> str:
    path = folder / "python"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(copy: Path, *command: str, python: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHON": python}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_install__with_a_python_too_old__says_which_is_needed_and_how_to_get_it(copy: Path) -> None:
    result = run(copy, "requirements/install", "serve", python=interpreter(copy.parent, TOO_OLD))
    assert result.returncode == 1
    assert "needs Python 3.11 or later" in result.stderr
    assert "apt-get install" in result.stderr
    assert "brew install" in result.stderr
    assert not (copy / ".venv").exists()


def test_install__without_the_venv_package__says_what_to_install(copy: Path) -> None:
    result = run(copy, "requirements/install", "dev", python=interpreter(copy.parent, MODERN_WITHOUT_VENV))
    assert result.returncode == 1
    assert "sudo apt-get install python3.12-venv" in result.stderr
    assert not (copy / ".venv").exists()


def test_make__without_a_target__lists_them(copy: Path) -> None:
    result = run(copy, "make")
    assert result.returncode == 0
    for target in ("serve", "test", "check", "bench", "docs", "lock"):
        assert f"make {target} " in result.stdout
