"""The comparisons of `liveriff bench` as a picture of bars: ours first, the others beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from liveriff.cli.bench_page import machine
from liveriff.cli.bench_rows import COMPARISONS, Comparison, compared
from liveriff.engine.overview.paper import DIM, FAINT, LANE, LARGE, LINE, NORMAL, SMALL, TEXT, Box, Paper

WIDTH, MARGIN, LABELS, NUMBERS = 1200, 24, 380, 110
TITLE, HEAD, BAR, GAP, FOOT = 64, 34, 26, 22, 34
OURS, OTHERS = (111, 220, 140), (92, 124, 180)
DECADES = 30.0  # bars that differ by more stand on a logarithmic scale


def draw(results: Mapping[str, Any]) -> bytes:
    """A PNG; without comparisons, the machine alone."""
    charts = [(comparison, ways) for comparison in COMPARISONS if (ways := compared(results, comparison))]
    height = TITLE + sum(HEAD + BAR * len(ways) + GAP for _, ways in charts) + FOOT
    paper = Paper(WIDTH, height)
    paper.text(MARGIN, 32, "liveriff beside other ways to do the same work", TEXT, LARGE)
    top = TITLE
    for comparison, ways in charts:
        top = _chart(paper, top, comparison, ways)
    paper.label(Box(MARGIN - 4, height - FOOT, WIDTH - MARGIN, height - 8), machine(results), FAINT, SMALL)
    return paper.png()


def _chart(paper: Paper, top: int, comparison: Comparison, ways: Sequence[tuple[str, float]]) -> int:
    """Bars of one comparison; returns where the next begins."""
    values = [value for _, value in ways]
    decades = min(values) > 0 and max(values) / min(values) > DECADES
    about = f"{comparison.title}{f', {comparison.unit}' if comparison.unit else ''}"
    paper.text(
        MARGIN, top + HEAD // 2, f"{about}{' (logarithmic)' if decades else ''}: shorter is better", TEXT, NORMAL
    )
    left, right = MARGIN + LABELS, WIDTH - MARGIN - NUMBERS
    for at, (label, value) in enumerate(ways):
        y = top + HEAD + BAR * at
        paper.label(Box(MARGIN, y, left - 8, y + BAR), label, TEXT if not at else DIM, NORMAL)
        paper.box(Box(left, y + 4, right, y + BAR - 4), LANE)
        long = round(share(value, values, decades) * (right - left))
        paper.box(Box(left, y + 4, left + max(long, 1), y + BAR - 4), OTHERS if at else OURS)
        told = f"{value:.{comparison.digits}f}" + (f"  ({value / values[0]:.1f} x)" if at and values[0] else "")
        paper.text(right + 8, y + BAR // 2, told, TEXT if not at else DIM, NORMAL)
    bottom = top + HEAD + BAR * len(ways)
    paper.box(Box(MARGIN, bottom + GAP // 2, WIDTH - MARGIN, bottom + GAP // 2 + 1), LINE)
    return bottom + GAP


def share(value: float, values: Sequence[float], decades: bool) -> float:
    """How long a bar is, 0..1 of the longest; on a logarithmic scale the shortest is a tenth of a decade long."""
    if max(values) <= 0:
        return 0.0
    if not decades:
        return value / max(values)
    low = math.log10(min(values)) - 0.1
    return (math.log10(value) - low) / (math.log10(max(values)) - low)
