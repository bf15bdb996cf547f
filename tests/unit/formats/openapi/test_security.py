from __future__ import annotations

import pytest

from diorama.model.definition import SecurityRequirement, SecurityScheme
from tests.unit.formats.openapi.documents import HEAD_2, HEAD_30, NO_PATHS, Folder, api_of, endpoints_of, messages_of

SCHEMES = """\
components:
  securitySchemes:
    key: {type: apiKey, in: cookie, name: sid}
    basic: {type: http, scheme: Basic}
    other: {$ref: '#/components/securitySchemes/bearer'}
    bearer: {type: http, scheme: bearer}
    oauth: {type: oauth2, flows: {}}
    openid: {type: openIdConnect, openIdConnectUrl: 'https://example.com'}
    tls: {type: mutualTLS}
"""


def test_schemes__of_openapi_3__are_read(folder: Folder) -> None:
    assert api_of(folder.load(HEAD_30 + NO_PATHS + SCHEMES)).security_schemes == {
        "key": SecurityScheme(name="key", kind="apiKey", parameter="sid", place="cookie"),
        "basic": SecurityScheme(name="basic", kind="http", scheme="basic"),
        "other": SecurityScheme(name="other", kind="http", scheme="bearer"),
        "bearer": SecurityScheme(name="bearer", kind="http", scheme="bearer"),
        "oauth": SecurityScheme(name="oauth", kind="oauth2"),
        "openid": SecurityScheme(name="openid", kind="openIdConnect"),
        "tls": SecurityScheme(name="tls", kind="mutualTLS"),
    }


def test_schemes__of_swagger_2__are_read(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_2
        + NO_PATHS
        + "securityDefinitions: {b: {type: basic}, k: {type: apiKey, in: header, name: X-Key}, o: {type: oauth2}}\n"
    )
    assert list(api_of(loaded).security_schemes.values()) == [
        SecurityScheme(name="b", kind="http", scheme="basic"),
        SecurityScheme(name="k", kind="apiKey", parameter="X-Key", place="header"),
        SecurityScheme(name="o", kind="oauth2"),
    ]
    assert loaded.findings == ()


def test_security__global_and_of_operations__is_what_rules_them(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30
        + "security: [{key: []}, {}]\npaths:\n  /a:\n    get: {responses: {}}\n    put: {security: [], responses: {}}\n"
        + "    post: {security: [{oauth: [read, write], basic: []}], responses: {}}\n"
        + SCHEMES
    )
    assert [endpoint.security for endpoint in endpoints_of(loaded)] == [
        (SecurityRequirement(schemes={"key": ()}), SecurityRequirement()),
        (),
        (SecurityRequirement(schemes={"oauth": ("read", "write"), "basic": ()}),),
    ]


def test_security__of_an_unknown_scheme__is_left_out_with_a_finding(folder: Folder) -> None:
    loaded = folder.load(
        HEAD_30 + "paths: {/a: {get: {security: [{nothing: []}, {key: [], nothing: []}], responses: {}}}}\n" + SCHEMES
    )
    assert endpoints_of(loaded)[0].security == (SecurityRequirement(schemes={"key": ()}),)
    assert messages_of(loaded).count("is not defined") == 2


@pytest.mark.parametrize(
    ("scheme", "count", "words"),
    [
        ("{type: basic}", 1, "read as http"),
        ("{type: http}", 1, "scheme of 'a' is missing"),
        ("{type: magic}", 0, "is not known"),
        ("{}", 0, "is not known"),
    ],
)
def test_scheme__untidy__is_understood_or_left_out(folder: Folder, scheme: str, count: int, words: str) -> None:
    loaded = folder.load(HEAD_30 + NO_PATHS + f"components: {{securitySchemes: {{a: {scheme}}}}}\n")
    assert len(api_of(loaded).security_schemes) == count
    assert words in messages_of(loaded)


@pytest.mark.parametrize("scheme", ["1", "{type: apiKey}", "{type: apiKey, in: path, name: x}"])
def test_scheme__broken__is_refused(folder: Folder, scheme: str) -> None:
    error = folder.refusal(HEAD_30 + NO_PATHS + f"components: {{securitySchemes: {{a: {scheme}}}}}\n")
    assert error.code == "document_invalid"
