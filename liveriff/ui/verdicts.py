"""How the machine feels: each reading with the limits from which it asks for attention, or is bad. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

GOOD, ATTENTION, BAD, UNKNOWN = "good", "attention", "bad", "not yet"

SIGNS = {
    GOOD: ("✔", "+", "success"), ATTENTION: ("▲", "!", "warning"), BAD: ("✖", "X", "error"),
    UNKNOWN: ("·", "-", "muted"),
}  # fmt: skip
"""Sign, sign in ASCII and colour of each verdict; the word stands beside it."""

WINDOW = 60
"""Seconds that are looked back on."""


class Gauge(NamedTuple):
    """A reading. attention, bad: values from which it is so (falling where bad is below attention); counts: it only
    grows, and is judged by what the last minute added; line: a sparkline is drawn of it; zero: 0 means not yet."""

    path: str
    name: str
    attention: float
    bad: float
    counts: bool = False
    line: bool = False
    zero: bool = False


SCREEN_FPS, SCREEN_CPU = "screen/fps", "screen/cpu"
"""Not of the engine: the screen's own."""

GAUGES = (
    Gauge("/status/lead_s", "least lead", 0.25, 0.05, line=True, zero=True),
    Gauge("/status/cpu", "processors", 0.8, 0.95, line=True, zero=True),
    Gauge("/status/load", "mixing", 0.5, 0.8, line=True),
    Gauge("/status/x_realtime", "x realtime", 1.5, 1.0, zero=True),
    Gauge("/status/latency", "latency", 25.0, 80.0),
    Gauge("/status/underruns", "underruns", 1, 5, counts=True),
    Gauge("/status/late_blocks", "late blocks", 1, 20, counts=True),
    Gauge("/status/late_chunks", "late chunks", 1, 4, counts=True),
    Gauge("/status/refused_chunks", "refused", 1, 3, counts=True),
    Gauge(SCREEN_FPS, "screen fps", 14.9, 9.9),
    Gauge(SCREEN_CPU, "screen", 0.25, 0.5),
)
RENDERER = {
    "ready": GOOD,
    "rendering": GOOD,
    "loading": ATTENTION,
    "starting": ATTENTION,
    "restarting": ATTENTION,
    "off": BAD,
}
"""By the first word of its state; any other asks for attention."""


def verdict(gauge: Gauge, value: float, minute: Sequence[float] = ()) -> str:
    """Of a reading; minute: what it was, oldest first."""
    if gauge.zero and value == 0:
        return UNKNOWN
    if gauge.counts:
        value = value - minute[0] if minute else 0.0
    falling = gauge.bad < gauge.attention
    if value <= gauge.bad if falling else value >= gauge.bad:
        return BAD
    return ATTENTION if (value <= gauge.attention if falling else value >= gauge.attention) else GOOD


def of_renderer(state: str) -> str:
    """Of the renderer's state in words."""
    return RENDERER.get(state.split(" ")[0], ATTENTION)


class Minute:
    """The last minute of every gauge, a value a second."""

    def __init__(self, window: int = WINDOW) -> None:
        """Empty."""
        self.values: dict[str, deque[float]] = {gauge.path: deque(maxlen=window) for gauge in GAUGES}

    def add(self, values: dict[str, float]) -> None:
        """A second's values by path."""
        for path, value in values.items():
            self.values[path].append(value)


BLOCKS, PLAIN_BLOCKS = "▁▂▃▄▅▆▇█", "_.-~=+*#"


def sparkline(values: Sequence[float], width: int, plain: bool = False) -> str:
    """The newest at the right, from 0 to the highest; a cell is the mean of the values that share it."""
    if not values or width <= 0:
        return ""
    blocks = PLAIN_BLOCKS if plain else BLOCKS
    each = max(1, -(-len(values) // width))
    cells = [values[max(0, end - each) : end] for end in range(len(values), 0, -each)][::-1]
    means = [sum(cell) / len(cell) for cell in cells]
    top = max(*means, 1e-9) if len(means) > 1 else max(means[0], 1e-9)
    return "".join(blocks[min(len(blocks) - 1, int(mean / top * (len(blocks) - 1) + 0.5))] for mean in means)
