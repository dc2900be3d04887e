"""What happened in a performance, as one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from liveriff.engine.hub import Hub

COUNTERS = ("rendered", "redecoded", "from_cache", "swapped", "late", "refused")


def report(hub: Hub) -> dict[str, Any]:
    """Sink, first downbeat, chunks and troubles of a performance that is over."""
    stage = hub.stage
    tally, opened = stage.tally, stage.player.opened
    return {
        "sink": opened.sink if opened else None,
        "device": opened.device if opened else None,
        "rate": opened.rate if opened else None,
        "block": opened.block if opened else None,
        "first_downbeat_frame": stage.time.transport.first_frame if hub.opened else None,
        "first_downbeat_clock_s": tally.first_downbeat_clock_s,
        "first_sound_s": tally.first_sound_s,
        "underruns": hub.final.get("underruns", 0.0),
        "late_blocks": hub.final.get("late_blocks", 0.0),
        "blocks": hub.final.get("blocks", 0.0),
        "strokes": hub.final.get("strokes", 0.0),
        "late_strokes": hub.final.get("late_strokes", 0.0),
        "chunks": {name: getattr(tally, name) for name in COUNTERS},
        "x_realtime": tally.x_realtime,
        "shortest_lead_s": tally.lead_s,
        "renderer_restarts": stage.renderer.restarts if hub.opened else 0,
        "player_restarts": stage.player.restarts,
        "swaps": [asdict(landed) for landed in tally.landed],
    }
