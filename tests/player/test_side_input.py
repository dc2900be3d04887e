"""An input with a clock of its own: followed without a click, at a distance that stays, whatever the two clocks do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from liveriff.player.adaptive import PHASES, TAPS, Pursuit, read_between, sinc_table
from liveriff.player.clockmap import ClockMap
from liveriff.player.sideinput import RING, SLOW_HZ, SideInput

RATE, BLOCK = 48000, 256
TONE_HZ = 997.0


def made(own_rate: int) -> SideInput:
    """One without a stream."""
    side = SideInput.__new__(SideInput)
    side.device, side.lost = "test", ""
    side._rate, side._own_rate, side._sink_latency_s, side._latency_s = RATE, own_rate, 0.01, 0.005
    side._ring, side._written, side._line = np.zeros((RING, 2), np.float32), 0, None
    side._in_clock, side._out_clock = ClockMap(own_rate, SLOW_HZ), ClockMap(RATE, SLOW_HZ)
    side._pursuit, side._table = Pursuit(own_rate / RATE, RATE, BLOCK), sinc_table(own_rate / RATE)
    return side


def run(
    own_rate: int, drift: float, jitter_s: float, seconds: float, hole: tuple[float, float] = (0.0, 0.0)
) -> tuple[NDArray[np.float64], SideInput]:
    """A tone through two clocks, the input's faster by ``drift``; callbacks come late by up to ``jitter_s``. In the
    hole (s, s) the input says nothing."""
    side, random = made(own_rate), np.random.default_rng(5)
    per_in, per_out = BLOCK / (own_rate * (1.0 + drift)), BLOCK / RATE
    events = [((k + 1) * per_in + random.uniform(0, jitter_s), 0, k) for k in range(int(seconds / per_in))]
    events += [(0.05 + k * per_out + random.uniform(0, jitter_s), 1, k) for k in range(int((seconds - 0.2) / per_out))]
    outs = []
    for when, reads, k in sorted(events):
        if reads:
            out = np.zeros((BLOCK, 2), np.float32)
            side.read_at(out, k * BLOCK, when)
            outs.append(out[:, 0].astype(np.float64))
        elif not hole[0] <= when < hole[1]:
            t = (np.arange(BLOCK) + k * BLOCK) / (own_rate * (1.0 + drift))
            side.hear(0.5 * np.sin(2 * np.pi * TONE_HZ * t).astype(np.float32)[:, None], when)
    return np.concatenate(outs), side


def noise_db(sound: NDArray[np.float64]) -> float:
    """What is left of a tone when the best sine of its pitch is taken away; the pitch may be off by a few parts in a
    million."""
    t = np.arange(len(sound)) / RATE
    window = np.hanning(len(sound))
    best = np.inf
    for off in np.linspace(-2e-5, 2e-5, 41):
        turn = 2 * np.pi * TONE_HZ * (1 + off) * t
        basis = np.stack([np.sin(turn), np.cos(turn)], axis=1) * window[:, None]
        left = sound * window - basis @ np.linalg.lstsq(basis, sound * window, rcond=None)[0]
        best = min(best, float((left**2).sum() / ((sound * window) ** 2).sum()))
    return float(10 * np.log10(best + 1e-20))


@pytest.mark.parametrize(
    ("own_rate", "drift", "jitter_s"),
    [(48000, 0.0, 0.0), (48000, 3e-4, 0.0), (48000, -3e-4, 0.001), (44100, 1e-4, 0.0005), (96000, -1e-4, 0.0)],
)
def test_a_tone_stays_a_tone_and_its_distance_the_same(own_rate: int, drift: float, jitter_s: float) -> None:
    sound, side = run(own_rate, drift, jitter_s, 12.0)
    assert side.jumps == 0
    assert noise_db(sound[-RATE:]) < (-60.0 if jitter_s == 0.0 else -50.0)
    assert np.abs(np.diff(sound[RATE:])).max() < 0.5 * 2 * np.pi * TONE_HZ / RATE * 1.05  # no click, ever
    assert side.delay_s < 0.05


def test_the_delay_it_tells_is_the_delay_it_has() -> None:
    sound, side = run(48000, 2e-4, 0.0, 12.0)
    own = side._pursuit.distance / 48000
    t = np.arange(len(sound)) / RATE + 0.05  # when each was read, in the time of the input's own beginning
    # the frame written at t was heard a block before its callback, which the input's own latency tells
    expected = 0.5 * np.sin(2 * np.pi * TONE_HZ * (t - own - BLOCK / (48000 * 1.0002)))
    late = slice(10 * RATE, 11 * RATE)
    phase = np.corrcoef(sound[late], expected[late])[0, 1]
    assert phase > 0.98  # within a thirtieth of a period of 1 ms


def test_a_hole_is_silence_and_then_it_goes_on() -> None:
    sound, side = run(48000, 0.0, 0.0, 8.0, hole=(3.0, 3.5))
    assert not sound[round(3.2 * RATE) : round(3.4 * RATE)].any()
    assert np.isfinite(sound).all()
    assert noise_db(sound[-RATE:]) < -60.0
    assert side.delay_s < 0.2


def test_between_samples_lies_what_lies_there() -> None:
    ring = np.zeros((1 << 12, 2), np.float32)
    n = np.arange(len(ring))
    ring[:, 0], ring[:, 1] = np.sin(2 * np.pi * n / 64), np.cos(2 * np.pi * n / 16)
    out = np.zeros((500, 2), np.float32)
    read_between(ring, sinc_table(1.0), 100.37, 1.003, out)
    at = 100.37 + 1.003 * np.arange(500)
    np.testing.assert_allclose(out[:, 0], np.sin(2 * np.pi * at / 64), atol=2e-4)
    np.testing.assert_allclose(out[:, 1], np.cos(2 * np.pi * at / 16), atol=2e-4)
    assert sinc_table(1.0).shape == (PHASES + 1, TAPS)
    np.testing.assert_allclose(sinc_table(2.0).sum(axis=1), 1.0)


def test_a_reader_that_finds_nothing_keeps_a_greater_distance() -> None:
    pursuit = Pursuit(1.0, RATE, BLOCK)
    before = pursuit.distance
    assert pursuit.next(BLOCK, 4000.0, 1.0, 4100) is not None
    for now in (5000.0, 5256.0, 5512.0):  # one hole
        assert pursuit.next(BLOCK, now, 1.0, 4000) is None
    assert before < pursuit.distance < before * 1.5
    assert pursuit.jumps == 1
    found = pursuit.next(BLOCK, 6000.0, 1.0, 6100)
    assert found is not None
    assert found[0] == pytest.approx(6000.0 - pursuit.distance)
