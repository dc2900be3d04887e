"""One loudness for all chunks of a category, so that a new one does not jump out. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from liveriff.engine.moment import SILENCE

TARGETS: Mapping[str, float] = {"drums": -19.5, "bass": -19.0, "synth": -19.5, "mix": -18.5}
"""LUFS: about the median of what the embedded model makes of the scenes, so that categories keep their balance."""
MOST_DB = 12.0


def gain(category: str, loudness: float) -> float:
    """What a chunk of a loudness (LUFS) is multiplied by; silence is left alone."""
    if loudness <= SILENCE or category not in TARGETS:
        return 1.0
    by = min(max(TARGETS[category] - loudness, -MOST_DB), MOST_DB)
    return float(10.0 ** (by / 20.0))
