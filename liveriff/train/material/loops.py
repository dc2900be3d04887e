"""What a piece of material is, and how loud it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveriff.train.material.captions import Tags
from liveriff.train.material.kernels import RATE, Sound, single

CATEGORIES = ("drums", "bass", "synth", "mix")
PEAK = 0.9
_LOUD = {"drums": 0.21, "bass": 0.22, "synth": 0.15, "mix": 0.21}
_KNEE, _OVER = 0.7, 1.3  # peaks up to 1.3 are bent down to 0.9, from 0.7 on: the kick keeps its attack
_WINDOW = RATE // 20


@dataclass(frozen=True)
class Piece:
    """Material: mono sound at 44.1 kHz and what is known of it. tonic: 0..11, or -1 where there is no key."""

    sound: Sound
    category: str
    tonic: int
    mode: str
    bpm: float
    tags: Tags


def loudness(sound: Sound) -> float:
    """Root mean square of the 50 ms that are loud (within 10 dB of the loudest): rests do not count, nor do hits turn
    louder when there are few of them."""
    count = max(1, len(sound) // _WINDOW)
    power = np.mean(sound[: count * _WINDOW].reshape(count, -1) ** 2, axis=1)
    loud = power[power >= 0.1 * power.max()]
    return max(1e-4, float(np.sqrt(loud.mean())))


def level(sound: Sound, category: str) -> Sound:
    """The sound at its category's loudness, or quieter where its peaks would have to be bent by more than 3 dB."""
    peak = float(np.abs(sound).max(initial=0.0))
    gain = min(_LOUD[category] / loudness(sound), _OVER / max(peak, 1e-6))
    scaled = sound * np.float32(gain)
    if peak * gain <= PEAK:
        return single(scaled)
    over = np.maximum(np.abs(scaled) - _KNEE, 0.0)
    bent = np.sign(scaled) * (_KNEE + (PEAK - _KNEE) * np.tanh(over / (PEAK - _KNEE)))
    return single(np.where(over > 0, bent, scaled))
