"""Requests to the control plane that ask for more than an answer."""

from __future__ import annotations

import json

from tests.unit.api.test_application import call
from tests.unit.installations import small_installation


def test_create__many_mistakes__are_not_all_named() -> None:
    installation, _ = small_installation()
    body = json.dumps({f"wrong{number}": 1 for number in range(2_000)} | {"w" * 20_000: 1})
    reply = call(
        installation, "POST", "/_diorama/api/sandboxes", content=body, headers={"content-type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "option_invalid")
    assert len(reply.content) < 20_000
