"""Training of the generator and its text encoder by rectified flow. Resumable; one process a core.

Several processes average their gradients once a step: on a busy CPU that is cheaper than threads, which wait for each
other in every operation.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as group
from torch import Tensor, nn

from liveriff.errors import UsageError
from liveriff.render.embedded.conditions import Conditions, collate
from liveriff.render.embedded.model import load
from liveriff.render.embedded.text import TextEncoder
from liveriff.render.embedded.unet import Unet
from liveriff.train import latents
from liveriff.train.batches import draw, kind_of
from liveriff.train.run import Run, set_rate

BATCH = 32
"""Loops a step, of all processes together; one-shots and bars are half as wide and come twice as many."""

_PEAK_RATE, _EMA, _DROPPED = 8e-4, 0.999, 0.1
Report = Callable[[Run], None]


class Nets(nn.Module):
    """Generator and text encoder, trained together."""

    def __init__(self, channels: int = 16) -> None:
        """Fresh; ``channels`` of the latents."""
        super().__init__()
        self.unet = Unet(channels=channels)
        self.text = TextEncoder()


@dataclass(frozen=True)
class Plan:
    """How to train. minutes: budget; processes: that share the work; start: folder of weights to begin from."""

    work: Path
    minutes: float
    processes: int = 1
    start: Path | None = None


def loss_of(nets: Nets, data: Tensor, texts: list[str], told: list[Conditions]) -> Tensor:
    """Mean squared error of the velocity (Liu et al. 2022), t = sigmoid(N(0, 1)) (Esser et al. 2024)."""
    size = len(data)
    dropped = torch.rand(size) < _DROPPED
    t = torch.sigmoid(torch.randn(size))
    noise = torch.randn_like(data)
    mixed = data + (noise - data) * t[:, None, None, None]
    texts = ["" if drop else text for text, drop in zip(texts, dropped.tolist(), strict=True)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        condition = nets.unet.condition(nets.text.embed(texts), collate(told).without(dropped))
        velocity = nets.unet(mixed, t, condition)
    loss: Tensor = (velocity.float() - (noise - data)).square().mean()
    return loss


def blend(average: nn.Module, nets: nn.Module, step: int) -> None:
    """Move the average of weights towards the present ones."""
    keep = min(_EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        for old, new in zip(average.parameters(), nets.parameters(), strict=True):
            old.lerp_(new, 1.0 - keep)


def train(work: Path, minutes: float, report: Report, start: Path | None = None, processes: int = 0) -> None:
    """Train until the budget is used. processes: 0 is one a core, at most four."""
    plan = Plan(work, minutes, processes or min(4, os.cpu_count() or 1), start)
    work.mkdir(parents=True, exist_ok=True)
    meeting = work / f"unet-{os.getpid()}.meet"
    context = torch.multiprocessing.get_context("spawn")
    others = [context.Process(target=_member, args=(plan, rank, meeting, _silent), daemon=True)
              for rank in range(1, plan.processes)]  # fmt: skip
    for other in others:
        other.start()
    try:
        _member(plan, 0, meeting, report)
        for other in others:
            other.join(30.0)
    finally:
        for other in others:
            other.kill()
        meeting.unlink(missing_ok=True)


def _silent(run: Run) -> None:
    """Members other than the first report nothing."""


def _member(plan: Plan, rank: int, meeting: Path, report: Report) -> None:
    if plan.processes > 1:
        torch.set_num_threads(1)
        group.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=rank, world_size=plan.processes, timeout=timedelta(hours=3)
        )
    trainer = Trainer(plan, rank)
    trainer.go(report)
    if plan.processes > 1:
        group.destroy_process_group()


class Trainer:
    """One process's part of the training."""

    def __init__(self, plan: Plan, rank: int) -> None:
        """Nets, optimiser and clock, from the checkpoint if there is one."""
        self.plan, self.rank = plan, rank
        torch.manual_seed(1234)
        self.loops = latents.load(plan.work, "loops")
        self.shots = latents.load(plan.work, "shots") if latents.path_of(plan.work, "shots").exists() else None
        self.nets = Nets(self.loops.latents.shape[1])
        self.run = Run(plan.work, "unet", plan.minutes * 60.0)
        if plan.start is not None:
            model = load(plan.start)
            self.nets.unet.load_state_dict(model.unet.state_dict())
            self.nets.text.load_state_dict(model.text.state_dict())
        self.average = copy.deepcopy(self.nets)
        self.optimiser = torch.optim.AdamW(self.nets.parameters(), lr=_PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-2)
        state = self.run.load()
        if state:
            self.nets.load_state_dict(state["nets"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
        if rank == 0:
            self.run.begin()

    def go(self, report: Report) -> None:
        """Steps until the first process says that time is up."""
        while not self._over():
            set_rate(self.optimiser, self.run.rate(_PEAK_RATE))
            loss = self._step()
            blend(self.average, self.nets, self.run.step)
            self.run.advance(loss)
            if self.rank == 0:
                self._keep_books(report)
        if self.rank == 0:
            self._save()

    def _over(self) -> bool:
        done = torch.tensor([self.run.done])
        if self.plan.processes > 1:
            group.broadcast(done, 0)
            self.run.spent = float(done) * self.run.seconds  # one clock, hence one learning rate
        return float(done) >= 1.0

    def _step(self) -> float:
        """One step; what it draws depends on the step's number alone, so that a resumed run is the same run."""
        dice = np.random.default_rng([self.run.step, self.rank])
        torch.manual_seed(self.run.step * 64 + self.rank)
        kind = kind_of(self.run.step, self.shots is not None)
        store = self.shots if kind == "shots" and self.shots is not None else self.loops
        loss = loss_of(self.nets, *draw(store, kind, dice, max(1, BATCH // self.plan.processes)))
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._share_gradients()
        torch.nn.utils.clip_grad_norm_(self.nets.parameters(), 1.0)
        self.optimiser.step()
        return loss.item() if kind == "loops" else float("nan")

    def _share_gradients(self) -> None:
        """Give every process the mean of all gradients."""
        if self.plan.processes < 2:
            return
        for p in self.nets.parameters():
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad
        grads = [p.grad for p in self.nets.parameters() if p.grad is not None]
        flat = torch.cat([grad.reshape(-1) for grad in grads])
        group.all_reduce(flat)
        flat /= self.plan.processes
        for grad, part in zip(grads, torch.split(flat, [grad.numel() for grad in grads]), strict=True):
            grad.copy_(part.view_as(grad))

    def _keep_books(self, report: Report) -> None:
        report(self.run)
        if self.run.step % 50 == 0:
            self.run.note(samples_a_second=round(self.run.step * BATCH / max(1e-9, self.run.spent), 1))
        if self.run.step % 200 == 0:
            self._save()

    def _save(self) -> None:
        parts: dict[str, Any] = {"nets": self.nets.state_dict(), "average": self.average.state_dict()}
        self.run.save(optimiser=self.optimiser.state_dict(), **parts)


def adopt(work: Path, folder: Path) -> None:
    """Make the codec of a folder of weights the one of ``work``, unless there is one already."""
    run = Run(work, "codec", 0.0)
    if not run.checkpoint.exists():
        work.mkdir(parents=True, exist_ok=True)
        run.save(net=load(folder).codec.state_dict())


def trained(work: Path) -> tuple[Unet, TextEncoder]:
    """The averaged nets of the checkpoint."""
    state = Run(work, "unet", 0.0).load()
    if state is None:
        raise UsageError(f"there is no trained generator in {work}; run `liveriff train unet` first.")
    nets = Nets(state["average"]["unet.enter.conv.weight"].shape[1])
    nets.load_state_dict(state["average"])
    return nets.unet.eval(), nets.text.eval()
