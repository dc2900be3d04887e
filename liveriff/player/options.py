"""What the engine tells the player when it starts it. Imports nothing of the player: the engine reads this."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlayerOptions:
    """How to open the sink and where the shared cells are.

    sink: "device", "null" or "wav:FILE"; device: part of a device's name, or None for the default; rate: frames a
    second, or None for the device's own (48000 for null and wav); block: frames a block; seconds: leave that long
    after the transport started, or None; panel, panel_names: segment and names of the block-rate values ("" for
    none: every value keeps its default); gauges: segment of ``wire.cells.GAUGES``, or ""; hits: segment of
    ``wire.hits``, or ""; score: segment of ``wire.score``, or ""; input: part of the name of the device that is
    listened to, "" for the one that goes with the sink, None for none; orphan_s: how long decks go on looping when the
    engine has died; leash: a file that the engine makes, without which they do not go on any more, or ""; seek: play
    nothing, only say whether the sink can be opened.
    """

    sink: str = "device"
    device: str | None = None
    rate: int | None = None
    block: int = 256
    seconds: float | None = None
    panel: str = ""
    panel_names: tuple[str, ...] = ()
    gauges: str = ""
    hits: str = ""
    score: str = ""
    input: str | None = None
    orphan_s: float = 600.0
    leash: str = ""
    seek: bool = False
