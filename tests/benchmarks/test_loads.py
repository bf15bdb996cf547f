"""The load generators and the processes, on a real server of the benchmarks' own: the bare one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bare import ready_reply
from benchmarks.closed_loop import ClosedLoop, LoadError, parse
from benchmarks.exchange import Probe, fetch, mismatch
from benchmarks.open_loop import OpenLoopError, complete, measure, percentile, request_bytes
from benchmarks.process import ProcessError, ServerProcess, free_port, running

ROOT = Path(__file__).parents[2]
BODY = b'{"a":1}'

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


def test_open_loop__on_a_quick_server__answers_every_request_at_the_rate(server: ServerProcess) -> None:
    seen = measure(server.port, request_bytes("/", {"x-a": "b"}), rate=500, seconds=0.4, connections=4)
    assert seen.bad == 0
    assert 0 < seen.p50_ms <= seen.p90_ms <= seen.p99_ms <= seen.p999_ms <= seen.max_ms
    assert 0 < seen.achieved_rate <= 520


def test_open_loop__without_a_server__says_so() -> None:
    with pytest.raises(OpenLoopError, match="no connection"):
        measure(free_port(), request_bytes("/", {}), rate=10, seconds=0.1)


def test_complete__of_a_reply__waits_for_its_last_byte() -> None:
    reply = ready_reply(BODY)
    assert [complete(reply[:length]) for length in range(len(reply) + 1)] == [False] * len(reply) + [True]


def test_complete__of_a_chunked_reply__waits_for_the_last_chunk() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert not complete(head + b"2\r\nhi\r\n")
    assert complete(head + b"2\r\nhi\r\n0\r\n\r\n")


def test_percentile__of_ordered_values__is_one_of_them() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [1, 51, 100, 100]
    assert percentile([], 0.5) == 0


def test_wrk_report__without_errors__gives_the_rate() -> None:
    assert parse(WRK % "") == ClosedLoop(12345.67, 0)


def test_wrk_report__with_errors__counts_all_of_them() -> None:
    errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 90\n"
    assert parse(WRK % errors).bad == 100


def test_wrk_report__without_a_rate__is_an_error() -> None:
    with pytest.raises(LoadError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1")


def test_mismatch__of_right_and_wrong_replies__names_path_and_difference(server: ServerProcess) -> None:
    assert mismatch(server.port, {"/": {"a": 1}}, {}) == ""
    assert mismatch(server.port, {"/": {"a": 1}, "/other": {"a": 2}}, {}).startswith("/other: another body")
    assert "no reply" in mismatch(free_port(), {"/": {}}, {})


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


def test_server_process__after_the_block__is_gone(tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(BODY)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    with running(command(port, body), port, environment, tmp_path / "log", Probe("/")) as server:
        assert server.running()
    assert not server.running()
