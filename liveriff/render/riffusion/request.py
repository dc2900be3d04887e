"""What is asked of a Stable Diffusion checkpoint: two ends, places between them, how it is to be painted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from liveriff.render.riffusion.noise import drawn, slerp


@dataclass(frozen=True)
class Mix:
    """MagicMix (Liew et al., arXiv:2210.16056): the source's layout under the prompt's content.

    While more than ``until`` of all steps are left, latents are ``factor`` of themselves and the rest of the source's
    at the same noise.
    """

    factor: float = 0.5
    until: float = 0.3


@dataclass(frozen=True)
class End:
    """One end of a way between two prompts.

    denoising: 0..1, how far img2img may go; guidance: above 1 to have any; drift: 0..1, how far its noise is on the
    way to that of the seed ``towards``, or of the next one.
    """

    prompt: str
    seed: int
    negative: str = ""
    denoising: float = 0.75
    guidance: float = 7.0
    drift: float = 0.0
    towards: int | None = None

    def noise(self, shape: tuple[int, ...], salt: int = 0) -> Tensor:
        """Its noise; ``salt`` for another one of the same seed."""
        here = drawn(self.seed ^ salt, shape)
        return slerp(here, drawn(self._other ^ salt, shape), self.drift) if self.drift > 0.0 else here

    @property
    def nearest(self) -> int:
        """The seed of the noise that some schedulers add on the way: that is drawn, not bent."""
        return self._other if self.drift >= 1.0 else self.seed

    @property
    def _other(self) -> int:
        return self.seed + 1 if self.towards is None else self.towards


@dataclass(frozen=True)
class Request:
    """What to paint: a picture for each of ``alphas`` (0 is ``start``, 1 is ``end``), all in one batch.

    Embeddings, guidance and denoising go straight from end to end, noise along the sphere. circular: the right edge
    joins the left one. cfg: "full", or "onetime" or "self" of ``guidance``; mix: only with a picture to start from.
    """

    start: End
    end: End
    alphas: tuple[float, ...] = (0.0,)
    steps: int = 50
    scheduler: str = "checkpoint"
    circular: bool = False
    cfg: str = "full"
    mix: Mix | None = None

    def mean(self, one: float, other: float) -> tuple[float, ...]:
        """A number on its way from ``one`` to ``other``; the ends are exact."""
        return tuple(one if a == 0.0 else other if a == 1.0 else (1.0 - a) * one + a * other for a in self.alphas)

    def along(self, shape: tuple[int, ...], salt: int = 0) -> Tensor:
        """The noise of each alpha, (n, ...) for shapes (1, ...): along the sphere from end to end."""
        here, there = self.start.noise(shape, salt), self.end.noise(shape, salt)
        same = torch.equal(here, there)
        return torch.cat([here if same else slerp(here, there, alpha) for alpha in self.alphas])
