"""What a picture says of its sound: how busy and how bright it is. Pure; pictures are uint8 (512, columns)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]

_RISE = 3  # columns over which an onset rises
_ONSET = 0.012  # mean rise of the bands (0..1) that counts as an onset
_PLACES = 32  # sixteenths of a loop; a one-shot has half as many columns a second and is not told by density
_DENSITY = {"drums": (0.12, 0.9), "bass": (0.03, 0.65), "synth": (0.03, 0.68), "mix": (0.2, 0.9)}
_BRIGHTNESS = {"drums": (0.22, 0.68), "bass": (0.07, 0.34), "synth": (0.19, 0.49), "mix": (0.21, 0.57),
               "kick": (0.16, 0.43), "snare": (0.33, 0.64), "hat": (0.51, 0.77), "clap": (0.4, 0.58),
               "tom": (0.18, 0.42), "perc": (0.31, 0.74), "fx": (0.2, 0.6)}  # fmt: skip


def onsets(picture: Pictures) -> float:
    """Share 0..1 of the 32 places of a loop (each a sixteenth) near which the spectrum rises."""
    values = picture.astype(np.float32) / 255.0
    rise = np.maximum(0.0, np.roll(values, -_RISE, axis=1) - np.roll(values, _RISE, axis=1)).mean(axis=0)
    near = np.roll(rise, picture.shape[1] // _PLACES // 2).reshape(_PLACES, -1).max(axis=1)
    floor = max(_ONSET, 0.25 * float(near.max()))
    return float(np.mean(near > floor))


def centroid(picture: Pictures) -> float:
    """Centre of the magnitudes' square roots over the bands, 0..1 from 20 Hz to 18 kHz on the mel scale."""
    weight = (picture.astype(np.float32) / 255.0) ** 2
    bands = np.arange(len(picture), dtype=np.float32) / len(picture)
    total = float(weight.sum())
    return float((weight.sum(axis=1) * bands).sum() / total) if total else 0.0


def density(picture: Pictures, category: str) -> float:
    """Onsets on the category's fixed scale, 0..1; a one-shot is 0.5."""
    return _scaled(onsets(picture), _DENSITY[category]) if category in _DENSITY else 0.5


def brightness(picture: Pictures, category: str) -> float:
    """Centroid on the category's fixed scale, 0..1."""
    return _scaled(centroid(picture), _BRIGHTNESS[category])


def _scaled(value: float, span: tuple[float, float]) -> float:
    return float(np.clip((value - span[0]) / (span[1] - span[0]), 0.0, 1.0))
