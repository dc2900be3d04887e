"""Convolutions that wrap round in time: a switch on nets that were not made for it. Used by the renderer's thread.

Width is time here. Every convolution that pads its width pads it from the other end instead; heights keep their
zeros, because the lowest band is no neighbour of the highest. The nets' attention has no positions, so that nothing
else knows where a loop begins ("asymmetric tiling", diffusers#556).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MethodType

from torch import Tensor, nn
from torch.nn import functional


class Circle:
    """The switch that all convolutions of some nets look at."""

    def __init__(self, *nets: nn.Module) -> None:
        """Prepare the nets; they work as before until ``closed``."""
        self.on = False
        for net in nets:
            for module in net.modules():
                self._prepare(module)

    @contextmanager
    def closed(self, wanted: bool = True) -> Iterator[None]:
        """Within this, pictures are loops."""
        self.on = wanted
        try:
            yield
        finally:
            self.on = False

    def _prepare(self, module: nn.Module) -> None:
        if isinstance(module, nn.Conv2d) and not isinstance(module.padding, str) and module.padding[1]:
            self._wrap(module)
        elif _pads_by_itself(module):
            self._wrap_downsampler(module)

    def _wrap(self, conv: nn.Conv2d) -> None:
        plain = conv._conv_forward
        high, wide = int(conv.padding[0]), int(conv.padding[1])

        def forward(this: nn.Conv2d, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
            if not self.on:
                same: Tensor = plain(x, weight, bias)
                return same
            around = functional.pad(x, (wide, wide, 0, 0), mode="circular")
            return functional.conv2d(around, weight, bias, this.stride, (high, 0), this.dilation, this.groups)

        conv._conv_forward = MethodType(forward, conv)  # type: ignore[method-assign]

    def _wrap_downsampler(self, module: nn.Module) -> None:
        """Stable Diffusion's encoder pads a column at the right before it halves: that column is the first one."""
        plain, conv = module.forward, module.conv

        def forward(hidden: Tensor, *args: object, **kwargs: object) -> Tensor:
            if not self.on:
                return plain(hidden, *args, **kwargs)  # type: ignore[no-any-return]
            around = functional.pad(functional.pad(hidden, (0, 1, 0, 0), mode="circular"), (0, 0, 0, 1))
            return conv(around)  # type: ignore[no-any-return, operator]

        module.forward = forward


def _pads_by_itself(module: nn.Module) -> bool:
    from diffusers.models.downsampling import Downsample2D

    return isinstance(module, Downsample2D) and module.use_conv and module.padding == 0
