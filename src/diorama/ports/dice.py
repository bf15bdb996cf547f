"""Dice: the one source of chance, final and pinned.

The generator is BLAKE2b in counter mode: block ``i`` of a die is ``BLAKE2b-512(key=key, data=i as 8 bytes,
little-endian)`` and yields eight unsigned 64-bit words, little-endian, in order. Everything else is exact integer or
IEEE 754 arithmetic (only ``+ - * /`` and ``sqrt``, which the standard rounds correctly), so that the same key gives
the same values on every platform and Python. Golden values in the tests hold it; changing any of it changes every
recorded journal and is forbidden.

Source: RFC 7693 (BLAKE2); Lemire, "Fast random integer generation in an interval" (2019), for the rejection bound;
Wichura, "Algorithm AS 241" (1988), for the normal quantile.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import sqrt
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

_UNIT = 2.0**-53
_WORDS = Struct("<8Q").unpack
_LN2 = 0.6931471805599453


def dice_key(seed: bytes, session: str, operation: str, count: int) -> bytes:
    """The 32-byte key of one exchange's dice.

    Args:
        seed: the sandbox's seed; of one longer than 64 bytes, BLAKE2b's longest key, the digest counts.
        session: the session's dice label (``default`` when the client named none).
        operation: the endpoint's id.
        count: how many exchanges of that operation in that session came before, from 0.
    """
    digest = _keyed(seed).copy()
    digest.update(f"{session}\x1f{operation}\x1f{count}".encode("utf-8", "surrogatepass"))
    return digest.digest()


def begun_key(seed: bytes) -> blake2b:
    """The beginning of each :func:`dice_key` of a seed: a copy, updated with what is hashed, digests to the key."""
    return _keyed(seed)


def hashed_prefix(session: str, operation: str) -> bytes:
    """What is hashed for a :func:`dice_key`, up to the count; the count's decimal digits follow."""
    return f"{session}\x1f{operation}\x1f".encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _keyed(seed: bytes) -> blake2b:
    """BLAKE2b begun with a seed. To copy it costs half of what it costs to begin anew."""
    return blake2b(digest_size=32, key=seed if len(seed) <= 64 else blake2b(seed).digest())


_CORRELATION = blake2b(digest_size=16, person=b"correlation")


def correlation_id(key: bytes) -> str:
    """The correlation id that belongs to a dice key: 32 hexadecimal digits."""
    digest = _CORRELATION.copy()
    digest.update(key)
    return digest.hexdigest()


