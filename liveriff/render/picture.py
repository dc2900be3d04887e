"""Small pictures of chunks for screens, from a canvas or from the sound itself. numpy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from liveriff.render.backend import Audio
from liveriff.wire.messages import Picture

ROWS, COLUMNS = 64, 128
_WINDOW = 4096
_QUIETEST_DB = -80.0


def picture_of(audio: Audio, rate: int) -> Picture:
    """64 x 128 bytes, row 0 the lowest band, 255 the loudest."""
    if audio.canvas is not None:
        values = audio.canvas.values.max(axis=0).astype(np.float32)
    else:
        values = bands_of(audio.samples, rate, COLUMNS, ROWS)
    return small_picture(values)


def small_picture(values: NDArray[np.float32]) -> Picture:
    """The picture of values 0..1 (bands, columns), row 0 the lowest band; what is not finite is black."""
    small = np.nan_to_num(resized(values, ROWS, COLUMNS))
    return Picture(ROWS, COLUMNS, np.rint(small.clip(0.0, 1.0) * 255.0).astype(np.uint8).tobytes())


def resized(values: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """A picture made smaller by the maximum of what falls together, or larger by repetition."""
    for axis, size in enumerate((rows, columns)):
        starts = np.arange(size) * values.shape[axis] // size
        values = np.maximum.reduceat(values, starts, axis=axis)
    return values


def bands_of(samples: NDArray[np.float32], rate: int, columns: int, rows: int) -> NDArray[np.float32]:
    """Values 0..1 (rows, columns) of sound (frames, 2): logarithmic bands of 40 Hz to 18 kHz, -80 dB to full scale."""
    mono = np.pad(samples.mean(axis=1), (_WINDOW // 2, _WINDOW // 2))
    starts = np.arange(columns) * max(1, len(samples)) // columns
    taper = np.hanning(_WINDOW).astype(np.float32)
    spectra = np.abs(np.fft.rfft(mono[starts[:, None] + np.arange(_WINDOW)] * taper)) * (2.0 / taper.sum())
    edges = np.geomspace(40.0, min(18000.0, rate / 2.1), rows) * _WINDOW / rate
    bands = np.maximum.reduceat(spectra, edges.astype(np.int64), axis=1)
    decibels = 20.0 * np.log10(np.maximum(bands.T, 1e-9))
    values: NDArray[np.float32] = (1.0 - decibels / _QUIETEST_DB).clip(0.0, 1.0).astype(np.float32)
    return values
