"""WallClock: real time. This is the only module that reads it; everybody else is handed a clock."""

from __future__ import annotations

import time


class SystemClock:
    """The machine's clock.

    Both kinds of reading come from here, so that a test or a simulation replaces time as a whole.

    Source: PEP 418 (``time.time_ns`` follows the machine's settings; ``time.monotonic_ns`` never goes back).
    """

    __slots__ = ()

    def now_us(self) -> int:
        """Real time in microseconds since 1970; it may jump when the machine's clock is set."""
        return time.time_ns() // 1_000

    def monotonic_us(self) -> int:
        """A reading that never goes back, in microseconds from an arbitrary start."""
        return time.monotonic_ns() // 1_000

    # The reading in nanoseconds, for timings: C itself, since each exchange takes it five times.
    monotonic_ns = staticmethod(time.monotonic_ns)


class ManualClock:
    """A clock that stands still until it is moved, for tests and for simulation.

    Args:
        now_us: real time that it shows at first, in microseconds since 1970.
        monotonic_us: the other reading at first, in microseconds.
    """

    __slots__ = ("_monotonic_ns", "_now_ns")

    def __init__(self, now_us: int = 1_700_000_000_000_000, monotonic_us: int = 0) -> None:
        self._now_ns = now_us * 1_000
        self._monotonic_ns = monotonic_us * 1_000

    def now_us(self) -> int:
        """Real time in microseconds since 1970, as far as this clock was moved."""
        return self._now_ns // 1_000

    def monotonic_us(self) -> int:
        """How far this clock was moved, in microseconds."""
        return self._monotonic_ns // 1_000

    def monotonic_ns(self) -> int:
        """How far this clock was moved, in nanoseconds."""
        return self._monotonic_ns

    def advance_us(self, step_us: int) -> None:
        """Let time pass, for both readings.

        Args:
            step_us: how much, in microseconds, 0 or more.

        Raises:
            ValueError: when the step is negative; time that passes never goes back.
        """
        if step_us < 0:
            raise ValueError(f"Time cannot pass backwards (by {step_us} µs). Set the clock with set_now_us.")
        self._now_ns += step_us * 1_000
        self._monotonic_ns += step_us * 1_000

    def set_now_us(self, now_us: int) -> None:
        """Set real time, as somebody who changes the machine's clock would; the monotonic reading does not move.

        Args:
            now_us: microseconds since 1970; earlier than before is allowed.
        """
        self._now_ns = now_us * 1_000
