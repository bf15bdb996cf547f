"""Starting and ending: what a user sees, and what a supervisor gets."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.serving.conversation import AUTHORIZED, ask
from tests.e2e.serving.process import Server, environment, run

ANSI = re.compile(r"\x1b\[")
END_S = 2.0


def arguments(command: str, source: Path, *further: str) -> list[str]:
    memory = ["--memory"] if command == "serve" else []
    return [command, str(source), "--port", "0", *memory, *further]


@pytest.mark.parametrize("command", ["mock", "serve"])
def test_banner__of_a_started_server__says_where_and_what_to_try(command: str, payments: Path) -> None:
    with Server(arguments(command, payments)) as server:
        assert ask(server.port, "/v1/customers", AUTHORIZED).status == 200
        server.end()
        text = "\n".join(server.said)
    assert text.startswith("Diorama ")
    assert "16 endpoints" in text
    assert f"base URL   http://127.0.0.1:{server.port}" in text
    assert f"http://127.0.0.1:{server.port}/_diorama/" in text
    assert "Ctrl-C" in text


@pytest.mark.parametrize("command", ["mock", "serve"])
def test_curl_lines__run_as_printed__succeed(command: str, payments: Path) -> None:
    with Server(arguments(command, payments)) as server:
        server.wait_for("Ctrl-C ends it.")
        lines = [line.strip() for line in server.said if line.strip().startswith("curl ")]
        statuses = [curl_status(line) for line in lines]
    assert len(lines) == 2
    assert [status // 100 for status in statuses] == [2, 2]


def curl_status(line: str) -> int:
    """Run a printed line in a shell, as a user does; only the status is asked for besides."""
    told = subprocess.run(
        line + " -s -o /dev/null -w '%{http_code}'", shell=True, capture_output=True, text=True, timeout=20, check=True
    )
    return int(told.stdout)


def test_curl_lines__printed__are_one_that_writes_and_one_that_reads(payments: Path) -> None:
    with Server(arguments("mock", payments)) as server:
        server.wait_for("Ctrl-C ends it.")
        first, second = [shlex.split(line) for line in server.said if line.strip().startswith("curl ")]
    assert "-d" in first
    assert not {"-d", "-X"} & set(second)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["mock", "serve"])
def test_server__told_to_end__is_gone_within_two_seconds_with_code_0(
    command: str, by: signal.Signals, payments: Path
) -> None:
    with Server(arguments(command, payments)) as server, socket.create_connection(("127.0.0.1", server.port)):
        ask(server.port, "/v1/customers", AUTHORIZED)
        began = time.monotonic()
        code = server.end(by)
        took = time.monotonic() - began
    assert code == 0
    assert took < END_S
    assert "Traceback" not in "\n".join(server.said)


def test_server__told_to_end_while_events_are_watched__is_gone_within_two_seconds(payments: Path) -> None:
    with (
        Server(arguments("serve", payments)) as server,
        socket.create_connection(("127.0.0.1", server.port)) as watcher,
    ):
        watcher.sendall(b"GET /_diorama/api/exchanges/events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert b"200" in watcher.recv(4096)
        began = time.monotonic()
        code = server.end()
        took = time.monotonic() - began
    assert code == 0
    assert took < END_S


def test_mock__on_a_taken_port__says_so_and_exits_1(payments: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = run(["mock", str(payments), "--port", str(port)])
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "hint" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["mock", "serve", "validate", "inspect"])
def test_command__on_a_missing_file__names_it_with_a_hint_and_exits_1(command: str, tmp_path: Path) -> None:
    done = run([command, str(tmp_path / "absent.yaml")])
    assert done.returncode == 1
    assert "absent.yaml" in done.stderr
    assert "hint" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["mock", "serve", "validate", "inspect"])
def test_command__on_broken_yaml__names_file_and_line_and_exits_1(command: str, tmp_path: Path) -> None:
    document = tmp_path / "broken.yaml"
    document.write_text("openapi: 3.1.0\ninfo:\n  title: Broken\n  version: '1'\npaths:\n  /a: {get: [}\n")
    done = run([command, str(document)])
    assert done.returncode == 1
    assert "broken.yaml:6" in done.stderr
    assert "Traceback" not in done.stderr


def test_mock__without_a_terminal__writes_no_escape_sequences(payments: Path) -> None:
    with Server(arguments("mock", payments), {"TERM": "xterm-256color", "FORCE_COLOR": "", "NO_COLOR": ""}) as server:
        ask(server.port, "/v1/customers", AUTHORIZED)
        server.end()
    assert not ANSI.search("\n".join(server.said))


def test_mock__in_60_columns__breaks_neither_url_nor_curl_lines(payments: Path) -> None:
    with Server(arguments("mock", payments), {"COLUMNS": "60"}) as server:
        server.wait_for("Ctrl-C ends it.")
        lines = [line.strip() for line in server.said if line.strip().startswith("curl ")]
        assert curl_status(lines[1]) // 100 == 2
    assert max(len(line) for line in lines) > 60


def test_live_line__of_an_exchange__shows_method_path_status_and_endpoint(payments: Path) -> None:
    with Server(arguments("mock", payments)) as server:
        ask(server.port, "/v1/payments?limit=3", AUTHORIZED)
        ask(server.port, "/v1/nothing", AUTHORIZED)
        server.end()
    (found,) = [line for line in server.said if "/v1/payments?limit=3" in line]
    assert "200 GET" in found
    assert "payments.list" in found
    (missed,) = [line for line in server.said if "/v1/nothing" in line]
    assert "404 GET" in missed
    assert "route_not_found" in missed


def test_mock__with_its_output_closed__goes_on_answering_and_ends_with_code_0(payments: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "diorama", *arguments("mock", payments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            if line.startswith("base URL"):
                port = int(line.strip().rpartition(":")[2])
            if line.startswith("Ctrl-C"):
                break
        process.stdout.close()
        statuses = [ask(port, "/v1/customers", AUTHORIZED).status for _ in range(3)]
        process.send_signal(signal.SIGINT)
        code = process.wait(10)
    assert statuses == [200, 200, 200]
    assert code == 0


def test_mock__after_it_ended__has_left_no_file_but_its_cache(payments: Path, tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_bytes((payments / "openapi.yaml").read_bytes())
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    with Server(arguments("mock", document), cache, cwd=tmp_path) as server:
        assert ask(server.port, "/v1/customers", AUTHORIZED).status == 200
    assert sorted(path.name for path in tmp_path.iterdir()) in (["cache", "openapi.yaml"], ["openapi.yaml"])
