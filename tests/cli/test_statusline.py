"""The status line says what matters and fits."""

from __future__ import annotations

import pytest

from liveriff.cli.statusline import meter, status_line
from liveriff.params.registry import Registry


@pytest.mark.parametrize(("dbfs", "shown"), [(-120, " "), (-48, " "), (-24, "▄"), (-6, "▇"), (0, "█"), (6, "█")])
def test_a_level_is_one_character(dbfs: float, shown: str) -> None:
    assert meter(dbfs) == shown


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_parts_are_left_out_whole(width: int) -> None:
    registry = Registry()
    registry.publish("/status/bar", "12.3.2")
    registry.publish("/deck/2/state", "rendering")
    line, full = status_line(registry, width), status_line(registry, 1000)
    assert len(line) <= width
    assert full.startswith(line)
    assert "12.3.2" in full
    assert "bass*" in full
    assert "A minor" in full


def test_nothing_is_claimed_before_it_is_measured() -> None:
    registry = Registry()
    assert "lead" not in status_line(registry, 1000)
    registry.publish("/status/x_realtime", 8.0)
    assert "8.0x" in status_line(registry, 1000)
