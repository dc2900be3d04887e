"""Training of the codec on pictures, on any device; it begins while the material is still being made. Resumable."""

from __future__ import annotations

import copy
import json
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from liveriff.errors import UsageError
from liveriff.render.embedded.codec import Codec
from liveriff.train.critic import Critic, critics_loss, makers_loss
from liveriff.train.device import autocast, pick
from liveriff.train.gallery import Gallery, galleries
from liveriff.train.run import Run, set_rate

EDGE, HELD = 8, 32
"""Columns at a crop's ends whose loss is left out (a crop is no circle); loops kept back to measure the error on."""

_NOISE, _PEAK_RATE, _EMA = 0.05, 1.5e-3, 0.999
_SHOTS = 0.25
_SHARPEN_FROM, _WORSE = 0.5, 1.3
"""Part of the budget after which the critic joins; how many times the error may grow by it before it is undone."""

_log = logging.getLogger(__name__)
Report = Callable[[Run], None]


@dataclass(frozen=True)
class Diet:
    """What a step sees. loops, shots: pictures; width: columns of a crop, 0 for whole pictures; most_loops: kept."""

    loops: int
    shots: int
    width: int
    most_loops: int
    most_shots: int


def diet_of(device: torch.device) -> Diet:
    """Whole circles where there is the power for it; short crops on a CPU, where twice the pictures count for more."""
    return Diet(48, 96, 0, 24000, 12000) if device.type == "cuda" else Diet(16, 16, 64, 3000, 2000)


def loss_of(batch: Tensor, made: Tensor, edge: int) -> Tensor:
    """L1 and half the L1 of differences along both axes, of pictures scaled to -1..1, without a crop's ends."""
    error = 2.0 * (made.float() - batch)
    if edge:
        error = error[..., edge:-edge]
    edges = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    return error.abs().mean() + 0.5 * edges


def train(
    work: Path,
    minutes: float,
    report: Report,
    device: str = "auto",
    sharpen: float = 0.0,
    decoder_only: bool = False,
) -> Codec:
    """Train until the budget is used; shards that appear meanwhile join in.

    sharpen: weight of the critic that joins half-way, 0 for none. decoder_only: encoder and normalisation stay as the
    checkpoint has them, so that latents made with them stay true; it may run beside the generator's training.
    """
    place = pick(device)
    trainer = Trainer(work, minutes, place, sharpen, decoder_only)
    trainer.go(report)
    return trainer.finished()


