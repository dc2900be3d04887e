"""What both trainings of the generator share: optimiser, averaged weights, checkpoints and books. Resumable."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from liveriff.errors import ModelError, UsageError
from liveriff.train.run import Run, set_rate

EMA = 0.999
Report = Callable[[Run], None]


class Stateful(Protocol):
    """What can be kept in a checkpoint."""

    def state_dict(self) -> dict[str, Any]:
        """Its state."""

    def load_state_dict(self, state: dict[str, Any]) -> object:
        """Take a state up."""


class Course:
    """Steps of AdamW on the nets' weights until the run's budget is used; ``average`` follows them (EMA)."""

    def __init__(
        self,
        run: Run,
        nets: nn.Module,
        peak: float,
        config: dict[str, Any] | None = None,
        beside: dict[str, Stateful] | None = None,
        after: int = 0,
    ) -> None:
        """``nets`` are where they stay; the checkpoint is taken up if there is one. peak: highest learning rate;
        config: what the nets are made with, kept in the checkpoint; beside: what else is kept there; after: steps of
        the run in which the nets do not learn yet."""
        self.run, self.nets, self.peak, self.config, self.beside = run, nets, peak, config, beside or {}
        self.after = after
        self.average = copy.deepcopy(nets).eval().requires_grad_(False)
        fused = next(nets.parameters()).device.type == "cuda"
        self.optimiser = torch.optim.AdamW(
            nets.parameters(), lr=peak, betas=(0.9, 0.99), weight_decay=1e-2, fused=fused
        )
        self._losses: list[Tensor] = []
        self._take_up()
        run.begin()

    def _take_up(self) -> bool:
        state = self.run.load()
        if state:
            if missing := [name for name in self.beside if name not in state]:
                path = self.run.checkpoint
                raise UsageError(f"{path} has no {', '.join(missing)}: an older liveriff wrote it. Remove it.")
            try:
                self.nets.load_state_dict(state["nets"])
            except RuntimeError as error:  # torch's sentence names every tensor
                path = self.run.checkpoint
                raise UsageError(f"{path} has nets of other sizes: an older liveriff wrote it. Remove it.") from error
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            for name, part in self.beside.items():
                part.load_state_dict(state[name])
        return state is not None

    def step(self, loss: Tensor) -> None:
        """Learn from a loss. Nothing here waits for the device."""
        set_rate(self.optimiser, self.run.rate(self.peak, after=self.after))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.nets.parameters(), 1.0)
        self.optimiser.step()
        blend(self.average, self.nets, self.run.step)
        self._losses.append(loss.detach())
        self.run.advance(float("nan"))

    def keep_books(self, report: Report, **facts: float) -> None:
        """Log and save what is due; weights that are no numbers any more are taken back to the last checkpoint."""
        report(self.run)
        if not self.run.note_due() and self.run.going:
            return
        if not self._note(facts):
            spent = self.run.spent
            if not self._take_up():
                raise ModelError(f"the training of {self.run.name} lost its way before its first checkpoint.")
            self.run.spent = spent
        elif self.run.save_due() or not self.run.going:
            self.save()

    def _note(self, facts: dict[str, float]) -> bool:
        """A line for the log; False if the loss is no number."""
        mean = float(torch.stack(self._losses).mean()) if self._losses else float("nan")
        fresh = bool(self._losses)
        self._losses.clear()
        self.run.losses.append(mean)
        self.run.note(**facts)
        return math.isfinite(mean) or not fresh

    def save(self) -> None:
        """Write the checkpoint."""
        parts: dict[str, Any] = {"nets": self.nets.state_dict(), "average": self.average.state_dict()}
        parts |= {name: part.state_dict() for name, part in self.beside.items()}
        self.run.save(optimiser=self.optimiser.state_dict(), config=self.config, **parts)


def blend(average: nn.Module, nets: nn.Module, step: int) -> None:
    """Move the average of weights towards the present ones."""
    keep = min(EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(nets.parameters()), 1.0 - keep)
