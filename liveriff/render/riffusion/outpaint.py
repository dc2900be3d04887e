"""Going on from what was heard: the tail of a picture is kept and the canvas beside it painted. Used by the backend.

After sd-webui-riffusion-outpaint's recipe: keep the last columns, paint at full strength, and let the border be soft.
"""

from __future__ import annotations

import torch
from torch import Tensor

SPREAD = 64  # columns over which what is kept gives way to what is new


def tail_and_room(before: Tensor, columns: int, keep: int) -> tuple[Tensor, Tensor]:
    """A picture (1, 3, height, keep + columns) that begins with the last ``keep`` columns, and its mask.

    What follows the tail is filled with its reflection: a start that has the right loudness and bands.
    """
    tail = before[..., -keep:]
    turns = -(-columns // keep) + 1
    mirrored = torch.cat([tail.flip(-1) if turn % 2 == 0 else tail for turn in range(turns)], dim=-1)
    init = torch.cat((tail, mirrored[..., :columns]), dim=-1)
    return init, soft_border(before.shape[-2], keep, columns)


def soft_border(height: int, keep: int, columns: int, spread: int = SPREAD) -> Tensor:
    """A mask (1, 1, height, keep + columns): 0 over what is kept, rising to 1 over its last ``spread`` columns."""
    reach = min(spread, keep)
    rise = torch.cat((torch.zeros(keep - reach), (torch.arange(reach) + 0.5) / reach, torch.ones(columns)))
    return rise.expand(1, 1, height, -1).contiguous()
