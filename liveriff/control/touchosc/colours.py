"""Colours for a dark stage: one for each category, a few for what is the same everywhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.control.touchosc.node import Colour

STAGE: Colour = (0.03, 0.03, 0.045, 1.0)
PANEL: Colour = (0.085, 0.085, 0.11, 1.0)
WELL: Colour = (0.13, 0.13, 0.165, 1.0)
GREY: Colour = (0.42, 0.44, 0.5, 1.0)
INK: Colour = (1.0, 1.0, 1.0, 1.0)
FAINT: Colour = (0.66, 0.69, 0.76, 1.0)

GO: Colour = (0.2, 0.78, 0.4, 1.0)
STOP: Colour = (0.93, 0.2, 0.24, 1.0)
HOLD: Colour = (0.3, 0.68, 0.98, 1.0)
WARM: Colour = (0.98, 0.68, 0.2, 1.0)

CATEGORIES: Mapping[str, Colour] = {
    "drums": (0.98, 0.45, 0.22, 1.0),
    "bass": (0.27, 0.5, 0.98, 1.0),
    "synth": (0.71, 0.4, 0.98, 1.0),
    "mix": (0.2, 0.76, 0.62, 1.0),
    "kick": (0.94, 0.27, 0.27, 1.0),
    "snare": (0.98, 0.55, 0.2, 1.0),
    "hat": (0.93, 0.8, 0.24, 1.0),
    "clap": (0.96, 0.42, 0.66, 1.0),
    "perc": (0.46, 0.8, 0.32, 1.0),
    "fx": (0.2, 0.76, 0.84, 1.0),
    "tom": (0.8, 0.58, 0.4, 1.0),
}
"""Of chunks and one-shots; a bass is a bass in both."""


def dimmed(colour: Colour) -> Colour:
    """For what nothing honours yet: still there, plainly asleep."""
    return mixed(colour, PANEL, 0.66)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour with a share 0..1 of another."""
    r, g, b, a = (round(x + (y - x) * share, 3) for x, y in zip(colour, other, strict=True))
    return r, g, b, a
