"""A short rehearsal: everything that will run on the sink's thread runs once before the sink starts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from liveriff.music.grid import Grid
from liveriff.player.desk import Desk
from liveriff.player.kernels import Kernels
from liveriff.player.layers import Change
from liveriff.player.loop import Source
from liveriff.player.mixer import Mixer
from liveriff.player.pads import PadSound
from liveriff.player.panel import Panel
from liveriff.wire.messages import SetGrid

_RATE = 48000
_BLOCK = 256


def _all_on() -> Panel:
    """A panel where the first deck goes through every effect."""
    values = {"/master/tone": 0.5, "/deck/1/eq/low": -6.0, "/deck/1/filter": -0.5, "/deck/1/cue": 1.0}
    values |= {"/deck/1/send/delay": -6.0, "/deck/1/send/reverb": -6.0}
    panel = Panel(list(values))
    panel.put(range(len(values)), list(values.values()))
    return panel


def warm_up(kernels: Kernels) -> None:
    """Play a few blocks with all effects, fades, changes of tempo, and a chunk of another tempo; nothing is heard."""
    noise = np.random.default_rng(1).standard_normal((24000, 2)).astype(np.float32)
    mixer = Mixer(_RATE, kernels, lambda _: None, Desk(_all_on()))
    out, cue = np.zeros((2, _BLOCK, 2), np.float32)
    grid = Grid(_RATE, 12000, 300)
    mixer.apply(SetGrid(grid))
    for slot, frames in enumerate((24000, 20000, 24000)):
        mixer.apply(Change(1, Source(slot, noise, frames, 1, Fraction(0)), None, 100))
        for _ in range(3):
            mixer.next_block(out)
    mixer.apply(PadSound(1, Source(9, noise, 600, 0, Fraction(0))))
    for velocity in (1.0, 0.5, 0.0):
        mixer.strike(1, velocity, mixer.frame, _BLOCK)
        mixer.next_block(out)
    mixer.apply(SetGrid(grid.retimed(mixer.frame + 10, 13000)))
    mixer.next_block(out, cue)
    mixer.apply(SetGrid(None))
    mixer.next_block(out)
