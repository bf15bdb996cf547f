"""Which sandbox a request is for."""

from __future__ import annotations

import tracemalloc

import pytest

from diorama.engine.effects.wall_clock import ManualClock
from diorama.engine.sandbox import Sandbox
from diorama.flow.publication import Published, publish
from diorama.flow.selection import Selector, key_hash, valid_id
from diorama.model.errors import DioramaError
from diorama.model.http import Headers
from tests.unit.flow.staging import TOKEN_KEY, answering, endpoint, ok, project, request, row

KEYS = {"default": "dsk_default", "dev": "dsk_dev", "other": "dsk_other"}


@pytest.fixture(scope="module")
def published() -> Published:
    return publish(project([endpoint("GET", "/things"), endpoint("GET", "/s/{shop}/open")]), [answering(ok)])


@pytest.fixture
def sandboxes(published: Published) -> dict[str, Sandbox]:
    return {
        name: Sandbox(row(name, key_hash=key_hash(key)), published, ManualClock(), TOKEN_KEY)
        for name, key in KEYS.items()
    }


def selected(sandboxes: dict[str, Sandbox], path: str = "/things", headers: Headers | None = None) -> tuple[str, str]:
    sandbox, rest = Selector(sandboxes).select(request("GET", path, headers))
    return sandbox.id, rest


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/things", [], ("default", "/things")),
        ("/things", [(b"x-sandbox-id", b" dev ")], ("dev", "/things")),
        ("/things", [(b"x-sandbox-id", b"")], ("default", "/things")),
        ("/things", [(b"host", b"dev.sbx.localhost")], ("dev", "/things")),
        ("/things", [(b"host", b"DEV.sbx.localhost:8000")], ("dev", "/things")),
        ("/things", [(b"host", b"dev.sbx.localhost.:8000")], ("dev", "/things")),
        ("/things", [(b"host", b"localhost:8000")], ("default", "/things")),
        ("/things", [(b"host", b"[::1]:8000")], ("default", "/things")),
        ("/things", [(b"host", b"a.dev.sbx.localhost")], ("default", "/things")),
        ("/s/dev/things", [], ("dev", "/things")),
        ("/s/dev", [], ("dev", "/")),
        ("/s/dev/", [], ("dev", "/")),
        ("/s//things", [], ("default", "/s//things")),
        ("/s/dev/open", [], ("default", "/s/dev/open")),
        ("/s/dev/s/dev/open", [], ("dev", "/s/dev/open")),
        ("/things", [(b"x-sandbox-key", b"dsk_dev")], ("dev", "/things")),
        ("/things", [(b"authorization", b"Bearer dsk_dev")], ("dev", "/things")),
        ("/things", [(b"authorization", b"Bearer something-of-the-api")], ("default", "/things")),
        ("/things", [(b"authorization", b"Basic dsk_dev")], ("default", "/things")),
    ],
)
def test_select__one_signal__is_followed(
    sandboxes: dict[str, Sandbox], path: str, headers: Headers, expected: tuple[str, str]
) -> None:
    assert selected(sandboxes, path, headers) == expected


SIGNALS: dict[str, Headers] = {
    "id": [(b"x-sandbox-id", b"dev")],
    "host": [(b"host", b"dev.sbx.localhost")],
    "key": [(b"x-sandbox-key", b"dsk_dev")],
    "bearer": [(b"authorization", b"Bearer dsk_dev")],
}


@pytest.mark.parametrize("one", SIGNALS)
@pytest.mark.parametrize("other", SIGNALS)
def test_select__signals_that_agree__are_followed(sandboxes: dict[str, Sandbox], one: str, other: str) -> None:
    assert selected(sandboxes, "/s/dev/things", SIGNALS[one] + SIGNALS[other]) == ("dev", "/things")


@pytest.mark.parametrize("signal", SIGNALS)
def test_select__signals_that_disagree__are_refused(sandboxes: dict[str, Sandbox], signal: str) -> None:
    with pytest.raises(DioramaError) as failure:
        selected(sandboxes, "/s/other/things", SIGNALS[signal])
    assert (failure.value.code, failure.value.status) == ("sandbox_ambiguous", 400)
    assert "'dev'" in failure.value.message
    assert "'other'" in failure.value.message


