"""The sandbox's clock: virtual time as an anchor, a rate and a monotonic reading."""

from __future__ import annotations

from math import ceil

from msgspec import Struct

from diorama.model.errors import DioramaError

RATE_MAX = 1_000_000.0


class ClockState(Struct, frozen=True):
    """A clock as it is stored: where virtual time stands, and how fast it runs.

    Attributes:
        virtual_us: virtual microseconds since 1970.
        rate: virtual seconds a real second, 0 (frozen) to 1,000,000.
    """

    virtual_us: int
    rate: float = 1.0


class VirtualClock:
    """``anchor_virtual + rate × (monotonic − anchor_monotonic)``, in whole microseconds.

    Args:
        state: where it stands now.
        monotonic_us: the monotonic reading that belongs to that.

    Attributes:
        moves: how often the time or the rate was set; what was computed before no longer holds.
    """

    __slots__ = ("_anchor_monotonic", "_anchor_virtual", "_rate", "moves")

    def __init__(self, state: ClockState, monotonic_us: int) -> None:
        self._anchor_virtual = state.virtual_us
        self._anchor_monotonic = monotonic_us
        self._rate = state.rate
        self.moves = 0

    @property
    def rate(self) -> float:
        """Virtual seconds a real second."""
        return self._rate

    def read(self, monotonic_us: int) -> int:
        """Virtual microseconds since 1970 at a monotonic reading."""
        rate = self._rate
        elapsed = monotonic_us - self._anchor_monotonic
        return self._anchor_virtual + (elapsed if rate == 1.0 else int(rate * elapsed))

    def real_delay_us(self, due_us: int, monotonic_us: int) -> int | None:
        """Real microseconds until a virtual time comes; 0 when it has come, None when the clock is frozen."""
        missing = due_us - self.read(monotonic_us)
        if missing <= 0:
            return 0
        return None if self._rate == 0 else ceil(missing / self._rate)

    def state(self, monotonic_us: int) -> ClockState:
        """The clock as it is to be stored."""
        return ClockState(self.read(monotonic_us), self._rate)

    def anchor(self, monotonic_us: int, virtual_us: int | None = None, rate: float | None = None) -> None:
        """Set the time, the rate or both, from now on.

        Raises:
            DioramaError: ``option_invalid`` when the rate is not 0 to 1,000,000.
        """
        if rate is not None and not 0 <= rate <= RATE_MAX:
            raise DioramaError(
                "option_invalid",
                f"A clock's rate is 0 to {RATE_MAX:.0f}, not {rate}.",
                "Use 0 to freeze, 1 for real time.",
            )
        self._anchor_virtual = self.read(monotonic_us) if virtual_us is None else virtual_us
        self._anchor_monotonic = monotonic_us
        self.moves += 1
        if rate is not None:
            self._rate = rate
