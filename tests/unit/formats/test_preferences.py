from __future__ import annotations

import pytest

from diorama.formats.preferences import NO_PREFERENCES, Preferences, from_header, from_query
from diorama.model.errors import DioramaError


def test_header__with_several__gives_the_first_of_each_name() -> None:
    found = from_header([b'code=404, example="a, b"', b"code=500; dynamic=TRUE"])
    assert found == Preferences(404, "a, b", dynamic=True)


@pytest.mark.parametrize("value", [b"encode=1", b"return=minimal", b"respond-async, wait=10", b"x-code=5"])
def test_header__with_other_names__wishes_nothing(value: bytes) -> None:
    assert from_header([value]) == NO_PREFERENCES


def test_query__with_names_that_end_alike__wishes_nothing() -> None:
    assert from_query([("country__code", "DE"), ("x__example", "y"), ("code", "404")]) == NO_PREFERENCES
    assert from_query([("__code", "404"), ("__dynamic", "false")]) == Preferences(404, None, dynamic=False)


@pytest.mark.parametrize("value", [b"code=many", b"dynamic=perhaps"])
def test_header__that_cannot_be_understood__is_refused(value: bytes) -> None:
    with pytest.raises(DioramaError) as caught:
        from_header([value])
    assert caught.value.code == "request_violates_schema"
