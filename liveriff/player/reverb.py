"""The room that decks and pads share: a feedback delay network of sixteen lines.

Pre-delay, four all-passes a side (Dattorro, "Effect design, part 1", JAES 1997), then lines of 12 to 79 ms mixed by a
Hadamard matrix, each losing what its length owes to the time of the reverb (Jot and Chaigne, AES 90, 1991). The lines
sway by a fraction of a millisecond, so that no mode rings on. Left and right add lines with orthogonal signs: wide, and
in mono nothing cancels. Its level is that of what is sent, however long it lasts. Asleep, it costs nothing.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from liveriff.player.delay import pole
from liveriff.player.fxpanel import ReverbSetting
from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import LINES, STEP, Bus
from liveriff.player.smoothed import Smoothed

SHORTEST_S, LONGEST_S = 0.012, 0.079
PRE_DELAY_S = 0.008
DIFFUSERS_S = (0.00477, 0.00360, 0.01273, 0.00931)
SPREAD = 1.09  # the right side's all-passes are longer, so that a mono sound comes out wide
SWAY_S, SLOWEST_HZ, FASTEST_HZ = 0.00025, 0.13, 0.93
DULL = 0.55  # time of the highest tones as a share of the time, at tone 0
DULLEST = 0.12
THINNEST_HZ, FULL_HZ = 900.0, 20.0
FAINTEST = 1e-8


def _prime(near: int) -> int:
    """The first prime from a number on."""
    while any(near % k == 0 for k in range(2, int(sqrt(near)) + 1)):
        near += 1
    return near


@lru_cache(maxsize=4)
def sizes(rate: int) -> NDArray[np.int64]:
    """Delays in frames: pre-delay left and right, the all-passes of the left and of the right, the lines."""
    all_passes = [s * side for side in (1.0, SPREAD) for s in DIFFUSERS_S]
    lines = SHORTEST_S * (LONGEST_S / SHORTEST_S) ** (np.arange(LINES) / (LINES - 1))
    order = [0, 9, 2, 11, 12, 5, 14, 7, 8, 1, 10, 3, 4, 13, 6, 15]  # long and short on every side of the matrix
    seconds = [PRE_DELAY_S, PRE_DELAY_S, *all_passes, *lines[order].tolist()]
    return np.array([max(_prime(round(s * rate)), 2 * STEP) for s in seconds], np.int64)


def losses(setting: ReverbSetting, rate: int) -> NDArray[np.float64]:
    """The goal of the settings (2 LINES + 2,): gains and poles of the lines, low cut, level.

    A line of m frames takes 60 m / (T rate) dB off, and more of the highest tones: gain g at 0 Hz, h at the highest.
    """
    lines = sizes(rate)[-LINES:]
    dull = DULL ** (1.0 - max(0.0, setting.tone)) if setting.tone > 0 else DULL * (DULLEST / DULL) ** -setting.tone
    g = 10.0 ** (-3.0 * lines / (setting.seconds * rate))
    h = 10.0 ** (-3.0 * lines / (setting.seconds * dull * rate))
    poles = (g - h) / (g + h)
    cut = pole(FULL_HZ * (THINNEST_HZ / FULL_HZ) ** max(0.0, setting.tone), rate)
    kept = float(np.mean(g * g))
    return np.concatenate([g * (1.0 - poles), poles, [cut, setting.gain * sqrt((1.0 - kept) / (2.0 * kept))]])


class Reverb:
    """The room, as ``Delay``."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """Silent; rate: frames a second."""
        self._rate, self._kernel = rate, kernels.reverb
        self._delays = sizes(rate)
        self._mask = (1 << int(self._delays.max() + round(SWAY_S * rate) + 4).bit_length()) - 1
        # Rows of a power of two would all lie in the same lines of the processor's cache.
        self._lines = np.zeros((len(self._delays), self._mask + 1 + 72))
        self._memory = np.zeros((2, LINES))
        self._setting = ReverbSetting()
        self._goal = losses(self._setting, rate)
        self._rows = Smoothed(rate, kernels, self._goal.tolist())
        self._turns = np.linspace(SLOWEST_HZ, FASTEST_HZ, LINES) * (2.0 * np.pi * STEP / rate)  # a step, radians
        self._starts = np.arange(LINES) * 2.4
        self._quiet = 0
        self._drains = 0
        self.awake = False

    def set(self, setting: ReverbSetting) -> None:
        """Follow the panel."""
        if setting is not self._setting:
            self._setting, self._goal = setting, losses(setting, self._rate)

    def cut(self) -> None:
        """Forget all that was sent; nothing is taken in or heard for the moment that this needs."""
        self._drains = self._mask + 1 if self.awake else 0
        self._lines[:-LINES].fill(0.0)

    def add(self, out: Bus, send: Bus, frame: int) -> bool:
        """Add the reverberation of ``send`` to ``out`` (frames, 2), if there is any; ``frame``: of their first row."""
        if not self.awake:
            self._rows.jump(self._goal)
            if not send.any():
                return False
            self.awake, self._quiet = True, 0
        rows = self._rows.run(self._goal, len(out), frame % STEP)
        if self._drains > 0:
            self._drain(rows, send, frame)
        else:
            self._run(out, send, rows, frame)
        return True

    def _drain(self, rows: Bus, send: Bus, frame: int) -> None:
        """Run empty: lines that give nothing are all silence when their rings have gone round once."""
        rows.fill(0.0)
        self._memory.fill(0.0)
        self._run(np.zeros_like(send), np.zeros_like(send), rows, frame)
        self._drains -= len(send)

    def _run(self, out: Bus, send: Bus, rows: Bus, frame: int) -> None:
        loudest = self._kernel(
            out, send, self._lines, self._memory, rows, self._sway(frame, len(out)), self._delays, frame, self._mask
        )
        self._quiet = 0 if loudest > FAINTEST else self._quiet + len(out)
        if self._quiet > self._mask:
            self._sleep()

    def _sleep(self) -> None:
        self.awake = False
        self._memory.fill(0.0)

    def _sway(self, frame: int, frames: int) -> NDArray[np.float64]:
        """What is added to the delays (steps, LINES), at the beginning of each step and after the last."""
        steps = frame // STEP + np.arange((frame % STEP + frames) // STEP + 2)
        return SWAY_S * self._rate * np.sin(steps[:, None] * self._turns + self._starts)
