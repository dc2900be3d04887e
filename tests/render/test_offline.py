"""Files: whole or absent, and one sentence where they cannot be."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from liveriff.errors import DeviceError, LiveriffError, ModelError, UsageError
from liveriff.render.offline import Studio, render_job, write_wav
from liveriff.render.portrait import Caption, coloured, write_picture
from liveriff.wire.job import Job

JOB = Job(model="test-tone", prompt_a="techno", category="mix", tonic=9, beats=4, steps=3)


def test_a_job_becomes_sound() -> None:
    steps: list[tuple[int, int]] = []
    audio = render_job(JOB, lambda step, of: steps.append((step, of)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert audio.samples.shape == (JOB.frames, 2)
    assert np.array_equal(audio.samples, render_job(JOB).samples)


def test_a_studio_renders_many() -> None:
    with Studio() as studio:
        sounds = [studio.render(replace(JOB, seed=seed)).samples for seed in range(3)]
    assert len({sound.tobytes() for sound in sounds}) == 3


@pytest.mark.parametrize(
    ("job", "error", "says"),
    [
        (replace(JOB, model="embeded"), UsageError, "Did you mean embedded"),
        (replace(JOB, category="choir"), UsageError, "choir"),
        (replace(JOB, model_version="0"), ModelError, "version"),
    ],
)
def test_what_cannot_be_rendered_says_so(job: Job, error: type[LiveriffError], says: str) -> None:
    with pytest.raises(error, match=says):
        render_job(job)


def test_wav_holds_the_samples(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (1000, 2)).astype(np.float32)
    write_wav(tmp_path / "a.wav", samples, 48000)
    back, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == 48000
    assert np.abs(back - samples).max() < 2**-22
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_wav_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, samples = tmp_path / "a.wav", np.zeros((10, 2), np.float32)
    write_wav(path, samples, 44100)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeviceError, match="the disk is full"):
        write_wav(path, samples + 1, 44100)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["a.wav"]


def test_paths_that_cannot_be_are_usage(tmp_path: Path) -> None:
    samples = np.zeros((10, 2), np.float32)
    (tmp_path / "file").write_text("x")
    for path, says in (
        (tmp_path / "no" / "a.wav", "does not exist"),
        (tmp_path / "file" / "a.wav", "is not a folder"),
        (tmp_path, "it is a folder"),
    ):
        with pytest.raises(UsageError, match=says):
            write_wav(path, samples, 44100)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_forbidden_folder_is_usage(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="no permission"):
        write_wav(tmp_path / "a.wav", np.zeros((10, 2), np.float32), 44100)


@pytest.mark.parametrize("beats", [4, 0])
def test_a_picture_shows_the_tone_where_it_is(tmp_path: Path, beats: int) -> None:
    time = np.arange(88200) / 44100
    tone = np.sin(2 * np.pi * 1000 * time).astype(np.float32)[:, None].repeat(2, axis=1)
    write_picture(tmp_path / "a.png", tone, 44100, Caption("a tone", beats, 120.0))
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1200, 554)
        light = np.asarray(image.convert("L"), dtype=float)[40:520, 64:1184]
    share = np.log(1000 / 30) / np.log(18000 / 30)
    assert abs(int(light[:, 333].argmax()) - 480 * (1 - share)) < 8


def test_a_picture_of_silence_or_of_very_little_is_a_picture(tmp_path: Path) -> None:
    for frames in (0, 1, 300):
        write_picture(tmp_path / "a.png", np.zeros((frames, 2), np.float32), 44100, Caption("nothing"))
        assert (tmp_path / "a.png").stat().st_size > 500


def test_colours_grow_lighter() -> None:
    light = coloured(np.linspace(0, 1, 256, dtype=np.float32)[None]).astype(float) @ [0.299, 0.587, 0.114]
    assert (np.diff(light[0]) >= -0.5).all()
    assert light[0, -1] > 240
