"""Canvases to sound at a fixed level: no clip is made louder than its neighbour. Pure; called by the backend."""

from __future__ import annotations

import torch
from torch import Tensor

from liveriff.render.riffusion.canvas import COLUMN_S
from liveriff.render.spectrogram import Layout, decode, decode_image, rounded_off, widen
from liveriff.wire.job import Job

GAIN = 0.45
"""A picture's loudest place is always the same, whatever the sound was; so much makes loops as loud as they were."""
PASSES = 16  # mel error 0.04 to 0.10; 32 take 0.01 to 0.02 off it
_WIDTHS = {"drums": 0.4, "bass": 0.0, "synth": 0.8, "mix": 0.5}
_FADE_S = 0.01


def sound_of(values: Tensor, layout: Layout, job: Job, like: Tensor | None = None) -> Tensor:
    """Stereo (2, job.frames) within -1..1 of a canvas (channels, 512, columns).

    like: a canvas of the same size whose first phases are taken.

    A loop's columns are laid over exactly its beats, whatever their number, so that the tempo changes and the pitch
    does not. A one-shot's last 10 ms each.
    """
    mel, other = decode_image(values, layout), None if like is None else decode_image(like, layout)
    if job.beats:
        sound = decode(mel, layout, job.rate, job.frames, PASSES, like=other)
    else:
        sound = _shot(mel, layout, job, other)
    sound = sound * GAIN
    if len(sound) == 2:
        return rounded_off(sound)
    return rounded_off(widen(sound, _WIDTHS.get(job.category, 0.0) if job.beats else 0.0, rate=job.rate))


def _shot(mel: Tensor, layout: Layout, job: Job, like: Tensor | None) -> Tensor:
    """A one-shot (channels, frames), cut with a short fade to its length."""
    natural = round(mel.shape[-1] * COLUMN_S * job.rate)
    sound = decode(mel, layout, job.rate, natural, PASSES, circular=False, like=like)[:, : job.frames].clone()
    fade = min(sound.shape[-1], max(1, round(_FADE_S * job.rate)))
    sound[:, sound.shape[-1] - fade :] *= torch.linspace(1.0, 0.0, fade)
    return torch.nn.functional.pad(sound, (0, max(0, job.frames - sound.shape[-1])))