class Trainer:
    """The nets, the pictures and the clock of one run."""

    def __init__(
        self, work: Path, minutes: float, device: torch.device, sharpen: float, decoder_only: bool = False
    ) -> None:
        """From the checkpoint if there is one; UsageError if there is no material, or nothing to keep as it is."""
        self.device, self.sharpen, self.diet, self.decoder_only = device, sharpen, diet_of(device), decoder_only
        self.every = 1 if device.type == "cpu" else 20  # asking a graphics card for a number waits for all it does
        torch.manual_seed(1234)
        self.net: Codec = Codec()
        self.average: Codec = copy.deepcopy(self.net)
        self.critic = Critic()
        self.run = Run(work, "codec", minutes * 60.0)
        state = self.run.load()
        if decoder_only and not state:
            raise UsageError(f"there is no trained codec in {work}; run `liveriff train codec` first.")
        if state:
            self.average.load_state_dict(state["net"])
            self.net.load_state_dict(state.get("live", state["net"]))
            self.critic.load_state_dict(state.get("critic", self.critic.state_dict()))
        if decoder_only:  # as it made the latents: the averaged one
            self.net.encoder.load_state_dict(self.average.encoder.state_dict())
        for net in (self.net, self.average, self.critic):
            nn.Module.to(net, device)
        self.learning: nn.Module = self.net.decoder if decoder_only else self.net
        self.net.encoder.requires_grad_(not decoder_only)
        self.optimiser = torch.optim.AdamW(
            self.learning.parameters(), lr=_PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3, fused=device.type == "cuda"
        )
        self.critics = torch.optim.AdamW(self.critic.parameters(), lr=3e-4, betas=(0.5, 0.9))
        self.before: dict[str, Tensor] | None = None
        self.error_before = math.inf
        if state and state.get("decoder_only") == decoder_only:  # what was adopted from a folder of weights has none
            self.optimiser.load_state_dict(state["optimiser"])
            self.before, self.error_before = state["before"], float(state["error_before"])
        self.loops, self.shots = galleries(work, device, self.diet.most_loops, self.diet.most_shots)
        self.run.begin()

    def go(self, report: Report) -> None:
        """Steps until time is up."""
        while self.run.going:
            torch.manual_seed(self.run.step)
            loss = self._step()
            self.run.advance(float(loss) if self.run.step % self.every == 0 else math.nan)
            report(self.run)
            if self.run.note_due():
                self._look_round()
            if self.run.save_due():
                self._save()
                self.run.note(error=round(self.error(), 3))

    def _step(self) -> Tensor:
        set_rate(self.optimiser, self.run.rate(_PEAK_RATE))
        batch, edge = self._batch()
        with autocast(self.device):
            latents = self.net.encode_raw(batch)
            made = self.net.decode_raw(latents + _NOISE * torch.randn_like(latents))
        loss = loss_of(batch, made, edge)
        whole = loss + 1e-4 * latents.float().square().mean()
        if self._sharpening():
            whole = whole + self._criticised(batch, made, loss)
        _learn(self.learning, self.optimiser, whole)
        self._blend()
        return loss.detach()

    def _batch(self) -> tuple[Tensor, int]:
        """Pictures and the columns at their ends that do not count."""
        shots = self.shots.count > 0 and float(torch.rand(())) < _SHOTS
        gallery, size = (self.shots, self.diet.shots) if shots else (self.loops, self.diet.loops)
        width = self.diet.width or gallery.columns
        held = 0 if shots or self.loops.count < 4 * HELD else HELD
        batch = gallery.drawn(size, width, held)
        return batch, EDGE if width < gallery.columns else 0

    def _sharpening(self) -> bool:
        """Whether the critic takes part; what was learned before it is kept aside when it begins."""
        if not self.sharpen or self.run.done < _SHARPEN_FROM:
            return False
        if self.before is None:
            self.before = {name: value.cpu().clone() for name, value in self.average.state_dict().items()}
            self.error_before = self.error()
        return True

    def _criticised(self, batch: Tensor, made: Tensor, loss: Tensor) -> Tensor:
        """The critic learns, then judges; its weight rises over a tenth of the budget."""
        try:
            with autocast(self.device):
                against = critics_loss(self.critic, batch, made.detach().float())
            _learn(self.critic, self.critics, against)
            with autocast(self.device):
                wish = makers_loss(self.critic, batch, made.float())
            weight = _balance(loss, wish, next(self.net.decoder[-1].parameters()))
        except RuntimeError as error:  # no memory, or no such operation on this device: texture is not worth a run
            _log.warning("the codec goes on without a critic: %s", error)
            self.sharpen = 0.0
            return torch.zeros((), device=self.device)
        return self.sharpen * min(1.0, (self.run.done - _SHARPEN_FROM) / 0.1) * weight * wish

    def _blend(self) -> None:
        keep = min(_EMA, (1 + self.run.step) / (10 + self.run.step))
        followers: nn.Module = self.average.decoder if self.decoder_only else self.average
        mean: list[Tensor] = list(followers.parameters())
        now: list[Tensor] = list(self.learning.parameters())
        with torch.no_grad():
            torch._foreach_lerp_(mean, now, 1.0 - keep)

    def _look_round(self) -> None:
        """New material, and a line for the log."""
        most = 1 if self.device.type == "cpu" else 16
        self.loops.look(most)
        self.shots.look(most)
        known = {} if self.device.type == "cpu" else {"error": round(self.error(), 3)}
        self.run.note(loops=self.loops.count, shots=self.shots.count, **known)

    @torch.no_grad()
    def error(self, count: int = HELD) -> float:
        """Mean error in grey levels of the averaged net on loops that are kept back."""
        pictures = self.loops.first(count)[:, None].float()
        made = torch.cat([self.average.decode(self.average.encode(part / 255.0)) for part in torch.split(pictures, 8)])
        return float((made * 255.0 - pictures).abs().mean())

    def finished(self) -> Codec:
        """The averaged net, calibrated and saved; that from before the critic if the critic did harm."""
        error = self.error()
        if self.before is not None and error > _WORSE * self.error_before:
            self.average.load_state_dict(self.before)
            error = self.error()
        if not self.decoder_only:
            calibrate(self.average, self.loops)
        self._save()
        facts = {"steps": self.run.step, "seconds": round(self.run.spent), "error": round(error, 3)}
        told = {**facts, "error_before_sharpening": None if self.before is None else round(self.error_before, 3)}
        (self.run.work / "codec.json").write_text(json.dumps(told) + "\n", encoding="utf-8")
        done: Codec = self.average.eval()
        return done

    def _save(self) -> None:
        parts: dict[str, Any] = {"net": self.average, "live": self.net, "critic": self.critic}
        state = {name: net.state_dict() for name, net in parts.items()}
        extra = {"before": self.before, "error_before": self.error_before, "decoder_only": self.decoder_only}
        self.run.save(optimiser=self.optimiser.state_dict(), **state, **extra)


def _learn(net: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """A step down the loss; what is no number in a gradient counts as nothing, so that the net stays finite."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    for value in net.parameters():
        if value.grad is not None:
            value.grad.nan_to_num_(0.0, 0.0, 0.0)
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()


def _balance(loss: Tensor, wish: Tensor, last: Tensor) -> Tensor:
    """Weight at which the critic pulls as hard as the loss on the last layer (Esser et al., "Taming transformers")."""
    (plain,) = torch.autograd.grad(loss, last, retain_graph=True)
    (pull,) = torch.autograd.grad(wish, last, retain_graph=True)
    balance: Tensor = (plain.norm() / (pull.norm() + 1e-6)).nan_to_num(0.0).clamp(0.0, 1e3).detach()
    return balance


@torch.no_grad()
def calibrate(codec: Codec, loops: Gallery, count: int = 600) -> None:
    """Measure the codec's normalisation on some of the loops."""
    parts = [codec.encode_raw(part[:, None].float() / 255.0).float() for part in torch.split(loops.first(count), 16)]
    codec.calibrate(torch.cat(parts))


def trained(work: Path) -> Codec:
    """The codec of the checkpoint, on the CPU."""
    state = Run(work, "codec", 0.0).load()
    if state is None:
        raise UsageError(f"there is no trained codec in {work}; run `liveriff train codec` first.")
    codec: Codec = Codec()
    codec.load_state_dict(state["net"])
    codec.eval()
    return codec