class Dice:
    """A stream of chance from one key.

    Args:
        key: 32 bytes, from :func:`dice_key` or :meth:`derive`.
    """

    __slots__ = ("_index", "_key", "_words", "draws")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._index = 0
        self._words: list[int] = []
        self.draws = 0

    @property
    def key(self) -> bytes:
        """The key that this stream began with."""
        return self._key

    def derive(self, label: str) -> Dice:
        """An independent stream named by a label; drawing from one does not move the other."""
        return Dice(blake2b(label.encode("utf-8", "surrogatepass"), digest_size=32, key=self._key).digest())

    def word(self) -> int:
        """The next 64 random bits, 0 to 2**64 - 1."""
        words = self._words
        if not words:
            block = blake2b(self._index.to_bytes(8, "little"), key=self._key).digest()
            self._index += 1
            words.extend(_WORDS(block)[::-1])
        self.draws += 1
        return words.pop()

    def unit(self) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self.word() >> 11) * _UNIT

    def below(self, bound: int) -> int:
        """An unbiased integer in [0, bound).

        Raises:
            ValueError: when ``bound`` is less than 1.
        """
        if bound < 1:
            message = f"below() needs a bound of 1 or more, not {bound}"
            raise ValueError(message)
        if bound > 1 << 64:
            bits = (bound - 1).bit_length()
            while True:
                value = 0
                for _ in range(0, bits, 64):
                    value = (value << 64) | self.word()
                value &= (1 << bits) - 1
                if value < bound:
                    return value
        floor = (1 << 64) % bound
        while True:
            product = self.word() * bound
            if (product & 0xFFFFFFFFFFFFFFFF) >= floor:
                return product >> 64

    def integer(self, low: int, high: int) -> int:
        """An unbiased integer in [low, high], both included."""
        return low + self.below(high - low + 1)

    def uniform(self, low: float, high: float) -> float:
        """A float between low and high."""
        return low + (high - low) * self.unit()

    def chance(self, probability: float) -> bool:
        """True with the given probability, 0.0 to 1.0."""
        return self.unit() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the other."""
        return items[self.below(len(items))]

    def weighted(self, weights: Sequence[float]) -> int:
        """An index, as likely as its weight says; weights are not negative and have a positive sum."""
        total = 0.0
        for weight in weights:
            total += weight
        point = self.unit() * total
        last = 0
        for index, weight in enumerate(weights):
            if weight > 0:
                last = index
                if point < weight:
                    return index
                point -= weight
        return last

    def shuffle(self, items: MutableSequence[T]) -> None:
        """Put the items into a random order, in place (Fisher-Yates)."""
        for index in range(len(items) - 1, 0, -1):
            other = self.below(index + 1)
            items[index], items[other] = items[other], items[index]

    def octets(self, count: int) -> bytes:
        """Random bytes."""
        words = b"".join(self.word().to_bytes(8, "little") for _ in range((count + 7) // 8))
        return words[:count]

    def uuid4(self) -> str:
        """A version 4 UUID in its canonical form (RFC 9562)."""
        value = int.from_bytes(self.octets(16), "big")
        value = value & ~(0xF << 76) | (4 << 76)
        value = value & ~(0x3 << 62) | (2 << 62)
        digits = f"{value:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def exponential(self, mean: float) -> float:
        """An exponentially distributed float with the given mean."""
        return -mean * natural_logarithm(1.0 - self.unit())

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A normally distributed float."""
        return mean + deviation * _normal_quantile((self.word() >> 11) * _UNIT + _UNIT / 2)


def natural_logarithm(value: float) -> float:
    """The natural logarithm of a positive float, to about 1e-15 relative, by exactly rounded operations only.

    ``math.log`` may differ by a bit between C libraries, which would break replay across machines.
    """
    mantissa, exponent = _split(value)
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    total = 0.0
    for divisor in range(41, 0, -2):
        total = total * square + 1.0 / divisor
    return 2.0 * ratio * total + exponent * _LN2


def _split(value: float) -> tuple[float, int]:
    """The value as (mantissa in [0.7, 1.42), power of two)."""
    numerator, denominator = value.as_integer_ratio()
    exponent = numerator.bit_length() - denominator.bit_length()
    mantissa = numerator / (denominator << exponent) if exponent >= 0 else (numerator << -exponent) / denominator
    if mantissa > 1.4142135623730951:
        return mantissa / 2.0, exponent + 1
    if mantissa < 0.7071067811865476:
        return mantissa * 2.0, exponent - 1
    return mantissa, exponent


_CENTRAL = (
    (
        2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
    ),
    (
        5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
        5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
    ),
)  # fmt: skip
_MIDDLE = (
    (
        7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
        3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
    ),
    (
        1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
        0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
    ),
)  # fmt: skip
_TAIL = (
    (
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
        0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
    ),
    (
        2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
        0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
    ),
)  # fmt: skip


def _ratio(table: tuple[tuple[float, ...], tuple[float, ...]], argument: float) -> float:
    numerator = denominator = 0.0
    for upper, lower in zip(*table, strict=True):
        numerator = numerator * argument + upper
        denominator = denominator * argument + lower
    return numerator / denominator


def _normal_quantile(probability: float) -> float:
    centred = probability - 0.5
    if abs(centred) <= 0.425:
        return centred * _ratio(_CENTRAL, 0.180625 - centred * centred)
    tail = probability if centred < 0 else 1.0 - probability
    root = sqrt(-natural_logarithm(tail))
    value = _ratio(_MIDDLE, root - 1.6) if root <= 5.0 else _ratio(_TAIL, root - 5.0)
    return -value if centred < 0 else value
