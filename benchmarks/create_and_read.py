"""Closed-loop load of clients that create a row, read it back by the id that they got, and begin again.

Each server gets the same number of rows, so that none is measured with more of them. Every reply is looked into: the
row that is read has to be the one that was created.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks.closed_loop import ClosedLoop, LoadError
from benchmarks.connections import CONNECTIONS, ConnectionLostError, Connections
from benchmarks.open_loop import request_bytes

ROOT = Path(__file__).resolve().parent.parent
ID = re.compile(rb'"id"\s*:\s*(?:"([^"]+)"|(\d+))')
SILENCE_S = 10.0


class Clients:
    """Clients of a collection, one a connection.

    Args:
        port: where the server listens.
        path: of the collection.
        headers: of each request.
        first: the number in the first row's name; names tell rows apart.
        count: how many clients.
    """

    def __init__(self, port: int, path: str, headers: Mapping[str, str], first: int, count: int = CONNECTIONS) -> None:
        self._connections = Connections(port, count)
        self._path = path
        self._headers = headers
        self._next = first
        self._reading: dict[int, bool] = {}
        self._names: dict[int, bytes] = {}
        head, _, _ = request_bytes("\0", headers).partition(b"\0")
        self._get = head + path.encode() + b"/"
        self._rest = request_bytes("\0", headers)[len(head) + 1 :]
        self.good = 0
        self.bad = 0

    def run(self, rows: int) -> float:
        """Create and read so many rows; returns the seconds that it took."""
        began = time.perf_counter()
        last = self._next + rows
        for _ in range(min(len(self._connections.idle), rows)):
            self._create(self._connections.idle.popleft())
        while self._reading:
            ready = self._connections.ready(SILENCE_S)
            if not ready:
                self.bad += len(self._reading)
                break
            for descriptor in ready:
                self._receive(descriptor, last)
        return time.perf_counter() - began

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _create(self, descriptor: int) -> None:
        name = f"Row {self._next:08d}"
        body = json.dumps({"name": name, "amount": self._next, "currency": "EUR", "status": "open"})
        self._next += 1
        self._reading[descriptor] = False
        self._names[descriptor] = name.encode()
        self._connections.send(descriptor, request_bytes(self._path, self._headers, "POST", body))

    def _receive(self, descriptor: int, last: int) -> None:
        data = self._connections.receive(descriptor)
        if data is None:
            return
        reading = self._reading.pop(descriptor, None)
        if reading is None:
            return
        named = ID.search(data)
        right = data.startswith(b"HTTP/1.1 200" if reading else b"HTTP/1.1 201") and self._names[descriptor] in data
        if right and not reading and named:
            self.good += 1
            self._reading[descriptor] = True
            self._connections.send(descriptor, self._get + (named[1] or named[2]) + self._rest)
            return
        self.good += right
        self.bad += not right
        if not data:
            descriptor = self._connections.idle.popleft()
        if self._next < last:
            self._create(descriptor)


def measure(port: int, path: str, headers: Mapping[str, str], first: int, rows: int) -> ClosedLoop:
    """Make the load in this process and sum it up.

    Raises:
        LoadError: no connection.
    """
    try:
        clients = Clients(port, path, headers, first)
        worked = time.process_time()
        try:
            took = clients.run(rows)
        finally:
            clients.close()
    except ConnectionLostError as error:
        raise LoadError(str(error)) from error
    return ClosedLoop(round(clients.good / took, 1), clients.bad, round((time.process_time() - worked) / took, 3))


def run_clients(core: int, port: int, path: str, headers: Mapping[str, str], first: int, rows: int) -> ClosedLoop:
    """Make the load in a process of its own on a core.

    Raises:
        LoadError: that process failed.
    """
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.create_and_read", str(port), path]
    command += ["--first", str(first), "--rows", str(rows)]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(done.stderr.strip().rpartition("\n")[2] or "the load generator failed")
    return ClosedLoop(**json.loads(done.stdout))


def main() -> None:
    """Run it: ``python -m benchmarks.create_and_read PORT PATH --first N --rows N``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.create_and_read", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--first", type=int, default=0, help="the number in the first row's name")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    options = parser.parse_args()
    headers = {name.strip(): value.strip() for name, _, value in (header.partition(":") for header in options.header)}
    gc.disable()  # nothing here forms cycles, and a collection would hold up all clients
    print(json.dumps(asdict(measure(options.port, options.path, headers, options.first, options.rows))))


if __name__ == "__main__":
    main()
