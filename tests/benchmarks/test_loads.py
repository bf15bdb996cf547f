"""The load generators and the processes, on a real server of the benchmarks' own: the bare one."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import material, open_loop
from benchmarks.bare import ready_reply
from benchmarks.closed_loop import ClosedLoop, LoadError, parse, run_wrk
from benchmarks.connections import complete
from benchmarks.exchange import Probe, fetch
from benchmarks.open_loop import LATE_P99_MS, OpenLoop, OpenLoopError, request_bytes, run_open_loop
from benchmarks.process import ProcessError, ServerProcess, free_port, running

ROOT = Path(__file__).parents[2]
BODY = b'{"a":1}'
CORE = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
NEEDS_COMPILER = pytest.mark.skipif(
    shutil.which("cc") is None or shutil.which("taskset") is None,
    reason="the open-loop generator is compiled, and pinned by taskset, where it runs",
)
NEEDS_WRK = pytest.mark.skipif(
    shutil.which("wrk") is None or shutil.which("taskset") is None, reason="the closed loop is wrk's"
)

WRK = """Running 1s test @ http://127.0.0.1:9000/
  1 threads and 64 connections
  10000 requests in 1.00s, 1.00MB read
%sRequests/sec:  12345.67
Transfer/sec:      1.00MB
"""


def command(port: int, body: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.bare", "--port", str(port), "--body", str(body)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("bare")
    folder.joinpath("body").write_bytes(BODY)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    with running(command(port, folder / "body"), port, environment, folder / "log", Probe("/")) as server:
        yield server


@NEEDS_COMPILER
def test_open_loop__on_a_quick_server__answers_every_request_at_the_rate(server: ServerProcess) -> None:
    seen = run_open_loop(CORE, server.port, request_bytes("/", {"x-a": "b"}), rate=500, seconds=0.4, connections=4)
    assert seen.bad == 0
    assert 0 < seen.p50_ms <= seen.p90_ms <= seen.p99_ms <= seen.p999_ms <= seen.max_ms
    assert 0 < seen.achieved_rate <= 520


@NEEDS_COMPILER
def test_open_loop__while_the_server_is_held__counts_from_when_requests_were_due(server: ServerProcess) -> None:
    server.pause()
    waking = threading.Timer(0.4, server.resume)
    waking.start()
    try:
        held = run_open_loop(CORE, server.port, request_bytes("/", {}), rate=50, seconds=0.1, connections=2)
    finally:
        waking.join()
    assert held.bad == 0
    assert held.p50_ms > 100
    assert held.late_p99_ms < held.p50_ms


@NEEDS_COMPILER
def test_open_loop__without_a_server__says_so() -> None:
    with pytest.raises(OpenLoopError, match="no connection"):
        run_open_loop(CORE, free_port(), request_bytes("/", {}), rate=10, seconds=0.1)


def test_open_loop__without_a_compiler__says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIORAMA_BENCH_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OpenLoopError, match="apt-get install gcc"):
        open_loop.generator()


def test_open_loop__whose_generator_was_late__is_told_apart() -> None:
    figures = {"rate": 1, "achieved_rate": 1, "p50_ms": 1, "p90_ms": 1, "p99_ms": 1, "p999_ms": 1, "max_ms": 1}
    assert OpenLoop(**figures, late_p99_ms=LATE_P99_MS * 2, bad=0).late
    assert not OpenLoop(**figures, late_p99_ms=LATE_P99_MS / 2, bad=0).late


def test_request_bytes__with_a_body__declare_its_length_in_bytes() -> None:
    request = request_bytes("/a", {"x-a": "b"}, "POST", '{"a":"ä"}')
    assert request.startswith(b"POST /a HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a: b\r\n")
    assert b"content-length: 10\r\n\r\n" in request


def test_complete__of_a_reply__waits_for_its_last_byte() -> None:
    reply = ready_reply(BODY)
    assert [complete(reply[:length]) for length in range(len(reply) + 1)] == [False] * len(reply) + [True]


def test_complete__of_a_chunked_reply__waits_for_the_last_chunk() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert not complete(head + b"2\r\nhi\r\n")
    assert complete(head + b"2\r\nhi\r\n0\r\n\r\n")


@NEEDS_WRK
@pytest.mark.parametrize("make", [material.distinct, material.validated])
def test_wrk__with_each_of_its_scripts__gets_good_replies(make: object, server: ServerProcess, tmp_path: Path) -> None:
    assert callable(make)
    seen = run_wrk(CORE, server.port, make(tmp_path), 1)
    assert seen.requests_per_second > 0
    assert seen.bad == 0
    assert 0 < seen.generator_share < 1.1


@NEEDS_WRK
def test_wrk__with_several_paths__asks_for_them_in_turn(server: ServerProcess, tmp_path: Path) -> None:
    seen = run_wrk(CORE, server.port, material.routes(tmp_path, 4), 1)
    assert (seen.requests_per_second > 0, seen.bad) == (True, 0)


def test_wrk_report__without_errors__gives_the_rate() -> None:
    assert parse(WRK % "") == ClosedLoop(12345.67, 0)


def test_wrk_report__with_errors__counts_all_of_them() -> None:
    errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 90\n"
    assert parse(WRK % errors).bad == 100


def test_wrk_report__without_a_rate__is_an_error() -> None:
    with pytest.raises(LoadError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1")


def test_server_process__while_it_runs__has_memory_and_answers(server: ServerProcess) -> None:
    assert server.running()
    assert 5 < server.resident_mb() < 200
    assert server.first_reply_s > 0
    assert fetch(server.port, Probe("/")).body == BODY


def test_server_process__that_ends_at_once__says_what_it_wrote(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "raise SystemExit('no such file')"]
    server = ServerProcess(failing, free_port(), dict(os.environ), tmp_path / "log")
    with pytest.raises(ProcessError, match=r"ended with 1: no such file"):
        server.wait_for(Probe("/"))
    server.stop()
    assert not server.running()


@pytest.mark.parametrize("held", [False, True])
def test_server_process__after_the_block__is_gone(held: bool, tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(BODY)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    with running(command(port, body), port, environment, tmp_path / "log", Probe("/")) as server:
        assert server.running()
        if held:
            server.pause()
    assert not server.running()
