"""Who is measured, and how each is started: shipped defaults for Diorama, the recommended fast mode for peers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.installation import PACKAGE, InstallationError, install
from benchmarks.machine import missing_tools
from benchmarks.material import Material

ROOT = Path(__file__).resolve().parent.parent

SERVE = "diorama serve"
MOCK = "diorama mock"
WIREMOCK = "WireMock"
PRISM = "Prism"
BARE = "bare httptools"


@dataclass(frozen=True)
class Peer:
    """One who is measured.

    Attributes:
        name: as it stands in tables.
        version: of its package; empty for our own.
        command: (port, material, folder for data) → the command that starts it.
        environment: what it needs beside this process's environment.
    """

    name: str
    version: str
    command: Callable[[int, Material, Path], list[str]]
    environment: Mapping[str, str]

    def surroundings(self, cache: Path) -> dict[str, str]:
        """The environment of its process; ``cache`` keeps what it caches apart from what the user has cached."""
        path = os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH")]))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIORAMA_")}
        return {**kept, "PYTHONPATH": path, "XDG_CACHE_HOME": str(cache), **self.environment}


def assemble() -> tuple[dict[str, Peer], dict[str, str]]:
    """All peers by name that can be started here, and for each other one why it cannot."""
    peers = {peer.name: peer for peer in (_serve(), _mock(), _bare())}
    missing: dict[str, str] = {}
    try:
        folder = install()
    except InstallationError as error:
        return peers, {WIREMOCK: str(error), PRISM: str(error)}
    for make, tool in ((_wiremock, "java"), (_prism, "node")):
        peer = make(folder)
        reason = missing_tools(tool)
        if reason:
            missing[peer.name] = reason
        else:
            peers[peer.name] = peer
    return peers, missing


def _serve() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        return [*_diorama("serve"), str(material.project), "--port", str(port), "--data", str(data)]

    return Peer(SERVE, "", command, {})


def _mock() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        return [*_diorama("mock"), str(material.document), "--port", str(port)]

    return Peer(MOCK, "", command, {})


def _bare() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        return [sys.executable, "-m", "benchmarks.bare", "--port", str(port), "--body", str(material.body)]

    return Peer(BARE, "", command, {})


def _wiremock(folder: Path) -> Peer:
    """WireMock without what it does beside answering: journal, log, templates, compression, HTTP/2."""
    version = _pinned("wiremock")
    jar = folder / "node_modules" / "wiremock" / "build" / f"wiremock-standalone-{version}.jar"
    quick = (
        "--no-request-journal",
        "--disable-request-logging",
        "--disable-response-templating",
        "--disable-gzip",
        "--disable-http2-plain",
        "--disable-extensions-scanning",
        "--disable-banner",
    )

    def command(port: int, material: Material, data: Path) -> list[str]:
        return ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(material.stubs), *quick]

    return Peer(WIREMOCK, version, command, {})


def _prism(folder: Path) -> Peer:
    """Prism in production mode, without a line for each exchange."""
    script = folder / "node_modules" / ".bin" / "prism"

    def command(port: int, material: Material, data: Path) -> list[str]:
        return [str(script), "mock", "--port", str(port), "--verboseLevel", "warn", str(material.document)]

    return Peer(PRISM, _pinned("@stoplight/prism-cli"), command, {"NODE_ENV": "production"})


def _diorama(command: str) -> list[str]:
    return [sys.executable, "-m", "diorama", command]


def _pinned(package: str) -> str:
    return str(json.loads(PACKAGE.read_text())["dependencies"][package])
