from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.transcripts import Step, mismatch, steps_of

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("README.md"))]
STEPS = {page: steps_of(page, ROOT) for page in PAGES}
PORT = "8000"
OWN_PORT = "8080"
OWN_DOCUMENT = "books.yaml"
"""The document that README shows, and that nobody has seen before; it is served on a port of its own."""


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    yield from served("serve", "examples/payments", "--data", str(data))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of README's own document, and where it is served."""
    folder = tmp_path_factory.mktemp("own")
    found = re.search(r"```yaml\n(openapi: .*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (folder / OWN_DOCUMENT).write_text(found[1], encoding="utf-8")
    for url in served("serve", str(folder / OWN_DOCUMENT)):
        yield folder, url


def served(*arguments: str) -> Iterator[str]:
    """The base URL of a server that runs meanwhile."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIORAMA_")}
    command = [sys.executable, "-m", "diorama", *arguments, "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            found = re.search(r"base URL\s+(\S+)", line)
            if found:
                yield found[1]
                break
    finally:
        process.terminate()
        process.communicate(timeout=20)


def run(step: Step, base_url: str, own: tuple[Path, str]) -> str:
    """A command's output on both channels, with the documentation's port in it."""
    port = base_url.rpartition(":")[2]
    command = re.sub(rf"(127\.0\.0\.1|localhost):{PORT}\b", rf"\1:{port}", step.command)
    command = command.replace(f"http://127.0.0.1:{OWN_PORT}", own[1])
    command = re.sub(r"^diorama ", f"{sys.executable} -m diorama ", command)
    environment = os.environ | {"DIORAMA_URL": base_url, "COLUMNS": "120"}
    done = subprocess.run(
        command,
        shell=True,
        cwd=own[0] if OWN_DOCUMENT in command else ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return (done.stdout + done.stderr).replace("\r", "").replace(f":{port}", f":{PORT}")


@pytest.mark.parametrize("page", [page for page in PAGES if STEPS[page]], ids=lambda page: str(page.relative_to(ROOT)))
def test_transcript__each_command__prints_what_the_page_shows(page: Path, base_url: str, own: tuple[Path, str]) -> None:
    differences = []
    for step in STEPS[page]:
        difference = mismatch(step.expected, run(step, base_url, own))
        if difference:
            differences.append(f"{step.file}:{step.line}: $ {step.command}\n{difference}")
    assert not differences, "\n\n".join(differences)


def test_readme__read__has_a_transcript() -> None:
    assert len(STEPS[ROOT / "README.md"]) >= 6


def test_example_project__read__has_a_transcript() -> None:
    assert len(STEPS[ROOT / "examples" / "payments" / "README.md"]) >= 6


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a…c",), "abc", True),
        (("a…c",), "abd", False),
        (("a", "…", "z"), "a\nb\nc\nz", True),
        (("a", "…", "z"), "a\nb", False),
        (("a",), "a\nb", False),
        ((), "", True),
        ((), "x", False),
        (("x",), "", False),
    ],
)
def test_mismatch__expected_and_printed__are_compared(expected: tuple[str, ...], printed: str, same: bool) -> None:
    assert (mismatch(expected, printed) == "") is same
