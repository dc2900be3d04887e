"""Jobs through loaded checkpoints: ends, negative prompts, sources, lengths, precision."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.music.grid import frames_of
from liveriff.render.backend import Backend
from liveriff.render.catalog import find
from liveriff.render.fitting import looped, prepared
from liveriff.wire.job import Job

Sound = NDArray[np.float32]
Loaded = Callable[[str], Backend]
JOB = Job(
    category="mix", prompt_a="techno drums", prompt_b="soft piano of a long time ago", seed=3, steps=4, guidance=4.0,
    beats=4, rate=8000,
)  # fmt: skip
ALL = ("stable-audio", "stable-audio-3", "audioldm", "audioldm2", "musicldm")


def sound(backend: Backend, **changes: Any) -> Sound:
    return backend.render(replace(JOB, **changes), lambda _step, _of: True).samples


def apart(one: Sound, other: Sound) -> float:
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))


@pytest.mark.parametrize("kind", ALL)
def test_alpha_goes_from_one_prompt_to_the_other_without_a_jump(backend: Loaded, kind: str) -> None:
    found = backend(kind)
    ends = sound(found), sound(found, alpha=1.0)
    way = apart(*ends)
    assert way > 1e-3
    assert apart(ends[0], sound(found, alpha=0.001)) < way / 20
    assert apart(ends[1], sound(found, alpha=0.999)) < way / 20
    middle = sound(found, alpha=0.5)
    assert min(apart(ends[0], middle), apart(ends[1], middle)) > way / 20


@pytest.mark.parametrize("kind", ALL)
def test_negative_prompts(backend: Loaded, kind: str) -> None:
    found = backend(kind)
    heard = apart(sound(found), sound(found, negative="hiss"))
    assert heard == 0.0 if kind == "stable-audio-3" else heard > 1e-4
    assert apart(sound(found, guidance=1.0), sound(found, guidance=1.0, negative="hiss")) == 0.0


def test_the_checkpoints_own_negative_prompt_is_as_the_jobs(backend: Loaded) -> None:
    told = sound(backend("stable-audio?negative=hiss"))
    assert np.array_equal(told, sound(backend("stable-audio"), negative="hiss"))
    assert not np.array_equal(told, sound(backend("stable-audio")))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    time = np.arange(24000) / 8000
    wave = 0.3 * np.stack([np.sin(2 * np.pi * hz * time) for hz in (220.0, 330.0)], axis=1)
    soundfile.write(tmp_path / "source.wav", wave, 8000, subtype="FLOAT")
    return tmp_path / "source.wav"


@pytest.mark.parametrize("kind", ALL)
def test_strength(backend: Loaded, source: Path, kind: str) -> None:
    found = backend(kind)
    alone = sound(found)
    assert np.array_equal(sound(found, source=str(source), strength=1.0), alone)
    read, rate = soundfile.read(source, dtype="float32")
    channels = found.info.channels
    kept = looped(replace(JOB), rate, 10**6, lambda _frames, given: given, prepared(read.T, rate, rate, channels))
    kept = np.repeat(kept, 2 // channels, axis=0)
    assert apart(kept.T, sound(found, source=str(source), strength=0.0)) < 1e-5
    some, more = (sound(found, source=str(source), strength=strength) for strength in (0.3, 0.8))
    assert min(apart(some, more), apart(alone, more), apart(kept.T, some)) > 1e-3


@pytest.mark.parametrize("kind", ["stable-audio", "stable-audio-3"])
def test_a_weak_variation_is_near_what_the_autoencoder_makes_of_the_source(
    backend: Loaded, source: Path, kind: str
) -> None:
    found = backend(kind)
    weak = [sound(found, source=str(source), strength=0.02, seed=seed) for seed in (3, 4)]
    strong = [sound(found, source=str(source), strength=0.95, seed=seed) for seed in (3, 4)]
    assert apart(*weak) < 0.5 * apart(*strong)


def test_a_variation_of_a_soft_sound_is_soft(backend: Loaded, source: Path, tmp_path: Path) -> None:
    """AudioLDM knows sounds of one peak; what it makes is brought back to that of the source."""
    read, rate = soundfile.read(source, dtype="float32")
    soundfile.write(tmp_path / "soft.wav", read / 8, rate, subtype="FLOAT")
    found = backend("audioldm")
    loud, soft = (
        sound(found, source=str(tmp_path / name), strength=0.25, steps=8) for name in ("source.wav", "soft.wav")
    )
    assert np.linalg.norm(loud) / np.linalg.norm(soft) == pytest.approx(8**0.75, rel=0.05)


@pytest.mark.parametrize("kind", ALL)
def test_a_whole_drift_is_the_other_seed(backend: Loaded, kind: str) -> None:
    found = backend(kind)
    there = sound(found, seed_drift=1.0, seed_b=90)
    assert apart(sound(found, seed=90), there) < 1e-3
    assert apart(sound(found, seed_drift=1.0), there) > 0.01


@pytest.mark.parametrize(("bpm_cents", "beats", "rate"), [(12000, 4, 8000), (13337, 8, 44100), (5000, 16, 48000)])
def test_loops_last_exactly_their_beats(backend: Loaded, bpm_cents: int, beats: int, rate: int) -> None:
    made = sound(backend("stable-audio"), bpm_cents=bpm_cents, beats=beats, rate=rate, steps=1)
    assert made.shape == (frames_of(beats, bpm_cents, rate), 2)


def test_what_is_too_long_is_repeated(backend: Loaded) -> None:
    made = sound(backend("stable-audio"), beats=16, bpm_cents=6000, steps=1)  # 16 s of a model that makes 8
    third = len(made) // 4
    assert np.allclose(made[:third], made[third : 2 * third], atol=1e-6)


def test_one_shots_begin_at_once_and_end_in_silence(backend: Loaded) -> None:
    made = sound(backend("stable-audio"), category="kick", beats=0, milliseconds=700, rate=44100)
    assert made.shape == (30870, 2)
    assert np.abs(made[:200]).max() > 0.003 * np.abs(made).max()
    assert np.abs(made[-1]).max() < 1e-3


def test_only_as_many_latents_as_needed_unless_told(backend: Loaded) -> None:
    short, whole = sound(backend("stable-audio")), sound(backend("stable-audio?whole=true"))
    assert short.shape == whole.shape
    assert apart(short, whole) > 1e-3


@pytest.mark.parametrize(("kind", "option"), [("stable-audio", "eta=0"), ("audioldm2", "scheduler=dpm%2B%2B")])
def test_ways_to_denoise(backend: Loaded, kind: str, option: str) -> None:
    option = option.replace("%2B", "+")
    assert apart(sound(backend(kind)), sound(backend(f"{kind}?{option}"))) > 1e-3


@pytest.mark.parametrize("kind", ["stable-audio", "audioldm2"])
def test_half_precision_sounds_nearly_the_same(backend: Loaded, kind: str) -> None:
    full, half = (sound(backend(name), steps=2, guidance=1.0) for name in (kind, f"{kind}?dtype=bf16"))
    assert 0.0 < apart(full, half) < 0.5


def test_the_published_scheduler_needs_no_package_of_its_own(folder: Callable[[str], Path], tmp_path: Path) -> None:
    """Stable Audio Open names CosineDPMSolverMultistepScheduler, whose module wants torchsde."""
    place = Path(shutil.copytree(folder("stable-audio"), tmp_path / "open"))
    (place / "scheduler" / "scheduler_config.json").write_text(
        json.dumps({"_class_name": "CosineDPMSolverMultistepScheduler", "sigma_min": 0.3, "sigma_max": 500,
                    "sigma_data": 1.0, "sigma_schedule": "exponential", "prediction_type": "v_prediction"})
    )  # fmt: skip
    index = place / "model_index.json"
    known = json.loads(index.read_text())
    index.write_text(json.dumps({**known, "scheduler": ["diffusers", "CosineDPMSolverMultistepScheduler"]}))
    found = find(f"pipelines:{place}").create()
    found.load("cpu")
    assert np.isfinite(sound(found)).all()


def test_impossible_jobs_are_refused(backend: Loaded) -> None:
    found = backend("stable-audio-3")
    for changes in ({"category": "choir"}, {"beats": 3}, {"steps": 0}, {"beats": 0, "category": "mix"}):
        with pytest.raises(UsageError):
            sound(found, **changes)
