"""Sounds that go on after their end: windows on the beat, seams, lengths, what cannot be gone on from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.lengthen import WINDOW, _led_over, _windows, lengthened
from liveriff.render.riffusion.places import Places, places
from liveriff.render.spectrogram import RIFFUSION
from liveriff.render.spectrogram.passage import mel_of_passage
from liveriff.wire.job import Job

RATE = 22050
JOB = Job(category="mix", prompt_a="techno", steps=3, seed=5, beats=8)


@pytest.fixture(scope="module")
def backend(folder: Path) -> Iterator[Riffusion]:
    made = Riffusion(Checkpoint("tiny", "riffusion", str(folder)))
    made.load("cpu")
    yield made
    made.close()


def groove(seconds: float, channels: int = 1) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A chord and a hit on every beat of 120."""
    time = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time) * 0.1 for hz in (220.0, 277.2, 659.3))
    hits = np.random.default_rng(2).normal(0, 0.15, len(time)) * np.exp(-(time % 0.5) * 50.0)
    return np.tile((chord + hits).astype(np.float32), (channels, 1))


def always(_step: int, _of: int) -> bool:
    return True


@pytest.mark.parametrize(
    ("bpm", "end", "wanted"),
    [
        (None, 100_000, Places(220.5, 64, 100_000 % (64 * 220.5))),
        (120.0, 100_000, Places(60 * RATE / 120 / 64, 64)),
        (180.0, 0, Places(60 * RATE / 180 / 32, 32)),
        (50.0, 0, Places(60 * RATE / 50 / 128, 128)),
    ],
)
def test_places(bpm: float | None, end: int, wanted: Places) -> None:
    assert places(RATE, bpm, end) == wanted


def test_bar_lines() -> None:
    where = places(44100, 120.0)
    bar = 88200
    assert [where.bar(frame, 1) for frame in (0, bar - 1, bar, bar + 3, bar + 5000)] == [
        bar,
        2 * bar,
        2 * bar,
        2 * bar,
        3 * bar,
    ]
    assert where.begun(22049) == 1  # a file cut a frame short has still its beat


@given(
    bpm=st.one_of(st.none(), st.floats(40, 240)),
    have=st.integers(3000, 600_000),
    frames=st.integers(1, 900_000),
)
def test_windows_reach_to_the_end_and_overlap_by_half(bpm: float | None, have: int, frames: int) -> None:
    where = places(RATE, bpm, have)
    beats = WINDOW // where.beat
    begins = _windows(have, frames, where)
    assert 0 <= begins[0] <= where.begun(have)
    assert where.frame(begins[0] + beats) > have
    assert all(later - begin == beats // 2 for begin, later in pairwise(begins))
    assert where.frame(begins[-1] + beats) >= have + frames
    assert len(begins) == 1 or where.frame(begins[-2] + beats) < have + frames


@pytest.mark.parametrize("cut", [0, 7001])
def test_the_seam_is_not_heard(backend: Riffusion, monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    """With a net that paints what really follows: no step, and the spectrum across the seam is that of the music."""
    true = groove(8.0)
    sound = np.ascontiguousarray(true[:, : 4 * RATE - cut])
    where = places(RATE, 120.0)
    begins = _windows(sound.shape[1], 2 * RATE, where)

    def beside(_job: Job, known: Tensor, room: int, _tick: Any) -> Tensor:
        start = where.exact(begins.pop(0))
        mel = mel_of_passage(torch.from_numpy(true), RATE, RIFFUSION, start, where.step, WINDOW)
        assert known.shape[-1] + room == WINDOW
        return (mel / mel[..., : known.shape[-1]].max()).clamp(max=1.0) ** 0.25

    monkeypatch.setattr(backend, "beside", beside)
    new = lengthened(backend, sound, RATE, JOB, where, 2 * RATE, always)
    whole = np.concatenate((sound, new), axis=1)
    border = sound.shape[1]
    inner = np.quantile(np.abs(np.diff(true)), 0.999)
    assert np.abs(np.diff(whole[:, border - 2 : border + 2])).max() <= inner
    first = border - 10 * where.step
    seen, wanted = (
        mel_of_passage(torch.from_numpy(each), RATE, RIFFUSION, first, where.step, 20) for each in (whole, true)
    )
    assert float((seen - wanted).norm() / wanted.norm()) < 0.15


def test_a_checkpoint_goes_on_in_the_file_s_own_form(backend: Riffusion) -> None:
    sound = groove(1.0, channels=2)
    heard: list[tuple[int, int]] = []

    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return True

    where = places(RATE, None, sound.shape[1])
    new = lengthened(backend, sound, RATE, JOB, where, 2 * RATE, tick)
    assert new.shape == (2, 2 * RATE)
    assert new.dtype == np.float32
    assert np.isfinite(new).all()
    assert np.abs(new).max() <= 1.0
    assert heard == [(1, 2), (2, 2)]
    again = lengthened(backend, sound, RATE, JOB, where, 2 * RATE, always)
    assert np.array_equal(new, again)


def test_it_can_be_cancelled(backend: Riffusion) -> None:
    with pytest.raises(Cancelled):
        lengthened(backend, groove(1.0), RATE, JOB, places(RATE, None), RATE, lambda step, _of: step < 2)


@pytest.mark.parametrize(
    ("sound", "told"),
    [(np.zeros((1, RATE), np.float32), "ends in silence"), (groove(0.1), "too short")],
)
def test_what_cannot_be_gone_on_from(backend: Riffusion, sound: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        lengthened(backend, sound, RATE, JOB, places(RATE, None, sound.shape[1]), RATE, always)


def test_the_border_is_no_louder_than_its_windows_can_show() -> None:
    known, painted = torch.full((1, 4, 20), 0.1), torch.ones(1, 4, 64)
    mel = _led_over(known, painted, 25)
    assert mel.shape == painted.shape
    assert torch.equal(mel[..., :20], known)
    rising = mel[0, 0, 20:25]
    assert (rising.diff() > 0).all()
    assert 0.1 < float(rising[0]) < 0.5
    assert (mel[..., 25:] == 1.0).all()
