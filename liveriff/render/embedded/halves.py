"""Half precision where the processor multiplies it by itself: a third of a render's time less, and nothing to be heard.

bfloat16 has float32's range and eight bits of mantissa; sums are taken in float32. A processor without instructions for
it would convert every number back and forth, and be slower than in float32.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

ROWS = 64


def halves_are_quick() -> bool:
    """Whether this processor has AVX512-BF16 or AMX. Others are not measured, and stay with float32."""
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    known: list[Any] = [getattr(torch.cpu, name, None) for name in asked]  # older releases of torch know neither
    return any(ask is not None and ask() for ask in known)


def halve(part: nn.Module) -> None:
    """Weights in bfloat16, and the channels of pictures side by side, as the convolutions want them."""
    whole: Any = part  # the stubs know no memory_format
    whole.to(torch.bfloat16, memory_format=torch.channels_last)


def through(layer: nn.Linear, x: Tensor) -> Tensor:
    """``layer`` of rows (..., N, width), in the type of its weights.

    In bfloat16 N is rounded up: torch keeps a quarter of a megabyte for each N that it has ever multiplied so (2.13, on
    a CPU), every tempo brings another N, and an hour of a set had taken half a gigabyte.
    """
    rows, narrow = x.shape[-2], x.to(layer.weight.dtype)
    if narrow.dtype == torch.bfloat16:
        narrow = functional.pad(narrow, (0, 0, 0, -rows % ROWS))
    out: Tensor = layer(narrow)
    return out[..., :rows, :]
