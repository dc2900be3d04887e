"""What one sound cannot tell: variety, decks together, morphing, copies, distances of sets. Called by ``judging``."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.train.judge import distances, fingerprint, tonality
from liveriff.train.judge.hearing import seen
from liveriff.train.judge.measured import Heard, heard, pictured
from liveriff.train.judge.playing import Player
from liveriff.train.judge.scores import Ears

Floats = NDArray[np.float64]
ALPHAS, SEEDS = 17, 6


def apart(reference: Floats, sets: dict[str, Floats], dice: int = 20) -> dict[str, dict[str, float]]:
    """Kernel, polynomial and Frechet distances of each set's embeddings to the reference, all in equal numbers.

    sd: how far the kernel distance of random three quarters strays.
    """
    width = distances.median_distance(reference)
    return {name: _apart(reference, rows, width, dice) for name, rows in sets.items()}


def _apart(reference: Floats, rows: Floats, width: float, times: int) -> dict[str, float]:
    size = min(len(reference), len(rows))
    dice = np.random.default_rng(3)
    parts = [rows[dice.permutation(len(rows))[: max(2, len(rows) * 3 // 4)]] for _ in range(times)]
    strays = [distances.kernel_distance(reference, part, width) for part in parts]
    found = {
        "kad": distances.kernel_distance(reference, rows, width),
        "kad_sd": float(np.std(strays)),
        "kid": distances.polynomial_distance(reference, rows),
        "fad": distances.frechet_distance(reference[:size], rows[:size]),
    }
    return {name: round(value, 4) for name, value in found.items()}


def together(sets: dict[str, list[Heard]]) -> dict[str, float]:
    """In each set the four loops of a piece as four decks: chroma of their sum on the notes of the key.

    "material mix" is the piece's own mix alone.
    """
    found = {name: _mean([_in_key_of_sum(rows) for rows in _pieces(of)]) for name, of in sets.items()}
    mixes = [row.numbers["in_key"] for row in sets["material"] if row.category == "mix"]
    return {**found, "material mix": _mean(mixes)}


def _pieces(rows: list[Heard]) -> list[list[Heard]]:
    """Loops by piece: of equal tempo, key and style, one after the other."""
    pieces: list[list[Heard]] = []
    for row in rows:
        if pieces and row.category not in {one.category for one in pieces[-1]}:
            pieces[-1].append(row)
        else:
            pieces.append([row])
    return [piece for piece in pieces if len(piece) == 4]


def _in_key_of_sum(rows: list[Heard]) -> float:
    frames = min(len(row.sound) for row in rows)
    whole = np.sum([row.sound[:frames] for row in rows], axis=0, dtype=np.float32) * np.float32(0.5)
    key = next(row.key for row in rows if row.facts["tonic"] is not None)
    return tonality.in_key(tonality.chroma(pictured(whole, True)), *key)


def variety(player: Player, ears: Ears, rows: list[Heard], gain: float) -> float:
    """Six seeds of each row's job: mean distance between them in the ear's space."""
    found = []
    for row in rows:
        job = player.job(row.facts, 0)
        sounds = [player.play(replace(job, seed=1000 + seed)) * np.float32(gain) for seed in range(SEEDS)]
        found.append(distances.spread(ears.loops.embed(np.stack([seen(sound, True) for sound in sounds]))))
    return _mean(found)


def variety_of(ears: Ears, rows: list[Heard]) -> float:
    """Mean distance between material of one style and category."""
    groups: dict[tuple[str, str], list[Heard]] = {}
    for row in rows:
        groups.setdefault((row.category, str(row.facts["style"])), []).append(row)
    found = [
        distances.spread(ears.loops.embed(np.stack([row.small for row in group])))
        for group in groups.values()
        if len(group) > 1
    ]
    return _mean(found)


def morphs(player: Player, pairs: list[tuple[Heard, Heard]]) -> dict[str, float]:
    """From one prompt to another in 17 steps: the largest step of the picture over the mean step, and over the way."""
    uneven, way = [], []
    for one, other in pairs:
        job = replace(player.job(one.facts, 7), prompt_b=player.job(other.facts, 7).prompt_a)
        alphas = np.linspace(0.0, 1.0, ALPHAS)
        canvases = [player.canvas(replace(job, alpha=float(alpha))) for alpha in alphas]
        steps = [float(np.abs(b - a).mean()) for a, b in pairwise(canvases)]
        uneven.append(max(steps) / max(1e-9, float(np.mean(steps))))
        way.append(float(np.abs(canvases[-1] - canvases[0]).mean()) * 255.0)
    return {"largest_over_mean_step": _mean(uneven), "worst": round(max(uneven), 4), "way_of_255": _mean(way)}


def knobs(player: Player, rows: list[Heard], gain: float) -> dict[str, float]:
    """Density and brightness turned from 0.1 over 0.5 to 0.9 with all else equal: how often each turn is heard."""
    found: dict[str, float] = {}
    for name in ("density", "brightness"):
        rises = []
        for row in rows:
            job = player.job(row.facts, 3)
            levels = [_turned(player, job, name, value, row.facts, gain) for value in (0.1, 0.5, 0.9)]
            rises += [levels[1] > levels[0], levels[2] > levels[1]]
        found[f"{name}_turns_heard"] = round(float(np.mean(rises)), 4)
    return found


def _turned(player: Player, job: Any, name: str, value: float, facts: dict[str, Any], gain: float) -> float:
    sound = player.play(replace(job, **{name: value})) * np.float32(gain)
    return heard(sound, facts).numbers[name]


def copies(work: Path, real: list[Heard], ours: list[Heard]) -> dict[str, float]:
    """How near samples lie to training items, against how near held-out material does; {} if training left no prints.

    Grey levels of 255 between small pictures; threshold: the material's own 1st percentile.
    """
    path = fingerprint.path_of(work)
    if not path.exists() or not real:
        return {}
    training = np.load(path)
    near, own = (
        fingerprint.distances(fingerprint.fingerprints(np.stack([row.picture for row in rows])), training)
        for rows in (ours, real)
    )
    threshold = float(np.quantile(own, 0.01))
    found = {
        "training_items": float(len(training)),
        "material_1st_percentile": threshold,
        "material_median": float(np.median(own)),
        "nearest": float(near.min()),
        "median": float(np.median(near)),
        "nearer_than_threshold": float(np.mean(near < threshold)),
    }
    return {name: round(value, 4) for name, value in found.items()}


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return round(float(np.mean(known)), 4) if known else float("nan")
