"""The small mark on a deck that tells how much of its morph is there."""

from __future__ import annotations

import pytest

from liveriff.ui.widgets.deck import morph_mark


@pytest.mark.parametrize(
    ("ready", "sign", "plain"),
    [(0.2, "  ○ morph", "  20% morph"), (0.6, "  ◑ morph", "  60% morph"), (1.0, "  ● morph", "  100% morph")],
)
def test_a_circle_fills(ready: float, sign: str, plain: str) -> None:
    assert morph_mark(ready, plain=False) == sign
    assert morph_mark(ready, plain=True) == plain
