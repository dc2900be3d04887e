"""Parts of sounds made anew between what stays, and sounds gone on with, by whatever model. Pure torch.

Sounds are float32 (channels, frames).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import pad

SEAM_S = 0.005

Make = Callable[[Tensor, Tensor, int], Tensor]
"""make(sound, keep, round) -> a sound of its length, made anew where ``keep`` (frames,) is False."""


def joined(sound: Tensor, made: Tensor, keep: Tensor, frames: int) -> Tensor:
    """The kept frames of ``sound``, the others of ``made``, faded into the source within ``frames`` of a border."""
    distance = _distance(keep)
    share = ((distance - 0.5) / max(1, frames)).clamp(0.0, 1.0)
    return torch.where(keep, sound, (1.0 - share) * sound + share * made)


def gone_on(sound: Tensor, frames: int, half: int, make: Make) -> Tensor:
    """``frames`` new frames that go on where the sound ends.

    Its last ``half`` frames are kept and as many are made beside them, as often as it takes; a shorter sound has
    silence before it.
    """
    whole = sound
    for number in range(-(-frames // half)):
        known, keep = _half_known(whole[:, -half:], half)
        whole = torch.cat((whole, make(known, keep, number)[:, half:]), dim=1)
    return whole[:, sound.shape[1] : sound.shape[1] + frames]


def _half_known(part: Tensor, half: int) -> tuple[Tensor, Tensor]:
    """A sound of two halves whose first ends with ``part``, and which of its frames are to be kept.

    The second half is the first one mirrored, so that the new sound is faded in from something that goes on.
    """
    before = half - part.shape[1]
    first = pad(part, (before, 0))
    places = torch.arange(2 * half)
    return torch.cat((first, first.flip(1)), dim=1), (places >= before) & (places < half)


def _distance(keep: Tensor) -> Tensor:
    """How many frames each frame is away from the nearest kept one; far where none is kept."""
    places = torch.arange(len(keep), dtype=torch.float32)
    far = float(2 * len(keep))
    before = torch.where(keep, places, torch.tensor(-far)).cummax(0).values
    after = torch.where(keep, places, torch.tensor(2 * far)).flip(0).cummin(0).values.flip(0)
    return torch.minimum(places - before, after - places)
