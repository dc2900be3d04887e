"""Random weights that let everything through: as libraries begin, small nets answer almost the same to everything."""

from __future__ import annotations

from typing import Any

import torch


@torch.no_grad()
def lively(net: Any, gain: float = 1.0) -> Any:
    """The same net, each matrix drawn anew so that it keeps the size of what it multiplies, times ``gain``.

    Gains of normalised weights ("weight_g") and vectors stay.
    """
    for name, parameter in net.named_parameters():
        if parameter.dim() > 1 and not name.endswith("weight_g"):
            parameter.normal_(0.0, gain / (parameter.numel() / len(parameter)) ** 0.5)
    return net
