"""Other mixers for `liveriff bench`, where they are installed and run: the same work as far as they can do it."""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liveriff.params.words import DECKS

_WARM = 20  # blocks that are not counted
Stereo = NDArray[np.float32]


def others(block: int, rate: int, seconds: float, ours_us: float) -> dict[str, dict[str, float]]:
    """Median microseconds a block of four decks with all effects takes elsewhere, and how many times longer than ours:
    by name, those whose library is there and works."""
    found = {}
    for name, build in _OTHERS.items():
        with contextlib.suppress(Exception):  # also one that is installed and does not fit this machine
            took = _median_us(build(rate), block, seconds)
            found[name] = {"median": round(took, 1), "ratio": round(took / ours_us, 2)}
    return found


def _median_us(mix: Callable[[list[Stereo]], object], block: int, seconds: float) -> float:
    noise = np.random.default_rng(1).standard_normal((len(DECKS), 2, block)).astype(np.float32) * np.float32(0.05)
    decks, times = list(noise), list[float]()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) <= _WARM:
        began = time.perf_counter_ns()
        mix(decks)
        times.append((time.perf_counter_ns() - began) / 1000)
    return float(np.median(times[_WARM:]))


def _pedalboard(rate: int) -> Callable[[list[Stereo]], object]:
    """Spotify's pedalboard (JUCE): a three-band equaliser and a filter a deck, delay and reverb, tone and limiter."""
    board: Any = importlib.import_module("pedalboard")
    decks = [
        board.Pedalboard([
            board.LowShelfFilter(250, -6), board.PeakFilter(1000, -3), board.HighShelfFilter(2500, -6),
            board.LadderFilter(cutoff_hz=4000), board.Gain(-3),
        ])
        for _ in DECKS
    ]  # fmt: skip
    sends = [board.Pedalboard([board.Delay(0.4, 0.5, 1.0)]), board.Pedalboard([board.Reverb(wet_level=1.0)])]
    master = board.Pedalboard([board.LowShelfFilter(250, 3), board.HighShelfFilter(2500, -3), board.Limiter()])

    def mix(tracks: list[Stereo]) -> object:
        posts = [each(track, rate, reset=False) for each, track in zip(decks, tracks, strict=True)]
        bus = sum(posts)
        wet = [send(bus * np.float32(0.5), rate, reset=False) for send in sends]
        return master(bus + wet[0] + wet[1], rate, reset=False)

    return mix


_OTHERS: dict[str, Callable[[int], Callable[[list[Stereo]], object]]] = {"pedalboard": _pedalboard}
