from __future__ import annotations

from typing import Any

import pytest

from diorama.formats.serialisation import simple_text


@pytest.mark.parametrize(
    ("value", "explode", "expected"),
    [
        ("abc", False, "abc"),
        (5, False, "5"),
        (True, False, "true"),
        (None, False, ""),
        ([1, "a", None], False, "1,a,null"),
        ({"a": 1, "b": "x"}, False, "a,1,b,x"),
        ({"a": 1, "b": [2]}, True, "a=1,b=[2]"),
    ],
)
def test_simple_text__by_value__is_as_headers_have_it(value: Any, explode: bool, expected: str) -> None:
    assert simple_text(value, explode=explode) == expected
