"""The figures on sounds and pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from liveriff.train.judge import figures, tonality
from liveriff.train.judge.measured import pictured

RATE, FRAMES, SIXTEENTHS = 44100, 176400, 32


def clicks(shift_s: float, every: int = 4) -> np.ndarray:
    """A click on every so many sixteenths, all late by ``shift_s``."""
    sound = np.zeros(FRAMES, np.float32)
    burst = np.random.default_rng(0).normal(size=400).astype(np.float32) * np.linspace(1, 0, 400, dtype=np.float32)
    for place in range(0, SIXTEENTHS, every):
        start = round(place * FRAMES / SIXTEENTHS + shift_s * RATE)
        sound[(start + np.arange(400)) % FRAMES] += burst
    return sound


def tone(*notes: int) -> np.ndarray:
    """Steady sines of MIDI notes as a picture."""
    time = np.arange(FRAMES) / RATE
    sound = sum(np.sin(2 * np.pi * 440.0 * 2 ** ((note - 69) / 12) * time) for note in notes) * 0.1
    return pictured(np.asarray(sound, np.float32), True)


@pytest.mark.parametrize("late", [-0.01, 0.0, 0.004, 0.02])
def test_attacks_are_placed_against_the_grid(late: float) -> None:
    offsets = figures.onset_offsets(clicks(late), RATE, SIXTEENTHS)
    assert len(offsets) == 8
    assert np.median(offsets) == pytest.approx(late, abs=0.001)


def test_swing_does_not_count_as_late() -> None:
    swung = clicks(0.0, 2) + np.roll(clicks(0.0, 2), round((1.4 / SIXTEENTHS) * FRAMES))
    assert np.abs(figures.onset_offsets(swung, RATE, SIXTEENTHS)).max() > 0.02
    assert np.abs(figures.unswung_offsets(swung, RATE, SIXTEENTHS)).max() < 0.003


def test_silence_has_no_attacks_and_no_numbers_that_are_none() -> None:
    silence = np.zeros(FRAMES, np.float32)
    assert len(figures.onset_offsets(silence, RATE, SIXTEENTHS)) == 0
    assert np.isfinite([figures.level_db(silence), figures.seam(silence), figures.tail_db(silence, RATE)]).all()


def test_chords_are_heard_in_their_key_and_not_in_a_distant_one() -> None:
    strengths = tonality.chroma(tone(57, 60, 64, 69))  # A minor
    assert strengths.sum() == pytest.approx(1.0)
    assert tonality.in_key(strengths, 9, "minor") > 0.9
    assert tonality.in_key(strengths, 3, "major") < 0.6


def test_the_key_of_a_scale_is_found() -> None:
    strengths = tonality.chroma(tone(62, 66, 69, 62, 64, 71, 67, 73))  # D major, its chord twice as loud
    assert tonality.same_notes(tonality.best_key(strengths), (2, "major"))
    assert not tonality.same_notes((2, "major"), (3, "major"))


def test_a_seam_is_seen() -> None:
    time = np.arange(FRAMES) / FRAMES
    whole, cut = (np.sin(2 * np.pi * turns * time).astype(np.float32) for turns in (100.0, 100.25))
    assert figures.seam(whole) < 1.5
    assert figures.seam(cut) > 100.0


def test_the_band_that_holds_the_energy_is_found() -> None:
    time = np.arange(FRAMES) / RATE
    low = np.sin(2 * np.pi * 300.0 * time).astype(np.float32)
    assert figures.rolloff_hz(low, RATE) == pytest.approx(300.0, abs=20.0)
    both = low + np.sin(2 * np.pi * 15000.0 * time).astype(np.float32)
    assert figures.rolloff_hz(both, RATE) == pytest.approx(15000.0, abs=20.0)


def test_a_one_shot_that_begins_late_or_does_not_end_is_seen() -> None:
    sound = np.zeros(2 * RATE, np.float32)
    sound[441:5000] = 0.9
    assert figures.attack_ms(sound, RATE) == pytest.approx(10.0, abs=0.1)
    assert figures.tail_db(sound, RATE) < -100.0
    assert figures.tail_db(np.ones(2 * RATE, np.float32), RATE) == pytest.approx(0.0, abs=0.01)


def test_ranks_agree_or_not_and_ties_do_not_count_as_order() -> None:
    told = np.array([0.1, 0.5, 0.9])
    assert figures.rank_agreement(told, np.array([3.0, 4.0, 50.0])) == pytest.approx(1.0)
    assert figures.rank_agreement(told, np.array([9.0, 4.0, 1.0])) == pytest.approx(-1.0)
    assert np.isnan(figures.rank_agreement(told, np.ones(3)))
