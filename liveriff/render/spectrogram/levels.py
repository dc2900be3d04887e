"""How loud a decoded picture becomes. numpy; called by the commands that convert.

Fixed is the level that the picture's black stands for: neighbouring clips keep their levels. Riffusion normalises each
clip, makes every one equally loud by clipping its hits, and normalises again; numbers as in riffusion-hobby (MIT).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEVELS = ("fixed", "riffusion")
_RMS_DB, _PEAK_DB = -12.0, -0.1
_KNEE, _CEILING = 0.8, 0.999
Sound = NDArray[np.float32]


def levelled(sound: Sound, level: str = "fixed", gain_db: float = 0.0) -> Sound:
    """The sound (channels, frames) at a level of ``LEVELS``, never beyond 1. gain_db: louder by that, if fixed."""
    if level == "riffusion":
        return riffusion(sound)
    return bent(sound * np.float32(10.0 ** (gain_db / 20.0)))


def bent(sound: Sound) -> Sound:
    """What lies beyond 0.8 bent so that it never reaches 1; a sound that does not go there stays as it is."""
    over = np.maximum(np.abs(sound) - _KNEE, 0.0)
    room = _CEILING - _KNEE
    held = np.where(over > 0.0, np.sign(sound) * (_KNEE + room * np.tanh(over / room)), sound)
    return held.astype(np.float32)


def riffusion(sound: Sound) -> Sound:
    """Peak to full scale, truncated to int16; RMS of all channels to -12 dBFS, clipped; peak to -0.1 dBFS."""
    peak = float(np.abs(sound).max(initial=0.0))
    if peak <= 0.0:
        return sound
    whole = np.trunc(sound.astype(np.float64) * (32767.0 / peak))
    rms = max(1.0, float(np.sqrt(np.mean(whole**2))))
    loud = _clipped(whole * (32768.0 * 10.0 ** (_RMS_DB / 20.0) / rms))
    normal = _clipped(loud * (32768.0 * 10.0 ** (_PEAK_DB / 20.0) / np.abs(loud).max()))
    return (normal / 32768.0).astype(np.float32)


def _clipped(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(np.clip(samples, -32768.0, 32767.0))
