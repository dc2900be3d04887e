"""What a style is: what a drummer, a bassist and a keyboard player do in it.

Drum patterns: 16 or 32 sixteenths, X accent, x hit, o soft, g ghost. Bass figures: a scale step above the chord's
root (0, 2, 4, 7 is the octave), - holds, . rests. Rhythms of chords: x strikes, - holds, . rests. Progressions: scale
degrees of the half bars (4).
"""

from __future__ import annotations

from dataclasses import dataclass

MINOR = ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 5, 5), (0, 0, 3, 3), (0, 0, 6, 6), (0, 5, 3, 6), (0, 0, 5, 6), (0, 3, 4, 0))
MAJOR = ((0, 0, 0, 0), (0, 0, 3, 3), (0, 4, 5, 3), (0, 5, 3, 4), (0, 0, 4, 4), (0, 3, 0, 4), (0, 5, 1, 4))
VAMP = ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 3, 3), (0, 0, 0, 6), (0, 0, 5, 5))
JAZZ = ((1, 4, 0, 0), (0, 5, 1, 4), (0, 3, 2, 5), (0, 0, 1, 4))


@dataclass(frozen=True)
class Style:
    """One style. Fields named like drum roles hold alternative patterns; chords: notes a chord has; major: chance of
    a major key; pump: chance of sidechain; wet: reverb 0..1; dirt: chance of saturation or lo-fi."""

    name: str
    bpm: tuple[float, float]
    kits: tuple[str, ...]
    kick: tuple[str, ...]
    snare: tuple[str, ...]
    hat: tuple[str, ...]
    open: tuple[str, ...] = ("................",)
    perc: tuple[str, ...] = ("................",)
    ride: tuple[str, ...] = ("................",)
    backbeat: tuple[str, ...] = ("snare",)
    swing: tuple[float, float] = (0.0, 0.0)
    basses: tuple[str, ...] = ("saw bass",)
    figures: tuple[str, ...] = ("0---0---0---0---",)
    chords: int = 3
    progressions: tuple[tuple[int, ...], ...] = MINOR
    major: float = 0.2
    pads: tuple[str, ...] = ("saw pad",)
    keys: tuple[str, ...] = ("stab",)
    leads: tuple[str, ...] = ("pluck",)
    comps: tuple[str, ...] = ("x---x---x---x---",)
    runs: tuple[str, ...] = ("x.x.x.x.x.x.x.x.",)
    pump: float = 0.0
    wet: float = 0.3
    dirt: float = 0.1


FOUR = "X...X...X...X..."
BACK = "....X.......X..."
EIGHTHS = "x.o.x.o.x.o.x.o."
OFF = "..x...x...x...x."
SIXTEENTHS = "xoxoxoxoxoxoxoxo"
