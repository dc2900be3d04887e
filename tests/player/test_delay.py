"""The echo: its time to the sample, feedback, tone, changes of length without a click, sleep, panic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.params.words import NOTES
from liveriff.player.delay import FADE_S, Delay
from liveriff.player.fxpanel import DelaySetting
from liveriff.player.kernels import Kernels

from .rig import NUMBA, NUMPY, RATE, steps

Array = NDArray[np.float64]
BEAT = Fraction(RATE, 2)  # 120 BPM
FRAMES = 4 * RATE


def _delay(setting: DelaySetting, kernels: Kernels = NUMBA, beat: Fraction = BEAT) -> Delay:
    delay = Delay(RATE, kernels)
    delay.retime(beat, 0)
    delay.set(setting)
    return delay


def _through(delay: Delay, send: Array, block: int = 256, first: int = 0) -> Array:
    out = np.zeros_like(send)
    for at in range(0, len(send), block):
        delay.add(out[at : at + block], send[at : at + block], first + at)
    return out


def _impulse(at: int = 1000, frames: int = FRAMES) -> Array:
    sound = np.zeros((frames, 2))
    sound[at, 0], sound[at, 1] = 1.0, 0.5
    return sound


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("bpm", [93.75, 124.0, 240.0])
def test_echoes_fall_on_the_note_to_the_sample(note: str, bpm: float) -> None:
    beat = Fraction(RATE * 60) / Fraction(bpm)
    setting = DelaySetting(Fraction(note) * 4, 0.5, 0.0, 1.0)
    length = round(setting.beats * beat)
    heard = _through(_delay(setting, beat=beat), _impulse(frames=3 * length + 2048))
    echoes = np.flatnonzero(np.abs(heard[:, 0]) > 0.1)
    np.testing.assert_array_equal(echoes, 1000 + length * np.arange(1, 4))
    np.testing.assert_allclose(heard[echoes, 0], [1.0, 0.5, 0.25], rtol=0.003)
    np.testing.assert_allclose(heard[echoes, 1], heard[echoes, 0] / 2)  # stereo stays where it was


def _spectrum(sound: Array) -> Array:
    return np.abs(np.fft.rfft(sound[:, 0]))


@pytest.mark.parametrize(("tone", "dark"), [(-1.0, True), (1.0, False)])
def test_tone_darkens_and_thins(tone: float, dark: bool) -> None:
    length = round(Fraction(3, 4) * BEAT)
    heard = _through(_delay(DelaySetting(feedback=0.9, tone=tone)), _impulse())
    first, third = (_spectrum(heard[1000 + n * length - 50 : 1000 + n * length + 4746]) for n in (1, 3))
    low, high = 20, 800  # 200 Hz, 8 kHz
    lost_low, lost_high = 20 * np.log10(first[low] / third[low]), 20 * np.log10(first[high] / third[high])
    assert (lost_high - lost_low > 20) if dark else (lost_low - lost_high > 20)


def test_the_tone_of_the_loop_is_two_one_poles() -> None:
    heard = _through(_delay(DelaySetting(feedback=0.0, tone=-1.0)), _impulse())
    response = 20 * np.log10(_spectrum(heard[1000:][:RATE]) + 1e-12)  # lines a hertz apart
    a = 1 - np.exp(-2 * np.pi * 600 / RATE)
    for hz in (100, 600, 3000, 12000):
        analytic = 20 * np.log10(abs(a / (1 - (1 - a) * np.exp(-2j * np.pi * hz / RATE))))
        assert response[hz] == pytest.approx(analytic, abs=0.05)


def test_a_change_of_length_does_not_click() -> None:
    t = np.arange(FRAMES) / RATE
    wave = 0.3 * np.sin(2 * np.pi * 220 * t)
    send, delay, parts = np.stack([wave, wave], axis=1), _delay(DelaySetting(feedback=0.0, tone=0.0)), []
    lengths = [Fraction(3, 4), Fraction(1, 2), Fraction(1), Fraction(1, 4)]
    for n, first in enumerate(range(0, FRAMES, RATE // 4)):
        delay.set(DelaySetting(lengths[n % 4], 0.0, 0.0, 1.0))
        parts.append(_through(delay, send[first : first + RATE // 4], first=first))
    heard = np.concatenate(parts)[RATE:]
    assert steps(heard.astype(np.float32)).max() <= 1.05 * np.percentile(steps(send.astype(np.float32)), 99.9)


@pytest.mark.parametrize("kernels", [NUMBA, NUMPY], ids=lambda k: k.name)
def test_blocks_do_not_matter_not_even_when_the_tempo_changes_inside_one(kernels: Kernels) -> None:
    send, outs = np.random.default_rng(1).uniform(-0.5, 0.5, (RATE, 2)), []
    for block in (256, 64, 1000):
        delay = _delay(DelaySetting(Fraction(1, 4)), kernels)
        out = np.zeros_like(send)
        for at in range(0, RATE, block):
            if at <= 20011 < at + block:
                delay.retime(Fraction(30000), 20011)
            delay.add(out[at : at + block], send[at : at + block], at)
        outs.append(out)
    for out in outs[1:]:
        np.testing.assert_allclose(out, outs[0], atol=0 if kernels is NUMBA else 1e-12)
    assert outs[0][20011 + round(2 * FADE_S * RATE) :].any()


@settings(max_examples=15, deadline=None)
@given(tone=st.floats(-1, 1), note=st.sampled_from(NOTES), seed=st.integers(0, 9))
def test_it_dies_at_the_most_feedback_and_then_sleeps(tone: float, note: str, seed: int) -> None:
    delay = _delay(DelaySetting(Fraction(note), 0.95, tone, 1.0))  # a fourth of the note, to be done sooner
    send = np.zeros((20 * RATE, 2))
    send[:RATE] = np.random.default_rng(seed).uniform(-1, 1, (RATE, 2))
    heard = _through(delay, send, 1024)
    assert np.abs(heard).max() < 1 / (1 - 0.95)
    assert np.abs(heard[-RATE:]).max() < 0.75 * np.abs(heard[RATE : 2 * RATE]).max()
    silence = np.zeros((RATE, 2))
    delay.set(DelaySetting(Fraction(1, 4), 0.0, 0.0, 1.0))
    for n in range(4):
        last = _through(delay, silence, first=(20 + n) * RATE)
    assert not delay.awake
    assert not last.any()


def test_what_lies_in_the_line_from_before_is_forgotten_by_a_cut_and_by_sleep() -> None:
    delay = _delay(DelaySetting(Fraction(1), 0.9, 0.0, 1.0))
    _through(delay, _impulse())
    delay.cut(FRAMES)
    heard = _through(delay, _impulse(frames=RATE), first=FRAMES)
    assert not heard[: 1000 + RATE // 2].any()
    assert heard[1000 + RATE // 2, 0] == pytest.approx(1.0, rel=0.01)
