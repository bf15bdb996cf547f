"""JSON Patch on values; the cases follow the examples of RFC 6902, appendix A."""

from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.changes import patched
from diorama.model.errors import DioramaError


@pytest.mark.parametrize(
    ("value", "operations", "expected"),
    [
        ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
        ({"a": [1, 3]}, [{"op": "add", "path": "/a/1", "value": 2}], {"a": [1, 2, 3]}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a": 1, "b": 2}, [{"op": "remove", "path": "/b"}], {"a": 1}),
        ({"a": [1, 2, 3]}, [{"op": "remove", "path": "/a/1"}], {"a": [1, 3]}),
        ({"a": 1}, [{"op": "replace", "path": "/a", "value": None}], {"a": None}),
        ({"a": {"b": 1}, "c": {}}, [{"op": "move", "from": "/a/b", "path": "/c/d"}], {"a": {}, "c": {"d": 1}}),
        ({"a": [1, 2]}, [{"op": "copy", "from": "/a/0", "path": "/a/-"}], {"a": [1, 2, 1]}),
        ({"a/b": 1, "c~d": 2}, [{"op": "replace", "path": "/c~0d", "value": 3}], {"a/b": 1, "c~d": 3}),
        ({"a": 1}, [{"op": "test", "path": "/a", "value": 1.0}], {"a": 1}),
    ],
)
def test_patch__that_applies__gives_the_new_value_and_leaves_the_old(
    value: Any, operations: Any, expected: Any
) -> None:
    before = repr(value)
    assert patched(value, operations) == expected
    assert repr(value) == before


@pytest.mark.parametrize(
    "operations",
    [
        {"op": "add"},
        [{"op": "add", "path": "/x"}],
        [{"op": "replace", "path": "/nothing", "value": 1}],
        [{"op": "remove", "path": "/nothing"}],
        [{"op": "test", "path": "/a", "value": "1"}],
        [{"op": "add", "path": "/list/9", "value": 1}],
        [{"op": "add", "path": "/list/01", "value": 1}],
        [{"op": "move", "from": "/list", "path": "/list/0"}],
        [{"op": "move", "path": "/list"}],
        [{"op": "increase", "path": "/a"}],
        ["add"],
    ],
)
def test_patch__that_does_not_apply__is_refused(operations: Any) -> None:
    with pytest.raises(DioramaError) as caught:
        patched({"a": 1, "list": []}, operations)
    assert caught.value.code == "patch_failed"
