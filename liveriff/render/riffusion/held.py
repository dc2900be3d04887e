"""What is kept of a picture while the rest of it is painted: masks, and mixes with a source. Renderer's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Held:
    """What a mask or a mix keeps: clean latents, their noise, and how much is painted anew (1, 1, rows, columns).

    until: how many steps are left when it lets go; 0 to hold the finished latents too.
    """

    clean: Tensor
    noise: Tensor
    anew: Tensor
    until: int = 0

    def joined(self, x: Tensor, scheduler: Any, following: Tensor | None) -> Tensor:
        """The latents after a step with what is kept put back, at the noise of the step to come."""
        kept = self.clean
        if following is not None:
            kept = scheduler.add_noise(self.clean, self.noise, following.reshape(1).expand(len(x)))
        mixed: Tensor = (1.0 - self.anew) * kept + self.anew * x
        return mixed


def small_mask(mask: Tensor, size: tuple[int, ...] | torch.Size) -> Tensor:
    """A mask (1, 1, height, width) at the size of latents, by the nearest pixel; grey stays grey."""
    return torch.nn.functional.interpolate(mask.float(), size=tuple(size), mode="nearest").clamp(0.0, 1.0)
