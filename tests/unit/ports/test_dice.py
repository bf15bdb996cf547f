"""Dice: golden values, agreement with the specification, and sane statistics."""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.ports import dice
from diorama.ports.dice import Dice, correlation_id, dice_key, natural_logarithm
from tests.unit.ports import golden_dice

KEY = bytes(range(32))


def pythons() -> list[str]:
    """This Python and every other one from 3.11 on that this machine has."""
    names = [f"python3.{minor}" for minor in range(11, 20)]
    found = [path for name in names if (path := shutil.which(name))]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found += [str(path) for name in names for path in root.glob(f"*/bin/{name}")]
    tried: dict[str, str] = {}
    for path in [sys.executable, *found]:
        program = "import sys; print(sys.version)"
        done = subprocess.run([path, "-c", program], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            tried.setdefault(done.stdout, path)
    return list(tried.values())


def test_dice__with_fixed_keys__yield_the_golden_values() -> None:
    assert golden_dice.drawn(dice) == golden_dice.GOLDEN


def test_dice__in_every_python_found__yield_the_golden_values() -> None:
    module = str(Path(dice.__file__))
    script = str(Path(golden_dice.__file__))
    for seed, python in enumerate(pythons()):
        environment = {"PYTHONHASHSEED": str(seed), "PATH": os.environ.get("PATH", "")}
        done = subprocess.run([python, script, module], capture_output=True, text=True, check=True, env=environment)
        assert json.loads(done.stdout) == golden_dice.GOLDEN, python


@given(key=st.binary(min_size=1, max_size=64), count=st.integers(min_value=1, max_value=40))
def test_word__of_any_key__follows_the_specification(key: bytes, count: int) -> None:
    die = Dice(key)
    expected: list[int] = []
    block = 0
    while len(expected) < count:
        digest = blake2b(block.to_bytes(8, "little"), key=key).digest()
        expected += [int.from_bytes(digest[at : at + 8], "little") for at in range(0, 64, 8)]
        block += 1
    assert [die.word() for _ in range(count)] == expected[:count]
    assert die.draws == count


@given(key=st.binary(min_size=32, max_size=32), bound=st.integers(min_value=1, max_value=1 << 130))
def test_below__any_bound__stays_within(key: bytes, bound: int) -> None:
    die = Dice(key)
    assert all(0 <= die.below(bound) < bound for _ in range(5))


@pytest.mark.parametrize("bound", [0, -1])
def test_below__a_bound_below_one__is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match=f"not {bound}"):
        Dice(KEY).below(bound)


def test_choice__of_nothing__is_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Dice(KEY).choice([])


def test_below__many_draws__are_uniform() -> None:
    die = Dice(KEY)
    counts = Counter(die.below(10) for _ in range(20_000))
    chi_square = sum((counts[value] - 2_000) ** 2 / 2_000 for value in range(10))
    assert chi_square < 27.9  # p = 0.001 with 9 degrees of freedom


def test_unit__many_draws__fill_the_interval_evenly() -> None:
    die = Dice(KEY)
    values = [die.unit() for _ in range(20_000)]
    assert 0.0 <= min(values) < 0.001
    assert 0.999 < max(values) < 1.0
    assert abs(statistics.fmean(values) - 0.5) < 0.01


def test_normal__many_draws__have_the_mean_and_deviation() -> None:
    die = Dice(KEY)
    values = [die.normal(10.0, 2.0) for _ in range(20_000)]
    assert abs(statistics.fmean(values) - 10.0) < 0.06
    assert abs(statistics.stdev(values) - 2.0) < 0.05


def test_exponential__many_draws__have_the_mean() -> None:
    die = Dice(KEY)
    values = [die.exponential(3.0) for _ in range(20_000)]
    assert min(values) >= 0.0
    assert abs(statistics.fmean(values) - 3.0) < 0.1


def test_weighted__many_draws__follow_the_weights() -> None:
    die = Dice(KEY)
    counts = Counter(die.weighted([1.0, 0.0, 3.0]) for _ in range(8_000))
    assert counts[1] == 0
    assert abs(counts[2] / 8_000 - 0.75) < 0.02


def test_shuffle__many_times__puts_every_item_everywhere() -> None:
    die = Dice(KEY)
    places = {(item, place): 0 for item in range(4) for place in range(4)}
    for _ in range(4_000):
        items = [0, 1, 2, 3]
        die.shuffle(items)
        for place, item in enumerate(items):
            places[item, place] += 1
    assert min(places.values()) > 880
    assert max(places.values()) < 1_120


@given(probability=st.floats(min_value=1e-15, max_value=1 - 1e-15))
def test_normal_quantile__any_probability__agrees_with_the_standard_library(probability: float) -> None:
    expected = statistics.NormalDist().inv_cdf(probability)
    assert math.isclose(dice._normal_quantile(probability), expected, rel_tol=1e-12, abs_tol=1e-12)


@given(value=st.floats(min_value=1e-300, max_value=1e300))
def test_natural_logarithm__any_positive_float__agrees_with_the_c_library(value: float) -> None:
    assert math.isclose(natural_logarithm(value), math.log(value), rel_tol=4e-15, abs_tol=1e-15)


def test_derive__drawing_from_it__does_not_move_its_parent() -> None:
    alone, parent = Dice(KEY), Dice(KEY)
    child = parent.derive("child")
    drawn = [child.word() for _ in range(20)]
    assert [parent.word() for _ in range(20)] == [alone.word() for _ in range(20)]
    assert drawn == [Dice(KEY).derive("child").word(), *drawn[1:]]
    assert parent.derive("child").key == child.key != parent.derive("other").key


def test_dice_key__any_part_changed__is_another_key() -> None:
    keys = [
        dice_key(b"seed", "one", "get /a", 0),
        dice_key(b"seed", "one", "get /a", 1),
        dice_key(b"seed", "one", "get /b", 0),
        dice_key(b"seed", "two", "get /a", 0),
        dice_key(b"dees", "one", "get /a", 0),
        dice_key(b"x" * 64 + b"1", "one", "get /a", 0),
        dice_key(b"x" * 64 + b"2", "one", "get /a", 0),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_correlation_id__of_a_key__is_not_drawn_from_its_dice() -> None:
    key = dice_key(b"seed", "one", "get /a", 0)
    assert correlation_id(key) == correlation_id(key)
    assert correlation_id(key) not in Dice(key).octets(64).hex()


def test_uuid4__many__have_version_and_variant() -> None:
    die = Dice(KEY)
    values = [die.uuid4() for _ in range(500)]
    assert {value[14] for value in values} == {"4"}
    assert {value[19] for value in values} == set("89ab")
    assert len(set(values)) == 500
