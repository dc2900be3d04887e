"""Whether what was watched for hours stayed flat. Pure.

A curve is judged by the line through its course after the warm-up, fitted by the median of slopes between points (Theil
1950, Sen 1968), which neither a peak nor a step back moves: what it says the curve has grown by from end to end must
stay below one limit for its kind.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from liveriff.engine.sources import FILES

WARM_UP, WARM_UP_H = 0.25, 0.25
"""Share of the run, and hours at least, that are not judged: caches fill, every kind of thing is met once."""
POINTS = 120  # a curve is thinned to so many before it is fitted: the number of slopes grows with the square

LIMITS: Mapping[str, float] = {
    "memory": 12.0,  # MB of a process, of its own
    "heap": 64.0,  # MB of a renderer, and so of all: what lies in its holes went by -42 and by 19 in an hour each
    "shared": 64.0,  # MB that chunks lie in, which are as many as the set wants: up to 52 loops and 104 pads
    "handles": 3.0,
    "threads": 1.5
    + min(32, (os.cpu_count() or 1) + 4),  # asyncio begins those of its pool one by one, as it needs more
    "tasks": 3.0,
    "segments": 0.5,
    "files": 1.0 + FILES,  # temporary ones: decks keep so many sounds that chunks began from, met at the set's own pace
    "slots": 6.0,  # that are lent: it depends on how many strips there are
    "blocks": 30_000.0,  # objects that Python holds, in one process
}
"""By how much each kind may have grown, by the fitted line, between the end of the warm-up and the end. One place."""

Curve = Sequence[tuple[float, float]]
"""Hours, value."""


@dataclass(frozen=True)
class Verdict:
    """Of one curve. grown: from the warm-up's end to the end, by the fitted line; limit: what it may be; peak, last: of
    the part that is judged."""

    name: str
    kind: str
    grown: float
    limit: float
    peak: float
    last: float

    @property
    def flat(self) -> bool:
        """Whether it may pass."""
        return self.grown <= self.limit


def thinned(curve: Curve, points: int = POINTS) -> list[tuple[float, float]]:
    """Medians of as many stretches of equal length, in order."""
    if len(curve) <= points:
        return list(curve)
    parts = [curve[len(curve) * i // points : len(curve) * (i + 1) // points] for i in range(points)]
    return [(median(at for at, _ in part), median(value for _, value in part)) for part in parts]


def slope(curve: Curve) -> float:
    """The median of all slopes between two points, per hour; 0 where there are none."""
    points = thinned(curve)
    pairs = [(a, b) for i, a in enumerate(points) for b in points[i + 1 :] if b[0] > a[0]]
    return median((b[1] - a[1]) / (b[0] - a[0]) for a, b in pairs) if pairs else 0.0


def warm_up(hours: float) -> float:
    """Hours that are not judged, of so many."""
    return max(WARM_UP * hours, WARM_UP_H)


def judged(name: str, kind: str, curve: Curve, hours: float | None = None) -> Verdict:
    """A curve's verdict. hours: of the whole run, where the curve's last point does not tell."""
    begin = warm_up(hours if hours is not None else (curve[-1][0] if curve else 0.0))
    late = [(at, value) for at, value in curve if at >= begin]
    values = [value for _, value in late] or [0.0]
    grown = slope(late) * (late[-1][0] - late[0][0]) if late else 0.0
    return Verdict(name, kind, round(grown, 3), LIMITS[kind], round(max(values), 3), round(values[-1], 3))
