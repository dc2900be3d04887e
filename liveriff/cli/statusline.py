"""The plain status line: one row of text that says where the music is and how the machine feels."""

from __future__ import annotations

from liveriff.params.registry import Registry
from liveriff.params.words import DECKS

MARKS = {"silent": "-", "rendering": "*", "landing": ">", "ready": "+", "playing": "="}
_BARS = " ▁▂▃▄▅▆▇█"


def meter(dbfs: float) -> str:
    """A level as one character: full at 0 dBFS, empty below -48."""
    return _BARS[max(0, min(len(_BARS) - 1, int((dbfs + 48) / 48 * (len(_BARS) - 1) + 0.5)))]


def status_line(registry: Registry) -> str:
    """Bar and beat, tempo, key; each deck's state and level; lead, late chunks, underruns, render speed."""

    def get(path: str) -> float:
        return float(str(registry.get(path)))

    decks = "  ".join(_deck(registry, deck) for deck in DECKS)
    lead, speed = get("/status/lead_s"), get("/status/x_realtime")
    return (
        f"{registry.get('/status/bar')!s:>9}  {get('/tempo/bpm'):.2f} BPM  "
        f"{registry.get('/key/tonic')!s} {registry.get('/key/mode')!s} | {decks} | "
        f"master {meter(get('/status/peak'))} | renderer {registry.get('/status/renderer')!s} {speed:.1f}x  "
        f"lead {lead:.1f} s  late {get('/status/late_chunks'):.0f}  underruns {get('/status/underruns'):.0f}"
    )


def _deck(registry: Registry, deck: int) -> str:
    state = str(registry.get(f"/deck/{deck}/state"))
    level = meter(float(str(registry.get(f"/deck/{deck}/peak"))))
    return f"{registry.get(f'/deck/{deck}/category')!s}{MARKS.get(state, '?')}{level}"
