"""A row of loops from one prompt to another, joined without a gap, and each as a picture that others can read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import UsageError
from liveriff.render.backend import Canvas
from liveriff.render.spectrogram.exif import Parameters
from liveriff.render.spectrogram.images import encoded
from liveriff.render.spectrogram.layout import Layout

FADE_S = 0.05


def alphas_of(points: int, power: float = 1.0) -> tuple[float, ...]:
    """0 to 1 in so many points, bent about the middle: above 1 they crowd round it, below 1 round the ends."""
    if points < 2 or power <= 0.0:
        raise UsageError(f"a way has at least 2 points and a power above 0, not {points} and {power}.")
    away = np.linspace(-1.0, 1.0, points)
    return tuple(float(each) for each in 0.5 + 0.5 * np.sign(away) * np.abs(away) ** power)


def joined(loops: list[NDArray[np.float32]], rate: int) -> NDArray[np.float32]:
    """Loops (frames, 2) one after the other. Each goes on round its own seam while the next one fades in over it."""
    fade = min(round(FADE_S * rate), *(len(loop) for loop in loops))
    rise = np.linspace(0.0, 1.0, fade, endpoint=False, dtype=np.float32)[:, None]
    parts = [loops[0]]
    for before, loop in pairwise(loops):
        start = before[:fade] * (1.0 - rise) + loop[:fade] * rise
        parts.append(np.concatenate((start, loop[fade:])))
    return np.concatenate(parts)


def picture_file(canvas: Canvas, layout: Layout, seconds: float) -> bytes:
    """A canvas as a PNG with its numbers in EXIF; ``seconds`` it lasts."""
    values = np.asarray(canvas.values, np.float32)[:, ::-1]
    grey = (255.0 - 255.0 * values.clip(0.0, 1.0)).astype(np.uint8)
    planes = [grey[0]] * 3 if layout.channels == 1 else [np.zeros_like(grey[0]), grey[0], grey[1]]
    parameters = Parameters(
        stereo=layout.channels == 2,
        step_ms=1000.0 * seconds / grey.shape[-1],
        f_min=layout.low_hz,
        f_max=layout.high_hz,
        max_value=layout.top,
    )
    return encoded(np.stack(planes, axis=-1), parameters)
