"""What counts as flat: the fitted growth, whatever the noise, the warm-up and single peaks."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.drill.soak_judge import LIMITS, POINTS, WARM_UP, judged, slope, thinned


def curve(shape: Callable[[float], float], hours: float = 10.0, points: int = 1000) -> list[tuple[float, float]]:
    return [(hours * i / points, shape(hours * i / points)) for i in range(points + 1)]


@pytest.mark.parametrize(
    ("shape", "flat"),
    [
        (lambda h: 100.0, True),
        (lambda h: 100.0 - 5 * h, True),  # what shrinks is no leak
        (lambda h: 60.0 + 140.0 * min(1.0, h / 2), True),  # a cache fills in the warm-up
        (lambda h: 100.0 + (400.0 if 5.0 < h < 5.2 else 0.0), True),  # a peak
        (lambda h: 100.0 + 10.0 * ((h * 7) % 1.0), True),  # a saw
        (lambda h: 100.0 + 2.0 * h, False),
        (lambda h: 100.0 + 2.0 * h + 20.0 * ((h * 7) % 1.0), False),  # a leak beneath a saw
        (lambda h: 100.0 + 10.0 * int(h), False),  # a leak in steps
    ],
)
def test_memory_is_flat_or_it_grows(shape: Callable[[float], float], flat: bool) -> None:
    assert judged("m", "memory", curve(shape)).flat is flat


def test_a_handle_every_other_hour_is_seen() -> None:
    assert not judged("h", "handles", curve(lambda h: 30.0 + h // 2)).flat
    assert judged("h", "handles", curve(lambda h: 30.0 + 5 * ((h * 31) % 1.0 > 0.5))).flat


def test_noise_does_not_hide_the_slope() -> None:
    dice = Random(2)
    noisy = [(at, value + dice.gauss(0.0, 15.0)) for at, value in curve(lambda h: 200.0 + 3.0 * h)]
    assert slope(noisy) == pytest.approx(3.0, abs=0.5)


def test_the_verdict_tells_what_is_judged() -> None:
    verdict = judged("m", "memory", curve(lambda h: 900.0 if h < 1 else 100.0 + h))
    assert (verdict.peak, verdict.last, verdict.limit) == (110.0, 110.0, LIMITS["memory"])
    assert verdict.grown == pytest.approx(1.0 * 10.0 * (1.0 - WARM_UP), abs=0.1)


@pytest.mark.parametrize("short", [[], [(0.0, 5.0)], [(1.0, 5.0), (1.0, 9.0)]])
def test_hardly_a_curve_is_flat(short: list[tuple[float, float]]) -> None:
    assert judged("m", "memory", short).flat


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=500))
def test_thinning_keeps_order_and_range(values: list[float]) -> None:
    thin = thinned([(float(i), value) for i, value in enumerate(values)])
    assert len(thin) <= POINTS
    assert [at for at, _ in thin] == sorted(at for at, _ in thin)
    assert min(values) <= min(value for _, value in thin) <= max(value for _, value in thin) <= max(values)
