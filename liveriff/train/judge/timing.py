"""How long the model takes on this machine: two bars, a strip of morphs, sixteen pads, loading; and what it weighs."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from liveriff.params.words import KIT
from liveriff.render.embedded.weights import checked_manifest
from liveriff.train.judge.playing import BEATS, RATE, SHOT_MS, Player
from liveriff.wire.job import Job

_RENDERS, _STRIP = 20, 5
_LOAD = """
import sys, time
import torch, diffusers
from pathlib import Path
began = time.perf_counter()
from liveriff.render.embedded.model import load
load(Path(sys.argv[1]))
print(time.perf_counter() - began)
"""


def times(player: Player, folder: Path) -> dict[str, float]:
    """Seconds; the first render, which warms up, is left out."""
    job = Job(category="mix", prompt_a="deep house, warm chords", tonic=9, mode="minor", guidance=player.guidance,
              steps=player.steps, beats=BEATS, canvas_bpm_cents=12000, bpm_cents=12000, rate=RATE)  # fmt: skip
    player.play(job)
    two_bars = [_seconds(player, [replace(job, seed=seed)]) for seed in range(_RENDERS)]
    strips = [_seconds(player, [replace(job, seed=seed, prompt_b="techno, hard drums", alpha=at / (_STRIP - 1))
                                for at in range(_STRIP)]) for seed in range(3)]  # fmt: skip
    shot = replace(job, beats=0, milliseconds=SHOT_MS, tonic=None)
    pads = _seconds(player, [replace(shot, category=kind, seed=seed) for seed, kind in enumerate(KIT)])
    middle = float(np.median(two_bars))
    found = {
        "two_bars_p50_s": middle,
        "two_bars_p95_s": float(np.quantile(two_bars, 0.95)),
        "times_real_time": job.frames / RATE / middle,
        "strip_of_5_s": float(np.median(strips)),
        "pads_16_s": pads,
        "load_s": _load(folder),
        "weights_mb": sum(size for size, _ in checked_manifest(folder).files.values()) / 1e6,
    }
    return {name: round(value, 3) for name, value in found.items()}


def _seconds(player: Player, jobs: list[Job]) -> float:
    """Of jobs that are alike but for their words: drawn at once where the backend can, then made into sound."""
    began = time.perf_counter()
    for job, canvas in zip(jobs, player.canvases(jobs), strict=True):
        player.backend.decode(canvas, job)
    return time.perf_counter() - began


def _load(folder: Path) -> float:
    """In a fresh process, its imports done."""
    done = subprocess.run([sys.executable, "-c", _LOAD, str(folder)], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else float("nan")
