"""The plain status line: one row of text that says where the music is and how the machine feels."""

from __future__ import annotations

from liveriff.params.registry import Registry
from liveriff.params.words import DECKS

MARKS = {"silent": "-", "rendering": "*", "landing": ">", "ready": "+", "playing": "=", "bridging": "~"}
BETWEEN = " | "
_BARS = " ▁▂▃▄▅▆▇█"


def meter(dbfs: float) -> str:
    """A level as one character: full at 0 dBFS, empty below -48."""
    return _BARS[max(0, min(len(_BARS) - 1, int((dbfs + 48) / 48 * (len(_BARS) - 1) + 0.5)))]


def status_line(registry: Registry, width: int) -> str:
    """As many of the parts as fit into ``width`` characters, the most important first."""
    line = ""
    for part in (_place(registry), _decks(registry), _troubles(registry), _key(registry), _renderer(registry)):
        longer = BETWEEN.join(filter(None, (line, part)))
        if len(longer) > width:
            break
        line = longer
    return line


def _place(registry: Registry) -> str:
    return f"{registry.format('/status/bar'):>8}  {registry.number('/tempo/bpm'):.2f} BPM"


def _decks(registry: Registry) -> str:
    master = meter(registry.number("/status/peak"))
    return "  ".join([*(_deck(registry, deck) for deck in DECKS), f"out {master}"])


def _deck(registry: Registry, deck: int) -> str:
    mark = MARKS.get(str(registry.get(f"/deck/{deck}/state")), "?")
    return registry.format(f"/deck/{deck}/category") + mark + meter(registry.number(f"/deck/{deck}/peak"))


def _troubles(registry: Registry) -> str:
    late, holes = registry.number("/status/late_chunks"), registry.number("/status/underruns")
    return f"late {late:.0f}  underruns {holes:.0f}"


def _key(registry: Registry) -> str:
    return f"{registry.format('/key/tonic')} {registry.format('/key/mode')}"


def _renderer(registry: Registry) -> str:
    speed, lead = registry.number("/status/x_realtime"), registry.number("/status/lead_s")
    measured = f" {speed:.1f}x  lead {lead:.1f} s" if speed else ""
    return f"renderer {registry.format('/status/renderer')}{measured}"
