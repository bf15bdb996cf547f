"""A real server in a thread of its own, and a client that sends raw bytes."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from diorama.wire import Address, ServeConfig, WireLimits
from diorama.wire.protocol import Connection
from diorama.wire.server import Server, bind, prepare
from tests.unit.wire.planes import EchoControl, EchoPlane

PATIENCE_S = 20.0


class Served:
    """A server with an :class:`EchoPlane` and an :class:`EchoControl`."""

    def __init__(
        self, limits: WireLimits | None = None, certificate: tuple[str, str] = ("", ""), **config: Any
    ) -> None:
        self.plane: EchoPlane
        self.control: EchoControl
        self.address: Address
        self.loop: asyncio.AbstractEventLoop
        self.server: Server
        self.problems: list[dict[str, Any]] = []
        self.mistake: BaseException | None = None
        self._config = ServeConfig(
            limits=limits or WireLimits(), certfile=certificate[0], keyfile=certificate[1], **config
        )
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            uvloop.run(self._serve())
        except BaseException as mistake:  # noqa: BLE001  # reported to the test's own thread
            self.mistake = mistake
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.loop.set_exception_handler(lambda _, context: self.problems.append(context))
        self.plane, self.control = EchoPlane(), EchoControl()
        prepared = prepare(self._config, self.plane, self.control, lambda: 0.0)
        listener = bind(self._config.host, 0)
        scheme = "https" if self._config.certfile else "http"
        self.address = Address(scheme, self._config.host, listener.getsockname()[1])
        self.server = Server(prepared, self._config.limits, self._started.set)
        await self.server.serve(sockets=[listener])

    def connections(self) -> list[Connection]:
        """The open connections; to be called on the loop."""
        return [one for one in self.server.server_state.connections if isinstance(one, Connection)]

    def beat(self, seconds: float) -> None:
        """Let the timers believe that this much time has passed."""
        sweeper = self.server.config.http_protocol_class.wiring.sweeper  # type: ignore[attr-defined]  # it is ours
        now = self.loop.time()
        self.call(sweeper.beat, now)
        self.call(sweeper.beat, now + seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(PATIENCE_S)
        if self.mistake is not None:
            raise self.mistake
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.join()

    def stop(self) -> None:
        """Ask the server to end."""
        if self._thread.is_alive():
            self.call(setattr, self.server, "should_exit", True)

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run something on the server's loop and return what it returns."""
        result: list[Any] = []
        done = threading.Event()

        def run() -> None:
            result.append(function(*args))
            done.set()

        self.loop.call_soon_threadsafe(run)
        assert done.wait(PATIENCE_S)
        return result[0]

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait until something holds on the server's loop, which works on meanwhile."""
        held = threading.Event()

        def look() -> None:
            if condition():
                held.set()
            else:
                self.loop.call_later(0.001, look)

        self.loop.call_soon_threadsafe(look)
        assert held.wait(PATIENCE_S)

    def release(self, name: str) -> None:
        """Let an exchange that waits for a name go on."""
        self.call(lambda: self.plane.gate(name).set())

    def connect(self) -> RawClient:
        """A connection."""
        trust = None
        if self._config.certfile:
            trust = ssl.create_default_context(cafile=self._config.certfile)
        return RawClient(("127.0.0.1", self.address.port), trust)


class RawClient:
    """Sends bytes as they are and reads replies."""

    def __init__(self, address: tuple[str, int], trust: ssl.SSLContext | None = None) -> None:
        self._socket = socket.create_connection(address, PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if trust is not None:
            self._socket = trust.wrap_socket(self._socket, server_hostname="127.0.0.1")
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def send_eof(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Leave with a RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def set_blocking(self, *, blocking: bool) -> None:
        self._socket.settimeout(PATIENCE_S if blocking else 0.0)

    def try_send(self, data: bytes) -> int:
        """How much of it the system took."""
        try:
            return self._socket.send(data)
        except (BlockingIOError, ssl.SSLWantWriteError):
            return 0

    def read_until_eof(self) -> bytes:
        while self._fill():
            pass
        data, self._buffer = self._buffer, b""
        return data

    def read_bytes(self, size: int) -> bytes:
        """That many bytes, or what there is before the end."""
        while len(self._buffer) < size and self._fill():
            pass
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def read_what_is_there(self) -> bytes:
        """What has arrived, without waiting for more."""
        try:
            while self._fill():
                pass
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        return self._buffer

    def read_until(self, mark: bytes) -> bytes:
        """Everything up to and with a mark."""
        while mark not in self._buffer:
            if not self._fill():
                raise EOFError(self._buffer)
        head, _, self._buffer = self._buffer.partition(mark)
        return head + mark

    def read_reply(self, *, bodiless: bool = False) -> bytes:
        """One whole reply, whichever way it is framed; a 100 counts as one."""
        head = self.read_until(b"\r\n\r\n")
        lower = head.lower()
        if bodiless or head[9:12] in {b"100", b"204", b"304"}:
            return head
        if b"transfer-encoding: chunked" in lower:
            return head + self.read_until(b"0\r\n\r\n")
        if b"content-length: " not in lower:
            return head + self.read_until_eof()
        length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(self._buffer) < length:
            if not self._fill():
                raise EOFError(head + self._buffer)
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return head + body

    def _fill(self) -> bool:
        try:
            data = self._socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        except ssl.SSLEOFError:
            data = b""
        self._buffer += data
        return bool(data)


def certificate(folder: Path) -> tuple[str, str]:
    """A throwaway certificate for 127.0.0.1, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests of the wire")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certfile, keyfile = folder / "certificate.pem", folder / "key.pem"
    certfile.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    keyfile.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(certfile), str(keyfile)
