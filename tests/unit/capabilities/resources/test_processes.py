"""Inference in two processes whose sets have different orders. Run as a program, it prints what was inferred."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.unit.capabilities.resources.documents import FLAG, NUMBER, TEXT, array, endpoint, inferred, ref, thing

ROOT = Path(__file__).resolve().parents[4]


def printed(seed: str) -> bytes:
    """What another process infers."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, check=True, timeout=120)
    return done.stdout


def test_infer__in_two_processes__gives_the_same_bytes() -> None:
    first = printed("1")
    assert b'"name":"order"' in first
    assert first == printed("2")


if __name__ == "__main__":
    order = thing(id=TEXT, customer={"anyOf": [TEXT, ref("Customer")]}, state={"enum": ["open", "closed"]}, closed=FLAG)
    customer = thing(id=TEXT, name=TEXT, email=TEXT, size=NUMBER)
    inference = inferred(
        endpoint(
            "GET /customers", thing(data=array(ref("Customer")), total=NUMBER), query={"name": TEXT, "page": NUMBER}
        ),
        endpoint("GET /customers/{customer_id}", ref("Customer")),
        endpoint("GET /customers/{customer_id}/orders", array(ref("Order"))),
        endpoint("GET /orders", array(ref("Order"))),
        endpoint("POST /orders", ref("Order"), thing(customer=TEXT)),
        endpoint("GET /orders/{id}", ref("Order")),
        endpoint("POST /orders/{id}/close", ref("Order")),
        endpoint("GET /health", thing(ok=FLAG)),
        schemas={"Order": order, "Customer": customer},
    )
    sys.stdout.buffer.write(msgspec.json.encode(inference))
