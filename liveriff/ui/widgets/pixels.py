"""A picture of the door (64 rows from low to high of 128 bytes) at the size of the screen. Pure; numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.ui.widgets.colourmap import LEVELS

ROWS, COLUMNS = 64, 128
Levels = NDArray[np.intp]
Values = NDArray[np.float64]
LOUD_SHARE = 0.35
"""Of a pixel that covers many values, so much is the loudest of them and the rest their mean: hits stay sharp."""
CONTRAST = 1.15  # exponent: what is quiet steps back
QUIET, LOUD = 8.0, 99.7  # percentiles of a picture that become black and the brightest
LEAST_RANGE = 0.3  # of 0..1 between them, so that near silence is not blown up
BEAT_LIFT, BAR_LIFT = 4, 9  # levels below which no pixel of a beat's or a bar's first column lies


def fitted(picture: bytes, width: int, height: int) -> Levels:
    """Levels 0 to LEVELS - 1, (height, width), the highest band first; black where it is no picture."""
    if len(picture) != ROWS * COLUMNS or width < 1 or height < 1:
        return np.zeros((max(0, height), max(0, width)), np.intp)
    values: Values = np.frombuffer(picture, np.uint8).reshape(ROWS, COLUMNS)[::-1].astype(np.float64) / 255.0
    values = _along(_along(_stretched(values), height).T, width).T
    levels: Levels = np.rint(values.clip(0.0, 1.0) ** CONTRAST * (LEVELS - 1)).astype(np.intp)
    return levels


def _stretched(values: Values) -> Values:
    """Use all of the colour map: a loop's own quietest and loudest are its black and its brightest."""
    quiet, loud = np.percentile(values, (QUIET, LOUD))
    stretched: Values = (values - quiet) / max(LEAST_RANGE, loud - quiet)
    return stretched.clip(0.0, 1.0)


def _along(values: Values, size: int) -> Values:
    """Resample the first axis."""
    have = len(values)
    if size >= have:
        places = (np.arange(size) + 0.5) * have / size - 0.5
        left = np.clip(np.floor(places).astype(np.intp), 0, have - 1)
        right = np.minimum(left + 1, have - 1)
        share = np.clip(places - left, 0.0, 1.0)[:, None]
        blended: Values = values[left] * (1 - share) + values[right] * share
        return blended
    edges = np.arange(size + 1) * have / size
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    whole = np.floor(edges).astype(np.intp)
    upto = sums[whole] + (edges - whole)[:, None] * values[np.minimum(whole, have - 1)]
    mean = np.diff(upto, axis=0) / (have / size)
    loudest = np.maximum.reduceat(values, whole[:-1], axis=0)
    shown: Values = (1 - LOUD_SHARE) * mean + LOUD_SHARE * loudest
    return shown


def beat_columns(width: int, beats: int, every: int = 1) -> list[int]:
    """Columns where each ``every``-th beat of a loop begins, without the first."""
    return [beat * width // beats for beat in range(every, beats, every)] if beats > 0 else []


def ruled(levels: Levels, beats: int) -> Levels:
    """The picture with thin lines at the beats, brighter at the bars of four."""
    width = levels.shape[1]
    lines: Levels = levels.copy()
    if beats * 3 > width:
        return lines
    for columns, lift in ((beat_columns(width, beats), BEAT_LIFT), (beat_columns(width, beats, 4), BAR_LIFT)):
        lines[:, columns] = np.maximum(lines[:, columns], lift)
    return lines
