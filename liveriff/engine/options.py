"""How a performance is started: what `liveriff play` was asked for. Frozen; checked before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass

FALLBACK_MODEL = "embedded"


@dataclass(frozen=True)
class PlayOptions:
    """sink: "device", "null" or "wav:FILE"; device: part of its name, or "" for the default; rate: frames a second,
    or None for the device's own; block: frames a block; seconds: how long to play from the first downbeat, or None;
    record: a WAV file that gets what is played, or ""; model: overrides the scene's models, or ""; accelerator: where
    models run ("cpu", "cuda", "mps"); cache_dir: folder of kept chunks, or None for none.
    """

    sink: str = "device"
    device: str = ""
    rate: int | None = None
    block: int = 256
    seconds: float | None = None
    record: str = ""
    model: str = ""
    accelerator: str = "cpu"
    cache_dir: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether the sink is a file: it begins with the music, so the music waits until all decks are there."""
        return self.sink.startswith("wav:")
