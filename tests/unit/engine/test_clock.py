"""The sandbox's clock: rate, freezing, anchoring."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.clock import RATE_MAX, ClockState, VirtualClock
from diorama.model.errors import DioramaError

START = 1_700_000_000_000_000


def test_read__at_a_rate__is_anchor_and_scaled_time() -> None:
    clock = VirtualClock(ClockState(START), 500)
    assert (clock.read(500), clock.read(1_500)) == (START, START + 1_000)
    assert VirtualClock(ClockState(START, 2.5), 0).read(1_000) == START + 2_500
    assert VirtualClock(ClockState(START, 0.0), 0).read(10**12) == START


def test_anchor__a_new_rate__goes_on_from_now_without_a_jump() -> None:
    clock = VirtualClock(ClockState(START), 0)
    clock.anchor(1_000, rate=10.0)
    assert clock.read(1_000) == START + 1_000
    assert clock.read(2_000) == START + 11_000
    clock.anchor(2_000, rate=0.0)
    assert clock.read(9_000) == START + 11_000
    clock.anchor(9_000, rate=1.0)
    assert clock.read(9_001) == START + 11_001
    assert clock.moves == 3


def test_anchor__another_time__keeps_the_rate() -> None:
    clock = VirtualClock(ClockState(START, 2.0), 0)
    clock.anchor(100, virtual_us=5)
    assert clock.read(200) == 205
    assert clock.state(200) == ClockState(205, 2.0)


@pytest.mark.parametrize("rate", [-1.0, RATE_MAX * 2, float("nan"), float("inf")])
def test_anchor__a_rate_that_cannot_be__is_refused_and_changes_nothing(rate: float) -> None:
    clock = VirtualClock(ClockState(START), 0)
    with pytest.raises(DioramaError) as failure:
        clock.anchor(100, 5, rate)
    assert failure.value.code == "option_invalid"
    assert clock.state(200) == ClockState(START + 200)


@given(rate=st.floats(min_value=1e-6, max_value=RATE_MAX), ahead=st.integers(1, 10**15), now=st.integers(0, 10**12))
def test_real_delay__waited_out__reaches_the_due_time(rate: float, ahead: int, now: int) -> None:
    clock = VirtualClock(ClockState(START, rate), now)
    delay = clock.real_delay_us(START + ahead, now)
    assert delay is not None
    assert clock.read(now + delay) >= START + ahead - max(1, ahead * 1e-12)


def test_real_delay__of_what_is_due_and_of_a_frozen_clock__is_zero_and_none() -> None:
    assert VirtualClock(ClockState(START), 0).real_delay_us(START, 0) == 0
    assert VirtualClock(ClockState(START, 0.0), 0).real_delay_us(START + 1, 0) is None
    assert VirtualClock(ClockState(START, 0.0), 0).real_delay_us(START, 0) == 0
