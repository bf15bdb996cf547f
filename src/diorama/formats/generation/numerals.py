"""Numerals: numbers within limits, by exact arithmetic.

Every bound and step is a fraction of the decimal that the document writes, so that 0.3 is a multiple of 0.1. A value
that is not whole leaves as the nearest binary float; among those that fit, one is taken whose quotient by the step is
whole in binary arithmetic, too, because that is how most validators test it.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Protocol

from diorama.ports.dice import Dice

TRIES = 12
SPREAD = 10_000
"""How far a value may lie from the one bound that is given."""


class Limits(Protocol):
    """The limits of a number, as :class:`Rules` carries them."""

    minimum: Fraction | None
    above: Fraction | None
    maximum: Fraction | None
    below: Fraction | None
    steps: list[Fraction]
    span: tuple[int, int, int] | None


EXACT_MAX = 2**52
"""Below it, a whole number over 100 is the float that its decimal form means."""


def common_step(steps: list[Fraction]) -> Fraction | None:
    """The least number that is a multiple of all steps; None without steps."""
    if not steps:
        return None
    total = steps[0]
    for step in steps[1:]:
        total = Fraction(lcm(total.numerator, step.numerator), _gcd(total.denominator, step.denominator))
    return total


def _gcd(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


def bounds(limits: Limits) -> tuple[Fraction | None, bool, Fraction | None, bool]:
    """(lowest, whether it is excluded, highest, whether it is excluded)."""
    low, open_low = limits.minimum, False
    if limits.above is not None and (low is None or limits.above >= low):
        low, open_low = limits.above, True
    high, open_high = limits.maximum, False
    if limits.below is not None and (high is None or limits.below <= high):
        high, open_high = limits.below, True
    return low, open_low, high, open_high


def sample(limits: Limits, *, whole: bool) -> int | float | None:
    """The plain number: 0 where that is allowed, else the lowest or highest that is; None when there is none."""
    if _free(limits):
        return 0
    low, open_low, high, open_high = bounds(limits)
    step = _grid(limits, whole=whole)
    if low is not None:
        wanted = Fraction(low // 1 + 1) if open_low else low
        if high is not None and (wanted >= high if open_high else wanted > high):
            wanted = (low + high) / 2
    elif high is not None and high <= 0:
        wanted = Fraction(high // 1 - (1 if high.denominator == 1 else 0)) if open_high else high
    else:
        wanted = Fraction(0)
    if step is None:
        return _inside(_number(wanted), limits)
    first, last = _multiples(limits, step)
    if first is None and last is None:
        return 0
    index = -(-wanted // step)
    index = index if first is None else max(first, index)
    index = index if last is None else min(last, index)
    if first is not None and index < first:
        return None
    return _agreeing(index, index if last is None else last, step, limits)


def drawn(limits: Limits, dice: Dice, *, whole: bool) -> int | float | None:
    """A number within the limits; None when there is none."""
    if _free(limits):
        return dice.below(SPREAD) if whole else dice.below(SPREAD * 100) / 100
    if limits.span is not None:
        start, count, scale = limits.span
        index = start + dice.below(count)
        return index if scale == 1 else index / scale
    step = _grid(limits, whole=whole)
    if step is None:
        low, _, high, _ = bounds(limits)
        spread = Fraction(SPREAD)
        if low is None:
            low = Fraction(0) if high is None or high > 0 else high - max(spread, abs(high))
        if high is None:
            high = low + max(spread, abs(low))
        return _between(low, high, limits, dice)
    first, last = _multiples(limits, step)
    if first is None:
        first = 0 if last is None or last > 0 else last - SPREAD
        last = SPREAD if last is None else last
        last = min(last, first + SPREAD) if first == 0 and last > SPREAD * 100 else last
    elif last is None:
        last = first + SPREAD
    if first > last:
        return None
    if step == 1:
        limits.span = (first, last - first + 1, 1)
        return first + dice.below(last - first + 1)
    return _agreeing(first + dice.below(last - first + 1), last, step, limits)


def _free(limits: Limits) -> bool:
    """Whether there is no limit at all, as for most numbers of most documents."""
    if limits.steps or limits.minimum is not None or limits.maximum is not None:
        return False
    return limits.above is None and limits.below is None


def _grid(limits: Limits, *, whole: bool) -> Fraction | None:
    """The step of the values; whole numbers have one in any case."""
    step = common_step(limits.steps)
    if whole:
        step = Fraction(1) if step is None else Fraction(step.numerator)
    return step


def _multiples(limits: Limits, step: Fraction) -> tuple[int | None, int | None]:
    """The first and the last multiple of the step inside the bounds, as counts of the step."""
    low, open_low, high, open_high = bounds(limits)
    first = None if low is None else -(-low // step)
    if first is not None and open_low and first * step == low:
        first += 1
    last = None if high is None else high // step
    if last is not None and open_high and last * step == high:
        last -= 1
    return first, last


def _number(value: Fraction) -> int | float:
    if value.denominator == 1:
        return value.numerator
    try:
        return float(value)
    except OverflowError:
        return int(value)  # A whole number has no greatest one.


def _inside(number: float, limits: Limits) -> int | float | None:
    """The number, when rounding it to binary has not taken it over a bound."""
    low, open_low, high, open_high = bounds(limits)
    exact = Fraction(number) if isinstance(number, int) else Fraction(repr(number))
    if low is not None and (exact < low or (open_low and exact == low)):
        return None
    if high is not None and (exact > high or (open_high and exact == high)):
        return None
    return number


def _between(low: Fraction, high: Fraction, limits: Limits, dice: Dice) -> int | float | None:
    """A number of few digits between two bounds."""
    _, open_low, _, open_high = bounds(limits)
    first, last = -(-low * 100 // 1), high * 100 // 1
    first += 1 if open_low and first == low * 100 else 0
    last -= 1 if open_high and last == high * 100 else 0
    if first <= last and first > -EXACT_MAX and last < EXACT_MAX:
        limits.span = (int(first), int(last - first) + 1, 100)
        return (int(first) + dice.below(int(last - first) + 1)) / 100
    for places in (4, 8, 16):
        scale = 10**places
        first, last = -(-low * scale // 1), high * scale // 1
        for _ in range(TRIES if first <= last else 0):
            number = _inside(_number(Fraction(first + dice.below(int(last - first) + 1), scale)), limits)
            if number is not None:
                return number
    return _inside(_number((low + high) / 2), limits)


def _agreeing(index: int, last: int, step: Fraction, limits: Limits) -> int | float | None:
    """A multiple near the one asked for that binary arithmetic sees as one, too."""
    if step.denominator == 1:
        return int(index * step)
    divisor = float(step)
    chosen = _number(index * step)
    for near in range(index, min(last, index + TRIES) + 1):
        number = _number(near * step)
        if _whole(number, divisor) and _inside(number, limits) is not None:
            return number
    return chosen


def _whole(number: float, divisor: float) -> bool:
    """Whether a quotient is whole in binary arithmetic; it is not where that has no number for it."""
    try:
        return (number / divisor).is_integer()
    except (OverflowError, ZeroDivisionError):
        return False
