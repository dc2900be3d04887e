"""Brings all names of a style to where the generator knows it: to what its plain name is read as. Used by ``align``.

Words that training never saw are understood by their meanings (``TextEncoder``), and only as well as meanings were made
to tell styles apart. Sounds teach that slowly; here it is learnt from words alone, in seconds. Captions are held
near what they were read as.
"""

from __future__ import annotations

import copy
from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.params.words import CHUNKS
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.asking import phrase
from liveriff.train.latents import Store
from liveriff.train.material.words import ROLES
from liveriff.train.unet import Nets

STEPS = 1200
_RATE, _HEAD_RATE, _FOLLOWS = 1e-3, 3e-3, 0.02
_PHRASES, _CAPTIONS, _SMOOTH = 96, 64, 0.1
_NEAR, _KEEP = 4.0, 0.5  # weights beside that of naming the style


class Goals:
    """What plain names are read as, seen through the generator's first layer."""

    def __init__(self, nets: Nets, styles: list[str]) -> None:
        """``styles``: their names, in the order of their places."""
        self.styles, self._prompt = styles, nets.unet.prompt
        self._text = copy.deepcopy(nets.text).eval().requires_grad_(False)
        self.vectors = torch.stack([torch.stack([self._of(style, kind) for style in styles]) for kind in CHUNKS])
        away = self.vectors - self.vectors.mean(dim=1, keepdim=True)
        self._unit = away.square().sum(dim=2).mean().clamp(min=1e-6)

    @torch.no_grad()
    def _of(self, style: str, kind: str) -> Tensor:
        """Mean over the category's names."""
        return self.read(self._text.embed([f"{style} {role}" for role in ROLES.get(kind, (kind,))])).mean(dim=0)

    def read(self, vectors: Tensor) -> Tensor:
        """What the generator makes of prompts' vectors."""
        read: Tensor = self._prompt(vectors.float())
        return read

    def missed(self, vectors: Tensor, kinds: Tensor, places: Tensor) -> Tensor:
        """How far prompts are from what the plain names of their category and style are read as; 1 is as far as styles
        are from each other."""
        return self._apart(self.read(vectors), self.vectors[kinds, places])

    def moved(self, text: TextEncoder, ids: Tensor) -> Tensor:
        """How far captions (B, tokens) are from what they were read as."""
        with torch.no_grad():
            before = self.read(self._text(ids))
        return self._apart(self.read(text(ids)), before)

    def _apart(self, these: Tensor, those: Tensor) -> Tensor:
        found: Tensor = (these - those).square().sum(dim=1).mean() / self._unit
        return found


def settle(nets: Nets, styles: list[str], stores: dict[str, Store], steps: int = STEPS) -> None:
    """Teach the text encoder of ``nets`` for so many steps; the generator stays as it is."""
    goals, text = Goals(nets, styles), copy.deepcopy(nets.text).train()
    head = nn.Linear(text.config.width, len(styles)).to(text.scale.device)
    for value in text.parameters():
        value.requires_grad_(True)
    optimiser = torch.optim.AdamW([
        {"params": text.parameters(), "lr": _RATE}, {"params": head.parameters(), "lr": _HEAD_RATE},
    ])  # fmt: skip
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, (step + 1) / 50) * (1 - step / steps))
    for _ in range(steps):
        loss = _naming(goals, text, head) + _KEEP * sum(
            goals.moved(text, _captions(store)) for store in stores.values()
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(nets.text.parameters()), list(text.parameters()), _FOLLOWS)


def _naming(goals: Goals, text: TextEncoder, head: nn.Linear) -> Tensor:
    """How far phrases are from naming their style, and from what its plain name is read as."""
    device = text.scale.device
    places, kinds = (torch.randint(count, (_PHRASES,)) for count in (len(goals.styles), len(CHUNKS)))
    dice = Random(int(torch.randint(1 << 30, (1,))))
    asked = zip(places.tolist(), kinds.tolist(), strict=True)
    vectors = text.embed([phrase(goals.styles[place], CHUNKS[kind], dice) for place, kind in asked])
    named = functional.cross_entropy(head(vectors.float()), places.to(device), label_smoothing=_SMOOTH)
    return named + _NEAR * goals.missed(vectors, kinds.to(device), places.to(device))


def _captions(store: Store) -> Tensor:
    rows = torch.randint(len(store), (_CAPTIONS,), device=store.ids.device)
    which = torch.randint(store.ids.shape[1], (_CAPTIONS,), device=store.ids.device)
    return store.ids[rows, which].long()
