"""What is sent to the delay and to the reverb, and what comes back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from liveriff.player.delay import Delay
from liveriff.player.fxpanel import FxPanel
from liveriff.player.kernels import Kernels
from liveriff.player.reverb import Reverb
from liveriff.player.smoothed import LONGEST_PASS
from liveriff.player.transport import Fader

CUT_S = 0.008
DEAF_S = 0.1  # after a cut: what was cut with it has faded out by then


class Effects:
    """Delay and reverb side by side. ``sends``: delay, reverb (2, frames, 2); ``returns`` (frames, 2): of this pass."""

    def __init__(self, rate: int, kernels: Kernels) -> None:
        """Silent; rate: frames a second."""
        self.delay, self.reverb = Delay(rate, kernels), Reverb(rate, kernels)
        self._rate, self._fader = rate, Fader()
        self._deaf_until: int | None = None
        self._sends = np.zeros((2, LONGEST_PASS, 2))
        self._returns = np.zeros((LONGEST_PASS, 2))
        self.begin(0)

    @property
    def awake(self) -> bool:
        """Whether anything may sound."""
        return self.delay.awake or self.reverb.awake

    def silent(self, frame: int) -> bool:
        """Whether nothing sounds from a frame on unless something new is sent."""
        return not self.awake or self._fader.resting(frame, 0.0)

    def begin(self, frames: int) -> None:
        """Empty buses for a pass."""
        self.sends, self.returns = self._sends[:, :frames], self._returns[:frames]
        self.sends.fill(0.0)
        self.returns.fill(0.0)

    def retime(self, frames_per_beat: Fraction, frame: int) -> None:
        """Echoes follow another tempo from a frame on."""
        self.delay.retime(frames_per_beat, frame)

    def cut(self, frame: int) -> None:
        """Silence what sounds, and what is on its way."""
        if self._deaf_until is None and self._fader.goal == 1.0:
            self._fader.move(0.0, frame, round(CUT_S * self._rate))
            self._deaf_until = frame + round(DEAF_S * self._rate)

    def leave(self, frame: int, frames: int) -> None:
        """Fade out within ``frames`` frames, for good."""
        self._deaf_until = None
        self._fader.move(0.0, frame, frames)

    def run(self, panel: FxPanel, frame: int) -> bool:
        """Fill ``returns`` with what the sends of the pass from ``frame`` on, and of those before, give back; False if
        that is nothing."""
        if self._deaf_until is not None and frame >= self._deaf_until:
            self._deaf_until = None
            self.delay.cut(frame)
            self.reverb.cut()
            self._fader.jump(1.0)
        self.delay.set(panel.delay)
        self.reverb.set(panel.reverb)
        heard = self.delay.add(self.returns, self.sends[0], frame)
        heard |= self.reverb.add(self.returns, self.sends[1], frame)
        gains = self._fader.gains(frame, len(self.returns))
        if gains is not None:
            self.returns *= gains[:, None]
        return heard
