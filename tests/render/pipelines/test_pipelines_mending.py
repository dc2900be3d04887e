"""Parts of sounds made anew by pipelines, what AudioLDM hears, and what is seen of a chunk while it is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import diffusers
import numpy as np
import pytest
import torch
from torch import Tensor

from liveriff.render.backend import Backend
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.libraries import quiet
from liveriff.render.mending import gone_on
from liveriff.render.pipelines.backend import Pipelines
from liveriff.render.pipelines.card import card_of
from liveriff.render.pipelines.loading import load
from liveriff.render.pipelines.mel import Ear, brought_to_level
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Request
from liveriff.render.pipelines.sketch import Look, Sketch
from liveriff.wire.job import Job

Folder = Callable[[str], Path]
Loaded = Callable[[str], Backend]
ALL = ("stable-audio", "stable-audio-3", "audioldm", "audioldm2", "musicldm")
RATE, FRAMES, STEPS, COLUMNS = 8000, 12000, 5, 24
JOB = Job(category="mix", prompt_a="techno", prompt_b="techno", steps=4, guidance=4.0, beats=0)


def always(_step: int, _of: int) -> bool:
    return True


def tones(channels: int, frames: int = FRAMES) -> Tensor:
    time = torch.arange(frames) / RATE
    return torch.stack([0.3 * torch.sin(2 * torch.pi * hz * time) for hz in (220.0, 330.0)[:channels]])


def mended(backend: Loaded, kind: str, sound: Tensor, keep: Tensor, **changes: Any) -> Tensor:
    return cast(Pipelines, backend(kind)).mend(Job(**{**vars(JOB), **changes}), sound, keep, always)


@pytest.mark.parametrize("kind", ALL)
def test_what_is_kept_is_as_it_was_and_what_is_not_is_new(backend: Loaded, kind: str) -> None:
    sound = tones(cast(Pipelines, backend(kind)).card.channels)
    keep = torch.ones(FRAMES, dtype=torch.bool)
    keep[4000:8000] = False
    made, other = (mended(backend, kind, sound, keep, seed=seed) for seed in (1, 2))
    assert torch.equal(made[:, keep], sound[:, keep])
    inside = slice(4100, 7900)
    assert float((made - sound)[:, inside].norm()) > 0.05 * float(sound[:, inside].norm())
    assert float((made - other)[:, inside].norm()) > 1e-3
    assert torch.equal(made, mended(backend, kind, sound, keep, seed=1))


@pytest.mark.parametrize("kind", ALL)
def test_what_is_new_depends_on_what_is_kept(backend: Loaded, kind: str) -> None:
    sound = tones(cast(Pipelines, backend(kind)).card.channels)
    keep = torch.arange(FRAMES) < 8000
    one, other = (mended(backend, kind, each, keep) for each in (sound, sound.flip(1) * 0.5))
    assert float((one - other)[:, 9000:].norm()) > 1e-3 * float(one[:, 9000:].norm())


def test_stable_audio_3_mends_as_its_pipeline_of_diffusers_does(folder: Folder, tmp_path: Path) -> None:
    with quiet():
        base = diffusers.StableAudio3InpaintPipeline.from_pretrained(folder("stable-audio-3"))
        base.set_progress_bar_config(disable=True)
        base.scheduler.register_to_config(stochastic_sampling=False)
        base.save_pretrained(tmp_path / "base")
    sound, keep = tones(2, 256 * COLUMNS), torch.ones(256 * COLUMNS, dtype=torch.bool)
    keep[256 * 8 : 256 * 16] = False
    request = Request(
        texts=("techno",) * 2, negative="", alpha=0.0, guidance=1.0, steps=STEPS, seed=3, drift=0.0,
        frames=256 * COLUMNS, source=sound, keep=keep,
    )  # fmt: skip
    with quiet():
        made = load(card_of(Checkpoint("tiny", "pipelines", str(tmp_path / "base"))), Options(), "cpu").paint(
            request, always
        )
        known = base(
            "techno", duration=256 * COLUMNS / RATE, audio=sound[None], mask_start_seconds=256 * 8 / RATE,
            mask_end_seconds=256 * 16 / RATE, num_inference_steps=STEPS, latents=request.noise(8, COLUMNS),
            output_type="pt",
        ).audios[0]  # fmt: skip
    assert float((made.clamp(-1, 1) - known).norm() / known.norm()) < 0.01


def test_a_sound_goes_on_as_often_as_it_takes() -> None:
    told: list[tuple[int, int]] = []

    def make(sound: Tensor, keep: Tensor, number: int) -> Tensor:
        told.append((number, int(keep.sum())))
        return torch.where(keep, sound, torch.full_like(sound, number + 2.0))

    new = gone_on(torch.ones(1, 70), 250, 100, make)
    assert told == [(0, 70), (1, 100), (2, 100)]
    assert new[0].tolist() == [2.0] * 100 + [3.0] * 100 + [4.0] * 50


# --- what AudioLDM hears ---------------------------------------------------------------------------------------------


def test_the_ear_is_the_published_formula() -> None:
    """In float64, from the formulas: Hann window, magnitudes, Slaney's scale, triangles of equal area, logarithms."""
    rate, hop, bands, window = 16000, 160, 64, 1024
    sound = brought_to_level(torch.randn(8000, generator=torch.Generator().manual_seed(1)) + 0.3)
    assert float(sound.abs().max()) == pytest.approx(0.5)
    assert abs(float(sound.mean())) < 1e-6

    def hertz(mel: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + 27 * np.log(8000 / 1000) / np.log(6.4)
    edges = hertz(np.linspace(0, top, bands + 2))
    bins = np.arange(window // 2 + 1) * rate / window
    up = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0, np.minimum(up, down)) * 2 / (edges[2:] - edges[:-2])
    padded = np.pad(sound.double().numpy(), window // 2, mode="reflect")
    taper = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    spectra = np.stack([np.abs(np.fft.rfft(taper * padded[k * hop : k * hop + window])) for k in range(50)])
    wanted = np.log(np.maximum(spectra @ bank, 1e-5))
    heard = Ear(rate, hop, bands)(sound).numpy()
    assert heard.shape == (50, 64)
    assert np.abs(heard - wanted).max() < 1e-3


def test_less_strength_stays_nearer_to_the_source(backend: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """In latents: a vocoder of random weights makes another sound of the least difference."""
    family: Any = cast(Pipelines, backend("audioldm"))._ready().family
    source = tones(1, 320 * COLUMNS)
    with torch.inference_mode():
        clean = family._latents(source, COLUMNS).reshape(1, -1)
    monkeypatch.setattr(family, "_sound", lambda latents: latents.reshape(1, -1))
    monkeypatch.setattr(family, "_level", lambda _: 1.0)

    def gone(strength: float) -> float:
        request = Request(
            texts=("techno",) * 2, negative="", alpha=0.0, guidance=2.0, steps=20, seed=3, drift=0.0,
            frames=source.shape[1], source=source, strength=strength,
        )  # fmt: skip
        return float((family.paint(request, always) - clean).norm())

    weak, some, strong = gone(0.02), gone(0.3), gone(0.95)
    assert weak < 0.3 * some < 0.3 * strong


# --- seen while it is made -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["stable-audio", "stable-audio-3", "audioldm"])
def test_a_chunk_is_seen_at_every_step_once_one_was_finished(backend: Loaded, kind: str) -> None:
    found = cast(Pipelines, backend(kind))
    shown: list[np.ndarray[Any, Any]] = []
    job = Job(category="mix", prompt_a="techno", prompt_b="techno", steps=3, guidance=2.0, beats=4, rate=RATE)
    found.show = shown.append
    try:
        first = found.render(job, always).samples
        before = len(shown)
        again = found.render(job, always).samples
    finally:
        found.show = None
    assert len(shown) - before == 3
    assert all(values.shape[0] == 64 and 0.0 <= values.min() <= values.max() <= 1.0 for values in shown)
    assert np.array_equal(first, again)
    assert np.array_equal(first, found.render(job, always).samples)


def test_the_sketch_learns_which_feature_is_which_band() -> None:
    """Two features that are two tones, on and off: what it draws of the second sound has the tones where they are."""
    dice = torch.Generator().manual_seed(2)
    rate = 44100
    time = torch.arange(rate * 4) / rate
    look = Look(lambda _: None, Sketch(), rate)
    tone = {0: 300.0, 1: 3000.0}

    def pair() -> tuple[Tensor, np.ndarray[Any, Any]]:
        on = (torch.rand(2, 20, generator=dice) > 0.5).float()
        sound = sum(
            torch.sin(2 * torch.pi * hz * time) * on[k].repeat_interleave(len(time) // 20) * 0.4
            for k, hz in tone.items()
        )
        return on[None], sound[None].numpy()  # type: ignore[index]

    for _ in range(4):
        latents, sound = pair()
        look(latents)
        look.learn(sound)
    latents, _ = pair()
    drawn = look._sketch.draw(latents)
    edges = np.geomspace(40.0, 18000.0, 64)
    for k, hz in tone.items():
        row = int(np.searchsorted(edges, hz)) - 1
        now = latents[0, k].numpy() > 0.5
        on, off = now & np.roll(now, 1), ~now & ~np.roll(now, 1)
        assert drawn[row, on].mean() > drawn[row, off].mean() + 0.3
