"""A trial: schemathesis with all its checks and its stateful phase against a real ``diorama serve``."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.serving.process import ROOT, Server, environment

PAYMENTS = ROOT / "examples/payments"
CREDENTIALS = "Authorization: Bearer sk_test_123"
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, 431]
"""
"""413 and 431 refuse as well: a value that breaks a document by being long can be too long for HTTP, too."""
SECONDS_MAX = 3_600.0
_GENERATED = re.compile(r"^\s*(\d+) generated", re.MULTILINE)
_LINKS = re.compile(r"API Links:\s+(\d+) covered")


@dataclass(frozen=True)
class Verdict:
    """What a trial came to.

    Attributes:
        seed: of all that was generated.
        cases: requests that were generated.
        links: links of the document that were followed from one reply into the next request.
        failed: whether anything was found, or the trial itself failed.
        told: all that was said about it.
    """

    seed: int
    cases: int
    links: int
    failed: bool
    told: str


def trial(project: Path, document: Path, examples: int, seed: int) -> Verdict:
    """Serve a project and try it.

    Args:
        project: what is served: a project folder or a document.
        document: what it is judged by.
        examples: requests for each operation.
        seed: of all that is generated.
    """
    with (
        Server(["serve", str(project), "--memory", "--port", "0", "--log-format", "none"]) as server,
        tempfile.TemporaryDirectory(prefix="properties-") as folder,
    ):
        return judged(server.url, document, examples, seed, Path(folder))


def judged(url: str, document: Path, examples: int, seed: int, folder: Path) -> Verdict:
    """Try what answers at a URL.

    Args:
        url: of the server.
        document: what it is judged by.
        examples: requests for each operation.
        seed: of all that is generated.
        folder: where schemathesis may leave its files.
    """
    (folder / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]
    command += [str(document.resolve()), "--url", url, "--header", CREDENTIALS, "--checks", "all"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure", "--no-color"]
    command += ["--max-examples", str(examples), "--seed", str(seed)]
    done = subprocess.run(
        command,
        env=environment({"PYTHONHASHSEED": "0"}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    told = done.stdout + done.stderr
    return Verdict(seed, _number(_GENERATED, told), _number(_LINKS, told), done.returncode != 0, told)


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 0
