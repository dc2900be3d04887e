"""Pictures of the report's page as SVG: the level of a performance over time, with the fault and its holes. Pure."""

from __future__ import annotations

import math
from html import escape

from liveriff.drill.outcome import Outcome

WIDTH, HEIGHT, FOOT = 720, 96, 18
FLOOR_DB = -60.0


def picture(outcome: Outcome) -> str:
    """An SVG element; "" where nothing was heard."""
    if not outcome.levels or not outcome.seconds:
        return ""
    parts = [
        _shade(outcome),
        _wave(outcome.levels),
        _missed(outcome),
        *_holes(outcome),
        *_marks(outcome),
        *_axis(outcome),
    ]
    title = escape(f"Level of {outcome.name} over {outcome.seconds:.0f} s")
    box = f'viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{title}"'
    return f"<svg {box}>{''.join(parts)}</svg>"


def _x(second: float, seconds: float) -> float:
    return round(min(max(second / seconds, 0.0), 1.0) * WIDTH, 1)


def height(peak: float) -> float:
    """Half the height of the wave for a peak: decibels above FLOOR_DB, as a share of what there is room for."""
    if not peak > 0:
        return 0.0
    return max(0.0, 1.0 - 20.0 * math.log10(min(peak, 1.0)) / FLOOR_DB) * HEIGHT / 2


def _wave(levels: list[float]) -> str:
    step, middle = WIDTH / len(levels), HEIGHT / 2
    tops = [(round(i * step, 1), round(height(peak), 1)) for i, peak in enumerate(levels)]
    up = " ".join(f"{x},{middle - y:.1f}" for x, y in tops)
    down = " ".join(f"{x},{middle + y:.1f}" for x, y in reversed(tops))
    return f'<polygon class="wave" points="{up} {down}"/>'


def _missed(outcome: Outcome) -> str:
    """Where the recorder itself heard nothing."""
    if not any(math.isnan(peak) for peak in outcome.levels):
        return ""
    step = WIDTH / len(outcome.levels)
    lines = [f"M{i * step:.1f} {HEIGHT / 2}h{step:.1f}" for i, peak in enumerate(outcome.levels) if math.isnan(peak)]
    return f'<path class="missed" d="{"".join(lines)}"/>'


def _shade(outcome: Outcome) -> str:
    first, last = (_x(mark, outcome.seconds) for mark in outcome.marks_s)
    return f'<rect class="fault" x="{first}" y="0" width="{max(last - first, 1.0):.1f}" height="{HEIGHT}"/>'


def _holes(outcome: Outcome) -> list[str]:
    return [
        f'<rect class="hole" x="{_x(start, outcome.seconds)}" y="0" '
        f'width="{max(_x(start + length, outcome.seconds) - _x(start, outcome.seconds), 1.0):.1f}" height="{HEIGHT}">'
        f"<title>{length * 1000:.0f} ms of silence</title></rect>"
        for start, length in outcome.gaps
    ]


def _marks(outcome: Outcome) -> list[str]:
    """What the performer was told."""
    shown = [(second, text) for second, text in outcome.told if 0 <= second <= outcome.seconds]
    return [
        f'<circle class="told" cx="{_x(second, outcome.seconds)}" cy="{HEIGHT - 5}" r="3">'
        f"<title>{escape(text)}</title></circle>"
        for second, text in shown
    ]


def _axis(outcome: Outcome) -> list[str]:
    every = 5 if outcome.seconds <= 60 else 30
    return [
        f'<text x="{_x(second, outcome.seconds)}" y="{HEIGHT + 13}">{second} s</text>'
        for second in range(0, int(outcome.seconds), every)
    ]
