"""The kernels: numba, numpy and the bare loops give the same samples."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liveriff.player import kernels as kernels_module
from liveriff.player.kernels import Kernels
from liveriff.player.limiter import between_samples
from liveriff.player.scalar import ONE

from .rig import LOOPS, NUMBA, NUMPY, noise

OTHERS = pytest.mark.parametrize("other", [NUMBA, LOOPS], ids=lambda k: k.name)


@OTHERS
def test_fade(other: Kernels) -> None:
    a, b = np.zeros(100), np.zeros(100)
    for rising in (True, False):
        NUMPY.fade(a, 0.8, rising, 30, 200, 0.4)
        other.fade(b, 0.8, rising, 30, 200, 0.4)
        np.testing.assert_array_equal(a, b)


@OTHERS
def test_add_plain(other: Kernels) -> None:
    chunk, gain = noise(90), np.linspace(0, 1, 250)
    chunk[17, 1] = np.nan
    a, b = np.ones((250, 2)), np.ones((250, 2))
    assert NUMPY.add_plain(a, chunk, 90, 80, gain) == other.add_plain(b, chunk, 90, 80, gain) == 3
    np.testing.assert_array_equal(a, b)


@OTHERS
@pytest.mark.parametrize("step", [0.5, 1.0, 1.37, 41.0])
def test_add_varispeed(other: Kernels, step: float) -> None:
    chunk, gain = noise(90), np.linspace(0, 1, 250)
    chunk[17, 1] = np.inf
    a, b = np.ones((250, 2)), np.ones((250, 2))
    with np.errstate(invalid="ignore"):
        theirs = other.add_varispeed(b, chunk, 90, 80, 0.3, step, gain)
    bad = NUMPY.add_varispeed(a, chunk, 90, 80, 0.3, step, gain)
    assert bad == theirs > 0
    assert np.isfinite(a).all()
    np.testing.assert_allclose(a, b, atol=1e-12)


@OTHERS
@pytest.mark.parametrize("phase", [0, 5, 63])
def test_add_strip(other: Kernels, phase: int) -> None:
    deck, goal = noise(300).astype(np.float64), np.array([0.5, 0.1, -0.1, 0.7])
    buses, states = np.zeros((2, 300, 2)), np.tile([1.0, 0.0, 0.0, 1.0], (2, 2, 1))
    for _ in range(12):  # long enough to arrive at the goal
        peaks = [k.add_strip(buses[i], deck, states[i], goal, phase, 0.3) for i, k in enumerate((NUMPY, other))]
        np.testing.assert_allclose(buses[0], buses[1], atol=1e-12)
        assert peaks[0] == pytest.approx(peaks[1])
        phase = (phase + 300) % 64
    np.testing.assert_array_equal(states[0], np.stack([goal, goal]))
    np.testing.assert_array_equal(states[0], states[1])


@OTHERS
def test_limit(other: Kernels) -> None:
    depth, rng = 20, np.random.default_rng(3)
    rows = [(np.zeros((320, 2)), np.full(320, ONE), np.full(320, ONE), np.zeros(4)) for _ in range(2)]
    for loud in (1.0, 0.0, 10.0, 1e300, 0.3, 0.0, 0.0):
        bus = rng.standard_normal((300, 2)) * loud
        outs = [np.zeros((300, 2), np.float32) for _ in range(2)]
        for kernels, out, (tail, need, ease, meters) in zip((NUMPY, other), outs, rows, strict=True):
            gain = np.zeros(300)
            kernels.limit(gain, np.abs(bus).max(axis=1), need, ease, depth, 0.9, 0.001)
            kernels.finish(out, bus, tail, gain, depth, 0.9, meters)
        np.testing.assert_array_equal(outs[0], outs[1])
        np.testing.assert_array_equal(rows[0][2], rows[1][2])
        np.testing.assert_allclose(rows[0][3], rows[1][3])


@OTHERS
def test_crests(other: Kernels) -> None:
    taps, rng = between_samples(16), np.random.default_rng(4)
    rows = [(np.zeros((316, 2)), np.zeros(301)) for _ in range(2)]
    for loud, frames in ((1.0, 300), (0.0, 7), (10.0, 300), (1e300, 31), (0.3, 1), (0.01, 200), (0.0, 300), (0.9, 300)):
        bus = rng.standard_normal((frames, 2)) * loud
        peaks = [np.zeros(frames), np.zeros(frames)]
        for kernels, peak, (past, between) in zip((NUMPY, other), peaks, rows, strict=True):
            kernels.crests(peak, bus, past, between, taps, 0.4)
        np.testing.assert_allclose(peaks[0], peaks[1], rtol=1e-9)
        np.testing.assert_allclose(rows[0][1][0], rows[1][1][0], rtol=1e-9)


def test_a_wrong_type_is_refused_and_not_compiled_for() -> None:
    with pytest.raises(TypeError):
        NUMBA.add_plain(np.ones((8, 2)), np.ones((8, 2)), 8, 0, np.ones(8))  # a float64 chunk


def test_without_numba_numpy_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    kernels_module.compiled.cache_clear()
    assert kernels_module.choose().name == "numpy"


def test_the_cache_moves_when_the_package_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(kernels_module, "__file__", "/dev/null/package/kernels.py")
    monkeypatch.setattr(kernels_module, "user_cache", lambda: tmp_path)
    assert kernels_module._cache_folder()
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "liveriff" / "numba")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(kernels_module, "user_cache", lambda: Path("/dev/null/nowhere"))
    assert not kernels_module._cache_folder()


def test_the_engine_can_name_the_player_without_loading_it() -> None:
    code = (
        "import sys, liveriff.player.entry, liveriff.player.options\n"
        "heavy = {'numba', 'sounddevice', 'soundfile', 'torch'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


VOICES = {  # low, high, first, count, step, backwards, loops, rise, fall
    "plain": (0, 90, 5.0, 7, 1.0, False, False, 0, 0),
    "pitched, past its end": (0, 90, 50.5, 7, 1.37, False, False, 0, 0),
    "before its sound": (0, 90, 0.25, 0, 0.5, False, False, 0, 0),
    "a window with edges": (20, 70, 0.0, 0, 0.9, False, False, 8, 12),
    "backwards": (0, 90, 0.0, 0, 1.0, True, False, 0, 0),
    "backwards, pitched": (5, 85, 3.5, 9, 1.2, True, True, 3, 0),
    "round and round": (0, 90, 33.0, 1000, 1.0, False, True, 0, 0),
    "round, very fast": (10, 80, 0.5, 7, 41.3, False, True, 4, 4),
}


@OTHERS
@pytest.mark.parametrize("fading", [(0, 0), (-100, 60), (30, 200)])
@pytest.mark.parametrize("given", VOICES.values(), ids=list(VOICES))
def test_add_voice(other: Kernels, given: tuple[object, ...], fading: tuple[int, int]) -> None:
    chunk, sends = noise(100), np.array([0.5, 0.0])
    chunk[66, 1] = np.nan
    ours, theirs = np.ones((2, 3, 250, 2))
    with np.errstate(invalid="ignore"):
        bad = NUMPY.add_voice(*ours, sends, chunk, 90, *given, 0.2, 0.9, *fading)
        assert other.add_voice(*theirs, sends, chunk, 90, *given, 0.2, 0.9, *fading) == bad
    assert np.isfinite(ours).all()
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    np.testing.assert_allclose(ours[1] - 1, (ours[0] - 1) / 2, atol=1e-12)
    assert (ours[2] == 1).all()
