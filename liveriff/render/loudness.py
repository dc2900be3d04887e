"""How loud a sound is to an ear: integrated loudness by ITU-R BS.1770-5.

K-weighting (a shelf for the head, a high-pass for the lows), mean power in blocks of 400 ms that overlap by three
quarters, and the mean of those that pass the gates: -70 LUFS, and 10 LU below the mean of what passes that.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, tan

import numpy as np
from numpy.typing import NDArray

SILENT = -70.0  # LUFS: the absolute gate, and what is said of anything that does not pass it
_RELATIVE = -10.0  # LU
_BLOCK_S, _HOP_S = 0.4, 0.1
_SIZES = 4096  # spectra are multiples of this long
_TAIL_S = 0.25  # what the high-pass rings on after the end
_OFFSET = -0.691  # LUFS: makes a full-scale 997 Hz sine in one channel -3.01

Taps = tuple[float, float, float]


def integrated(sound: NDArray[np.floating], rate: int) -> float:
    """Integrated loudness in LUFS of a sound (frames, channels); ``SILENT`` where it has none.

    A sound shorter than 400 ms is one block. Left, right and mono channels weigh the same.
    """
    powers = _powers(np.asarray(sound, dtype=np.float32), rate)
    loud = powers[_lufs(powers) > SILENT]
    if not len(loud):
        return SILENT
    loud = loud[_lufs(loud) > _lufs(loud.mean()) + _RELATIVE]
    return max(float(_lufs(loud.mean())), SILENT)


def _lufs(power: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(_OFFSET + 10.0 * np.log10(np.maximum(power, 1e-20)))


def _powers(sound: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Mean square of the weighted channels, summed, in each block."""
    frames, block, hop = len(sound), round(_BLOCK_S * rate), round(_HOP_S * rate)
    if not frames or not np.isfinite(sound).all():
        return np.zeros(0)
    square = np.square(_weighted(sound, rate), dtype=np.float64).sum(axis=1)
    block = min(block, frames)
    total = np.concatenate([np.zeros(1), np.cumsum(square)])
    first = np.arange(0, frames - block + 1, hop)
    return np.asarray((total[first + block] - total[first]) / block)


def _weighted(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """K-weighted, by the filters' responses: exact but for what rings on after ``_TAIL_S``."""
    size = -(-(len(sound) + round(_TAIL_S * rate)) // _SIZES) * _SIZES
    spectrum = np.fft.rfft(sound.T, size)
    spectrum *= _response(size, rate)
    return np.asarray(np.fft.irfft(spectrum, size)[:, : len(sound)].T)  # single precision is enough, and faster


@lru_cache(maxsize=8)
def _response(size: int, rate: int) -> NDArray[np.complex64]:
    """Of both filters, at the lines of a spectrum."""
    z = np.exp(-2j * pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(z)
    for (b0, b1, b2), (a0, a1, a2) in (_shelf(rate), _high_pass(rate)):
        response *= (b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)
    return np.asarray(response, dtype=np.complex64)


# The standard gives coefficients at 48 kHz; these analogue values lead to them, and to those of any other rate (de Man,
# "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).


def _shelf(rate: int) -> tuple[Taps, Taps]:
    """Numerator and denominator of the high shelf."""
    k, q = tan(pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = ((high + middle * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - middle * k / q + k * k) / a0)
    return b, (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def _high_pass(rate: int) -> tuple[Taps, Taps]:
    """Numerator and denominator of the high-pass."""
    k, q = tan(pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
