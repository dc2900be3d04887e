"""Sounds made to fit: how many beats are made at once, loops that close, one-shots that end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.render.fitting import SEAM_S, beats_within, looped, one_shot
from liveriff.render.soundfiles import Sound
from liveriff.wire.job import Job

RATE = 8000
LOOP = Job(beats=8, bpm_cents=12000, rate=44100)


@pytest.mark.parametrize(
    ("beats", "bpm_cents", "seconds", "made"),
    [(8, 12000, 5.0, 8), (8, 12000, 4.0, 4), (16, 6000, 9.0, 8), (16, 6000, 0.1, 1), (3, 6000, 1.0, 3)],
)
def test_as_many_beats_as_fit(beats: int, bpm_cents: int, seconds: float, made: int) -> None:
    assert beats_within(Job(beats=beats, bpm_cents=bpm_cents), RATE, int(seconds * RATE)) == made


@settings(max_examples=15, deadline=None)
@given(bpm_cents=st.integers(4000, 24000), rate=st.sampled_from([44100, 48000, 96000]))
def test_a_loop_has_its_frames_and_no_seam(bpm_cents: int, rate: int) -> None:
    job = Job(beats=4, bpm_cents=bpm_cents, rate=rate)
    asked: list[int] = []

    def ramp(frames: int, source: Sound | None) -> Sound:
        assert source is None
        asked.append(frames)
        return np.linspace(-1.0, 1.0, frames + 7, dtype=np.float32)[None]  # more than asked for

    made = looped(job, RATE, 10**6, ramp, None)
    assert made.shape == (1, job.frames)
    assert asked[0] == pytest.approx(job.frames / rate * RATE + SEAM_S * RATE, abs=2)
    assert abs(made[0, 0] - made[0, -1]) < 0.1


def test_a_source_goes_round_and_round() -> None:
    given_source: list[Sound] = []

    def make(frames: int, source: Sound | None) -> Sound:
        assert source is not None
        given_source.append(source)
        return source[:, :frames]

    source = np.arange(10, dtype=np.float32)[None] / 10
    looped(LOOP, RATE, 10**6, make, source)
    assert np.array_equal(given_source[0][0, :20], np.tile(source[0], 2))


def test_a_one_shot_is_cut_where_the_model_ends_and_begins_where_it_sounds() -> None:
    job = Job(beats=0, milliseconds=1000, rate=RATE)

    def make(frames: int, _source: Sound | None) -> Sound:
        sound = np.zeros((1, frames), np.float32)
        sound[:, 100:] = 0.5
        return sound

    made = one_shot(job, RATE, 4000, make, None)
    assert made.shape == (1, RATE)
    assert made[0, 0] == 0.5
    assert made[0, 3000] == 0.5
    assert np.all(made[0, 3900:] == 0.0)
