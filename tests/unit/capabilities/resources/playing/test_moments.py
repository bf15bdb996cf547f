from __future__ import annotations

from typing import Any

import pytest

from diorama.capabilities.resources.playing.moments import form_of, moment_us, part_of, written
from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator

AT_US = 1_700_000_000_123_456


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("created", "created"),
        ("created_at", "created"),
        ("dateCreated", "created"),
        ("CreationDateTime", "created"),
        ("create_time", "created"),
        ("updated_at", "updated"),
        ("DateUpdated", "updated"),
        ("lastModified", "updated"),
        ("StatusUpdateDateTime", "updated"),
        ("created_by", ""),
        ("update", ""),
        ("date", ""),
        ("canceled_at", ""),
    ],
)
def test_part__of_names__tells_what_the_time_is_of(name: str, part: str) -> None:
    assert part_of(name) == part


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "date-time"}, "2023-11-14T22:13:20Z"),
        ({"type": "string", "format": "date"}, "2023-11-14"),
        ({"type": "string", "format": "date-time-rfc-2822"}, "Tue, 14 Nov 2023 22:13:20 +0000"),
        ({"type": "string"}, "2023-11-14T22:13:20Z"),
        ({"type": "integer"}, 1_700_000_000),
        ({"type": "integer", "description": "In milliseconds since 1970."}, 1_700_000_000_123),
    ],
)
def test_time__as_a_schema_has_it__is_the_clock(schema: dict[str, Any], expected: Any) -> None:
    form = form_of(Shapes(Generator({})).of(schema))
    assert form
    assert written(AT_US, form) == expected


@pytest.mark.parametrize("schema", [{"type": "boolean"}, {"enum": ["now"]}, {"type": "string", "format": "email"}])
def test_time__of_a_schema_that_has_none__is_none(schema: dict[str, Any]) -> None:
    assert form_of(Shapes(Generator({})).of(schema)) == ""


@pytest.mark.parametrize(
    "value",
    [
        "2023-11-14T22:13:20Z",
        "Tue, 14 Nov 2023 22:13:20 +0000",
        1_700_000_000,
        1_700_000_000_000,
        "2023-11-14T22:13:20",
    ],
)
def test_moment__in_any_form__is_the_same(value: Any) -> None:
    assert moment_us(value) == 1_700_000_000_000_000


@pytest.mark.parametrize("value", ["soon", "", True, None, [], "2023"])
def test_moment__of_what_is_no_time__is_none(value: Any) -> None:
    assert moment_us(value) is None
