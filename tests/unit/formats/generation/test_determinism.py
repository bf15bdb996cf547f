from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys
import msgspec
from diorama.formats.generation import Generator, Setting
from diorama.ports.dice import Dice

schemas = {"T": {"type": "object", "properties": {"v": {"type": "number"}, "k": {"items": {"$ref": "#/$defs/T"}}}}}
schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "tree": {"$ref": "#/$defs/T"},
        "kind": {"enum": ["a", "b", "c", None]},
        "code": {"type": "string", "pattern": "^[A-Z]{2,9}$"},
        "any": {"oneOf": [{"type": "string"}, {"type": "array", "items": {}, "uniqueItems": True}]},
    },
    "patternProperties": {"^x-": {"type": "boolean"}},
    "additionalProperties": {"type": "string", "format": "date-time"},
}
generator = Generator(schemas)
named = {
    "type": "object",
    "properties": {
        name: {"type": "string"}
        for name in ("id", "name", "email", "phone", "city", "iban", "created_at", "status", "account_id", "total")
    } | {"data": {"type": "array", "items": schema}, "total_count": {"type": "integer"}},
}
values = [generator.drawn(schema, Dice(bytes([n]) * 32)) for n in range(40)] + [generator.plain(schema)]
values += [generator.believable(named, Dice(bytes([n]) * 32), setting=Setting(thing="order")) for n in range(40)]
patterned = {
    "type": "object",
    "properties": {
        "phone": {"type": "string", "pattern": "^\\\\+44[0-9]{10}$"},
        "card_number": {"type": "string", "pattern": "^4[0-9]{15}$"},
        "brand": {"enum": ["mastercard", "visa"]},
        "iban": {"type": "string", "pattern": "^DE[0-9]{20}$"},
        "status": {"enum": ["paid", "open"]},
    },
}
values += [generator.believable(patterned, Dice(bytes([n]) * 32), setting=Setting(is_new=True)) for n in range(20)]
sys.stdout.buffer.write(msgspec.json.encode(values))
"""


def run(hash_seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True).stdout


def test_values__in_two_processes__are_the_same_bytes() -> None:
    first = run("1")
    assert len(first) > 5000
    assert first == run("4242")
