from __future__ import annotations

import pytest

from diorama.model.errors import DioramaError
from diorama.ports.storage import Batch
from diorama.storage.limits import anew, check_order, checked_sandbox_id


@pytest.mark.parametrize("sandbox", ["a", "0", "dev-123", "a" * 63, "a-"])
def test_sandbox_id__of_the_right_form__is_given_back(sandbox: str) -> None:
    assert checked_sandbox_id(sandbox) == sandbox


@pytest.mark.parametrize("sandbox", ["", "../../etc/passwd", "a/b", "a\\b", "a\x00", "A", ".", "a" * 64, "a\n"])
def test_sandbox_id__of_another_form__is_refused(sandbox: str) -> None:
    with pytest.raises(DioramaError) as caught:
        checked_sandbox_id(sandbox)
    assert caught.value.code == "option_invalid"
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(("first", "last", "accepted"), [(6, 7, True), (9, 9, True), (5, 7, False), (7, 6, False)])
def test_order__after_sequence_five__takes_what_comes_later(first: int, last: int, *, accepted: bool) -> None:
    batch = Batch(first, last, 0, 0, 1, b"[]", [], b"{}")
    if accepted:
        check_order(batch, 5, "a")
        assert batch.count == 1
        return
    with pytest.raises(DioramaError) as caught:
        check_order(batch, 5, "a")
    assert caught.value.meta["sandbox"] == "a"


def test_error__raised_anew__is_equal_and_another_object() -> None:
    error = DioramaError("storage_failed", "message", "hint", {"sandbox": "a"})
    again = anew(error)
    assert again is not error
    assert again.problem() == error.problem()
