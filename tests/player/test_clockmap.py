"""From moments to frames: jitter of the callbacks goes, drift of the clock is followed."""

from __future__ import annotations

import numpy as np
import pytest

from liveriff.player.clockmap import ClockMap

RATE, BLOCK = 48000, 256


@pytest.mark.parametrize("speed", [1.0, 1.0005, 0.9995])
def test_jitter_of_a_millisecond_becomes_a_fraction(speed: float) -> None:
    rng, clock = np.random.default_rng(1), ClockMap(RATE)
    errors = []
    for n in range(6000):
        exact = 100.0 + n * BLOCK / RATE * speed
        clock.tell(n * BLOCK, exact + abs(rng.normal(0, 0.0005)))
        errors.append(clock.frame_at(exact) - n * BLOCK)
    settled = np.array(errors[3000:])
    assert settled.std() < 0.1e-3 * RATE
    assert abs(settled.mean()) < 0.5e-3 * RATE  # callbacks only ever come late: half a millisecond is their mean


def test_after_a_stop_of_the_clock_it_begins_again() -> None:
    clock = ClockMap(RATE)
    assert clock.frame_at(5.0) == 0.0
    clock.tell(0, 10.0)
    clock.tell(BLOCK, 15.0)
    assert clock.frame_at(15.0) == pytest.approx(BLOCK)
    clock.tell(2 * BLOCK, 15.0 + BLOCK / RATE)
    assert clock.frame_at(15.0 + 1.5 * BLOCK / RATE) == pytest.approx(2.5 * BLOCK, abs=1)
