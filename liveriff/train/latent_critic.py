"""The critic of alignment: it learns to tell what the student makes from the material that was asked for.

A listener that never changes can be pleased by what sounds like nothing; this one goes on learning, and says of each
sound not only which style and category it has but whether it is the material's or the student's (Hou et al., 2022,
"Conditional GANs with Auxiliary Discriminative Classifier"), of places whether they look real (Isola et al., 2017), and
whether all that was told fits (Reed et al., 2016, who show it what fits another, too).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from liveriff.params.words import TONICS
from liveriff.render.embedded.conditions import CATEGORIES
from liveriff.render.embedded.layers import RingConv
from liveriff.train.device import autocast
from liveriff.train.listener import HEARD, JOINED, Facts, Listener, noised

_NOISE = 0.4  # deviation of the deviation of the noise on what it hears
_INNER, _KIND, _LOUD = 64, 16, 8.0
_SMOOTH, _MISFITS = 0.05, 0.5
_TRUNK_RATE, _HEADS_RATE, _MOST = 2e-4, 1e-3, 5.0  # learning rates; longest gradient


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Scores. patches: of places, at three sizes; fits, misfits: (B,), with what was told and with what was told of
    another; style, category: (B, 2 n), of each as the material's, then of each as the student's. Above 0 is real."""

    patches: list[Tensor]
    fits: Tensor
    misfits: Tensor
    style: Tensor
    category: Tensor

    def part(self, place: slice) -> Verdicts:
        """Those of some rows."""
        rest = (one[place] for one in (self.fits, self.misfits, self.style, self.category))
        return Verdicts([scores[place] for scores in self.patches], *rest)


class LatentCritic(nn.Module):
    """Begins as a listener, and goes on teaching itself; of words it reads what that one reads."""

    def __init__(self, hears: Listener) -> None:
        """``hears``: stays as it is."""
        super().__init__()
        self.hears = copy.deepcopy(hears).eval().requires_grad_(True)
        self.hears.text.requires_grad_(False)
        self.patches = nn.ModuleList(_patches(width) for width in hears.widths)
        self.made_style, self.made_category = (copy.deepcopy(part) for part in (self.hears.style, self.hears.category))
        self.kind = nn.Embedding(len(CATEGORIES) + 1, _KIND)
        inputs = HEARD + JOINED + len(TONICS) + 1 + 4 + _KIND
        self.fits = nn.Sequential(
            nn.Linear(inputs, 256), nn.SiLU(), nn.Linear(256, 128), nn.SiLU(), nn.Linear(128, 1)
        )  # fmt: skip

    def forward(self, latents: Tensor, facts: Facts) -> Verdicts:
        """Verdicts on latents (B, channels, 32, 32) that were asked for so; of twice as many latents as facts, the
        second half is judged by the same facts."""
        pictures, times = self.hears.pictures(latents), len(latents) // len(facts.ids)
        with autocast(latents.device):
            patches = [judge(picture).float() for judge, picture in zip(self.patches, pictures, strict=True)]
        heard = self.hears.heard(pictures[-1])
        told = self._told(facts)
        mine, others = (self._fits(heard, tuple(part.repeat(times, 1) for part in parts))
                        for parts in (told, tuple(part.roll(1, dims=0) for part in told)))  # fmt: skip
        return Verdicts(
            patches, mine, others, torch.cat((self.hears.style(heard), self.made_style(heard)), dim=1),
            torch.cat((self.hears.category(heard), self.made_category(heard)), dim=1),
        )  # fmt: skip

    def _told(self, facts: Facts) -> tuple[Tensor, ...]:
        """Words, and everything else that was told, with whether it was."""
        with torch.no_grad():
            words = self.hears.read(facts.ids)
        asked = facts.told.scalars[:, :2]
        known = (asked >= 0.0).to(asked.dtype)
        keyed = facts.notes.any(dim=1, keepdim=True).to(asked.dtype)
        return words, torch.cat((facts.notes, keyed, asked * known, known), dim=1), facts.told.category[:, None]

    def _fits(self, heard: Tensor, told: tuple[Tensor, ...]) -> Tensor:
        words, facts, kinds = told
        joined = functional.normalize(self.hears.joins(heard), dim=1) * words * _LOUD
        scores: Tensor = self.fits(torch.cat((heard, joined, facts, self.kind(kinds[:, 0])), dim=1))
        return scores[:, 0]


