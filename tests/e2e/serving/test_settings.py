"""Settings from the environment and the command line, on real processes."""

from __future__ import annotations

import re
import socket
import ssl
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.serving.conversation import AUTHORIZED, ask
from tests.e2e.serving.process import Server, run
from tests.e2e.wire.serving import certificate

INVALID = {"amount": "much", "currency": "EUR", "payment_method": "pm_card_visa"}


def test_variables__instead_of_options__count(payments: Path, tmp_path: Path) -> None:
    given = {
        "DIORAMA_PORT": "0",
        "DIORAMA_DATA": str(tmp_path / "kept"),
        "DIORAMA_VALIDATION": "off",
        "DIORAMA_CORS": "false",
        "DIORAMA_LOG_FORMAT": "json",
    }
    with Server(["serve", str(payments)], given) as server:
        created = ask(server.port, "/v1/payments", AUTHORIZED, method="POST", body=INVALID)
        from_afar = ask(server.port, "/v1/customers", {**AUTHORIZED, "origin": "https://elsewhere.example"})
        server.end()
    assert created.status == 200
    assert "access-control-allow-origin" not in from_afar.headers
    assert (tmp_path / "kept" / "control.db").is_file()
    assert server.said[0].startswith("{")


def test_options__beside_variables__win(payments: Path) -> None:
    given = {"DIORAMA_PORT": "1", "DIORAMA_VALIDATION": "off"}
    with Server(["mock", str(payments), "--port", "0", "--validation", "on"], given) as server:
        answer = ask(server.port, "/v1/payments", AUTHORIZED, method="POST", body=INVALID)
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIORAMA_PORT", "many"),
        ("DIORAMA_VALIDATION", "maybe"),
        ("DIORAMA_DURABILITY", "sometimes"),
        ("DIORAMA_BODY_BYTES_MAX", "10 MB"),
    ],
)
def test_variable__with_a_value_that_cannot_be__is_named(name: str, value: str, payments: Path) -> None:
    done = run(["serve", str(payments), "--memory"], {name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert "hint" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("DIORAMA_HOST_PATTERN", "sbx.localhost", "{id}"), ("DIORAMA_TRUSTED_PROXIES", "everyone", "everyone")],
)
def test_variable__that_makes_no_sense__is_explained(name: str, value: str, said: str, payments: Path) -> None:
    done = run(["serve", str(payments), "--memory", "--port", "0"], {name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--port", "99999"), ("--validation", "maybe"), ("--durability", "sometimes"), ("--prot", "1")],
)
def test_option__that_cannot_be__is_named_with_exit_code_2(option: str, value: str, payments: Path) -> None:
    done = run(["serve", str(payments), option, value])
    assert done.returncode == 2
    assert option in done.stderr
    assert "Traceback" not in done.stderr


def test_serve__beyond_loopback__answers_and_closes_the_control_plane(payments: Path) -> None:
    with Server(["serve", str(payments), "--memory", "--host", "0.0.0.0", "--port", "0"]) as server:
        server.wait_for("Ctrl-C ends it.")
        mocked = ask(server.port, "/v1/customers", AUTHORIZED)
        control = [
            ask(server.port, path, method=method)
            for method, path in [
                ("GET", "/_diorama/"),
                ("GET", "/_diorama/api/sandboxes"),
                ("POST", "/_diorama/api/sandboxes"),
                ("GET", "/_diorama/api/exchanges"),
            ]
        ]
    assert mocked.status == 200
    assert {answer.status for answer in control} == {403}
    assert {answer.json["code"] for answer in control} == {"control_plane_closed"}
    assert "control    off, because this listens beyond loopback" in server.said


def test_errors_option__on_a_reply_that_breaks_its_schema__answers_500(tmp_path: Path) -> None:
    document = tmp_path / "wrong.yaml"
    document.write_text(
        "openapi: 3.1.0\ninfo: {title: Wrong, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n"
        "        '200':\n          description: OK\n          content:\n            application/json:\n"
        "              schema: {type: object, required: [id]}\n              example: {name: no id}\n"
    )
    with Server(["mock", str(document), "--port", "0", "--errors"]) as server:
        strict = ask(server.port, "/a")
    with Server(["mock", str(document), "--port", "0"]) as server:
        lenient = ask(server.port, "/a")
    assert (strict.status, strict.json["code"]) == (500, "reply_violates_schema")
    assert (lenient.status, lenient.json) == (200, {"name": "no id"})
    assert "x-diorama-violations" in lenient.headers


def test_header_limit__from_a_variable__holds(payments: Path) -> None:
    given = {"DIORAMA_HEADER_BYTES_MAX": "8192", "DIORAMA_BODY_BYTES_MAX": "1000"}
    with Server(["mock", str(payments), "--port", "0"], given) as server:
        headers = ask(server.port, "/v1/customers", {**AUTHORIZED, "x-filler": "a" * 10_000})
        body = ask(server.port, "/v1/customers", AUTHORIZED, method="POST", body={"email": "a" * 2_000})
    assert (headers.status, body.status) == (431, 413)


def test_server__on_ipv6_loopback__prints_a_url_that_works(payments: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with Server(["mock", str(payments), "--host", "::1", "--port", "0"]) as server:
        answer = ask(server.port, "/v1/customers", AUTHORIZED, host="::1")
    assert answer.status == 200
    assert server.url.startswith("http://[::1]:")


def test_variables__about_who_is_meant__decide_it(payments: Path) -> None:
    given = {
        "DIORAMA_HOST_PATTERN": "{id}.dev.localhost",
        "DIORAMA_SESSION_COOKIE": "sid",
        "DIORAMA_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    with Server(["serve", str(payments), "--memory", "--port", "0"], given) as server:
        assert ask(server.port, "/_diorama/api/sandboxes", method="POST", body={"id": "mine"}).status == 201
        by_host = ask(server.port, "/v1/customers", {**AUTHORIZED, "host": "mine.dev.localhost"})
        by_cookie = ask(
            server.port, "/v1/customers", {**AUTHORIZED, "cookie": "sid=me", "x-forwarded-for": "192.0.2.7"}
        )
        (mine,) = ask(server.port, "/_diorama/api/exchanges?sandbox=mine").json["exchanges"]
        (default,) = ask(server.port, "/_diorama/api/exchanges").json["exchanges"]
    assert (by_host.status, by_cookie.status) == (200, 200)
    assert (mine["session_named"], mine["client"]) == (False, "127.0.0.1")
    assert (default["session_named"], default["client"]) == (True, "192.0.2.7")


def without_moments(body: bytes) -> bytes:
    """A body without its dates and times: those follow the clock, which goes on between two servers."""
    return re.sub(rb"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?", b"<moment>", body)


def test_seed_option__of_dynamic_replies__decides_them(payments: Path) -> None:
    bodies = []
    for seed in ("one", "one", "two"):
        with Server(["mock", str(payments), "--port", "0", "--dynamic", "--seed", seed]) as server:
            bodies.append([without_moments(ask(server.port, "/v1/customers", AUTHORIZED).body) for _ in range(2)])
    assert bodies[0] == bodies[1] != bodies[2]
    assert bodies[0][0] != bodies[0][1]


def test_durability_option__of_the_default_sandbox__is_kept(payments: Path, tmp_path: Path) -> None:
    kept = ["--data", str(tmp_path / "data"), "--durability", "strict"]
    with Server(["serve", str(payments), "--port", "0", *kept]) as server:
        (default,) = ask(server.port, "/_diorama/api/sandboxes").json["sandboxes"]
    assert default["durability"] == "strict"


def test_tls_options__with_a_certificate__serve_https(payments: Path, tmp_path: Path) -> None:
    certfile, keyfile = certificate(tmp_path)
    options = ["--tls-certificate", certfile, "--tls-key", keyfile]
    with Server(["mock", str(payments), "--port", "0", *options]) as server:
        trust = ssl.create_default_context(cafile=certfile)
        asked = urllib.request.Request(f"{server.url}/v1/customers", headers=AUTHORIZED)
        with urllib.request.urlopen(asked, timeout=10, context=trust) as reply:
            assert reply.status == 200
    assert server.url.startswith("https://")
