"""Long sounds painted over clip by clip: lengths, joints, memory, what is new in them, and two prompts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st

import liveriff.render.riffusion.rework as rework
from liveriff.render.backend import Cancelled
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.joints import OVERLAP, fades, likeness
from liveriff.render.riffusion.places import places
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.rework import CLIP, reworked, stretches
from liveriff.render.spectrogram import RIFFUSION
from liveriff.render.spectrogram.passage import mel_of_passage

RATE = 22050
HERE, THERE = End("techno", 1, "", 0.5, 3.0), End("piano", 1, "", 0.5, 3.0)


@pytest.fixture(scope="module")
def backend(folder: Path) -> Iterator[Riffusion]:
    made = Riffusion(Checkpoint("tiny", "riffusion", str(folder)))
    made.load("cpu")
    yield made
    made.close()


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds: a chord, and hits at 120."""
    time = np.arange(7 * RATE + 321) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time) * 0.1 for hz in (220.0, 277.2, 1318.5))
    hits = np.random.default_rng(2).normal(0, 0.15, len(time)) * np.exp(-(time % 0.5) * 50.0)
    path = tmp_path_factory.mktemp("song") / "song.wav"
    soundfile.write(path, np.stack([chord + hits] * 2, axis=1), RATE, subtype="FLOAT")
    return path


def run(backend: Riffusion, path: Path, request: Request, bpm: float | None = 120.0, **about: Any) -> Any:
    """Result and difference (channels, frames)."""
    tick = about.get("tick", lambda _step, _of: True)
    with soundfile.SoundFile(path) as file:
        first, frames = about.get("first", 0), about.get("frames", file.frames)
        step = places(RATE, bpm).step
        parts = list(reworked(backend, file, request, tick, step, first, frames, about.get("difference", True)))
    return (np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("sound", "difference"))


@given(frames=st.integers(1, 5_000_000), bpm=st.one_of(st.none(), st.floats(40, 240)))
def test_clips_cover_the_sound_and_overlap(frames: int, bpm: float | None) -> None:
    step = places(RATE, bpm).step
    clips = stretches(frames, step)
    assert clips[0].start == 0
    assert clips[-1].last >= frames
    assert clips[-1].following is None
    for clip, after in pairwise(clips):
        assert clip.start + clip.columns - after.start == OVERLAP
        assert clip.following == after.first
    assert all(clip.columns % 64 == 0 and clip.columns <= CLIP + OVERLAP for clip in clips)


def test_clips_begin_on_bar_lines() -> None:
    step = places(RATE, 120.0).step
    starts = [(each.start + OVERLAP) / 64 for each in stretches(60 * RATE, step)[1:]]
    assert [start % 8 for start in starts] == [0.0] * len(starts)


def test_what_is_painted_as_it_was_comes_back_without_joints(
    backend: Riffusion, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error across joints is no worse than within clips, the length is exact, and nothing is new in it."""
    monkeypatch.setattr(rework, "_painted", lambda _backend, _request, heard, _before, _tick: heard.clone())
    sound, new = run(backend, song, Request(HERE, HERE, steps=2))
    true = soundfile.read(song, dtype="float32")[0].T
    assert sound.shape == new.shape == true.shape
    assert not new.any()
    step = places(RATE, 120.0).step
    columns = int(true.shape[1] / step) - 8
    was, now = (
        mel_of_passage(torch.from_numpy(np.ascontiguousarray(each[:1])), RATE, RIFFUSION, 0.0, step, columns)
        for each in (true, sound)
    )
    within = slice(100, 400)
    across = slice(CLIP - OVERLAP, CLIP + 8)
    errors = [float((now[..., at] - was[..., at]).norm() / was[..., at].norm()) for at in (across, within)]
    assert errors[0] < max(0.1, 1.2 * errors[1])
    assert abs(20 * np.log10(float(now[..., across].norm() / was[..., across].norm()))) < 0.5


def test_a_checkpoint_paints_over_and_tells_its_steps(backend: Riffusion, song: Path) -> None:
    heard: list[tuple[int, int]] = []

    def tick(step: int, of: int) -> bool:
        heard.append((step, of))
        return True

    part = {"first": RATE, "frames": 5 * RATE}
    sound, new = run(backend, song, Request(HERE, THERE, steps=4), tick=tick, **part)
    assert sound.shape == new.shape == (2, 5 * RATE)
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.0
    assert np.abs(new).max() > 0.01
    alone, _ = run(backend, song, Request(HERE, HERE, steps=4), difference=False, **part)
    fade = round((CLIP - OVERLAP) * places(RATE, 120.0).step)
    assert np.array_equal(sound[:, :fade], alone[:, :fade])  # the first clip is at alpha 0
    assert np.abs(sound[:, fade + RATE // 2 :] - alone[:, fade + RATE // 2 :]).max() > 1e-3  # the last is at alpha 1


def test_no_more_than_a_clip_is_read_at_once(backend: Riffusion, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    plain = rework.part

    def part(file: Any, start: int, frames: int) -> Any:
        reads.append(frames)
        return plain(file, start, frames)

    monkeypatch.setattr(rework, "part", part)
    monkeypatch.setattr(rework, "_painted", lambda _backend, _request, heard, _before, _tick: heard.clone())
    run(backend, song, Request(HERE, HERE, steps=1), difference=False)
    assert len(reads) == 2
    assert max(reads) <= (CLIP + OVERLAP) * places(RATE, 120.0).step + 2 * RIFFUSION.window(RATE) + 3


def test_a_clip_goes_on_from_the_one_before(backend: Riffusion, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []
    plain = rework.repaint

    def repaint(nets: Any, request: Any, init: Any, tick: Any, mask: Any = None, seen: Any = None) -> Any:
        kept.append(0.0 if mask is None else float((mask[..., :OVERLAP] < 1.0).float().mean()))
        return plain(nets, request, init, tick, mask, seen)

    monkeypatch.setattr(rework, "repaint", repaint)
    run(backend, song, Request(HERE, HERE, steps=1), difference=False, frames=5 * RATE)
    assert kept == [0.0, 1.0]


def test_cancelling_stops(backend: Riffusion, song: Path) -> None:
    with pytest.raises(Cancelled):
        run(backend, song, Request(HERE, HERE, steps=2), tick=lambda step, _of: step < 2)


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_fades_keep_the_power(alike: float) -> None:
    """Of two sounds that are so much alike; for equal ones the gains add up to one."""
    away, near = fades(1000, alike)
    power = away**2 + near**2 + 2 * alike * away * near
    assert float((power - 1).abs().max()) < 1e-5
    if alike == 1.0:
        assert float((away + near - 1).abs().max()) < 1e-5
    assert float(near[0]) < 0.01
    assert float(away[-1]) < 0.01


def test_likeness() -> None:
    one = torch.randn(1, 4000, generator=torch.Generator().manual_seed(0))
    assert likeness(one, one) == pytest.approx(1.0)
    assert likeness(one, -one) == pytest.approx(-1.0)
    assert likeness(one, torch.zeros(1, 4000)) == 0.0
