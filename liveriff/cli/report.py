"""What happened in a performance, as one JSON object."""

from __future__ import annotations

from typing import Any

from liveriff.engine.hub import Hub


def report(hub: Hub) -> dict[str, Any]:
    """Sink, first downbeat, chunks and troubles of a performance that is over."""
    counts, opened = hub.counts, hub.opened
    return {
        "sink": opened.sink if opened else None,
        "device": opened.device if opened else None,
        "rate": opened.rate if opened else None,
        "block": opened.block if opened else None,
        "first_downbeat_frame": hub.transport.first_frame if hub.transport else None,
        "first_downbeat_clock_s": counts.first_downbeat_clock_s,
        "first_sound_s": counts.first_sound_s,
        "underruns": hub.final.get("underruns", 0.0),
        "late_blocks": hub.final.get("late_blocks", 0.0),
        "blocks": hub.final.get("blocks", 0.0),
        "chunks": {
            "rendered": counts.rendered,
            "redecoded": counts.redecoded,
            "from_cache": counts.from_cache,
            "swapped": counts.swapped,
            "late": counts.late,
            "refused": counts.refused,
        },
        "x_realtime": counts.music_s / counts.render_s if counts.render_s else None,
        "shortest_lead_s": counts.lead_s,
        "renderer_restarts": hub.renderer.restarts if hub.renderer else 0,
        "player_restarts": hub.player.restarts,
        "swaps": [{"deck": deck, "frame": frame, "job": key} for deck, frame, key in counts.swaps],
    }
