"""Drum kits: a family and a number name a set of hits; made on first use and kept."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.signal

from liveriff.train.material import bank
from liveriff.train.material.drums import PIECES
from liveriff.train.material.effects import crush
from liveriff.train.material.voices import RATE, Audio

VARIANTS = 14  # kits of each family
FAMILIES = ("808", "909", "hard", "sampled", "acoustic", "jazz", "brush", "electronic", "dusty")
_RECORDED = {
    "acoustic": ("standard", "room", "power"),
    "jazz": ("jazz",),
    "brush": ("brush",),
    "electronic": ("electronic", "gm808"),
    "dusty": ("standard", "jazz", "room"),
}


@lru_cache(maxsize=1024)
def hit(family: str, number: int, piece: str) -> Audio:
    """One hit, peak 1, float32 (frames,) at 44.1 kHz."""
    seed = FAMILIES.index(family) * 1000 + number
    rng = np.random.default_rng([seed, list(PIECES).index(piece)])
    sound = _source(family, seed, piece, rng)
    if family in ("acoustic", "dusty", "sampled", "electronic", "jazz"):
        sound = _tune(sound, float(rng.uniform(-0.15, 0.15) - (0.12 if family == "dusty" else 0.0)))
    if family == "dusty":
        sound = crush(np.tanh(2.0 * sound), int(rng.integers(2, 4)), 60)
        sound = scipy.signal.lfilter(*scipy.signal.butter(2, 7000 / (RATE / 2)), sound).astype(np.float32)
    if family == "jazz" and piece in ("kick", "snare"):
        sound = sound * np.float32(0.7)
    return sound


def _source(family: str, seed: int, piece: str, rng: np.random.Generator) -> Audio:
    """Recorded where there is a recording, else synthesised."""
    choice = int(rng.integers(0, 1000))
    found: Audio | None = None
    if family in _RECORDED:
        kits = _RECORDED[family]
        found = bank.kit_hit(kits[seed % len(kits)], piece, choice)
    elif family == "sampled":
        found = bank.sample_hit(piece, choice)
    if found is not None:
        return found
    machine = family if family in ("808", "909", "hard") else "909"
    return PIECES[piece](rng, machine)


def _tune(sound: Audio, octaves: float) -> Audio:
    """Play the hit faster or slower."""
    ratio = 2.0**octaves
    place = np.arange(int((len(sound) - 1) / ratio)) * ratio
    tuned: Audio = np.interp(place, np.arange(len(sound)), sound).astype(np.float32)
    return tuned
