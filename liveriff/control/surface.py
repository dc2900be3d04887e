"""What a hand does, and what a controller shows: the words between ports, profiles, mapping and feedback. Pure.

A *control* is named the same on every controller: ``knob/1``, ``fader/3``, ``pad/5``, ``button/12``,
``transport/play``, ``crossfader``, ``jog/1``, ``shift``. What no profile names keeps its MIDI name:
``cc/1/74`` (channel/number), ``note/10/36``, ``nrpn/1/1234``, ``rpn/1/0``, ``pitchbend/1``, ``pressure/1``,
``program/1``, ``mmc``; so an unknown controller can be mapped as well as a known one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["absolute", "relative", "press", "release", "pressure"]
Style = Literal["steady", "pulse", "blink"]


@dataclass(frozen=True)
class Touch:
    """One move of one control.

    device: the instance, a profile's id, "#2" and so on appended for a second of its kind; value: 0..1 for
    absolute moves and pressure, velocity 0..1 for press and release, clicks (below 0: left) for relative moves;
    time_s: ``time.monotonic()`` when the driver had it; bits: resolution of an absolute value, 7 or 14.
    """

    device: str
    control: str
    kind: Kind
    value: float
    time_s: float
    bits: int = 7


@dataclass(frozen=True)
class Light:
    """What one control shows: colour "#rrggbb" ("" is off), a style, and a level 0..1 (of a ring, or brightness)."""

    colour: str = ""
    style: Style = "steady"
    level: float = 1.0


OFF = Light()


@dataclass(frozen=True)
class Delays:
    """What the player takes, in seconds, so that what is known beforehand can be done so much earlier.

    strike_s: from the time of a stroke to its first sample at the sink, always the same; value_s: from setting a value
    to its being heard there, on average: it waits for the next block.
    """

    strike_s: float = 0.0
    value_s: float = 0.0


Strike = Callable[[int, float, float], None]
"""``strike(pad, velocity, time_s)``: play pad 1..16 at velocity 0..1, 0 lets it go. The one way to the player that
waits for nobody: callable from any thread, also a driver's; never blocks. ``time_s`` (time.monotonic) places the hit
inside the block; it may lie a little ahead. It sounds ``Delays.strike_s`` later."""