def test_select__two_headers_that_disagree__are_refused(sandboxes: dict[str, Sandbox]) -> None:
    headers = [(b"x-sandbox-id", b"dev"), (b"x-sandbox-id", b"other")]
    with pytest.raises(DioramaError) as failure:
        selected(sandboxes, "/things", headers)
    assert failure.value.code == "sandbox_ambiguous"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/things", [(b"host", b"nobody.sbx.localhost")]),
        ("/things", [(b"x-sandbox-id", b"nobody")]),
        ("/s/nobody/things", []),
        ("/things", [(b"x-sandbox-key", b"dsk_nobody")]),
        ("/things", [(b"x-sandbox-key", b"")]),
        ("/things", [(b"authorization", b"bearer dsk_nobody")]),
    ],
)
def test_select__an_unknown_sandbox__is_a_404(sandboxes: dict[str, Sandbox], path: str, headers: Headers) -> None:
    with pytest.raises(DioramaError) as failure:
        selected(sandboxes, path, headers)
    assert (failure.value.code, failure.value.status) == ("sandbox_unknown", 404)
    assert "dsk_nobody" not in failure.value.message


def test_select__without_a_default_sandbox__is_a_404_and_prefixes_work(sandboxes: dict[str, Sandbox]) -> None:
    del sandboxes["default"]
    assert selected(sandboxes, "/s/dev/open") == ("dev", "/open")
    with pytest.raises(DioramaError):
        selected(sandboxes)


def test_select__a_key_seen_before__follows_its_sandbox_only_while_it_is_there(sandboxes: dict[str, Sandbox]) -> None:
    selector = Selector(sandboxes)
    asked = request("GET", "/things", [(b"x-sandbox-key", b"dsk_dev")])
    assert [selector.select(asked)[0].id for _ in range(2)] == ["dev", "dev"]
    del sandboxes["dev"]
    with pytest.raises(DioramaError):
        selector.select(asked)


def test_select__more_hosts_than_are_remembered__still_finds_each(sandboxes: dict[str, Sandbox]) -> None:
    selector = Selector(sandboxes)
    for number in range(1_100):
        selector.select(request("GET", "/things", [(b"host", b"host%d" % number)]))
    assert selector.select(request("GET", "/things", [(b"host", b"dev.sbx.localhost")]))[0].id == "dev"
    assert len(selector._hosts) <= 1_024


def test_selector__with_a_pattern_of_its_own__follows_it_and_without_one_no_host(
    sandboxes: dict[str, Sandbox],
) -> None:
    asked = request("GET", "/things", [(b"host", b"api-dev.example.test")])
    assert Selector(sandboxes, "api-{id}.example.test").select(asked)[0].id == "dev"
    assert Selector(sandboxes, "").select(asked)[0].id == "default"
    with pytest.raises(DioramaError) as failure:
        Selector(sandboxes, "no-place-for-it.test")
    assert failure.value.code == "option_invalid"


@pytest.mark.parametrize(("text", "valid"), [("a", True), ("a-1", True), ("-a", False), ("a-", False), ("A", False)])
def test_valid_id__a_text__is_a_label_in_lower_case(text: str, valid: bool) -> None:
    assert valid_id(text) is valid
    assert not valid_id("a" * 64)


def test_select__second_key_of_another_sandbox__is_ambiguous(sandboxes: dict[str, Sandbox]) -> None:
    for name, prefix in ((b"x-sandbox-key", b""), (b"authorization", b"Bearer ")):
        with pytest.raises(DioramaError) as caught:
            selected(sandboxes, headers=[(name, prefix + b"dsk_dev"), (name, prefix + b"dsk_other")])
        assert caught.value.code == "sandbox_ambiguous"


def test_select__long_hosts__are_not_remembered(sandboxes: dict[str, Sandbox]) -> None:
    selector = Selector(sandboxes)
    tracemalloc.start()
    try:
        for number in range(200):
            selector.select(request("GET", "/things", [(b"host", b"%d" % number + b"a" * 60_000)]))
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 1_000_000
