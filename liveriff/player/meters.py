"""What the player shows of itself: the gauges, published once a block on the sink's thread."""

from __future__ import annotations

from math import exp, log10

from liveriff.player.mixer import Mixer
from liveriff.wire.cells import Cells

FALL_S = 0.3  # peaks fall, and the mean square follows, with this time constant
LOAD_SHARE = 0.05


class Meters:
    """Smoothed readings. ``after`` is called when a block has been mixed."""

    def __init__(self, rate: int, gauges: Cells | None) -> None:
        """Publish to ``gauges``, or nowhere."""
        self.blocks = 0
        self.late_blocks = 0
        self._rate, self._gauges = rate, gauges
        self._load = self._square = 0.0
        self._peaks = [0.0] * 6  # left, right, decks
        self._reduction = 0.0
        self._input = 0.0

    def after(self, mixer: Mixer, frames: int, spent_s: float) -> None:
        """Take the readings of a block of ``frames`` frames that took ``spent_s`` to mix."""
        lasts_s = frames / self._rate
        keep = exp(-lasts_s / FALL_S)
        left, right, squares, gain = mixer.limiter.meters.tolist()
        now = (left, right, *mixer.peaks.tolist())
        self._peaks = [max(new, old * keep) for new, old in zip(now, self._peaks, strict=True)]
        if mixer.ear is not None:
            self._input = max(mixer.ear.peak, self._input * keep)
        self._square += (squares / (2 * frames) - self._square) * (1.0 - keep)
        self._reduction = max(20.0 * log10(1.0 / max(gain, 1e-6)), self._reduction * keep)
        self._load += (spent_s / lasts_s - self._load) * LOAD_SHARE
        self.blocks += 1
        self.late_blocks += spent_s > lasts_s

    def publish(self, mixer: Mixer, frame: int, clock_s: float, underruns: int) -> None:
        """Show all readings; frame: frames asked for by ``clock_s`` (time.monotonic())."""
        if self._gauges is None:
            return
        values = {
            "frame": float(frame),
            "clock_s": clock_s,
            "blocks": float(self.blocks),
            "underruns": float(underruns),
            "late_blocks": float(self.late_blocks),
            "load": self._load,
            "peak_left": self._peaks[0],
            "peak_right": self._peaks[1],
            "rms": self._square**0.5,
            "reduction_db": self._reduction,
            "bad_samples": float(mixer.bad_samples),
        }
        for deck, peak in zip(mixer.decks, self._peaks[2:], strict=True):
            loop = deck.loop
            values[f"deck{deck.number}_peak"] = peak
            values[f"deck{deck.number}_slot"] = float(loop.source.slot) if loop else -1.0
            heard = loop.position(deck.window.heard(mixer.frame)) / loop.source.frames if loop else 0.0
            values[f"deck{deck.number}_loop"] = heard
        values["strokes"], values["late_strokes"] = float(mixer.pads.strokes), float(mixer.pads.late)
        for pad, voices in mixer.pads.news().items():
            values[f"pad{pad}_voices"] = float(voices)
        if mixer.ear is not None:
            values["input_peak"] = self._input
            values["input_delay"] = float(round(mixer.ear.listening.delay_s * self._rate))
        self._gauges.publish(values)
