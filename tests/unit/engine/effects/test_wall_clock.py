from __future__ import annotations

import pytest

from diorama.engine.effects import ManualClock, SystemClock
from diorama.ports.effects import WallClock


def test_system_clock__read_twice__is_in_microseconds_and_never_goes_back() -> None:
    clock: WallClock = SystemClock()
    first = clock.monotonic_ns()
    assert clock.monotonic_us() >= first // 1_000
    assert clock.monotonic_ns() >= first
    # Between 2020 and 2100, which is to say: microseconds, and since 1970.
    assert 1_577_836_800_000_000 < clock.now_us() < 4_102_444_800_000_000


def test_manual_clock__left_alone__stands_still() -> None:
    clock: WallClock = ManualClock(5_000_000, 7)
    assert (clock.now_us(), clock.monotonic_us(), clock.monotonic_ns()) == (5_000_000, 7, 7_000)
    assert (clock.now_us(), clock.monotonic_us()) == (5_000_000, 7)


def test_manual_clock__advanced__moves_both_readings() -> None:
    clock = ManualClock(5_000_000)
    clock.advance_us(250)
    assert (clock.now_us(), clock.monotonic_us(), clock.monotonic_ns()) == (5_000_250, 250, 250_000)


def test_manual_clock__set_back__keeps_the_monotonic_reading() -> None:
    clock = ManualClock(5_000_000)
    clock.advance_us(10)
    clock.set_now_us(1_000)
    assert (clock.now_us(), clock.monotonic_us()) == (1_000, 10)


def test_manual_clock__advanced_backwards__is_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        ManualClock().advance_us(-1)
