"""What happened in a performance: as one JSON object, and as one sentence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from liveriff.engine.hub import Hub

COUNTERS = ("rendered", "redecoded", "from_cache", "swapped", "late", "refused")


def report(hub: Hub) -> dict[str, Any]:
    """Sink, first downbeat, chunks and troubles of a performance that is over; what OSC and the door have counted."""
    stage, rim = hub.stage, hub.rim
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
        "osc": asdict(rim.osc.counters) if rim and rim.osc else None,
        "door": asdict(rim.door.counters) if rim and rim.door else None,
        "swaps": [asdict(landed) for landed in tally.landed],
    }


def sentence(hub: Hub) -> str:
    """The same for a person: how long, where to, and what went wrong."""
    stage, tally = hub.stage, hub.stage.tally
    first, opened = stage.time.transport.first_frame if hub.opened else None, stage.player.opened
    if first is None or opened is None:
        return "Nothing was played."
    seconds = max(0.0, hub.final.get("blocks", 0.0) * (opened.block or stage.options.block) - first) / opened.rate
    seconds = min(seconds, stage.options.seconds or seconds)  # the last block is longer than what is left
    where = stage.options.sink.removeprefix("wav:") if stage.options.is_file else opened.device or opened.sink
    late, holes = tally.late, round(hub.final.get("underruns", 0.0))
    made = f"{tally.rendered} chunks rendered, {tally.from_cache} kept from before"
    return f"Played {_time(seconds)} into {where}: {made}; {late} late, {holes} underruns."


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"
