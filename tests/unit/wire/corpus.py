"""Request sequences that must be answered the same however their bytes are split."""

from __future__ import annotations

HOST = b"Host: test\r\n"
GET = b"GET /echo/a HTTP/1.1\r\n" + HOST + b"\r\n"
CONSTANT = b"GET /constant HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /echo/p?q=1&r=%20 HTTP/1.1\r\n" + HOST + b"Content-Length: 11\r\n\r\nhello world"
CHUNKED = (
    b"POST /echo/c HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    b'5;ext="a"\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: ignored\r\nHost: evil\r\n\r\n'
)
H2C_GET = (
    b"GET /echo/h2c HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
)
H2C_POST = H2C_GET[:-2].replace(b"GET", b"POST") + b"Content-Length: 4\r\n\r\nbody"
H2C_CHUNKED = H2C_GET[:-2].replace(b"GET", b"PUT") + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
CONTROL = b"POST /_diorama/echo?x=1 HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc"
SOON = b"POST /soon HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nhi"
CLOSE = b"GET /echo/last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
HTTP_10 = b"GET /echo/ten HTTP/1.0\r\n\r\n"
HTTP_10_KEPT = b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
EXPECT = b"POST /echo/e HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok"
STREAM = b"GET /stream HTTP/1.1\r\n" + HOST + b"\r\n"
NO_HOST = b"GET /echo HTTP/1.1\r\nX: 1\r\n\r\n"
GARBAGE = b"\x16\x03\x01garbage\r\n\r\n"
ABSOLUTE = b"GET http://other:81/echo/abs?x#frag HTTP/1.1\r\n" + HOST + b"\r\n"
BROWSER = b"GET /echo/page HTTP/1.1\r\n" + HOST + b"Sec-Fetch-Mode: navigate\r\n\r\n"
HEAD = b"HEAD /constant HTTP/1.1\r\n" + HOST + b"\r\n"
FLAGGED = b"GET /echo/t HTTP/1.1\r\n" + HOST + b"X-Trigger-Of-Tests: 1\r\nEmpty:\r\nPadded: \t a b \t\r\n\r\n"

SEQUENCES: dict[str, bytes] = {
    "repeated get": GET + GET + GET,
    "constant and posts": CONSTANT + POST + CONSTANT + POST + POST,
    "chunks with extension and trailer": CHUNKED + GET,
    "h2c get then get": H2C_GET + GET,
    "h2c with bodies": H2C_POST + H2C_CHUNKED + H2C_GET + H2C_GET + POST,
    "control between": GET + CONTROL + GET + CONTROL,
    "waiting between": SOON + GET + SOON + CONTROL + SOON + SOON,
    "close ends it": GET + CLOSE + GET,
    "1.0 ends it": HTTP_10 + GET,
    "1.0 stream ends it": HTTP_10_KEPT + GET,
    "expectation": EXPECT + GET + EXPECT,
    "streams": STREAM + STREAM + GET,
    "no host": GET + NO_HOST + GET,
    "garbage behind": SOON + GET + GARBAGE,
    "absolute": ABSOLUTE + GET,
    "browser": BROWSER + GET + BROWSER,
    "head": HEAD + GET + HEAD,
    "triggers": FLAGGED + GET + FLAGGED + FLAGGED,
    "blank lines": b"\r\n\r\n" + GET + b"\r\n" + GET,
    "options star": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n" + GET,
    "head that breaks": GET + b"HEAD A\x00",
    "named and broken": GET + GET[:-2] + b"X-Correlation-Id: named\r\nBad Name: 1\r\n\r\n",
    "different hosts": GET + GET.replace(b"test", b"else") + GET + GET.replace(b"test", b"te st"),
}
