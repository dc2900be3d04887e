"""Each family makes what the pipeline of diffusers makes of the same noise, words and settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch

from liveriff.render.checkpoints import Checkpoint
from liveriff.render.libraries import quiet
from liveriff.render.pipelines.card import card_of
from liveriff.render.pipelines.loading import load
from liveriff.render.pipelines.options import Options
from liveriff.render.pipelines.request import Request

Folder = Callable[[str], Path]
STEPS, COLUMNS = 5, 24


def ours(folder: Path, request: Request, **options: Any) -> torch.Tensor:
    card = card_of(Checkpoint("tiny", "pipelines", str(folder)))
    with quiet():
        return load(card, Options(**options), "cpu").paint(request, lambda _step, _of: True)


def theirs(folder: Path, kind: str, *words: Any, **more: Any) -> torch.Tensor:
    with quiet():
        pipe = getattr(diffusers, kind).from_pretrained(folder, local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        made = pipe(*words, **more, num_inference_steps=STEPS, output_type="pt").audios
    return torch.as_tensor(made)


def apart(made: torch.Tensor, known: torch.Tensor) -> float:
    """Relative difference. Both compute in float32, and sines of the level magnify its last digit."""
    assert known.abs().max() > 0.01
    return float((made - known).norm() / known.norm())


def request_of(frames: int, **more: Any) -> Request:
    usual: dict[str, Any] = {"texts": ("techno drums, 120 BPM",) * 2, "negative": "", "alpha": 0.0, "guidance": 4.0}
    return Request(**{**usual, "steps": STEPS, "seed": 3, "drift": 0.0, "frames": frames, **more})


@pytest.mark.parametrize("negative", ["", "soft piano"])
def test_stable_audio_open(folder: Folder, negative: str) -> None:
    frames, whole = 4000, 1000
    request = request_of(frames, negative=negative)
    made = ours(folder("stable-audio"), request, eta=0.0, whole=True)
    noise = request.noise(8, whole)
    more = {"negative_prompt": negative} if negative else {}
    known = theirs(
        folder("stable-audio"), "StableAudioPipeline", request.texts[0], audio_end_in_s=frames / 8000,
        guidance_scale=4.0, latents=noise, **more,
    )[0]  # fmt: skip
    assert apart(made[:, :frames], known) < 0.01


def test_stable_audio_3_by_eulers_steps(folder: Folder) -> None:
    place = folder("stable-audio-3")
    request = request_of(256 * COLUMNS)
    with quiet():
        pipe = diffusers.StableAudio3Pipeline.from_pretrained(place, local_files_only=True)
        pipe.set_progress_bar_config(disable=True)
        pipe.scheduler.register_to_config(stochastic_sampling=False)
        pipe.save_pretrained(place.parent / "base")
    made = ours(place.parent / "base", request)
    seconds = 256 * COLUMNS / 8000
    known = theirs(
        place.parent / "base", "StableAudio3Pipeline", request.texts[0], duration=seconds, guidance_scale=4.0,
        latents=request.noise(8, COLUMNS),
    )[0]  # fmt: skip
    assert apart(made.clamp(-1.0, 1.0), known) < 0.01


@pytest.mark.parametrize(("kind", "name"), [("audioldm", "AudioLDMPipeline"), ("audioldm2", "AudioLDM2Pipeline")])
def test_audioldm(folder: Folder, kind: str, name: str) -> None:
    request = request_of(320 * COLUMNS, texts=("techno",) * 2, guidance=1.0)
    made = ours(folder(kind), request)
    noise = request.noise(8 * 4, COLUMNS).view(1, 8, 4, COLUMNS).transpose(2, 3)
    known = theirs(
        folder(kind), name, "techno", audio_length_in_s=320 * COLUMNS / 8000, guidance_scale=1.0, latents=noise
    )
    assert apart(made[:, : known.shape[1]], known) < 0.01
