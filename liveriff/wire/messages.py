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
    """Make a chunk and put it into ``slot``. beside: jobs that will be asked for next and may be drawn along with it,
    where a batch is cheaper than one after the other; the answer is about ``job`` alone."""

    request: int
    job: Job
    slot: int
    beside: tuple[Job, ...] = ()


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
    loudness: float = -70.0


@dataclass(frozen=True)
class Refused:
    """The chunk could not be made, or what the backend gave back was not a chunk; the slot holds nothing."""

    request: int
    reason: str


@dataclass(frozen=True)
class Dropped:
    """A request was cancelled; the slot is free again."""

    request: int


# --- between the engine and a link, which holds renderers that are elsewhere ---------------------------------------


@dataclass(frozen=True)
class At:
    """A message to or from the renderer with this number; what they say is what all renderers say."""

    seat: int
    message: object


@dataclass(frozen=True)
class Pulse:
    """A renderer that is elsewhere lives, though it has nothing to tell."""


@dataclass(frozen=True)
class Opening:
    """A renderer is being started elsewhere; where: for people."""

    where: str


@dataclass(frozen=True)
class Left:
    """A renderer that is elsewhere is lost, and another takes its place as soon as it can."""

    reason: str


@dataclass(frozen=True)
class Away:
    """What holds the renderers cannot be reached, or is no more; the link leaves. One sentence says why."""

    reason: str


# --- engine to player --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attach:
    """Map the pool in which chunks will lie; answers Opened, which names the rate that the pool is cut for. past: the
    segment of ``wire.past`` into which what is played shall be written, or ""; input: that for what comes in, or
    ""."""

    spec: SlotSpec
    past: str = ""
    input: str = ""


@dataclass(frozen=True)
class SetGrid:
    """Beats are counted by this grid from ``grid.frame`` on; None stops the transport (decks fade out)."""

    grid: Grid | None


@dataclass(frozen=True)
class Swap:
    """Let a deck play another loop.

    slot: where the chunk lies, or None for silence; frames: its length; beats: the loop's length in beats;
    anchor: the beat that falls on the chunk's first frame; at: the beat where the new loop is in full, or None for
    at once (a patch just ahead of the playhead); fade_frames: length of the crossfade, which ends at ``at``; gain: what
    the chunk is multiplied by.
    """

    deck: int
    slot: int | None
    frames: int
    beats: int
    anchor: Fraction
    at: Fraction | None
    fade_frames: int
    gain: float = 1.0


@dataclass(frozen=True)
class Point:
    """A chunk of a strip: at which alpha it is heard, where it lies, what it is multiplied by."""

    alpha: float
    slot: int
    gain: float = 1.0


@dataclass(frozen=True)
class Strip:
    """Let the loop of ``slot`` be one point of several, between which the deck's alpha fades block by block.

    frames, beats, anchor: of the loop, as in its ``Swap``; points: all of them, with ascending alphas, ``slot`` among
    them; fresh: slots that the player is handed with this message. Each message replaces the strip that the loop had;
    slots that are no longer in it are Released. Where the loop is gone, those that are fresh are: the others have been.
    """

    deck: int
    slot: int
    frames: int
    beats: int
    anchor: Fraction
    points: tuple[Point, ...]
    fresh: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fill:
    """Let a deck play another chunk from the beat ``begin`` to the beat ``end``, then go on as if nothing had been.

    slot, frames, beats, anchor, gain: of the chunk, as in ``Swap``; fade_frames: length of the two crossfades, which
    end at ``begin`` and ``end``. The slot is Released afterwards.
    """

    deck: int
    slot: int
    frames: int
    beats: int
    anchor: Fraction
    begin: Fraction
    end: Fraction
    fade_frames: int
    gain: float = 1.0


@dataclass(frozen=True)
class Load:
    """Give a pad another sound: the first ``frames`` frames of ``slot``, or none (None). What sounds of the old one
    ends by itself; then its slot is Released.

    beats: length of a sound that is to stay in time as a loop, 0 for all others; morph: it is struck while the pad's
    morph is nearer to this than to those of its other sounds; alone: it takes the place of all that the pad had, and
    not only of the one with this morph.
    """

    pad: int
    slot: int | None
    frames: int
    beats: int = 0
    morph: float = 0.0
    alone: bool = True


@dataclass(frozen=True)
class Record:
    """Write what is played to a WAV or FLAC file from now on, and beside it, if asked, each deck, the pads and the
    effects; None ends the recording."""

    path: str | None
    stems: bool = False


# --- player to engine --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The sink that is sought can be opened."""


@dataclass(frozen=True)
class Compiling:
    """The sink could be had, and the kernels are being made: at the first start on a machine that takes its time."""


@dataclass(frozen=True)
class Opened:
    """The sink is open and its clock runs. latency_s: what the sink holds; ahead_s: how far ahead of it is mixed;
    channels: 2, or 4 where the headphones have outputs of their own; input: the device that is listened to, or "";
    deaf: why there is none though it was asked for, or ""; kernels: what mixes, "numba" or its fall-back "numpy"."""

    sink: str
    device: str
    rate: int
    block: int
    latency_s: float
    pid: int
    ahead_s: float = 0.0
    channels: int = 2
    input: str = ""
    deaf: str = ""
    kernels: str = "numba"


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
class InputLost:
    """Nothing comes in any more; one sentence says why. What is played goes on."""

    reason: str


@dataclass(frozen=True)
class Ended:
    """The sink took the number of frames it was asked for and is closed."""

    frames: int


@dataclass(frozen=True)
class Recorded:
    """A recording is over: ``frames`` lie in ``path``, and in others of ``files`` where one could not hold them all. If
    ``reason`` is not empty it says why it ended by itself."""

    path: str
    frames: int
    reason: str = ""
    files: tuple[str, ...] = ()
