"""Who is measured, and how each is started: shipped defaults for Diorama, the recommended fast mode for peers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.api import Collection, compact
from benchmarks.exchange import Probe
from benchmarks.installation import PACKAGE, InstallationError, install
from benchmarks.machine import missing_tools
from benchmarks.material import Material
from benchmarks.process import free_port

ROOT = Path(__file__).resolve().parent.parent

SERVE = "diorama serve"
MOCK = "diorama mock"
WIREMOCK = "WireMock"
MOCKSERVER = "MockServer"
PRISM = "Prism"
MOCKOON = "Mockoon"
MOUNTEBANK = "mountebank"
JSON_SERVER = "json-server"
BARE = "bare httptools"

OTHERS = (WIREMOCK, MOCKSERVER, MOCKOON, PRISM, MOUNTEBANK, JSON_SERVER)
PRODUCTION = {"NODE_ENV": "production"}


@dataclass(frozen=True)
class Peer:
    """One who is measured.

    Attributes:
        name: as it stands in tables.
        version: of its package; empty for our own.
        command: (port, material, folder for data) → the command that starts it.
        environment: what it needs beside this process's environment.
        warm_up: how many times as long as others it is loaded before it is measured; just-in-time compilers
            of Java take their time on one core.
        keeps_rows: whether it can keep a collection; the others get it as a ready reply.
        registration: what tells it, once it runs, of a collection; None when its start did.
        liveness: a path that is answered before that.
    """

    name: str
    version: str
    command: Callable[[int, Material, Path], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    warm_up: int = 1
    keeps_rows: bool = False
    registration: Callable[[Collection], Probe] | None = None
    liveness: str = ""

    def surroundings(self, cache: Path) -> dict[str, str]:
        """The environment of its process; ``cache`` keeps what it caches, and what peers set up, from the user's."""
        path = os.pathsep.join(filter(None, [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH")]))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIORAMA_", "MOCKSERVER_"))}
        homes = {"HOME": str(cache), "XDG_CONFIG_HOME": str(cache)} if self.version else {}
        return {**kept, "PYTHONPATH": path, "XDG_CACHE_HOME": str(cache), **homes, **self.environment}


def assemble() -> tuple[dict[str, Peer], dict[str, str]]:
    """All peers by name that can be started here, and for each other one why it cannot."""
    peers = {peer.name: peer for peer in (_serve(), _mock(), _bare())}
    missing: dict[str, str] = {}
    try:
        folder = install()
    except InstallationError as error:
        return peers, dict.fromkeys(OTHERS, str(error))
    for name, (make, tool, needed) in MAKERS.items():
        reason = missing_tools(tool)
        if not reason and not list(folder.glob(needed)):
            reason = f"its package came without {needed.rpartition('/')[2]}"
        if reason:
            missing[name] = reason
        else:
            peers[name] = make(folder)
    return peers, missing


def _serve() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        return [*_diorama("serve"), str(material.project), "--port", str(port), "--data", str(data)]

    return Peer(SERVE, "", command, keeps_rows=True)


def _mock() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        return [*_diorama("mock"), str(material.document), "--port", str(port)]

    return Peer(MOCK, "", command)


def _bare() -> Peer:
    def command(port: int, material: Material, data: Path) -> list[str]:
        body = str(material.ready / "body.json")
        return [sys.executable, "-m", "benchmarks.bare", "--port", str(port), "--body", body]

    return Peer(BARE, "", command)


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
        return ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(material.ready / "stubs"), *quick]

    return Peer(WIREMOCK, version, command, warm_up=3)


def _mockserver(folder: Path) -> Peer:
    """MockServer without log and record of requests, as its page on performance has it."""
    version = _pinned("mockserver-node")
    jar = folder / "node_modules" / "mockserver-node" / f"mockserver-netty-{version}-jar-with-dependencies.jar"
    liveness = "/benchmark-liveness"
    quick = {
        "logLevel": "ERROR",
        "disableLogging": "true",
        "disableSystemOut": "true",
        "maxExpectations": "20000",  # more than the most routes; what is beyond is dropped
        "livenessHttpGetPath": liveness,
        "dashboardAnalyticsEnabled": "false",
    }

    def command(port: int, material: Material, data: Path) -> list[str]:
        given = {"initializationJsonPath": str(material.ready / "expectations.json")}
        if material.api.by_document:
            given = {"initializationOpenAPIPath": str(material.document)}
        if material.api.collection:
            given = {}
        settings = [f"-Dmockserver.{name}={value}" for name, value in {**quick, **given}.items()]
        return ["java", *settings, "-jar", str(jar), "-serverPort", str(port)]

    def registration(collection: Collection) -> Probe:
        body = compact({"basePath": collection.path, "idField": "id", "idStrategy": "UUID"})
        return Probe("/mockserver/crud", method="PUT", body=body, status=201)

    return Peer(
        MOCKSERVER, version, command, warm_up=3, keeps_rows=True, registration=registration, liveness=liveness
    )  # fmt: skip


