from __future__ import annotations

import pytest

from diorama.formats.openapi import load_documents
from tests.unit.formats.openapi.documents import HEAD_30, NO_PATHS, Folder, messages_of

VARIABLES = (
    "{url: 'https://{host}/{base}/x', variables: {host: {default: a.example}, base: {default: v2, enum: [v1, v2, 3]}}}"
)


@pytest.mark.parametrize(
    ("servers", "roots", "words"),
    [
        ("[]", ("",), ""),
        ("[{url: 'https://a.example'}]", ("",), ""),
        ("[{url: 'https://a.example/v1/'}, {url: '/v2'}, {url: /v1}]", ("/v1", "/v2", ""), ""),
        ("[{url: ./v1}, {url: v2//x}]", ("/v1", "/v2/x", ""), ""),
        (f"[{VARIABLES}]", ("/v2/x", "/v1/x", "/3/x", ""), ""),
        ("[{url: '/{a}'}, {url: /b}]", ("/b", ""), "'a' has no default"),
        ("[{url: 'http://[x'}, {}, 1]", ("",), "no url"),
        ("[{url: '/{a}', variables: {a: {enum: [x]}}}]", ("/x", ""), ""),
    ],
)
def test_servers__of_a_document__are_root_paths(
    folder: Folder, servers: str, roots: tuple[str, ...], words: str
) -> None:
    loaded = folder.load(HEAD_30 + f"servers: {servers}\n" + NO_PATHS)
    assert loaded.project.groups[0].root_paths == roots
    assert words in messages_of(loaded)


def test_servers__with_endless_variables__are_bounded(folder: Folder) -> None:
    variables = "".join(f"    v{n}: {{default: a, enum: [a, b, c]}}\n" for n in range(30))
    url = "/" + "/".join(f"{{v{n}}}" for n in range(30))
    loaded = folder.load(HEAD_30 + f"servers:\n- url: '{url}'\n  variables:\n{variables}" + NO_PATHS)
    assert len(loaded.project.groups[0].root_paths) == 65


def test_servers__relative_to_a_url__lie_below_it() -> None:
    text = HEAD_30 + "servers: [{url: v1}, {url: /v2}]\n" + NO_PATHS
    loaded = load_documents(["https://example.com/docs/api.yaml"], fetch=lambda _: text.encode())
    assert loaded.project.groups[0].root_paths == ("/docs/v1", "/v2", "")


def test_servers__of_path_items_and_operations__make_further_groups(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "servers: [{url: /v1}]\npaths:\n  /a: {get: {responses: {}}}\n"
        + "  /b: {servers: [{url: /v2}], get: {responses: {}}, put: {servers: [{url: /v3}], responses: {}}}\n"
        + "  /c: {get: {servers: [{url: /v2}], responses: {}}}\n"
    )
    found = [(group.name, group.root_paths, [item.path for item in group.endpoints]) for group in loaded.project.groups]
    assert found == [
        ("api", ("/v1", ""), ["/a"]),
        ("api/v2", ("/v2", ""), ["/b", "/c"]),
        ("api/v3", ("/v3", ""), ["/b"]),
    ]
    assert {group.api for group in loaded.project.groups} == {"api"}
