"""The figures on sounds and pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from liveriff.render.spectrogram import EMBEDDED, analyse, encode
from liveriff.train import figures

RATE, FRAMES, SIXTEENTHS = 44100, 176400, 32


def clicks(shift_s: float) -> np.ndarray:
    """A click on every fourth sixteenth, late by ``shift_s`` in turns."""
    sound = np.zeros(FRAMES, np.float32)
    burst = np.random.default_rng(0).normal(size=400).astype(np.float32) * np.linspace(1, 0, 400, dtype=np.float32)
    for number in range(8):
        start = number * FRAMES // 8 + (number % 2) * round(shift_s * RATE)
        sound[(start + np.arange(400)) % FRAMES] += burst
    return sound


def tone(*notes: int) -> np.ndarray:
    """Steady sines of MIDI notes as a picture."""
    time = np.arange(FRAMES) / RATE
    sound = sum(np.sin(2 * np.pi * 440.0 * 2 ** ((note - 69) / 12) * time) for note in notes) * 0.1
    mel = analyse(torch.from_numpy(np.asarray(sound, np.float32))[None], RATE, EMBEDDED, 512)
    return (encode(mel, EMBEDDED)[0] * 255.0 + 0.5).to(torch.uint8).numpy()


@pytest.mark.parametrize("late", [0.0, 0.02])
def test_attacks_are_placed_against_the_grid(late: float) -> None:
    offsets = figures.onset_offsets(clicks(late), RATE, SIXTEENTHS)
    assert len(offsets) == 8
    assert figures.grid_spread(offsets) == pytest.approx(late * 1000 / 2, abs=3.0)


def test_silence_has_no_attacks() -> None:
    assert np.isnan(figures.grid_spread(figures.onset_offsets(np.zeros(FRAMES, np.float32), RATE, SIXTEENTHS)))


def test_chords_are_heard_in_their_key_and_not_in_a_distant_one() -> None:
    strengths = figures.chroma(tone(57, 60, 64, 69))  # A minor
    assert strengths.sum() == pytest.approx(1.0)
    assert figures.in_key(strengths, 9, "minor") > 0.9
    assert figures.in_key(strengths, 3, "major") < 0.6


def test_a_seam_is_seen() -> None:
    time = np.arange(FRAMES) / FRAMES
    whole, cut = (np.sin(2 * np.pi * turns * time).astype(np.float32) for turns in (100.0, 100.25))
    assert figures.seam(whole) < 1.5
    assert figures.seam(cut) > 100.0


def test_rank_agreement() -> None:
    assert figures.rank_agreement(np.array([0.1, 0.5, 0.9]), np.array([3.0, 4.0, 50.0])) == pytest.approx(1.0)
    assert figures.rank_agreement(np.array([0.1, 0.5, 0.9]), np.array([9.0, 4.0, 1.0])) == pytest.approx(-1.0)
