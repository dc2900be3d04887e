"""Clips of sound at rates of their own, handed to models of another rate and taken back. For commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.fitting import prepared, turned_down, with_channels
from liveriff.render.mending import SEAM_S, joined
from liveriff.render.soundfiles import Sound, read, resampled

Anew = Callable[[Tensor, Tensor], Tensor]
"""anew(sound, keep) -> the sound (channels, frames) made anew where ``keep`` (frames,) is False."""


@dataclass(frozen=True, eq=False)
class Clip:
    """samples: float32 (channels, frames) -1..1; rate: frames a second."""

    samples: Sound
    rate: int

    def frames(self, seconds: float) -> int:
        """Whole frames of a time."""
        return round(seconds * self.rate)


@dataclass(frozen=True)
class Form:
    """How a model takes sound: frames a second, 1 or 2 channels."""

    rate: int
    channels: int

    def taken(self, clip: Clip) -> Tensor:
        """A clip's sound (channels, frames) in this form."""
        return torch.from_numpy(prepared(clip.samples, clip.rate, self.rate, self.channels))

    def back(self, sound: Tensor, clip: Clip, frames: int | None = None) -> Clip:
        """A sound of this form as a clip with another's rate, channels and length."""
        samples = resampled(with_channels(sound.numpy(), len(clip.samples)), self.rate, clip.rate)
        return lengthened(Clip(turned_down(samples), clip.rate), clip.samples.shape[1] if frames is None else frames)


def read_clip(path: str | Path, start_s: float = 0.0, length_s: float | None = None) -> Clip:
    """A sound file or a part of it; UsageError where there is no sound."""
    samples, rate = read(path)
    first = round(start_s * rate)
    last = samples.shape[1] if length_s is None else first + max(1, round(length_s * rate))
    if first >= samples.shape[1]:
        raise UsageError(f"{path} lasts only {samples.shape[1] / rate:.3f} s; start before that.")
    return Clip(np.ascontiguousarray(samples[:, first:last]), rate)


def lengthened(clip: Clip, frames: int) -> Clip:
    """A clip of so many frames: cut, or silence at its end."""
    missing = max(0, frames - clip.samples.shape[1])
    return Clip(np.pad(clip.samples[:, :frames], ((0, 0), (0, missing))), clip.rate)


def made_anew(clip: Clip, start_s: float, end_s: float, around_s: float, most_s: float, form: Form, anew: Anew) -> Clip:
    """The clip with the seconds between start and end made anew; all others stay as they are, sample by sample.

    around_s: how much on either side the model is shown, or as much as is made if that is more, but not so much that
    it is more than ``most_s`` in all; UsageError where even the part itself is.
    """
    total = clip.samples.shape[1]
    start, end = clip.frames(start_s), min(total, clip.frames(end_s))
    if not 0 <= start < end:
        length = total / clip.rate
        raise UsageError(f"--from {start_s:g} to {end_s:g} is no part of a sound of {length:.3f} s.")
    if end - start > clip.frames(most_s):
        raise UsageError(f"this model makes at most {most_s:.1f} s anew at once; --to is {end_s - start_s:.1f} s on.")
    around = min(max(end - start, clip.frames(around_s)), (clip.frames(most_s) - (end - start)) // 2)
    first, last = max(0, start - around), min(total, end + around)
    window = Clip(np.ascontiguousarray(clip.samples[:, first:last]), clip.rate)
    keep = torch.ones(last - first, dtype=torch.bool)
    keep[start - first : end - first] = False
    sound = form.taken(window)
    kept = keep[(torch.arange(sound.shape[1]) * (last - first) // sound.shape[1]).long()]
    made = form.back(anew(sound, kept), window).samples
    whole = clip.samples.copy()
    seam = round(SEAM_S * clip.rate)
    whole[:, first:last] = joined(torch.from_numpy(window.samples), torch.from_numpy(made), keep, seam).numpy()
    return Clip(whole, clip.rate)


def followed_by(clip: Clip, new: Tensor, form: Form) -> Clip:
    """What follows a clip: ``new`` (channels, frames) in the model's form, brought back in one piece with the clip."""
    had, more = clip.samples.shape[1], round(new.shape[1] / form.rate * clip.rate)
    whole = form.back(torch.cat((form.taken(clip), new), dim=1), clip, had + more)
    return Clip(np.ascontiguousarray(whole.samples[:, had:]), clip.rate)
