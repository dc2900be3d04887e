"""Dance Diffusion on files, for commands: sound files in, samples at the file's own rate out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import UsageError
from liveriff.render.backend import Tick
from liveriff.render.checkpoints import Checkpoint, from_name
from liveriff.render.dance import ALL, listed
from liveriff.render.dance.card import card_of
from liveriff.render.dance.mending import SEAM_S, Mending, extend, inpaint, joined
from liveriff.render.dance.modes import Seed, morph, vary
from liveriff.render.dance.net import Net, load
from liveriff.render.dance.settings import Settings, from_options
from liveriff.render.fitting import prepared, turned_down, with_channels
from liveriff.render.soundfiles import Sound, read, resampled


@dataclass(frozen=True, eq=False)
class Clip:
    """samples: float32 (channels, frames) -1..1; rate: frames a second."""

    samples: Sound
    rate: int

    def frames(self, seconds: float) -> int:
        """Whole frames of a time."""
        return round(seconds * self.rate)


def read_clip(path: str | Path, start_s: float = 0.0, length_s: float | None = None) -> Clip:
    """A sound file or a part of it; UsageError where there is no sound."""
    samples, rate = read(path)
    first = round(start_s * rate)
    last = samples.shape[1] if length_s is None else first + max(1, round(length_s * rate))
    if first >= samples.shape[1]:
        raise UsageError(f"{path} lasts only {samples.shape[1] / rate:.3f} s; start before that.")
    return Clip(np.ascontiguousarray(samples[:, first:last]), rate)


def checkpoint_of(model: str, category: str = "") -> Checkpoint:
    """The checkpoint of a model's name; for plain "dance" that of the category, or the first in the table."""
    checkpoint = ALL if model == ALL.name else from_name(model)
    if checkpoint is not None and checkpoint.backend == "dance" and not checkpoint.model:
        there = listed(checkpoint.options)
        fitting = [each for each in there if category in (*(each.categories or ()), *(each.one_shots or ()))]
        if category and not fitting:
            names = ", ".join(each.name for each in there)
            raise UsageError(f"no Dance Diffusion checkpoint is listed for {category!r}; there are {names}.")
        return (fitting or list(there))[0]
    if checkpoint is None or checkpoint.backend != "dance":
        raise UsageError(
            f"the model {model!r} cannot do this; name a Dance Diffusion checkpoint as dance:FOLDER, "
            "dance:owner/name or by its name in models.yaml."
        )
    return checkpoint


class Workshop:
    """One network, loaded, and the modes on clips. What comes back has the clip's rate and is within -1..1."""

    def __init__(self, checkpoint: Checkpoint, device: str = "cpu") -> None:
        """Reads the weights; ModelError where they cannot be used."""
        self.settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}")
        self.net: Net = load(card_of(checkpoint), device, self.settings.dtype)

    def vary(self, clip: Clip, level: float, seed: Seed, settings: Settings, tick: Tick) -> Clip:
        """A variation; at level 0 the clip itself."""
        if level <= 0.0:
            return clip
        return self._back(vary(self.net, self._taken(clip), level, seed, settings, tick), clip)

    def morph(
        self, one: Clip, other: Clip, places: Sequence[float], settings: Settings, tick: Tick, level: float
    ) -> list[Clip]:
        """Sounds on the way from one clip to another, at the rate of the first; the ends are the clips."""
        other = Clip(prepared(other.samples, other.rate, one.rate, len(one.samples)), one.rate)
        frames = max(one.samples.shape[1], other.samples.shape[1])
        made = morph(self.net, self._taken(one), self._taken(other), places, settings, tick, level)
        clips = [self._back(sound, one, frames) for sound in made]
        ends = {0.0: _lengthened(one, frames), 1.0: _lengthened(other, frames)}
        return [ends.get(place, clip) for place, clip in zip(places, clips, strict=True)]

    def inpaint(
        self, clip: Clip, start_s: float, end_s: float, seed: Seed, settings: Settings, tick: Tick, mending: Mending
    ) -> Clip:
        """The clip with the seconds between start and end made anew; all others are kept as they are."""
        total = clip.samples.shape[1]
        start, end = clip.frames(start_s), min(total, clip.frames(end_s))
        if not 0 <= start < end:
            length = total / clip.rate
            raise UsageError(f"--from {start_s:g} to {end_s:g} is no part of a sound of {length:.3f} s.")
        around = max(end - start, round(self.net.card.trained / self.net.card.rate * clip.rate / 2))
        first, last = max(0, start - around), min(total, end + around)
        window = Clip(np.ascontiguousarray(clip.samples[:, first:last]), clip.rate)
        keep = torch.ones(last - first, dtype=torch.bool)
        keep[start - first : end - first] = False
        sound = self._taken(window)
        kept = keep[(torch.arange(sound.shape[1]) * (last - first) // sound.shape[1]).long()]
        made = self._back(inpaint(self.net, sound, kept, seed, settings, tick, mending), window).samples
        whole = clip.samples.copy()
        seam = round(SEAM_S * clip.rate)
        whole[:, first:last] = joined(torch.from_numpy(window.samples), torch.from_numpy(made), keep, seam).numpy()
        return Clip(whole, clip.rate)

    def extend(
        self, clip: Clip, seconds: float | None, seed: Seed, settings: Settings, tick: Tick, mending: Mending
    ) -> Clip:
        """What comes after the clip: ``seconds`` of it, or half of what the network makes at once."""
        card = self.net.card
        frames = max(card.trained, card.shortest) // 2 if seconds is None else max(1, round(seconds * card.rate))
        sound = self._taken(clip)
        new = extend(self.net, sound, frames, seed, settings, tick, mending)
        had, more = clip.samples.shape[1], round(frames / card.rate * clip.rate)
        whole = self._back(torch.cat((sound, new), dim=1), clip, had + more)
        return Clip(np.ascontiguousarray(whole.samples[:, had:]), clip.rate)

    def _taken(self, clip: Clip) -> Tensor:
        card = self.net.card
        return torch.from_numpy(prepared(clip.samples, clip.rate, card.rate, card.channels))

    def _back(self, sound: Tensor, clip: Clip, frames: int | None = None) -> Clip:
        """A sound of the network as a clip with another's rate, channels and length."""
        samples = resampled(with_channels(sound.numpy(), len(clip.samples)), self.net.card.rate, clip.rate)
        return _lengthened(Clip(turned_down(samples), clip.rate), clip.samples.shape[1] if frames is None else frames)


def _lengthened(clip: Clip, frames: int) -> Clip:
    missing = max(0, frames - clip.samples.shape[1])
    return Clip(np.pad(clip.samples[:, :frames], ((0, 0), (0, missing))), clip.rate)
