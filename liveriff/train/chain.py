"""All stages one after the other, each in a process of its own, side by side where they do not wait for each other."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from liveriff.errors import UsageError
from liveriff.train.device import pick
from liveriff.train.shards import shards_of

SHARES = {"codec": 0.15, "unet": 0.42, "distil": 0.23, "vocoder": 0.2}
"""Of the hours, where one stage waits for the other."""

BESIDE = {"codec": 0.18, "unet": 0.5, "distil": 0.32, "vocoder": 0.82}
"""Of the hours on a graphics card, where the vocoder is trained beside the generator."""

_ENOUGH_SHARDS, _POLL_S = 16, 0.5
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to train. hours: of the nets, as a person waits for them; pieces, shots, workers: of the material;
    judged: measure the weights at the end."""

    work: Path
    folder: Path
    hours: float
    device: str
    pieces: int
    shots: int
    workers: int
    judged: bool = True


@dataclass
class Crew:
    """The processes of stages; none outlives the crew."""

    plan: Plan
    say: Say
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, stage: str, *options: object) -> None:
        """Start a stage."""
        self.say(f"{stage} begins.")
        words = [sys.executable, "-m", "liveriff", "train", stage, "--work", self.plan.work, *options]
        self.running[stage] = subprocess.Popen([str(word) for word in words])

    def train(self, stage: str, shares: dict[str, float]) -> None:
        """Start the training of a net with its share of the hours."""
        self.begin(stage, "--hours", f"{self.plan.hours * shares[stage]:.6f}", "--device", self.plan.device)

    def join(self, *stages: str) -> None:
        """Wait for stages; UsageError if one of all that run has failed meanwhile."""
        while any(stage in self.running for stage in stages):
            self.look()
            time.sleep(_POLL_S)

    def look(self) -> None:
        """Take leave of those that are done."""
        for stage, process in list(self.running.items()):
            code = process.poll()
            if code is not None:
                del self.running[stage]
                if code:
                    raise UsageError(f"`liveriff train {stage}` ended with status {code}; the lines above say why.")
                self.say(f"{stage} is done.")

    def dismiss(self) -> None:
        """Ask all that still run to stop; they save what they have."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(60.0)


def run_all(plan: Plan, say: Say) -> None:
    """Everything from material to figures; what is there already is not made again."""
    crew = Crew(plan, say)
    try:
        if pick(plan.device).type == "cuda":
            _beside(crew)
        else:
            _in_turn(crew)
        crew.begin("export", "--to", plan.folder)
        crew.join("export")
        if plan.judged:
            crew.begin("eval", "--weights", plan.folder)
            crew.join("eval")
    finally:
        crew.dismiss()


def _material(crew: Crew) -> None:
    plan = crew.plan
    crew.begin("data", "--pieces", plan.pieces, "--shots", plan.shots, "--workers", plan.workers)


def _in_turn(crew: Crew) -> None:
    """One stage at a time: they would only take each other's cores."""
    _material(crew)
    crew.join("data")
    for stage in ("codec", "latents", "unet", "distil", "vocoder"):
        if stage == "latents":
            crew.begin(stage, "--device", crew.plan.device)
        else:
            crew.train(stage, SHARES)
        crew.join(stage)


def _beside(crew: Crew) -> None:
    """The cores make material while the graphics card learns from what there is; the vocoder learns beside it all."""
    _material(crew)
    while "data" in crew.running and len(shards_of(crew.plan.work, "pieces")) < _ENOUGH_SHARDS:
        crew.look()
        time.sleep(_POLL_S)
    crew.train("codec", BESIDE)
    crew.join("codec", "data")
    crew.begin("latents", "--device", crew.plan.device)
    crew.train("vocoder", BESIDE)
    crew.join("latents")
    for stage in ("unet", "distil"):
        crew.train(stage, BESIDE)
        crew.join(stage)
    crew.join("vocoder")
