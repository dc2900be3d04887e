"""The backend over small checkpoints: every sampler, categories, sources, lengths, bad checkpoints."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from liveriff.errors import LiveriffError, ModelError, UsageError
from liveriff.render.backend import Cancelled
from liveriff.render.catalog import find
from liveriff.render.contract import (
    Bench,
    another_seed_differs,
    run_check,
    same_job_same_bytes,
    steps_are_counted,
)
from liveriff.render.dance import schedules
from liveriff.render.dance.settings import SAMPLERS
from liveriff.render.offline import render_job
from liveriff.wire.job import Job

from .conftest import RATE, TRAINED, save_as_pipeline, small_unet

SHOT = Job(model="", category="kick", seed=3, steps=3, beats=0, milliseconds=700, rate=RATE)


# --- every sampler ---------------------------------------------------------------------------------------------------


def until(last: int, heard: list[int]) -> Callable[[int, int], bool]:
    """A tick that ends a render at a step."""

    def tick(step: int, _of: int) -> bool:
        heard.append(step)
        return step < last

    return tick


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("check", [same_job_same_bytes, another_seed_differs, steps_are_counted])
def test_every_sampler_keeps_the_contract(small_folder: Path, sampler: str, check: Callable[[Bench], str]) -> None:
    backend = find(f"dance:{small_folder}?sampler={sampler}&steps=3&tolerance=0.2").create()
    backend.load("cpu")
    result = run_check(check, Bench(backend))
    assert result.ok, result.problem


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_can_be_cancelled_at_every_step(small_folder: Path, sampler: str) -> None:
    backend = find(f"dance:{small_folder}?sampler={sampler}&tolerance=0.2").create()
    backend.load("cpu")
    whole = backend.render(SHOT, lambda _step, _of: True).samples
    for last in range(1, SHOT.steps + 1):
        heard: list[int] = []
        with pytest.raises(Cancelled):
            backend.render(
                SHOT, lambda step, _of, heard=heard, last=last: heard.append(step) is not None or step < last
            )
        assert heard == list(range(1, last + 1))
    assert np.array_equal(backend.render(SHOT, lambda _step, _of: True).samples, whole)


@pytest.mark.parametrize("schedule", schedules.NAMES)
def test_every_schedule_is_heard(small_folder: Path, schedule: str) -> None:
    heard = shot(small_folder) if schedule == "crash" else shot(small_folder, options=f"?schedule={schedule}")
    assert np.abs(heard).max() > 0.01
    if schedule != "crash":
        assert np.abs(heard - shot(small_folder)).max() > 1e-3


# --- sources, lengths, seams -----------------------------------------------------------------------------------------


def source(path: Path, seconds: float, rate: int = RATE) -> tuple[str, np.ndarray]:  # type: ignore[type-arg]
    """A file with two tones; its path and samples (frames, 2)."""
    time = np.arange(round(seconds * rate)) / rate
    samples = np.stack([0.5 * np.sin(2 * np.pi * hz * time) for hz in (300.0, 450.0)], axis=1).astype(np.float32)
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return str(path), samples


def shot(folder: Path, options: str = "", **changes: object) -> np.ndarray:  # type: ignore[type-arg]
    return render_job(replace(SHOT, model=f"dance:{folder}{options}", **changes)).samples  # type: ignore[arg-type]


def test_a_one_shot_of_strength_nothing_is_its_source(small_folder: Path, tmp_path: Path) -> None:
    path, samples = source(tmp_path / "a.wav", 0.2)
    heard = shot(small_folder, source=path, strength=0.0)
    fade = RATE // 100
    assert np.array_equal(heard[: len(samples)], samples)
    assert np.abs(heard[-fade:]).max() == 0.0
    some, full = (shot(small_folder, source=path, strength=level) for level in (0.3, 1.0))
    assert np.abs(some - heard).max() > 1e-2
    assert np.array_equal(full, shot(small_folder))


def test_a_loop_of_strength_nothing_repeats_its_source(small_folder: Path, tmp_path: Path) -> None:
    """A beat of sound, 0.5 s at 120 BPM, fills a loop of four beats."""
    path, samples = source(tmp_path / "a.wav", 0.5)
    job = replace(SHOT, model=f"dance:{small_folder}", category="drums", beats=4, milliseconds=0)
    heard = render_job(replace(job, source=path, strength=0.0)).samples
    assert heard.shape == (2 * RATE, 2)
    assert np.abs(heard[1000:] - np.tile(samples, (4, 1))[1000:]).max() < 0.06


def test_a_loop_longer_than_the_training_repeats_a_shorter_one(small_folder: Path) -> None:
    """Pieces of 0.256 s: of two seconds a quarter is made, one beat, and heard four times."""
    job = replace(SHOT, model=f"dance:{small_folder}", category="drums", beats=4, milliseconds=0, bpm_cents=12000)
    beats = np.split(render_job(job).samples, 4)
    assert np.abs(beats[0] - beats[1]).max() < 1e-5
    assert np.abs(np.diff(beats[0], axis=0)).max() > 1e-2


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_the_rate_of_playing_is_free(small_folder: Path, rate: int) -> None:
    heard = shot(small_folder, rate=rate)
    assert heard.shape == ((rate * 7 + 5) // 10, 2)
    trained = TRAINED * rate // RATE
    assert np.abs(heard[trained + 50 :]).max() == 0.0  # not longer than what it was trained with
    assert np.abs(heard[:trained]).max() > 0.05
    assert np.abs(heard[: rate // 100]).max() > 1e-3  # begins with its sound


def test_a_one_shot_may_be_longer_than_the_training_where_it_is_said(small_folder: Path) -> None:
    heard = shot(small_folder, options="?shot=2")
    assert np.abs(heard[TRAINED + 50 : 2 * TRAINED - 200]).max() > 0.05
    assert np.abs(heard[2 * TRAINED + 50 :]).max() == 0.0
    with pytest.raises(UsageError, match="shot must be above 0"):
        shot(small_folder, options="?shot=0")


def test_a_mono_model_and_a_mono_source(tmp_path: Path) -> None:
    torch.manual_seed(0)
    unet = small_unet()
    mono = type(unet)(**{**unet.config, "in_channels": 1, "out_channels": 1, "time_embedding_dim": 16})
    folder = save_as_pipeline(mono, tmp_path / "mono")
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(2000) / 5).astype(np.float32) * 0.5, RATE, subtype="FLOAT")
    for job in ({}, {"source": str(tmp_path / "a.wav"), "strength": 0.4}):
        heard = shot(folder, **job)
        assert np.array_equal(heard[:, 0], heard[:, 1])
    assert find(f"dance:{folder}").info().channels == 1


# --- the table of checkpoints ----------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A performer's folder with two checkpoints."""
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    save_as_pipeline(small_unet(5), tmp_path / "bass")
    (tmp_path / "models.yaml").write_text(
        f"drum-net: {{backend: dance, model: {small_folder}, categories: [drums], one_shots: [kick, snare]}}\n"
        "bass-net: {backend: dance, model: ./bass, categories: [bass], one_shots: [bass], licence: CC-BY-4.0,\n"
        "           options: {sampler: dpmpp-2m, schedule: exponential, steps: 7}}\n"
    )
    return tmp_path