def _prism(folder: Path) -> Peer:
    """Prism in production mode, without a line for each exchange."""
    script = _script(folder, "prism")

    def command(port: int, material: Material, data: Path) -> list[str]:
        return [script, "mock", "--port", str(port), "--verboseLevel", "warn", str(material.document)]

    return Peer(PRISM, _pinned("@stoplight/prism-cli"), command, PRODUCTION)


def _mockoon(folder: Path) -> Peer:
    """Mockoon without its log file, admin API and kept transactions, and without templates in ready replies."""
    script = _script(folder, "mockoon-cli")
    quick = ("--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "0")

    def command(port: int, material: Material, data: Path) -> list[str]:
        # Rules that look at bodies have no place in a document, so an API with them comes in Mockoon's own form.
        own = not material.api.by_document or any(route.accepts is not None for route in material.asked)
        given = material.folder / "environment.json" if own else material.document
        return [script, "start", "--data", str(given), "--port", str(port), "--hostname", "127.0.0.1", *quick]

    return Peer(MOCKOON, _pinned("@mockoon/cli"), command, PRODUCTION, keeps_rows=True)


def _mountebank(folder: Path) -> Peer:
    """Mountebank without log file and record of requests; its replies keep connections."""
    script = _script(folder, "mb")

    def command(port: int, material: Material, data: Path) -> list[str]:
        imposter = json.loads((material.ready / "imposter.json").read_text())
        (data / "imposters.json").write_text(json.dumps({"imposters": [{**imposter, "port": port}]}))
        files = ["--configfile", str(data / "imposters.json"), "--noParse", "--pidfile", str(data / "mb.pid")]
        quick = ["--nologfile", "--loglevel", "error"]
        return [script, "start", "--port", str(free_port()), "--host", "127.0.0.1", *files, *quick]

    return Peer(MOUNTEBANK, _pinned("mountebank"), command, PRODUCTION)


def _json_server(folder: Path) -> Peer:
    """json-server on a module, which it keeps in memory rather than in a file, without log and compression."""
    script = _script(folder, "json-server")
    quick = ("--quiet", "--no-gzip", "--no-cors")

    def command(port: int, material: Material, data: Path) -> list[str]:
        given = ["--routes", str(material.folder / "database-paths.json"), str(material.folder / "database.js")]
        return [script, "--host", "127.0.0.1", "--port", str(port), *quick, *given]

    return Peer(JSON_SERVER, _pinned("json-server"), command, PRODUCTION, keeps_rows=True)


def _script(folder: Path, name: str) -> str:
    return str(folder / "node_modules" / ".bin" / name)


def _diorama(command: str) -> list[str]:
    return [sys.executable, "-m", "diorama", command]


def _pinned(package: str) -> str:
    return str(json.loads(PACKAGE.read_text())["dependencies"][package])


# By name: what makes it, the tool that runs it, and the file without which it cannot.
MAKERS: dict[str, tuple[Callable[[Path], Peer], str, str]] = {
    WIREMOCK: (_wiremock, "java", "node_modules/wiremock/build/wiremock-standalone-*.jar"),
    MOCKSERVER: (_mockserver, "java", "node_modules/mockserver-node/mockserver-netty-*.jar"),
    MOCKOON: (_mockoon, "node", "node_modules/.bin/mockoon-cli"),
    PRISM: (_prism, "node", "node_modules/.bin/prism"),
    MOUNTEBANK: (_mountebank, "node", "node_modules/.bin/mb"),
    JSON_SERVER: (_json_server, "node", "node_modules/.bin/json-server"),
}
