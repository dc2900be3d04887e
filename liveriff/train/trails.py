"""Trails: a teacher's whole ways from noise to data under guidance, and a shelf of them that a student learns from.

A way is kept at ``GRID + 1`` times, which those of 1, 2, 4, 8 and 16 steps are among: every step of any of these
schedules is a pair of states of it, so that one way teaches many steps.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from liveriff.render.embedded.conditions import Batch
from liveriff.render.embedded.model import GUIDED, Told, guided
from liveriff.render.embedded.sampler import flow, times
from liveriff.render.embedded.unet import STRONGEST, WEAKEST, Unet
from liveriff.train.batches import Drawn
from liveriff.train.device import autocast

GRID = 16
_NEGATIVE, _FROM_DATA = 0.25, 0.2
"""Shares: of pictures with a negative prompt, and of batches whose way begins at noised data instead of at noise."""

COURSE = times(GRID)


@dataclass(frozen=True, eq=False)
class Trails:
    """n ways. states: float16 (n, GRID + 1, channels, rows, columns), from noise to data, those before ``first`` (n,)
    being empty; text, negative: prompts' vectors (n, width); guidance: (n,); known: as ``Unet.forward`` takes it."""

    states: Tensor
    first: Tensor
    text: Tensor
    negative: Tensor
    guidance: Tensor
    known: Tensor
    category: Tensor
    tonic: Tensor
    mode: Tensor
    scalars: Tensor

    @property
    def told(self) -> Batch:
        """The conditions."""
        return Batch(self.category, self.tonic, self.mode, self.scalars)

    def take(self, rows: Tensor) -> Trails:
        """Some of the ways."""
        return Trails(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __len__(self) -> int:
        """Ways."""
        return len(self.states)


@torch.no_grad()
def walk(teacher: Unet, drawn: Drawn, text: Tensor) -> Trails:
    """The teacher's ways for a batch and its captions' vectors; what is not wanted is another one's caption."""
    size, device = len(drawn.data), drawn.data.device
    unwanted = (torch.rand(size, device=device) < _NEGATIVE)[:, None]
    negative = torch.where(unwanted, text.roll(1, dims=0), 0.0)
    strength = WEAKEST + (STRONGEST - WEAKEST) * torch.rand(size, device=device)
    first = _beginning()
    start = drawn.data + (torch.randn_like(drawn.data) - drawn.data) * COURSE[first]
    with autocast(device):
        nothing = drawn.told.without(torch.ones(size, dtype=torch.bool, device=device))
        told = Told(teacher.condition(text, drawn.told), teacher.condition(negative, nothing), negative)
    states = _states(teacher, start, told, strength, drawn.known, first)
    begun = torch.full((size,), first, device=device)
    return Trails(states, begun, text, negative, strength, drawn.known.half(), *drawn.told.parts)


def _beginning() -> int:
    """Place in the course where a batch begins: noise, or now and then where a sound is changed and not made."""
    dice = torch.rand(2).tolist()
    return 1 + int(dice[1] * (GRID - 2)) if dice[0] < _FROM_DATA else 0


def _states(teacher: Unet, start: Tensor, told: Told, strength: Tensor, known: Tensor, first: int) -> Tensor:
    states = [torch.zeros_like(start, dtype=torch.float16)] * first
    pushed = guided(teacher, told, strength, known)

    def velocity(x: Tensor, t: float, s: float) -> Tensor:
        states.append(x.half())
        with autocast(x.device):
            return pushed(x, t, s).float()

    states.append(flow(velocity, start, COURSE[first:], lambda step: None, GUIDED).half())
    return torch.stack(states, dim=1)


class Shelf:
    """The latest ways, of which any may be drawn."""

    def __init__(self, batches: int) -> None:
        """``batches``: how many are kept."""
        self._kept: list[Trails] = []
        self._most = batches
        self._added = 0

    def add(self, trails: Trails) -> None:
        """Keep a batch of ways, in the place of the oldest one if the shelf is full."""
        if len(self._kept) < self._most:
            self._kept.append(trails)
        else:
            self._kept[self._added % self._most] = trails
        self._added += 1

    def draw(self, size: int) -> Trails:
        """``size`` ways, as many of each batch as there is room for."""
        each = -(-size // len(self._kept))
        parts = [kept.take(torch.randint(len(kept), (each,), device=kept.first.device)) for kept in self._kept]
        return Trails(*(torch.cat([getattr(p, f.name) for p in parts])[:size] for f in fields(Trails)))
