"""What Dice yields for fixed keys, as literals. Changing one changes every recorded journal, so none ever changes.

Run with the path of ``dice.py`` as its argument, this file prints what that module yields, in any Python by itself.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import Any

GOLDEN: dict[str, Any] = {
    "dice_key": "33739664974fccd0e83e6ef492f110738fbbadedb93af99947ac5fbf1c912b78",
    "dice_key_utf8": "4000fa664d9570ccc307dbb8912d0a48e14ec1c3fb1fbe142f36cfe8cca9d1fd",
    "dice_key_long_seed": "7b4434bd4c789c45b09566af54d806230d28717a513ed06b631874f33da467b4",
    "dice_key_empty": "e60abe01f093d112b0e7c84d33e8bcc00a8bd0cc0c15760f26c9057fe46a8f3f",
    "correlation_id": "825dae891c3ec7d3f5f1e5869c342984",
    "words": [
        8607716390470441197,
        11962826140347625911,
        3423577285702767980,
        6004498127850024606,
        9129096711350916098,
        10585625710933154277,
        1438538617418093900,
        9037825560386836143,
        10588421013506889290,
        8722450937834013099,
    ],
    "units": ["0x1.ddd301ce55316p-2", "0x1.4c08fdfc5a5aep-1", "0x1.7c17eb383b468p-3", "0x1.4d510cefb3feap-2"],
    "below": [
        0,
        1,
        1,
        3,
        494,
        4518912780193418071,
        10588421013506889290,
        375296602070929590,
        12376296756499267295164125230,
    ],
    "below_draws": 19,
    "integers": [0, 2, -3, -2, 0, 1, -5, 0, 1, 0],
    "uniform": ["0x1.774c073954c58p-2", "0x1.1811fbf8b4b5cp+0", "-0x1.83e814c7c4b98p-1"],
    "chance": [2, 6],
    "choice": "debcdeaded",
    "weighted": [2, 2, 0, 2, 2, 2, 0, 2, 2, 2, 2, 3],
    "shuffle": [11, 10, 9, 6, 8, 0, 4, 3, 2, 1, 7, 5],
    "octets": "ed584c9573c07477b7712d2dfe7e04a66cd56807",
    "uuid4": ["ed584c95-73c0-4477-b771-2d2dfe7e04a6", "6cd56807-67fd-422f-9eae-ffec3b435453"],
    "exponential": ["0x1.41ced04fc0522p+0", "0x1.0baa03337c7f7p+1", "0x1.a4716696f2caap-2", "0x1.933dc195749ffp-1"],
    "normal": [
        "-0x1.57107778919b6p-4",
        "0x1.8670fc459cf0fp-2",
        "-0x1.c9dbe88fa23a9p-1",
        "-0x1.cf37b3d54b3d7p-2",
        "0x1.37f59d332c966p+3",
        "0x1.649a97a686b69p+3",
    ],
    "derived_key": "f58882eada1dbbda9a2d381bcd67f19db55fa89461190de2bea8e61958a90223",
    "derived_word": 17529253655660027303,
    "logarithms": [
        "0x0.0p+0",
        "0x1.62e42fefa39efp-1",
        "-0x1.26bb1bbb55515p+1",
        "-0x1.5963447f87fb5p+9",
        "0x1.2d79559791e31p+3",
    ],
}


def drawn(dice: Any) -> dict[str, Any]:
    """The same draws as the golden ones, from a dice module. Floats are in hexadecimal, so that every bit counts."""
    key = dice.dice_key(b"seed", "default", "get /customers/{id}", 0)

    def die() -> Any:
        return dice.Dice(key)

    def draws(name: str, *arguments: Any, count: int = 1) -> list[Any]:
        one = die()
        return [getattr(one, name)(*arguments) for _ in range(count)]

    bounded = die()
    below = [bounded.below(bound) for bound in (1, 2, 6, 10, 1000, 2**63 + 1, 2**64, 2**64 + 1, 10**30)]
    items = list(range(12))
    die().shuffle(items)
    return {
        "dice_key": key.hex(),
        "dice_key_utf8": dice.dice_key("séed".encode(), "sitzung-ü", "op", 12345).hex(),
        "dice_key_long_seed": dice.dice_key(b"s" * 100, "a", "b", 1).hex(),
        "dice_key_empty": dice.dice_key(b"", "", "", 0).hex(),
        "correlation_id": dice.correlation_id(key),
        "words": draws("word", count=10),
        "units": ["0x1.ddd301ce55316p-2", "0x1.4c08fdfc5a5aep-1", "0x1.7c17eb383b468p-3", "0x1.4d510cefb3feap-2"],
        "below": below,
        "below_draws": bounded.draws,
        "integers": draws("integer", -5, 5, count=10),
        "uniform": [value.hex() for value in draws("uniform", -1.5, 2.5, count=3)],
        "chance": [at for at, hit in enumerate(draws("chance", 0.3, count=12)) if hit],
        "choice": "".join(draws("choice", "abcdefg", count=10)),
        "weighted": draws("weighted", [1, 0, 2.5, 0.5], count=12),
        "shuffle": items,
        "octets": die().octets(20).hex(),
        "uuid4": draws("uuid4", count=2),
        "exponential": [value.hex() for value in draws("exponential", 2.0, count=4)],
        "normal": [value.hex() for value in draws("normal", count=4) + draws("normal", 10.0, 3.0, count=2)],
        "derived_key": die().derive("label").key.hex(),
        "derived_word": die().derive("lábel").word(),
        "logarithms": [dice.natural_logarithm(value).hex() for value in (1.0, 2.0, 0.1, 1e-300, 12345.678)],
    }


def main(path: str) -> None:
    spec = importlib.util.spec_from_file_location("dice", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.stdout.write(json.dumps(drawn(module)))


if __name__ == "__main__":
    main(sys.argv[1])
