"""Means and deviations that what is made should have in common with the material. Used by ``align``.

A student that is drawn towards what a net likes goes on past what sounds like anything: contrasts grow, and all that
listen still agree. First and second moments tell that at once (Salimans et al., 2016, "feature matching").
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from liveriff.params.words import CHUNKS
from liveriff.train.listener import Lessons, Listener, noised

Features = Callable[[Tensor], Tensor]
"""Latents (B, channels, 32, columns) to numbers (B, n)."""

_KNOWN, _BATCH = 3000, 64  # loops of the material that are looked at
_FOLLOWED = 0.05  # share that a batch has in what is known of what is made
_NOISE, _BANDS = 0.25, 8


class Moments:
    """Of features, for each category of loops: the material's, and those of what is made, followed as it comes."""

    def __init__(self, features: Features, lessons: Lessons) -> None:
        """Looks at some of the material at once."""
        self._features = features
        rows = lessons.taught[:: max(1, len(lessons.taught) // _KNOWN)]
        parts = [features(lessons.store.latents[some].float()) for some in torch.split(rows, _BATCH)]
        found, kinds = torch.cat(parts), lessons.store.told.take(rows).category
        self._unit = found.std(dim=0) + 1e-3
        here = [found[kinds == kind] / self._unit for kind in range(len(CHUNKS))]
        self._mean = torch.stack([some.mean(dim=0) for some in here]).nan_to_num()
        self._deviation = torch.stack([some.std(dim=0, correction=0) for some in here]).nan_to_num()
        self._followed = torch.stack((self._mean, self._deviation**2 + self._mean**2))
        self._seen = 0

    def apart(self, latents: Tensor, kinds: Tensor) -> Tensor:
        """How far the moments of what is made are from the material's, in squares of the features' deviations; kinds:
        category of each, (B,). Its gradient is that of one batch as if it were all that is made."""
        features, total = self._features(latents) / self._unit, latents.new_zeros(())
        self._seen += 1
        share = max(_FOLLOWED, 1.0 / self._seen)
        for kind in range(len(CHUNKS)):
            some = features[kinds == kind]
            if len(some) >= 2:
                total = total + self._of_kind(kind, some, share) / share
        return total / len(CHUNKS)

    def _of_kind(self, kind: int, features: Tensor, share: float) -> Tensor:
        batch = torch.stack((features.mean(dim=0), features.square().mean(dim=0)))
        moments = torch.lerp(self._followed[:, kind], batch, share)
        self._followed[:, kind] = moments.detach()
        deviation = (moments[1] - moments[0] ** 2).clamp(min=1e-6).sqrt()
        return (moments[0] - self._mean[kind]).square().mean() + (deviation - self._deviation[kind]).square().mean()


@torch.no_grad()
def of_material(hears: Listener, lessons: Lessons) -> tuple[Moments, Moments]:
    """Those of latents themselves, and those of what a listener hears."""
    return Moments(plain, lessons), Moments(lambda latents: inner(hears, latents), lessons)


def plain(latents: Tensor) -> Tensor:
    """Of each row of each channel: mean, deviation, and mean change to the next column and the next row."""
    over, up = (latents - latents.roll(1, dims=axis) for axis in (3, 2))
    parts = (latents.mean(dim=3), latents.std(dim=3), over.abs().mean(dim=3), up.abs().mean(dim=3))
    return torch.cat(parts, dim=1).flatten(1)


def inner(hears: Listener, latents: Tensor) -> Tensor:
    """What a listener hears, and means and deviations over time of its pictures in eight bands."""
    pictures = hears.pictures(noised(latents, _NOISE))
    parts = [hears.heard(pictures[-1])]
    for picture in pictures:
        still, moving = picture.float().mean(dim=3), picture.float().std(dim=3)
        parts += [functional.adaptive_avg_pool1d(part, _BANDS).flatten(1) for part in (still, moving)]
    return torch.cat(parts, dim=1)
