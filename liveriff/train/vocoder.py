"""Training of the vocoder on crops of the material: distances of spectra first, then discriminators beside them.

Resumable. Weights that are kept are averaged ones, chosen by their distance on sounds that are held out.
"""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Callable
from pathlib import Path
from pickle import PickleError
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.render.embedded.draft import draft_many
from liveriff.render.embedded.vocoder import Vocoder
from liveriff.train import codec
from liveriff.train import device as devices
from liveriff.train.crops import HOPS, Sounds, columns_of, degraded, pictures
from liveriff.train.discriminators import Discriminators, told_apart, unconvinced, unlike
from liveriff.train.losses import melodic, spectral
from liveriff.train.run import Run, set_rate
from liveriff.train.vocoder_check import Check

BATCH = {"cuda": 48}
BATCH_ELSEWHERE = 4
SPECTRAL = 0.45
"""Part of the budget before the discriminators join."""

_PEAK_RATE, _JUDGES_RATE, _EMA = 1e-3, 3e-4, 0.999
_ADVERSARIAL, _FEATURES, _MELODIC = 0.05, 0.15, 0.5
_JUDGED_FRAMES = 16384  # of every other crop
_ALONE = 200  # steps in which the discriminators learn alone
_CODEC = 0.35  # of the steps: pictures that went through the codec, if there is one
_WORSE, _DIVERGED = 1.03, 1.15  # distances, over the best, that are kept, and that end the adversary
_CHECKS, _RARELY, _REFRESH = 40, 30, 150  # checks in a budget; steps between them, and between looks for shards
Report = Callable[[Run], None]
_log = logging.getLogger(__name__)


def train(work: Path, minutes: float, report: Report, device: str = "auto") -> Vocoder:
    """Train until the budget is used; shards and a codec that appear meanwhile join in."""
    trainer = Trainer(work, minutes, devices.pick(device))
    trainer.go(report)
    return trained(work)


def trained(work: Path) -> Vocoder:
    """The vocoder of the checkpoint: the best averaged weights."""
    state = Run(work, "vocoder", 0.0).load()
    if state is None:
        raise UsageError(f"there is no trained vocoder in {work}; run `liveriff train vocoder` first.")
    vocoder: Vocoder = Vocoder()
    vocoder.load_state_dict(state["best"])
    vocoder.eval()
    return vocoder


