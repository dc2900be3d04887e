"""What the families of pipelines have in common: what they are asked, noise, memory of prompts, guidance."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.dance.noise import slerp

_BLOCK = 256
_STEP = 0x9E3779B9  # seeds of the steps' noise lie apart from those of neighbouring seeds
_SEEDS = 0xFFFFFFFF  # all that a generator looks at
_KEPT = 64

T = TypeVar("T")

Seen = Callable[[Tensor], None]
"""seen(latents): what they would be if they were done now, (1, features, columns)."""


@dataclass(frozen=True, eq=False)
class Request:
    """frames: of sound, at the model's rate; source: what to start from (channels, frames) or None; strength: how far
    from it, above 0; keep: which frames of the source (frames,) stay what they are, while the others are made from
    noise alone, or None; negative: "" for nothing; texts: the prompts of alpha 0 and 1, as the model is told them;
    drift: 0..1, how far the noise is on its way to that of the seed ``towards``, or of the next one.
    """

    texts: tuple[str, str]
    negative: str
    alpha: float
    guidance: float
    steps: int
    seed: int
    drift: float
    frames: int
    source: Tensor | None = None
    strength: float = 1.0
    towards: int | None = None
    keep: Tensor | None = None

    @property
    def starts(self) -> Tensor | None:
        """The sound that is varied, if any."""
        return None if self.keep is not None else self.source

    @property
    def begin(self) -> float:
        """Of the way from the source to noise, how far up it starts."""
        return 1.0 if self.starts is None else self.strength

    @property
    def nearest(self) -> int:
        """The seed of noise that is drawn on the way, not bent."""
        return self._other if self.drift >= 1.0 else self.seed

    @property
    def _other(self) -> int:
        return self.seed + 1 if self.towards is None else self.towards

    def anew(self, columns: int, unit: int) -> Tensor | None:
        """Columns (columns,) of ``unit`` frames, 1 where one has a frame that is not kept, else 0; None if all are."""
        if self.keep is None:
            return None
        kept = torch.nn.functional.pad(self.keep, (0, max(0, columns * unit - len(self.keep))), value=True)
        return 1.0 - kept[: columns * unit].view(columns, unit).all(dim=1).float()

    def noise(self, channels: int, columns: int, step: int = 0) -> Tensor:
        """Standard normal (1, channels, columns) on the CPU: the first noise, or what a step adds.

        Drawn block by block, so that a longer noise of the same seed begins like a shorter one and a change of tempo
        does not change everything.
        """
        here = _drawn(self.seed + step * _STEP, channels, columns)
        if self.drift <= 0.0:
            return here
        return slerp(here, _drawn(self._other + step * _STEP, channels, columns), self.drift)

    def mixed(self, told: Callable[[str], T], mix: Callable[[T, T, float], T]) -> T:
        """What the model is told between both prompts; at the ends nothing but one of them."""
        if self.alpha <= 0.0 or self.texts[0] == self.texts[1]:
            return told(self.texts[0])
        if self.alpha >= 1.0:
            return told(self.texts[1])
        return mix(told(self.texts[0]), told(self.texts[1]), self.alpha)


class Family(Protocol):
    """One kind of pipeline, loaded. Used by one thread."""

    def paint(self, request: Request, tick: Tick, seen: Seen | None = None) -> Tensor:
        """Sound (channels, at least request.frames), float32 on the CPU. Cancelled if a step's tick says so.

        seen: told after each step where it leads.
        """


class Memory(Generic[T]):
    """The last prompts' embeddings, so that a knob that turns does not ask the text encoder again."""

    def __init__(self, encode: Callable[[str], T]) -> None:
        """``encode``: what to ask for a prompt that is not known."""
        self._encode = encode
        self._kept: OrderedDict[str, T] = OrderedDict()

    def __call__(self, prompt: str) -> T:
        """The embedding of a prompt."""
        if prompt not in self._kept:
            self._kept[prompt] = self._encode(prompt)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(prompt)
        return self._kept[prompt]


def guided(answer: Tensor, guidance: float) -> Tensor:
    """Classifier-free guidance (Ho & Salimans, 2022) of a batch of (unwanted, wanted); a batch of one is itself."""
    if len(answer) == 1:
        return answer
    unwanted, wanted = answer.chunk(2)
    return unwanted + guidance * (wanted - unwanted)


def columns_for(frames: int, unit: int) -> int:
    """How many columns of ``unit`` frames hold so many frames."""
    return -(-frames // unit)


def filled(source: Tensor, frames: int) -> Tensor:
    """(1, channels, frames) of a sound: silence at its end, or cut."""
    return torch.nn.functional.pad(source, (0, max(0, frames - source.shape[1])))[None, :, :frames]


def _drawn(seed: int, channels: int, columns: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed & _SEEDS)
    blocks = [torch.randn(channels, _BLOCK, generator=generator) for _ in range(columns_for(columns, _BLOCK))]
    return torch.cat(blocks, dim=1)[None, :, :columns]