def _patches(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, _INNER, 1), nn.GroupNorm(8, _INNER), nn.SiLU(), RingConv(_INNER, _INNER), nn.SiLU(),
        nn.Conv2d(_INNER, 1, 1),
    )  # fmt: skip


def told_apart(critic: LatentCritic, real: Tensor, made: Tensor, facts: Facts, style: Tensor) -> Tensor:
    """What the critic minimises. facts: what both were asked for with; style: (B,), the material's, told or not."""
    found = critic(noised(torch.cat((real, made)), _NOISE), facts)
    true, false = found.part(slice(len(real))), found.part(slice(len(real), None))
    apart = functional.softplus
    places = [apart(-one).mean() + apart(other).mean() for one, other in zip(true.patches, false.patches, strict=True)]
    fits = apart(-true.fits).mean() + apart(false.fits).mean() + _MISFITS * apart(true.misfits).mean()
    styles, kinds = found.style.shape[1] // 2, facts.told.category
    return (
        torch.stack(places).mean() + fits
        + named(true.style, style, _SMOOTH) + named(false.style, torch.where(facts.style < 0, -1, facts.style + styles))
        + named(true.category, kinds) + named(false.category, kinds + len(CATEGORIES))
    )  # fmt: skip


def unconvinced(critic: LatentCritic, made: Tensor, facts: Facts) -> Tensor:
    """What the student minimises: (4,), doubts about places, what was told, style and category."""
    found, doubt = critic(noised(made, _NOISE), facts), functional.softplus
    places = torch.stack([doubt(-scores).mean() for scores in found.patches]).mean()
    return torch.stack((
        places, doubt(-found.fits).mean(), named(found.style, facts.style), named(found.category, facts.told.category),
    ))  # fmt: skip


def named(scores: Tensor, places: Tensor, smooth: float = 0.0) -> Tensor:
    """Mean cross entropy over the rows whose place (B,) is known, which is not -1."""
    known = places >= 0
    each = functional.cross_entropy(scores, places.clamp(min=0), reduction="none", label_smoothing=smooth)
    return (each * known).sum() / known.sum().clamp(min=1)


class Opponent:
    """A critic that learns, with its optimiser."""

    def __init__(self, hears: Listener) -> None:
        """On the listener's device."""
        self.critic = LatentCritic(hears).to(hears.heat.device)
        trunk = {id(value) for value in self.critic.hears.parameters()}
        heads = [value for value in self.critic.parameters() if id(value) not in trunk]
        trunks = [value for value in self.critic.hears.parameters() if value.requires_grad]
        self._learning = [*trunks, *heads]
        self._optimiser = torch.optim.AdamW(
            [{"params": trunks, "lr": _TRUNK_RATE}, {"params": heads, "lr": _HEADS_RATE}],
            betas=(0.5, 0.98), weight_decay=1e-2,
        )  # fmt: skip

    def doubts(self, made: Tensor, facts: Facts) -> Tensor:
        """See ``unconvinced``; the critic itself learns nothing by it."""
        self.critic.requires_grad_(False)
        found = unconvinced(self.critic, made, facts)
        for value in self._learning:
            value.requires_grad_(True)
        return found

    @torch.enable_grad()
    def learn(self, real: Tensor, made: Tensor, facts: Facts, style: Tensor) -> None:
        """A step of its own; see ``told_apart``."""
        self._optimiser.zero_grad(set_to_none=True)
        told_apart(self.critic, real, made.detach(), facts, style).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.critic.parameters(), _MOST)
        self._optimiser.step()

    def state_dict(self) -> dict[str, object]:
        """For a checkpoint."""
        return {"critic": self.critic.state_dict(), "optimiser": self._optimiser.state_dict()}

    def load_state_dict(self, state: dict[str, dict[str, object]]) -> None:
        """From a checkpoint."""
        self.critic.load_state_dict(state["critic"])
        self._optimiser.load_state_dict(state["optimiser"])
