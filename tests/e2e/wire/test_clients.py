"""Clients as people use them: curl, Java's HttpClient, ab."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.wire.serving import Served

JAVA = """
import java.net.URI;
import java.net.http.*;

public class Client {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (String body : new String[] {"first", "second", "x".repeat(50000)}) {
            HttpRequest post = HttpRequest.newBuilder(URI.create(arguments[0] + "/echo/java"))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
            HttpResponse<String> reply = client.send(post, HttpResponse.BodyHandlers.ofString());
            System.out.println(reply.statusCode() + " " + reply.version() + " " + reply.body().contains(body));
        }
        HttpRequest get = HttpRequest.newBuilder(URI.create(arguments[0] + "/stream")).build();
        HttpResponse<String> reply = client.send(get, HttpResponse.BodyHandlers.ofString());
        System.out.println(reply.statusCode() + " " + reply.version() + " " + reply.body());
    }
}
"""


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on the PATH")
@pytest.mark.parametrize("option", ["--http2", "--http1.1", "--http1.0"])
def test_curl__whatever_version_it_asks_for__is_answered(plain: Served, option: str) -> None:
    url = plain.address.url
    output = _run(
        "curl", "-sS", "-i", option, "-d", "posted", f"{url}/echo/1", "--next", "-sS", option, f"{url}/echo/2"
    )
    assert output.startswith("HTTP/1.1 200 OK")
    assert '"body": "posted"' in output
    assert '"path": "/echo/2"' in output
    upgrades = [value for request in plain.plane.handled for name, value in request.headers if name == b"upgrade"]
    assert (b"h2c" in upgrades) == (option == "--http2")


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on the PATH")
def test_curl__with_a_large_upload__expects_its_100_and_gets_it(plain: Served, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(b"u" * 3_000_000)
    output = _run("curl", "-sS", "-i", "-H", "Expect: 100-continue", "-T", str(upload), f"{plain.address.url}/echo")
    assert output.startswith("HTTP/1.1 100 Continue")
    assert len(plain.plane.handled[0].body) == 3_000_000


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on the PATH")
def test_curl__with_an_upload_that_is_too_large__reads_the_refusal(plain: Served, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(b"u" * 11_000_000)
    output = _run("curl", "-sS", "-H", "Expect:", "-T", str(upload), f"{plain.address.url}/echo")
    assert '"code":"body_too_large"' in output


@pytest.mark.skipif(shutil.which("java") is None, reason="there is no java on the PATH")
def test_java__with_its_default_client__keeps_its_bodies(plain: Served, tmp_path: Path) -> None:
    source = tmp_path / "Client.java"
    source.write_text(JAVA)
    output = _run("java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", str(source), plain.address.url)
    assert output.splitlines() == ["200 HTTP_1_1 true"] * 3 + ["200 HTTP_1_1 one,two,three"]
    assert any((b"upgrade", b"h2c") in request.headers for request in plain.plane.handled)


@pytest.mark.skipif(shutil.which("ab") is None, reason="there is no ab (apache2-utils) on the PATH")
@pytest.mark.parametrize("options", [[], ["-k"]])
def test_ab__with_and_without_keep_alive__fails_no_request(plain: Served, options: list[str]) -> None:
    output = _run("ab", "-q", "-n", "500", "-c", "10", *options, f"{plain.address.url}/constant")
    assert re.search(r"Complete requests:\s+500\n", output)
    assert re.search(r"Failed requests:\s+0\n", output)
    assert "Non-2xx" not in output
    kept = re.search(r"Keep-Alive requests:\s+(\d+)\n", output)
    assert (int(kept[1]) if kept else 0) == (500 if options else 0)
