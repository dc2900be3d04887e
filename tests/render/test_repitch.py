"""Loops at another pitch: exact length, right interval, still a loop, the canvas kept; and fills through the shelf."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.backend import Audio, Canvas, Tick
from liveriff.render.repitch import resampled, transposed
from liveriff.render.shelf import Shelf
from liveriff.render.testtone import BACKEND, TestTone
from liveriff.wire.job import Job

JOB = replace(
    Job(model="test-tone", category="bass", prompt_a="one", prompt_b="two", seed=3, tonic=9, rate=48000),
    beats=4,
    density=0.9,
)


def tick(_step: int, _of: int) -> bool:
    return True


def tone(job: Job) -> Audio:
    """A sine of 440 Hz, whatever the tempo, closed to a loop."""
    cycles = round(440 * job.frames / job.rate)
    wave = 0.5 * np.sin(2 * np.pi * cycles * np.arange(job.frames) / job.frames)
    return Audio(np.stack([wave, wave], axis=1).astype(np.float32))


def pitch(samples: NDArray[np.float32], rate: int) -> float:
    """Frequency of the strongest partial, by a parabola through its peak."""
    spectrum = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples))))
    at = int(spectrum.argmax())
    left, here, right = np.log(spectrum[at - 1 : at + 2] + 1e-12)
    return float((at + 0.5 * (left - right) / (left - 2 * here + right)) * rate / len(samples))


@settings(max_examples=60, deadline=None)
@given(
    by=st.integers(-6, 6).filter(bool),
    bpm=st.integers(6000, 20000),
    rate=st.sampled_from([44100, 48000]),
    beats=st.sampled_from([4, 8]),
)
def test_a_tone_moves_by_its_semitones_and_the_loop_keeps_its_frames(by: int, bpm: int, rate: int, beats: int) -> None:
    job = replace(JOB, transpose=by, bpm_cents=bpm, rate=rate, beats=beats)
    sound = transposed(tone, job).samples
    assert sound.shape == (job.frames, 2)
    assert abs(12 * np.log2(pitch(sound, rate) / 440) - by) < 0.15
    seam = np.abs(np.diff(np.concatenate([sound, sound[:1]]), axis=0))[:, 0]
    assert seam[-1] <= 1.01 * seam.max()
    assert seam.max() < 2 * np.pi * 700 / rate * 0.55


def test_no_transposition_is_the_decoding_itself_and_too_much_is_refused() -> None:
    assert np.array_equal(transposed(tone, JOB).samples, tone(JOB).samples)
    for job in (replace(JOB, transpose=13), replace(JOB, transpose=1, beats=0, milliseconds=500)):
        with pytest.raises(UsageError):
            transposed(tone, job)


@given(frames=st.integers(900, 1100))
def test_a_circle_is_resampled_exactly(frames: int) -> None:
    wave = np.sin(2 * np.pi * 5 * np.arange(1000) / 1000)[:, None].repeat(2, axis=1).astype(np.float32) * 0.5
    want = 0.5 * np.sin(2 * np.pi * 5 * np.arange(frames) / frames)
    np.testing.assert_allclose(resampled(wave, frames)[:, 0], want, atol=1e-6)


def test_the_shelf_transposes_without_drawing_anew() -> None:
    shelf = Shelf("cpu", lambda _: BACKEND)
    plain = shelf.make(JOB, tick)
    moved = shelf.make(replace(JOB, transpose=4), tick)
    assert not plain.redecoded
    assert moved.redecoded
    assert moved.audio.samples.shape == plain.audio.samples.shape
    assert not np.array_equal(moved.audio.samples, plain.audio.samples)
    assert replace(JOB, transpose=4).key != JOB.key
    assert replace(JOB, transpose=4).canvas_key == JOB.canvas_key


class Filling(TestTone):
    """Test tones that leave out what shall be made anew."""

    def refill(self, canvas: Canvas, job: Job, tick: Tick) -> Canvas:
        values = np.array(canvas.values)
        columns = values.shape[-1] // job.beats
        values[..., (job.fill_end - job.fill_beats) * columns : job.fill_end * columns] = 0.0
        return Canvas(values)


class Factory:
    """Makes one backend."""

    def __init__(self, kind: type[TestTone]) -> None:
        self.kind = kind

    def create(self) -> TestTone:
        return self.kind()


def test_a_fill_is_made_of_the_kept_canvas_and_elsewhere_by_another_seed() -> None:
    fill = replace(JOB, fill_beats=1, fill_end=4, fill_seed=77)
    shelf = Shelf("cpu", lambda _: Factory(Filling))  # type: ignore[arg-type, return-value]
    base, made = shelf.make(JOB, tick).audio, shelf.make(fill, tick).audio
    beat = len(base.samples) // 4
    np.testing.assert_allclose(made.samples[: 2 * beat], base.samples[: 2 * beat], atol=1e-3)
    assert np.abs(made.samples[-beat:] - base.samples[-beat:]).max() > 1e-2
    assert len(shelf.canvases) == 2
    plain = Shelf("cpu", lambda _: BACKEND)
    other = plain.make(replace(JOB, seed=77), tick).audio.samples
    np.testing.assert_array_equal(plain.make(fill, tick).audio.samples, other)


@pytest.mark.parametrize(("beats", "end"), [(5, 4), (2, 1), (1, 5)])
def test_a_fill_that_does_not_lie_in_the_loop_is_refused(beats: int, end: int) -> None:
    with pytest.raises(UsageError):
        Shelf("cpu", lambda _: BACKEND).make(replace(JOB, fill_beats=beats, fill_end=end), tick)


def test_a_source_is_named_by_its_content_not_by_its_place() -> None:
    here = replace(JOB, source="/a/x.wav", source_id="1234", strength=0.5)
    assert here.key == replace(here, source="/b/y.wav").key
    assert here.canvas_key == replace(here, source="/b/y.wav").canvas_key
    assert here.key != replace(here, source_id="5678").key
    assert replace(here, source_id="").key != replace(here, source="/b/y.wav", source_id="").key
