"""The page of a soak: one self-contained HTML file with a curve for all that was watched. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

from liveriff.drill.soak_judge import Curve, Verdict, thinned, warm_up

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 180, 56, 22, 8, 96
COLOURS = ("#2a78b5", "#d1622b", "#3a9a55", "#a4489b", "#8a7a17", "#6b6b6b", "#c23b4e", "#1a9aa0")
STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:right;padding:.15rem .6rem;border-bottom:1px solid #8884}
td:first-child,th:first-child{text-align:left}.no{color:#c23b4e;font-weight:600}svg{width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:currentColor}.grid{stroke:#8884}.warm{fill:#8882}
"""


Charts = Mapping[str, Mapping[str, Curve]]
"""Curves by name, by the chart's title."""


def page(title: str, facts: Mapping[str, str], verdicts: Sequence[Verdict], charts: Charts) -> str:
    """facts: words and what they are."""
    told = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in facts.items())
    drawn = "".join(
        f"<h2>{escape(name)}</h2>{chart(curves)}" for name, curves in charts.items() if any(curves.values())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{escape(title)}</h1>'
        f"<table>{told}</table><h2>Verdicts</h2>{_verdicts(verdicts)}{drawn}</html>\n"
    )


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    head = "<tr><th>what</th><th>grown by</th><th>may</th><th>peak</th><th>at the end</th><th></th></tr>"
    rows = "".join(
        f"<tr><td>{escape(each.name)}</td><td>{each.grown:.2f}</td><td>{each.limit:g}</td><td>{each.peak:.1f}</td>"
        f'<td>{each.last:.1f}</td><td class="{"" if each.flat else "no"}">{"flat" if each.flat else "grows"}</td></tr>'
        for each in verdicts
    )
    return f"<table>{head}{rows}</table>"


@dataclass(frozen=True)
class Scale:
    """Where hours and values lie in a picture."""

    hours: float
    top: float

    def x(self, hours: float) -> float:
        """From the left."""
        return LEFT + hours / self.hours * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """From above."""
        return TOP + (1.0 - value / self.top) * (HEIGHT - TOP - BOTTOM)


def chart(curves: Mapping[str, Curve]) -> str:
    """Curves of one unit over hours, as SVG; the warm-up is shaded."""
    points = {name: thinned(curve, 300) for name, curve in curves.items() if curve}
    hours = max((curve[-1][0] for curve in points.values()), default=0.0) or 1.0
    scale = Scale(hours, _above(max((value for curve in points.values() for _, value in curve), default=1.0)))
    drawn = f"{_axes(scale)}{_lines(scale, points)}"
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{drawn}</svg>'


def _axes(scale: Scale) -> str:
    right, height = WIDTH - RIGHT, HEIGHT - TOP - BOTTOM
    warm = scale.x(min(scale.hours, warm_up(scale.hours))) - LEFT
    parts = [f'<rect class="warm" x="{LEFT}" y="{TOP}" width="{warm:.1f}" height="{height}"/>']
    for share in (0.0, 0.5, 1.0):
        at = scale.y(scale.top * share)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{scale.top * share:g}</text>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        hours = scale.hours * share
        parts.append(f'<text x="{scale.x(hours):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{hours:.3g} h</text>')
    return "".join(parts)


def _lines(scale: Scale, points: Mapping[str, Curve]) -> str:
    """Each with its name at its end."""
    heights, parts = _apart({name: scale.y(curve[-1][1]) for name, curve in points.items()}), []
    for i, (name, curve) in enumerate(points.items()):
        colour, at = COLOURS[i % len(COLOURS)], heights[name] + 4
        line = " ".join(f"{scale.x(hours):.1f},{scale.y(value):.1f}" for hours, value in curve)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 6}" y="{at:.1f}" style="fill:{colour}">{escape(name)}</text>')
    return "".join(parts)


def _apart(heights: Mapping[str, float], least: float = 12.0) -> dict[str, float]:
    """Heights of names, moved down so that none covers another; then up again where they have left the picture."""
    placed: dict[str, float] = {}
    last = float("-inf")
    for name in sorted(heights, key=heights.__getitem__):
        last = placed[name] = max(heights[name], last + least)
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return {name: height - over for name, height in placed.items()}


def _above(value: float) -> float:
    """A round number that is not below ``value``."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** floor(log10(value))
    return float(next(step * unit for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * unit >= value * 0.999))