def test_the_category_chooses_the_checkpoint(home: Path) -> None:
    info = find("dance").info()
    assert info.categories == ("drums", "bass")
    assert info.one_shots == ("kick", "snare", "bass")
    assert "CC-BY-4.0" in info.licence
    kick, bass = (replace(SHOT, model="dance", category=name) for name in ("kick", "bass"))
    assert np.array_equal(render_job(kick).samples, render_job(replace(kick, model="drum-net")).samples)
    assert np.array_equal(render_job(bass).samples, render_job(replace(bass, model="bass-net")).samples)
    assert not np.array_equal(render_job(bass).samples, render_job(kick).samples)
    with pytest.raises(UsageError, match="has no one-shots of 'hat'; it has kick, snare, bass"):
        render_job(replace(kick, category="hat"))


def test_the_options_of_an_entry_are_heard_and_counted(home: Path) -> None:
    info = find("bass-net").info()
    assert info.default_steps == 7
    plain = find(f"dance:{home / 'bass'}").info()
    assert plain.version != info.version
    assert find("dance?steps=9").info().default_steps == 9
    assert find(f"dance:{home / 'bass'}?sampler=dpmpp-2m&schedule=exponential&steps=7").info().version == info.version
    with pytest.raises(UsageError, match="Did you mean sampler"):
        find("bass-net?samplr=ddim").info()
    job = replace(SHOT, category="bass")
    heard = [render_job(replace(job, model=name)).samples for name in ("bass-net", f"dance:{home / 'bass'}")]
    assert np.abs(heard[0] - heard[1]).max() > 1e-3


def test_more_networks_than_fit_take_turns(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveriff.render.dance.backend._AWAKE", 1)
    backend = find("dance").create()
    backend.load("cpu")
    jobs = [replace(SHOT, model="dance", category=name) for name in ("kick", "bass", "kick")]
    sounds = [backend.render(job, lambda _step, _of: True).samples for job in jobs]
    assert np.array_equal(sounds[0], sounds[2])


def test_an_empty_table_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"models.yaml; list one there, or name one as dance:FOLDER"):
        find("dance").info()


# --- checkpoints that are none ---------------------------------------------------------------------------------------


def broken(small_folder: Path, to: Path, **changes: object) -> Path:
    shutil.copytree(small_folder, to)
    config = to / "unet" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    return to


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"_class_name": "UNet2DModel"}, "not the config of a UNet1DModel"),
        ({"down_block_types": ["DownResnetBlock1D"]}, "another architecture"),
        ({"in_channels": 14, "out_channels": 14}, "only 1 and 2 can play"),
        ({"sample_rate": None}, "sample_rate None"),
        ({"extra_in_channels": 0}, "extra_in_channels 0"),
        ({"block_out_channels": [32, 32, 32, 64]}, "do not fit"),
        ({"extra_in_channels": 24}, "do not fit"),
    ],
)
def test_a_config_that_does_not_fit(small_folder: Path, tmp_path: Path, changes: dict[str, object], says: str) -> None:
    folder = broken(small_folder, tmp_path / "x", **changes)
    with pytest.raises(ModelError, match=says):
        shot(folder)


def test_folders_that_are_no_checkpoints(small_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    pickled = broken(small_folder, tmp_path / "pickled")
    weights = pickled / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    damaged = broken(small_folder, tmp_path / "damaged")
    (damaged / "unet" / weights.name).write_bytes(b"\x10" * 100)
    for folder, says in ((tmp_path / "empty", "neither"), (pickled, "safetensors"), (damaged, "do not fit")):
        with pytest.raises(LiveriffError, match=says):
            shot(folder)


def test_the_networks_folder_alone_will_do(small_folder: Path) -> None:
    assert np.array_equal(shot(small_folder / "unet"), shot(small_folder))


def test_halves_sound_nearly_the_same(small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    entry = f"half: {{backend: dance, model: {small_folder}, options: {{dtype: bfloat16}}}}\n"
    (tmp_path / "models.yaml").write_text(entry)
    half, whole = (render_job(replace(SHOT, model=name)).samples for name in ("half", f"dance:{small_folder}"))
    assert 0.0 < np.sqrt(np.mean((half - whole) ** 2)) < 0.1 * np.sqrt(np.mean(whole**2))
