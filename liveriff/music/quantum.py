"""Where changes land: quanta by name, and the next boundary that can still be met. Pure."""

from __future__ import annotations

from fractions import Fraction

from liveriff.errors import UsageError
from liveriff.music.grid import BEATS_PER_BAR, boundary
from liveriff.params.words import QUANTA, did_you_mean

BARS_PER_PHRASE = 4

_BEATS = (None, Fraction(1, 4), Fraction(1), Fraction(BEATS_PER_BAR), Fraction(BEATS_PER_BAR * BARS_PER_PHRASE))
_STEPS = dict(zip(QUANTA, _BEATS, strict=True))


def quantum_step(quantum: str) -> Fraction | None:
    """Beats between the boundaries of a quantum; None for off. UsageError for a word that is none."""
    if quantum not in _STEPS:
        raise UsageError(f"{quantum!r} is no quantum; use {', '.join(QUANTA)}.{did_you_mean(quantum, QUANTA)}")
    return _STEPS[quantum]


def landing(now: Fraction, quantum: str, margin: Fraction = Fraction(0)) -> Fraction | None:
    """The first boundary at least ``margin`` beats after ``now``; None for off: land as soon as possible.

    now, margin: beats. A boundary exactly ``margin`` ahead can still be met.
    """
    step = quantum_step(quantum)
    return None if step is None else boundary(now + margin, step)


def position(beat: Fraction) -> str:
    """Bar, beat and sixteenth, counted from 1 as sequencers show them: beat 0 is "1.1.1"."""
    bar, in_bar = divmod(beat, BEATS_PER_BAR)
    whole, rest = divmod(in_bar, 1)
    return f"{int(bar) + 1}.{int(whole) + 1}.{int(rest * 4) + 1}"
