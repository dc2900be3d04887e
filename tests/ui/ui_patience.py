"""Waiting for a screen on a machine that others use too, and reading what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widget import Widget

PATIENCE_S = 20.0


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Let frames go by until it holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came"
        await pilot.pause(0.05)


def lines(widget: Widget) -> list[str]:
    """What a widget shows."""
    return [line.text for line in widget.render_lines(widget.outer_size.region)]
