"""A listener on latents: it names a loop's style, category, notes, density and brightness, and which words fit it.

The generator is aligned with what it is told by what this net hears (``align``); the judge of ``liveriff eval`` never
sees it, and hears sound where this one hears noised latents. Resumable.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.errors import UsageError
from liveriff.music.pitch import Key
from liveriff.params.words import CHUNKS, MODES, TONICS
from liveriff.render.embedded.conditions import CATEGORIES, Batch
from liveriff.render.embedded.layers import ResidualBlock, RingConv
from liveriff.render.embedded.text import TextEncoder
from liveriff.train.batches import BAR
from liveriff.train.course import Course, Report
from liveriff.train.device import autocast
from liveriff.train.latents import Store
from liveriff.train.run import Run
from liveriff.train.unet import public
from liveriff.train.vocabulary import fresh

BATCH = {"cpu": 64, "cuda": 512, "mps": 128}
NOISE = 0.6
"""Deviation of the deviation of the noise on what it hears: it must not live on what only a net can see."""

_PEAK_RATE, _SMOOTH = 1.5e-3, 0.05
_KEPT_BACK = 16  # one piece of so many is kept from training
HEARD, JOINED, WIDTHS = 384, 128, (64, 128, 192)
"""Numbers of what is heard, and of what is compared with words; channels of the body's pictures."""

_HOTTEST = 30.0
_SIZES = (0, 2, 5)  # parts of the body after which a picture of a size is done


class Listener(nn.Module):
    """Latents (B, channels, 32, columns) to what is heard, (B, 384), and its heads."""

    def __init__(
        self, styles: int, text: TextEncoder, channels: int = 16, widths: tuple[int, int, int] = WIDTHS
    ) -> None:
        """``text``: reads captions; it learns too. ``widths``: at full, half and quarter size."""
        super().__init__()
        self.widths = fine, middle, coarse = widths
        self.enter = RingConv(channels, fine)
        self.row = nn.Parameter(torch.zeros(1, fine, 32, 1))
        self.body = nn.Sequential(
            ResidualBlock(fine, fine), RingConv(fine, middle, 2), ResidualBlock(middle, middle),
            RingConv(middle, coarse, 2), ResidualBlock(coarse, coarse), ResidualBlock(coarse, coarse),
        )  # fmt: skip
        self.leave = nn.Sequential(nn.Linear(2 * 8 * coarse, HEARD), nn.SiLU(), nn.Dropout(0.1))
        self.style, self.category = nn.Linear(HEARD, styles), nn.Linear(HEARD, len(CATEGORIES))
        self.notes, self.scalars = nn.Linear(HEARD, len(TONICS)), nn.Linear(HEARD, 2)
        self.joins = nn.Linear(HEARD, JOINED)
        self.text = text
        self.reads = nn.Sequential(nn.Linear(256, 256), nn.SiLU(), nn.Linear(256, JOINED))
        self.heat = nn.Parameter(torch.tensor(2.3))

    def forward(self, latents: Tensor) -> Tensor:
        """What is heard."""
        return self.heard(self.pictures(latents)[-1])

    def pictures(self, latents: Tensor) -> list[Tensor]:
        """What the body makes of latents at full, half and quarter size, each (B, width, rows, columns)."""
        with autocast(latents.device):
            entered: Tensor = self.enter(latents)
            x, found = entered + self.row.to(entered.dtype), []
            for place, part in enumerate(self.body):
                x = part(x)
                if place in _SIZES:
                    found.append(x)
        return found

    def heard(self, coarsest: Tensor) -> Tensor:
        """What is heard, (B, 384): means and deviations over time of each row of the coarsest picture."""
        picture = functional.silu(coarsest).float()
        found: Tensor = self.leave(torch.cat((picture.mean(dim=3), picture.std(dim=3)), dim=1).flatten(1))
        return found

    def read(self, ids: Tensor) -> Tensor:
        """Captions' token ids (B, tokens) as unit vectors (B, 128), to be compared with ``joins`` of what is heard."""
        return functional.normalize(self.reads(self.text(ids).float()), dim=1)

    def fit(self, heard: Tensor, ids: Tensor) -> Tensor:
        """How well captions' token ids (B, tokens) fit what is heard: scores (B, B)."""
        sound = functional.normalize(self.joins(heard), dim=1)
        return sound @ self.read(ids).T * self.heat.exp().clamp(max=_HOTTEST)


@dataclass(frozen=True, eq=False)
class Facts:
    """What is to be heard. style: (B,), -1 where none is known; told: conditions, -1 and ``NO_...`` where unknown;
    notes: (B, 12), 1 for those of the key; ids: a caption each."""

    style: Tensor
    told: Batch
    notes: Tensor
    ids: Tensor


