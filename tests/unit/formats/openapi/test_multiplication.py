"""What a document says once and a definition would repeat: bounded, whatever way the repetition takes."""

from __future__ import annotations

import pytest

from diorama.formats.openapi import Limits
from tests.unit.formats.openapi.documents import HEAD_2, HEAD_30, HEAD_31, Folder, endpoints_of

TEXT = "x" * 20_000
SMALL = Limits(shared_bytes_max=200_000)


def operations(answer: str, count: int = 50) -> str:
    return "paths:\n" + "".join(f"  /{n}: {{get: {{responses: {{'200': {answer}}}}}}}\n" for n in range(count))


CASES = {
    "response": HEAD_30
    + operations("{$ref: '#/components/responses/r'}")
    + f"components: {{responses: {{r: {{description: {TEXT}}}}}}}\n",
    "example": HEAD_30
    + operations("{description: d, content: {a/b: {examples: {e: {$ref: '#/components/examples/e'}}}}}")
    + f"components: {{examples: {{e: {{value: {TEXT}}}}}}}\n",
    "value": HEAD_30 + operations("{description: d, content: {a/b: {example: {$ref: '#/x-v'}}}}") + f"x-v: {TEXT}\n",
    "external text": HEAD_30
    + operations("{description: d, content: {a/b: {examples: {e: {externalValue: text.txt}}}}}"),
    "media type": HEAD_30
    + operations("{description: d, content: {a/b: {$ref: '#/x-m'}}}")
    + f"x-m: {{example: {TEXT}}}\n",
    "header": HEAD_31 + operations("{description: d, headers: {X-A: {$ref: '#/x-h'}}}") + f"x-h: {{example: {TEXT}}}\n",
    "statuses": HEAD_30
    + "paths: {/a: {get: {responses: {"
    + ", ".join(f"'{status}': {{$ref: '#/x-r'}}" for status in range(200, 250))
    + f"}}}}}}}}\nx-r: {{description: {TEXT}}}\n",
    "security": HEAD_30
    + "security: ["
    + ", ".join("{k: [abcdefghijklmnopqrstuvwxyz]}" for _ in range(500))
    + "]\n"
    + operations("{description: d}")
    + "components: {securitySchemes: {k: {type: oauth2}}}\n",
    "produces": HEAD_2
    + "produces: ["
    + ", ".join(f"a/b{n}" for n in range(40))
    + "]\n"
    + operations(f"{{description: d, schema: {{type: string, title: {TEXT}}}}}", 1),
    "consumes": HEAD_2
    + "consumes: ["
    + ", ".join(f"a/b{n}" for n in range(40))
    + "]\npaths: {/a: {post: {parameters: [{name: b, in: body, schema: {title: "
    + TEXT
    + "}}], responses: {}}}}\n",
    "path item": HEAD_30
    + "paths:\n"
    + "".join(f"  /{n}: {{$ref: '#/x-p'}}\n" for n in range(50))
    + f"x-p: {{get: {{summary: {TEXT}, responses: {{}}}}}}\n",
    "parameters": HEAD_30
    + "paths:\n  /a:\n    parameters:\n"
    + "".join(f"    - {{name: p{n}, in: query}}\n" for n in range(1_000))
    + "".join(f"    {method}: {{responses: {{}}}}\n" for method in ("get", "put", "post", "patch", "head", "trace")),
}


@pytest.mark.parametrize("name", CASES)
def test_repetition__beyond_the_limit__is_refused(folder: Folder, name: str) -> None:
    folder.write("text.txt", TEXT)
    error = folder.refusal(CASES[name], limits=SMALL)
    assert (error.code, "multiply" in error.message) == ("document_trap", True)
    assert error.meta["line"]


@pytest.mark.parametrize("name", CASES)
def test_repetition__within_the_limit__is_loaded(folder: Folder, name: str) -> None:
    folder.write("text.txt", TEXT)
    assert endpoints_of(folder.load(CASES[name]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "openapi: 3.0.0\n? " + "k" * 2_000 + "\n: 1\n"),
        ("a.json", '{"openapi": "3.0.0", "a": [{"' + "k" * 2_000 + '": 1}]}'),
    ],
)
def test_key__longer_than_the_limit__is_refused(folder: Folder, name: str, content: str) -> None:
    error = folder.refusal(content, name)
    assert (error.code, "1,024 characters" in error.message) == ("document_trap", True)
