"""What long training runs share: their folder, pid, checkpoints, clock and log. No progress bar of its own."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from liveriff.wire.chunks import default_folder


def default_work() -> Path:
    """Where this platform keeps what can be made again."""
    return default_folder().parent / "train"


@dataclass
class Run:
    """A resumable run: ``name`` names its checkpoint and its log in the folder ``work``.

    seconds: its budget; spent: what earlier processes used of it. Time while the process is stopped counts too, but
    no longer than ten seconds a step, so that a pause does not end the run.
    """

    work: Path
    name: str
    seconds: float
    spent: float = 0.0
    step: int = 0
    losses: list[float] = field(default_factory=list)
    _last: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Make the folder and leave the process id there."""
        self.work.mkdir(parents=True, exist_ok=True)
        (self.work / "train.pid").write_text(f"{os.getpid()}\n")
        self._last = time.monotonic()

    @property
    def checkpoint(self) -> Path:
        """Where its state lies."""
        return self.work / f"{self.name}.pt"

    def load(self) -> dict[str, Any] | None:
        """The state of an earlier process, its clock and step taken over; None on a fresh start."""
        if not self.checkpoint.exists():
            return None
        state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.step, self.spent = int(state["step"]), float(state["spent"])
        return state

    def save(self, **parts: Any) -> None:
        """Keep the state; written aside and renamed."""
        aside = self.checkpoint.with_suffix(".part")
        torch.save({"step": self.step, "spent": self.spent, **parts}, aside)
        os.replace(aside, self.checkpoint)

    def advance(self, loss: float) -> None:
        """Count a step."""
        now = time.monotonic()
        self.spent += min(10.0, now - self._last)
        self._last = now
        self.step += 1
        self.losses.append(loss)

    @property
    def done(self) -> float:
        """Part of the budget that is used, 0..1."""
        return min(1.0, self.spent / max(1e-9, self.seconds))

    def rate(self, peak: float, warm: int = 100, floor: float = 0.02) -> float:
        """Learning rate: a short rise, then half a cosine over the budget."""
        rise = min(1.0, (self.step + 1) / warm)
        return peak * rise * (floor + (1.0 - floor) * (0.5 + 0.5 * math.cos(math.pi * self.done)))

    def note(self, **facts: float) -> None:
        """A line for the log: mean loss since the last one, and what else is known."""
        known = [loss for loss in self.losses if not math.isnan(loss)]
        mean = sum(known) / max(1, len(known))
        self.losses.clear()
        line = {"step": self.step, "seconds": round(self.spent), "loss": round(mean, 5), **facts}
        with (self.work / f"{self.name}.log").open("a") as file:
            file.write(json.dumps(line) + "\n")


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give all parameters a learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def on_terminal() -> bool:
    """Whether a progress bar makes sense."""
    return sys.stderr.isatty()
