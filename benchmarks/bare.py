"""The ceiling as a server: the bare protocol with a body of our choice.

It parses with httptools on uvloop's transport and writes ready bytes, without routing, journal or validation. What
another server does beside that is what it is slower by.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvloop

from benchmarks.bare_protocol import Bare


class ReadyBare(Bare):
    """Answers each request with the same bytes."""

    def __init__(self, reply: bytes) -> None:
        super().__init__()
        self._reply = reply

    def on_message_complete(self) -> None:
        """Answer."""
        self.transport.write(self._reply)


def ready_reply(body: bytes) -> bytes:
    """Status line, headers and body of a JSON reply."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(port: int, body: bytes) -> None:
    """Serve until the process is stopped."""
    reply = ready_reply(body)
    server = await asyncio.get_running_loop().create_server(lambda: ReadyBare(reply), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Run it: ``python -m benchmarks.bare --port N --body FILE``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--body", type=Path, required=True, help="the file that holds the body")
    options = parser.parse_args()
    uvloop.run(serve(options.port, options.body.read_bytes()))


if __name__ == "__main__":
    main()