def wrong(listener: Listener, heard: Tensor, facts: Facts) -> Tensor:
    """How far what is heard is from the facts: style, category, notes, scalars and words, (5,)."""
    fit, own = listener.fit(heard, facts.ids), torch.arange(len(heard), device=heard.device)
    style = functional.cross_entropy(
        listener.style(heard), facts.style.clamp(min=0), reduction="none", label_smoothing=_SMOOTH
    )
    notes = functional.binary_cross_entropy_with_logits(listener.notes(heard), facts.notes, reduction="none")
    asked = facts.told.scalars[:, :2]
    return torch.stack((
        _mean(style, facts.style >= 0),
        functional.cross_entropy(listener.category(heard), facts.told.category),
        _mean(notes.mean(dim=1), facts.notes.any(dim=1)),
        4.0 * _mean((listener.scalars(heard) - asked).square(), asked >= 0.0),
        0.5 * (functional.cross_entropy(fit, own) + functional.cross_entropy(fit.T, own)),
    ))  # fmt: skip


def _mean(values: Tensor, counted: Tensor) -> Tensor:
    return (values * counted).sum() / counted.sum().clamp(min=1)


def notes_of(told: Batch) -> Tensor:
    """The notes of keys, (B, 12); none where no key is known."""
    table = torch.zeros(len(TONICS) + 1, len(MODES) + 1, len(TONICS))
    for tonic, (place, mode) in product(range(len(TONICS)), enumerate(MODES)):
        table[tonic, place, list(Key(tonic, mode).pitch_classes)] = 1.0
    return table.to(told.tonic.device)[told.tonic, told.mode]


def noised(latents: Tensor, deviation: float = NOISE) -> Tensor:
    """Latents with noise, much on some and little on others."""
    amount = deviation * torch.randn(len(latents), 1, 1, 1, device=latents.device).abs()
    return latents + amount * torch.randn_like(latents)


class Lessons:
    """Loops and what is known of them; every sixteenth piece is kept back."""

    def __init__(self, store: Store) -> None:
        """``store``: loops, four a piece; UsageError where they are too few to learn style from."""
        self.store = store
        names = [str(row.get("style") or "") for row in store.facts]
        self.styles = sorted({name for name in names if name})
        places = {name: place for place, name in enumerate(self.styles)}
        device = store.latents.device
        self.style = torch.tensor([places.get(name, -1) for name in names], device=device)
        back = torch.tensor([int(row.get("seed") or 0) % _KEPT_BACK == 0 for row in store.facts], device=device)
        self.taught, self.kept_back = (~back).nonzero()[:, 0], back.nonzero()[:, 0]
        if len(self.styles) < 2 or not len(self.taught) or not len(self.kept_back):
            raise UsageError("the material has too few pieces of known style; make more with `liveriff train data`.")

    def draw(self, size: int, shares: dict[str, float] | None = None) -> tuple[Tensor, Facts]:
        """Loops (size, ...), turned by a bar half of the time, and what is known of them. shares: how often those of
        a category come; one that is not named comes as often as it is in the material."""
        device = self.store.latents.device
        rows = self.taught[self._places(size, shares or {})]
        data = self.store.latents[rows].float()
        turned = torch.rand(size, 1, 1, 1, device=device) < 0.5
        return torch.where(turned, data.roll(BAR, dims=-1), data), self.facts(rows)

    def _places(self, size: int, shares: dict[str, float]) -> Tensor:
        often = torch.ones(len(CATEGORIES) + 1, device=self.taught.device)
        for name, share in shares.items():
            often[CATEGORIES.index(name)] = len(CHUNKS) * share
        return torch.multinomial(often[self.store.told.category[self.taught]], size, replacement=True)

    def facts(self, rows: Tensor) -> Facts:
        """What is known of items."""
        told, ids = self.store.told.take(rows), self.store.ids
        words = ids[rows, torch.randint(ids.shape[1], (len(rows),), device=rows.device)].long()
        return Facts(self.style[rows], told, notes_of(told), words)


def train(work: Path, minutes: float, report: Report, store: Store, device: str = "cpu", batch: int = 0) -> None:
    """Train until the budget is used."""
    lessons = Lessons(store)
    torch.manual_seed(4321)
    net = Listener(len(lessons.styles), fresh()).to(device).train()
    config = {"styles": lessons.styles, "text": public(net.text.config)}
    course = Course(Run(work, "listener", minutes * 60.0), net, _PEAK_RATE, config)
    size = batch or BATCH.get(torch.device(device).type, 64)
    while course.run.going:
        torch.manual_seed(course.run.step)
        loops, facts = lessons.draw(size)
        weights = torch.tensor([1.0, 1.0, 2.0, 1.0, 0.5], device=loops.device)
        course.step((wrong(net, net(noised(loops)), facts) * weights).sum())
        course.keep_books(report)
    course.save()
