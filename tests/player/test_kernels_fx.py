"""The kernels of the effects: numba, numpy and the bare loops give the same sound, whatever the blocks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from liveriff.player.isolator import SOURCES, coefficients
from liveriff.player.kernels import Kernels
from liveriff.player.reverb import sizes
from liveriff.player.scalar_fx import LINES, STEP

from .rig import LOOPS, NUMBA, NUMPY, RATE

FRAMES = 500
CUTS = (0, 100, 101, 256, 320, FRAMES)
OTHERS = pytest.mark.parametrize("other", [NUMBA, LOOPS], ids=lambda k: k.name)
Array = NDArray[np.float64]


def _noise(seed: int = 1, columns: int = 2) -> Array:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (FRAMES, columns))


@OTHERS
def test_ramp(other: Kernels) -> None:
    goal, results = np.array([1.0, 0.0, -3.0]), []
    for kernels in (NUMPY, other):
        rows, state = np.zeros((20 * STEP, 3)), np.array([[0.0, 0.5, 2.0]] * 2)
        for first, last in pairwise((0, 100, 101, 20 * STEP)):
            kernels.ramp(rows[first:last], state, goal, (7 + first) % STEP, 0.7)
        results.append((rows, state))
    np.testing.assert_allclose(results[0][0], results[1][0], atol=1e-14)
    np.testing.assert_array_equal(results[0][1], np.stack([goal, goal]))
    np.testing.assert_array_equal(results[1][1], np.stack([goal, goal]))


def _isolated(kernels: Kernels, cuts: tuple[int, ...]) -> Array:
    track, memory = _noise(), np.zeros((len(SOURCES), 2, 3))
    rows = np.abs(_noise(2, 4))
    for first, last in pairwise(cuts):
        part = track[first:last]
        kernels.isolate(part, memory, rows[first:last], SOURCES, coefficients(RATE), (9 + first) % STEP)
    return track


def _swept(kernels: Kernels, cuts: tuple[int, ...]) -> Array:
    track, memory = _noise(), np.zeros((2, 4, 2))
    rows = np.stack([np.linspace(0.7, 0.0, FRAMES), np.linspace(0.0, 0.5, FRAMES)], axis=1)
    for first, last in pairwise(cuts):
        for side in (0, 1):
            part = slice(first, last)
            kernels.sweep(track[part], memory[side], rows[part], side, float(RATE), (9 + first) % STEP)
    return track


def _tilted(kernels: Kernels, cuts: tuple[int, ...]) -> Array:
    bus, memory, rows = _noise(), np.zeros(2), _noise(2, 3)
    rows[:, 2] = np.linspace(0.02, 0.3, FRAMES)
    for first, last in pairwise(cuts):
        kernels.tilt(bus[first:last], memory, rows[first:last], (9 + first) % STEP)
    return bus


def _echoed(kernels: Kernels, cuts: tuple[int, ...]) -> Array:
    out, send, rows = np.zeros((FRAMES, 2)), _noise(), np.abs(_noise(2, 4))
    line, memory = np.ones((230, 2)), np.zeros((2, 2))
    for first, last in pairwise(cuts):
        part = slice(first, last)
        kernels.echo(out[part], send[part], line, memory, rows[part], 1000 + first, 990, 70, 93, first - 100, 300)
    return out


def _reverberated(kernels: Kernels, cuts: tuple[int, ...]) -> Array:
    out, send, delays = np.zeros((FRAMES, 2)), _noise(), sizes(RATE) // 8 + STEP
    lines, memory = np.zeros((len(delays), 1024)), np.zeros((2, LINES))
    rows = np.full((FRAMES, 2 * LINES + 2), 0.2)
    rows[:, -1] = 5.0
    rows[:, :LINES] = 0.7
    sway = np.random.default_rng(3).uniform(-2, 2, (20, LINES))
    for first, last in pairwise(cuts):
        part, at = slice(first, last), 1000 + first
        here = sway[at // STEP - 1000 // STEP :]
        kernels.reverb(out[part], send[part], lines, memory, rows[part], here, delays, at, 1023)
    return out


@OTHERS
@pytest.mark.parametrize("effect", [_isolated, _swept, _tilted, _echoed, _reverberated])
def test_effects_are_the_same_in_all_forms_and_blocks(other: Kernels, effect) -> None:  # type: ignore[no-untyped-def]
    whole = effect(NUMPY, (0, FRAMES))
    assert np.isfinite(whole).all()
    assert np.abs(whole).max() > 0.1
    np.testing.assert_allclose(effect(NUMPY, CUTS), whole, atol=1e-9)
    np.testing.assert_allclose(effect(other, (0, FRAMES)), whole, atol=1e-9)
    np.testing.assert_array_equal(effect(other, CUTS), effect(other, (0, FRAMES)))
