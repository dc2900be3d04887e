"""The echo that decks and pads share: stereo, in time with the grid, darkened or thinned each time round.

Another length, by hand or by tempo, is faded to, so nothing clicks and nothing changes pitch; one that comes during a
fade waits for its end. Asleep, it costs nothing: it wakes with the first sound that is sent, and goes to sleep when
what goes round has become inaudible.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from liveriff.player.fxpanel import DelaySetting
from liveriff.player.kernels import Kernels
from liveriff.player.scalar_fx import STEP, Bus
from liveriff.player.smoothed import LONGEST_PASS, Smoothed

FADE_S = 0.03
LONGEST_S = 6.1  # a whole note at 40 BPM, and a little
FAINTEST = 1e-7  # -140 dB: what is fainter is not worth going round
DARKEST_HZ, OPEN_HZ = 600.0, 18000.0
THINNEST_HZ, FULL_HZ = 1500.0, 5.0  # of the low cut, which also keeps the loop free of DC


def pole(hz: float, rate: int) -> float:
    """Coefficient of a one-pole ``y += pull (x - y)`` of that cutoff."""
    return 1.0 - exp(-2.0 * pi * min(hz, 0.45 * rate) / rate)


def loop_tone(tone: float, rate: int) -> tuple[float, float]:
    """Coefficients of the low-pass (1: open) and of the low cut in the loop, for a tone of -1 to 1."""
    dark, thin = max(0.0, -tone), max(0.0, tone)
    low = pole(OPEN_HZ * (DARKEST_HZ / OPEN_HZ) ** dark, rate) if dark else 1.0
    return low, pole(FULL_HZ * (THINNEST_HZ / FULL_HZ) ** thin, rate)


class Delay:
    """The echo. ``retime`` and ``cut`` are told with the frame; ``add`` then brings the sound."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """Silent; rate: frames a second."""
        self._rate, self._kernel = rate, kernels.echo
        self._fade = max(STEP, round(FADE_S * rate))
        self._line = np.zeros((round(LONGEST_S * rate) + LONGEST_PASS, 2))
        self._memory = np.zeros((2, 2))
        self._setting = DelaySetting()
        self._goal = self._goal_of(self._setting)
        self._rows = Smoothed(rate, kernels, self._goal.tolist())
        self._beat = Fraction(rate, 2)  # frames
        self._tempo: tuple[int, Fraction] | None = None  # from which frame on, frames a beat
        self._old = self._new = self._frames()
        self._start = -self._fade  # of the fade from old to new
        self._since = 0
        self._quiet = len(self._line)  # frames since something was written that is worth going round
        self.awake = False

    def _goal_of(self, setting: DelaySetting) -> NDArray[np.float64]:
        return np.array([setting.feedback, *loop_tone(setting.tone, self._rate), setting.gain])

    def _frames(self) -> int:
        """Delay that is wanted."""
        return min(max(round(self._setting.beats * self._beat), 2 * STEP), len(self._line) - LONGEST_PASS)

    def retime(self, frames_per_beat: Fraction, frame: int) -> None:
        """Follow another tempo from a frame on."""
        self._tempo = frame, frames_per_beat

    def set(self, setting: DelaySetting) -> None:
        """Follow the panel."""
        if setting is not self._setting:
            self._setting, self._goal = setting, self._goal_of(setting)

    def cut(self, frame: int) -> None:
        """Forget all that was sent before ``frame``, at once."""
        self._since, self.awake = frame, False
        self._memory.fill(0.0)

    def add(self, out: Bus, send: Bus, frame: int) -> bool:
        """Add the echoes of ``send`` to ``out`` (frames, 2), if there are any; ``frame``: of their first row."""
        self._follow(frame)
        if not self.awake and not self._wake(send, frame):
            return False
        rows = self._rows.run(self._goal, len(out), frame % STEP)
        first = 0
        while first < len(out):  # a new length begins on a step, whatever the blocks
            at = frame + first
            self._turn(at)
            last = min(len(out), first + STEP - at % STEP if self._waits() else len(out))
            part = slice(first, last)
            self._run(out[part], send[part], rows[part], at)
            first = last
        self.awake = self._quiet < max(self._old, self._new) + self._rate  # a second for the loop's filters
        return True

    def _wake(self, send: Bus, frame: int) -> bool:
        """At the first sound: what lies in the line from before counts as silence."""
        if not send.any():
            self._rows.jump(self._goal)
            return False
        self._since, self._quiet, self.awake = frame, 0, True
        self._old = self._new = self._frames()
        self._start = frame - self._fade
        self._memory.fill(0.0)
        return True

    def _follow(self, frame: int) -> None:
        if self._tempo and frame >= self._tempo[0]:
            self._beat, self._tempo = self._tempo[1], None

    def _waits(self) -> bool:
        return self._tempo is not None or self._frames() != self._new

    def _turn(self, frame: int) -> None:
        """Begin the fade to another length where one is wanted and the last fade is done."""
        self._follow(frame)
        if frame % STEP == 0 and self._frames() != self._new and frame >= self._start + self._fade:
            self._old, self._new, self._start = self._new, self._frames(), frame

    def _run(self, out: Bus, send: Bus, rows: Bus, at: int) -> None:
        into = min(at - self._start, self._fade)
        old = self._old if into < self._fade else self._new
        loudest = self._kernel(
            out, send, self._line, self._memory, rows, at, self._since, old, self._new, into, self._fade
        )
        self._quiet = 0 if loudest > FAINTEST else self._quiet + len(out)
