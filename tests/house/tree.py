"""The repository as the house tests see it: its files, and what a parser finds in them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

NOT_OURS = {".git", ".venv", ".diorama", ".ci-log", "node_modules", "site", "build", "dist", "__pycache__"}


class Tree:
    """A repository, or a small copy of one that breaks a rule on purpose.

    Args:
        root: the folder that holds ``src`` and ``tests``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = root / "src" / "diorama"

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def files(self, folder: str, pattern: str) -> list[Path]:
        found = (self.root / folder).rglob(pattern)
        return sorted(path for path in found if NOT_OURS.isdisjoint(path.relative_to(self.root).parts))

    def source(self) -> list[Path]:
        return self.files("src", "*.py")

    def tests(self) -> list[Path]:
        return self.files("tests", "test_*.py")

    def modules(self) -> list[str]:
        return [self.module(path) for path in self.source()]

    def module(self, path: Path) -> str:
        parts = path.relative_to(self.root / "src").with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def has(self, package: str) -> bool:
        """Whether a package of the house has been begun."""
        return bool(self.files(f"src/diorama/{package}", "*.py"))

    def has_file(self, name: str) -> bool:
        """Whether a file of the package is there, by its name below ``src/diorama``."""
        return (self.package / name).is_file()

    def capabilities(self) -> list[Path]:
        """The folders under ``capabilities`` with Python in them."""
        folders = self.package / "capabilities"
        return sorted(
            {folders / path.relative_to(folders).parts[0] for path in folders.rglob("*.py") if path.parent != folders}
        )

    def text(self, name: str) -> str:
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def tracked(self) -> Iterator[tuple[str, str]]:
        """Name and text of every file that is part of the project; in an unpacked archive that is every file."""
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            capture_output=True,
            check=False,
        )
        names = [name for name in listing.stdout.decode().split("\0") if name]
        paths = [self.root / name for name in names] or self.files(".", "*")
        for path in paths:
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                if b"\0" not in data[:8192]:
                    yield self.name(path), data.decode("utf-8", "replace")


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of a file with its dotted name inside it, functions in functions included."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            inside = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = f"{prefix}{child.name}."
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + child.name, child
            yield from walk(child, inside)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), "")