class Trainer:
    """Nets, optimisers, material and clock of a run."""

    def __init__(self, work: Path, minutes: float, device: torch.device) -> None:
        """From the checkpoint, if there is one."""
        torch.backends.cuda.matmul.allow_tf32 = False  # mel inverses need every digit; the nets compute in bfloat16
        torch.manual_seed(1234)
        self.work, self.device = work, device
        self.sounds = Sounds(work, device)
        self.net: Vocoder = nn.Module.to(Vocoder(), device)
        self.average: Vocoder = copy.deepcopy(self.net).eval()
        self.judges = Discriminators().to(device)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), _PEAK_RATE, (0.9, 0.99), weight_decay=1e-3)
        self.judging = torch.optim.AdamW(self.judges.parameters(), _JUDGES_RATE, (0.8, 0.99))
        self.run = Run(work, "vocoder", minutes * 60.0)
        self.best: dict[str, Tensor] = _copied(self.average)
        self.least = self.kept = math.inf
        self.judged_steps, self.push = 0, 1.0
        self.codec: Codec | None = None
        self._codec_time = 0.0
        self._resume()
        self.check = Check(self.sounds, 16 if device.type == "cuda" else 4)
        self.size = BATCH.get(device.type, BATCH_ELSEWHERE)
        self._checked = (self.run.done, self.run.step)
        self.run.begin()

    def _resume(self) -> None:
        state = self.run.load()
        if state is None:
            return
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.best = {name: value.to(self.device) for name, value in state["best"].items()}
        self.least, self.kept, self.push = state["marks"]
        self.judged_steps = int(state["judged_steps"])

    def _parts(self) -> dict[str, Any]:
        return {"net": self.net, "average": self.average, "judges": self.judges,
                "optimiser": self.optimiser, "judging": self.judging}  # fmt: skip

    def save(self) -> None:
        """Keep everything."""
        marks = [self.least, self.kept, self.push]
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        self.run.save(best=self.best, marks=marks, judged_steps=self.judged_steps, **parts)

    def go(self, report: Report) -> None:
        """Steps until the budget is used; then the comparison with Griffin-Lim."""
        while self.run.going:
            set_rate(self.optimiser, self.run.rate(_PEAK_RATE))
            set_rate(self.judging, self.run.rate(_JUDGES_RATE))
            self.run.advance(self.step())
            report(self.run)
            self._keep_books()
        self._checkpoint()
        self.save()
        self.average.load_state_dict(self.best)
        self.check.compare(self.average, self.codec, self.work / "vocoder.json", self.run.step, self.run.spent)

    def _keep_books(self) -> None:
        if self.run.note_due():
            self.run.note(steps_a_second=round(self.run.step / max(1e-9, self.run.spent), 2))
        if self.run.step % _REFRESH == 10:
            self.sounds.refresh()
            self._look_for_codec()
        done, step = self._checked
        if self.run.done - done >= 1.0 / _CHECKS and self.run.step - step >= _RARELY:
            self._checked = (self.run.done, self.run.step)
            self._checkpoint()
        if self.run.save_due():
            self.save()

    def _look_for_codec(self) -> None:
        """Take the trained codec, if there is one by now or a newer one."""
        path = self.work / "codec.pt"
        changed = path.stat().st_mtime if path.exists() else 0.0
        if changed == self._codec_time:
            return
        self._codec_time = changed
        try:
            self.codec = nn.Module.to(codec.trained(self.work), self.device)
        except (
            UsageError,
            RuntimeError,
            TypeError,
            OSError,
            KeyError,
            PickleError,
        ) as error:  # half written, or of an older form
            _log.warning("the codec in %s is not used: %s", self.work, str(error).partition("\n")[0])

    def step(self) -> float:
        """One step, which draws by its number alone; its loss, or nan where that was not asked of the device."""
        dice = np.random.default_rng([self.run.step, 21])
        torch.manual_seed(self.run.step)
        hop = HOPS[int(dice.integers(len(HOPS)))]
        with torch.no_grad():
            wanted = self.sounds.draw(dice, self.size, columns_of(hop) * hop)
            values = self._seen(pictures(wanted, hop), dice)
            drafts = draft_many(values, hop)
        with devices.autocast(self.device):
            made = self.net(drafts, values, float(hop))
        loss = spectral(made, wanted) + _MELODIC * melodic(made, wanted)
        told = loss.detach()
        if self.run.done > SPECTRAL and self.push:
            loss = loss + self._adversary(made, wanted, dice)
        _descend(self.optimiser, loss, self.net, 1.0)
        self._blend()
        return float(told) if self.run.step % 10 == 0 else math.nan

    @torch.no_grad()
    def _seen(self, values: Tensor, dice: np.random.Generator) -> Tensor:
        """What the vocoder is given: pictures as nets would draw them."""
        if self.codec is None or dice.random() > _CODEC:
            return degraded(values, dice)
        with devices.autocast(self.device):
            latents = self.codec.encode(values[:, None])
            latents = latents + float(dice.uniform(0.0, 0.15)) * torch.randn_like(latents)
            return self.codec.decode(latents)[:, 0].float()

    def _adversary(self, made: Tensor, wanted: Tensor, dice: np.random.Generator) -> Tensor:
        """Teach the discriminators; what they say of the sound made."""
        first = int(dice.integers(0, max(1, made.shape[1] - _JUDGED_FRAMES)))
        part = slice(first, first + _JUDGED_FRAMES)
        real, fake = wanted[::2, part], made[::2, part]
        self.judged_steps += 1
        with devices.autocast(self.device):
            true = self.judges(real)
            lesson = told_apart(true, self.judges(fake.detach()))
        _descend(self.judging, lesson, self.judges, 10.0)
        if self.judged_steps <= _ALONE:
            return made.new_zeros(())
        rise = self.push * min(1.0, (self.judged_steps - _ALONE) / 300.0)
        self.judges.requires_grad_(False)
        with devices.autocast(self.device):
            said = self.judges(fake)
            total = _ADVERSARIAL * unconvinced(said) + _FEATURES * unlike(true, said)
        self.judges.requires_grad_(True)
        return rise * total

    @torch.no_grad()
    def _blend(self) -> None:
        """Move the average towards the present weights."""
        keep = min(_EMA, (1 + self.run.step) / (10 + self.run.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.net.parameters()), 1.0 - keep)

    def _checkpoint(self) -> None:
        """Measure the average; keep it if it is good. Otherwise the adversary weighs less from here on; if it has led
        astray, it is left out and the best is gone back to."""
        distance = self.check.distance(self.average)
        self.least = min(self.least, distance)
        if distance <= self.least * (_WORSE if self.judged_steps > _ALONE else 1.0):
            self.best, self.kept = _copied(self.average), distance
        elif distance <= self.least * _DIVERGED:
            self.push *= 0.7
        else:
            _log.warning("the vocoder went astray (%.3f, was %.3f); going on from the best", distance, self.kept)
            self.push = 0.0
            self.net.load_state_dict(self.best)
            self.average.load_state_dict(self.best)
        self.run.note(distance=round(distance, 4), least=round(self.least, 4), push=round(self.push, 3))


def _copied(net: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in net.state_dict().items()}


def _descend(optimiser: torch.optim.Optimizer, loss: Tensor, net: nn.Module, most: float) -> None:
    """A step of the optimiser with clipped gradients, unless they are no numbers."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    if bool(torch.isfinite(torch.nn.utils.clip_grad_norm_(net.parameters(), most))):
        optimiser.step()
