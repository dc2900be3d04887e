"""Every view at three sizes, as pictures to compare with; ``--snapshot-update`` accepts a change that was looked at.

Values, clock and frames stand still, so the pictures depend on nothing but the code (and Textual's major version).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from ui_stage import READINGS, learning, staged
from ui_still import Still

from liveriff.ui.keys import VIEWS
from liveriff.ui.verdicts import GAUGES
from liveriff.ui.views.health import Gauges

SIZES = ((80, 24), (120, 40), (200, 60))
SnapCompare = Callable[..., bool]


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of the same values each time, whatever the clock on the wall says."""
    monkeypatch.setattr(Gauges, "note", lambda gauges: None)
    plain = Gauges.on_mount

    def filled(gauges: Gauges) -> None:
        plain(gauges)
        for second in range(60):
            shape = 0.6 + 0.4 * (second % 12) / 12
            gauges.minute.add({g.path: _reading(g.path) * (1.0 if g.counts else shape) for g in GAUGES})

    monkeypatch.setattr(Gauges, "on_mount", filled)


def _reading(path: str) -> float:
    value = READINGS.get(path, 0.0)
    return float(value) if isinstance(value, int | float) else 0.0


async def _stand(pilot: Pilot[str]) -> None:
    app = pilot.app
    assert isinstance(app, Still)
    await app.stood.wait()
    await pilot.pause()
    await app.draw(10)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("view", VIEWS)
def test_view(snap_compare: SnapCompare, view: str, size: tuple[int, int]) -> None:
    assert snap_compare(Still(staged(), view), terminal_size=size, run_before=_stand)


def test_learning_on_any_view(snap_compare: SnapCompare) -> None:
    assert snap_compare(Still(learning(staged()), "pads"), terminal_size=(80, 24), run_before=_stand)


def test_only_ascii(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_ASCII", "1")
    assert snap_compare(Still(staged(), "health"), terminal_size=(80, 24), run_before=_stand)
