"""What long training runs share: their folder, pid, checkpoints, clock and log. No progress bar of its own."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from liveriff.wire.chunks import default_folder

SAVE_S, NOTE_S = 60.0, 5.0
"""Seconds between checkpoints, and between lines of the log."""


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
    stopped: bool = False
    _last: float = field(default_factory=time.monotonic)
    _saved: float = field(default_factory=time.monotonic)
    _noted: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Make the folder, leave the process id there, and listen for SIGTERM and SIGINT: the run then ends after its
        step, in time to save."""
        self.work.mkdir(parents=True, exist_ok=True)
        (self.work / f"{self.name}.pid").write_text(f"{os.getpid()}\n")
        self._last = self._saved = self._noted = time.monotonic()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGINT, self._stop)

    def _stop(self, number: int, frame: object) -> None:
        """A second signal ends the process at once."""
        self.stopped = True
        signal.signal(number, signal.SIG_DFL)

    @property
    def going(self) -> bool:
        """Whether another step is to be made."""
        return self.done < 1.0 and not self.stopped

    def save_due(self) -> bool:
        """True about once a minute."""
        now = time.monotonic()
        if now - self._saved < SAVE_S:
            return False
        self._saved = now
        return True

    def note_due(self) -> bool:
        """True every few seconds."""
        now = time.monotonic()
        if now - self._noted < NOTE_S:
            return False
        self._noted = now
        return True

    @property
    def checkpoint(self) -> Path:
        """Where its state lies."""
        return self.work / f"{self.name}.pt"

    def load(self) -> dict[str, Any] | None:
        """The state of an earlier process, its clock and step taken over; None on a fresh start."""
        if not self.checkpoint.exists():
            return None
        state: dict[str, Any] = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        self.step, self.spent = int(state["step"]), float(state["spent"])
        return state

    def save(self, **parts: Any) -> None:
        """Keep the state; written aside and renamed."""
        aside = self.checkpoint.with_suffix(".part")
        torch.save({"step": self.step, "spent": self.spent, **parts}, aside)
        os.replace(aside, self.checkpoint)

    def advance(self, loss: float) -> None:
        """Count a step; a loss that is not a number is left out of the log."""
        now = time.monotonic()
        self.spent += min(10.0, now - self._last)
        self._last = now
        self.step += 1
        self.losses.append(loss)

    @property
    def done(self) -> float:
        """Part of the budget that is used, 0..1."""
        return min(1.0, self.spent / max(1e-9, self.seconds))

    def rate(self, peak: float, warm: int = 100, floor: float = 0.02, after: int = 0) -> float:
        """Learning rate: a short rise, which begins ``after`` so many steps, then half a cosine over the budget."""
        rise = min(1.0, max(0, self.step - after + 1) / warm)
        return peak * rise * (floor + (1.0 - floor) * (0.5 + 0.5 * math.cos(math.pi * self.done)))

    def note(self, **facts: float) -> None:
        """A line for the log: mean loss since the last one, null if there was none, and what else is known."""
        known = [loss for loss in self.losses if not math.isnan(loss)]
        mean = round(sum(known) / len(known), 5) if known else None
        self.losses.clear()
        line = {"step": self.step, "seconds": round(self.spent), "loss": mean, **facts}
        with (self.work / f"{self.name}.log").open("a") as file:
            file.write(json.dumps(line) + "\n")


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Give all parameters a learning rate."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def on_terminal() -> bool:
    """Whether a progress bar makes sense."""
    return sys.stderr.isatty()
