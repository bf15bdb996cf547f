"""A performance of many requests to resources. Run as a program, it prints in hexadecimal all that was replied."""

from __future__ import annotations

import sys
from hashlib import blake2b

from diorama.ports.dice import Dice
from tests.unit.capabilities.resources.playing.shops import FORM, JSON, Shop

PATHS = (
    "GET /customers?size=3&page=2&sort=-name",
    "GET /customers",
    "POST /customers",
    "POST /customers form",
    "PATCH /customers/{id}",
    "PUT /customers/{id}",
    "GET /customers/{id}",
    "DELETE /customers/{id}",
    "POST /accounts/a{number}/orders",
    "GET /accounts/a{number}/orders?expand=customer",
    "GET /customers/cus_example{number}",
)


def performed(count: int = 300, seed: str = "seed") -> Shop:
    """A shop that had many visitors."""
    shop = Shop({"unknown_ids": "make", "initial": 2}, seed=seed)
    dice = Dice(b"performance")
    ids = ["cus_example1"]
    for number in range(count):
        method, path, *form = dice.choice(PATHS).format(id=dice.choice(ids), number=dice.below(3)).split()
        body: object = {"email": f"e{number}@example.com", "name": f"N{dice.below(9)}", "metadata": {"n": str(number)}}
        if "orders" in path:
            body = {"customer": dice.choice(ids), "amount": dice.below(100), "lines": [{"sku": "x"}]}
        if form:
            body = f"email=f{number}%40example.com&metadata[a]={number}".encode()
        if method in {"GET", "DELETE"}:
            body = None
        status, answer = shop.send(method, path, body, FORM if form else JSON)
        assert status < 500, answer
        if status == 201:
            ids.append(answer["id"])
        shop.wall.advance_us(dice.below(1_000_000))
    return shop


def digest(shop: Shop) -> bytes:
    """All that was replied, to the last byte."""
    found = blake2b()
    for record in shop.records():
        found.update(repr((record.seq, record.reply.status, record.reply.headers)).encode() + record.reply.body)
    return found.digest()


if __name__ == "__main__":
    sys.stdout.write(digest(performed()).hex())
