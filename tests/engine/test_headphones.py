"""Cueing without outputs for headphones is told once; with them it is nobody's business."""

from __future__ import annotations

import pytest

from liveriff.engine.headphones import Headphones
from liveriff.params.registry import Registry
from liveriff.wire.messages import Opened


@pytest.mark.parametrize(("channels", "sentences"), [(2, 1), (4, 0)])
def test_it_is_told_once_if_at_all(channels: int, sentences: int) -> None:
    registry, told = Registry(), list[str]()
    opened = Opened("device", "Card", 48000, 256, 0.01, 1, 0.0, channels)
    Headphones(registry, lambda: opened, told.append)
    assert not told
    for deck in (1, 2):
        registry.set(f"/deck/{deck}/cue", True, "hand")
    registry.set("/deck/1/cue", False, "hand")
    registry.set("/deck/1/cue", True, "hand")
    assert len(told) == sentences
    Headphones(registry, lambda: opened, told.append)  # a performance that begins with a cued deck
    assert len(told) == 2 * sentences
    assert all("Card" in sentence for sentence in told)
