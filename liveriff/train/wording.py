"""Brings all names of a style to where the generator knows it: to what its plain name is read as. Used by ``align``.

Words that training never saw are understood by their meanings (``TextEncoder``), and only as well as meanings were made
to tell styles apart. Sounds teach that slowly; here it is learnt from words alone, in a minute. Captions are held
near what they were read as.

Being near the plain name is not enough: who is not sure between styles does best by that measure in their midst, where
the generator plays none of them. So what counts most is that the plain name of the right style is the nearest; the
encoder then decides for it by itself (``deciding``).
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
from liveriff.train.deciding import decided, plain, undecided
from liveriff.train.latents import Store
from liveriff.train.unet import Nets

STEPS = 2500
_RATE, _HEAD_RATE, _FOLLOWS = 1e-3, 3e-3, 0.02
_PHRASES, _CAPTIONS, _SMOOTH, _SURE = 128, 96, 0.1, 0.05
_NOISE, _FORGOT = 0.09, 0.7  # names are to be read by their meanings, as those never seen must be
_FURTHER = 0.4  # share of names that no caption has
_SHARP = 3.0  # how much surer a style gets by being nearer, by the styles' mean square distance from their midst
_NEAR, _KEEP = 0.3, 1.0  # weights beside those of naming the style and of having its plain name nearest


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
        return self.read(self._text.embed(plain(style, kind))).mean(dim=0)

    def read(self, vectors: Tensor) -> Tensor:
        """What the generator makes of prompts' vectors."""
        read: Tensor = self._prompt(vectors.float())
        return read

    def doubted(self, vectors: Tensor, kinds: Tensor, places: Tensor) -> Tensor:
        """How unsure it is, by what is near, which of the category's plain names prompts mean."""
        away = (self.read(vectors)[:, None] - self.vectors[kinds]).square().sum(dim=2) / self._unit
        found: Tensor = functional.cross_entropy(-_SHARP * away, places, label_smoothing=_SURE)
        return found

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
    """Teach the text encoder of ``nets`` for so many steps, and let it decide between ``styles``. The generator stays
    as it is."""
    nets.text = undecided(nets.text)
    goals, text = Goals(nets, styles), copy.deepcopy(nets.text).train()
    head = nn.Linear(text.config.width, len(styles)).to(text.scale.device)
    text.noise, text.forgot = _NOISE, _FORGOT
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
    nets.text = decided(nets.text, styles)


def _naming(goals: Goals, text: TextEncoder, head: nn.Linear) -> Tensor:
    """How far phrases are from naming their style, and from what its plain name is read as."""
    places, kinds = (torch.randint(count, (_PHRASES,)) for count in (len(goals.styles), len(CHUNKS)))
    dice = Random(int(torch.randint(1 << 30, (1,))))
    asked = zip(places.tolist(), kinds.tolist(), strict=True)
    vectors = text.embed([phrase(goals.styles[place], CHUNKS[kind], dice, further=_FURTHER) for place, kind in asked])
    kinds, places = kinds.to(vectors.device), places.to(vectors.device)
    named = functional.cross_entropy(head(vectors.float()), places, label_smoothing=_SMOOTH)
    return named + goals.doubted(vectors, kinds, places) + _NEAR * goals.missed(vectors, kinds, places)


def _captions(store: Store) -> Tensor:
    rows = torch.randint(len(store), (_CAPTIONS,), device=store.ids.device)
    which = torch.randint(store.ids.shape[1], (_CAPTIONS,), device=store.ids.device)
    return store.ids[rows, which].long()
