"""Every message that crosses a pipe: frozen dataclasses, one a line of the protocol, and nothing else.

The message is the fence: a slot is read only after the message that hands it over, and written again only after
the message that gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from liveriff.music.grid import Grid
from liveriff.wire.job import Job
from liveriff.wire.slots import SlotSpec

# --- engine to renderer ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Render:
    """Make a chunk and put it into ``slot``."""

    request: int
    job: Job
    slot: int


@dataclass(frozen=True)
class Cancel:
    """Stop working on a request within one denoising step; answered by Dropped (or Rendered, if it was ready)."""

    request: int


@dataclass(frozen=True)
class Quit:
    """Close everything and leave (renderer or player)."""


# --- renderer to engine ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """A model is loaded."""

    model: str
    device: str
    pid: int
    seconds: float


@dataclass(frozen=True)
class Loading:
    """The model of a request is being loaded first; no step can be told of before that is done."""

    request: int


@dataclass(frozen=True)
class Progress:
    """A denoising step is done; also the renderer's heartbeat."""

    request: int
    step: int
    of: int


@dataclass(frozen=True)
class Picture:
    """A small spectrogram for screens: ``rows`` x ``columns`` bytes, row 0 the lowest band, 255 the loudest."""

    rows: int
    columns: int
    pixels: bytes


@dataclass(frozen=True)
class Preview:
    """What the chunk of a request looks like so far; comes between two steps, if at all."""

    request: int
    picture: Picture


@dataclass(frozen=True)
class Rendered:
    """The chunk lies in the slot: ``frames`` stereo frames. ``redecoded``: its spectrogram was kept from before."""

    request: int
    slot: int
    frames: int
    seconds: float
    peak: float
    rms: float
    redecoded: bool
    picture: Picture


@dataclass(frozen=True)
class Refused:
    """The chunk could not be made, or what the backend gave back was not a chunk; the slot holds nothing."""

    request: int
    reason: str


@dataclass(frozen=True)
class Dropped:
    """A request was cancelled; the slot is free again."""

    request: int


# --- engine to player --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attach:
    """Map the pool in which chunks will lie; answers Opened, which names the rate that the pool is cut for."""

    spec: SlotSpec


@dataclass(frozen=True)
class SetGrid:
    """Beats are counted by this grid from ``grid.frame`` on; None stops the transport (decks fade out)."""

    grid: Grid | None


@dataclass(frozen=True)
class Swap:
    """Let a deck play another loop.

    slot: where the chunk lies, or None for silence; frames: its length; beats: the loop's length in beats;
    anchor: the beat that falls on the chunk's first frame; at: the beat where the new loop is in full, or None for
    at once (a patch just ahead of the playhead); fade_frames: length of the crossfade, which ends at ``at``.
    """

    deck: int
    slot: int | None
    frames: int
    beats: int
    anchor: Fraction
    at: Fraction | None
    fade_frames: int


@dataclass(frozen=True)
class Load:
    """Give a pad another sound: the first ``frames`` frames of ``slot``, or none (None). What sounds of the old one
    ends by itself; then its slot is Released."""

    pad: int
    slot: int | None
    frames: int


@dataclass(frozen=True)
class Record:
    """Write what is played to a WAV file from now on; None ends the recording."""

    path: str | None


# --- player to engine --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """The sink is open and its clock runs. latency_s: what the sink holds; ahead_s: how far ahead of it is mixed."""

    sink: str
    device: str
    rate: int
    block: int
    latency_s: float
    pid: int
    ahead_s: float = 0.0


@dataclass(frozen=True)
class Swapped:
    """A deck plays the chunk of ``slot`` in full since ``frame``."""

    deck: int
    slot: int | None
    frame: int


@dataclass(frozen=True)
class Released:
    """The player will not read this slot again: another loop took its place, or it never came to be heard."""

    slot: int


@dataclass(frozen=True)
class SinkLost:
    """Sound cannot get out any more; one sentence says why."""

    reason: str


@dataclass(frozen=True)
class Ended:
    """The sink took the number of frames it was asked for and is closed."""

    frames: int


@dataclass(frozen=True)
class Recorded:
    """A recording is over: ``frames`` lie in ``path``. If ``reason`` is not empty it says why it ended by itself."""

    path: str
    frames: int
    reason: str = ""
