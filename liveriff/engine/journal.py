"""The log of a performance: everything needed to draw it, and to play it again. Reads and writes lines; pure.

JSON lines, one event a line. The first is the header; every other says when it was: ``s`` seconds since the header
(monotonic), ``frame`` of the player at that moment, and ``beat`` by the grid then. Frames begin anew when a player
dies; seconds and beats do not. An interrupted performance may leave half a line at the end, and only there.

Life, Sent and Block are the score: what the player was told and when it took it, to the frame. They alone make the
same samples again; all the others say what a person did and what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from liveriff.engine.journal_fields import FieldError, checked
from liveriff.errors import UsageError
from liveriff.params.kinds import Value
from liveriff.params.words import DECKS, PADS
from liveriff.wire.job import Job

FORMAT = 2
RATES = (1000, 768_000)
TEMPOS = (100, 100_000)  # in hundredths of a BPM
LONGEST_S, MOST_BEATS = 1e6, 1e8  # eleven days; beyond, a log is no log, and a page of it would never be drawn


@dataclass(frozen=True)
class Header:
    """format: of the lines; version: of liveriff; rate: frames a second; time: ISO 8601 with the zone; values: of all
    that scenes hold, at the start; models: digests of weights by name."""

    format: int
    version: str
    scene: str
    rate: int
    time: str
    values: Mapping[str, Value]
    models: Mapping[str, str]


@dataclass(frozen=True)
class When:
    """A moment; see the module."""

    s: float
    frame: int
    beat: float


@dataclass(frozen=True)
class Set(When):
    """A parameter changed, or a trigger was pulled; of moves within one look of the hub (20 ms), the last."""

    path: str
    value: Value
    origin: str


@dataclass(frozen=True)
class Landed(When):
    """A deck plays a chunk in full, or nothing (None), since ``frame``."""

    deck: int
    job: Job | None


@dataclass(frozen=True)
class Loaded(When):
    """A pad has another sound from now on."""

    pad: int
    job: Job


@dataclass(frozen=True)
class Hit(When):
    """A stroke on a pad, when it was felt; velocity 0 lets it go."""

    pad: int
    velocity: float


@dataclass(frozen=True)
class Levels(When):
    """Highest peaks of the last beat in dBFS: of each deck after its fader, and of the mix."""

    decks: tuple[float, ...]
    master: float


@dataclass(frozen=True)
class Grid(When):
    """Beats are counted by another grid: at_beat, as numerator and denominator, falls on at_frame; bpm_cents 0:
    counted no more."""

    bpm_cents: int
    at_frame: int
    at_beat: tuple[int, int]


@dataclass(frozen=True)
class Notice(When):
    """The performer was told a sentence."""

    text: str


@dataclass(frozen=True)
class Fault(When):
    """Something was not in time: what (late chunk, underrun), and how many of it."""

    what: str
    count: int


@dataclass(frozen=True)
class Life(When):
    """A player has begun to count frames from 0, in blocks of ``block``; it leaves ``limit`` frames after the first
    downbeat (None: when it is told to)."""

    block: int
    limit: int | None


@dataclass(frozen=True)
class Sound:
    """What lay in a slot when the player was told of it: ``frames`` frames whose BLAKE2b digest is ``digest``, made by
    ``job``; None where no job makes it again, and it is kept beside the log."""

    slot: int
    frames: int
    digest: str
    job: Job | None


@dataclass(frozen=True)
class Sent(When):
    """The player was told ``message``, the ``number``-th of its life; ``sounds``: what lies in the slots it names."""

    number: int
    message: Mapping[str, object]
    sounds: tuple[Sound, ...]


@dataclass(frozen=True)
class Block(When):
    """What the player took before it mixed the block that begins at ``frame``, in this order: its length from here on
    (0: as before), values of the panel (None: minus infinity), messages up to number ``told`` (0: none), strokes (pad,
    velocity, frame when felt); ``leave``: it fades out within so many seconds (None: it stays)."""

    length: int
    panel: Mapping[str, float | None]
    told: int
    strokes: tuple[tuple[int, float, float], ...]
    leave: float | None


@dataclass(frozen=True)
class Input(When):
    """The sound input was heard in the mix of this life of the player; ``file``, beside the log, holds what came in:
    see ``journal_input``."""

    file: str


@dataclass(frozen=True)
class End(When):
    """The performance ended as it should."""


Event = Set | Landed | Loaded | Hit | Levels | Grid | Notice | Fault | Life | Sent | Block | Input | End
KINDS: Mapping[str, type[Header] | type[Event]] = {
    kind.__name__.lower(): kind
    for kind in (Header, Set, Landed, Loaded, Hit, Levels, Grid, Notice, Fault, Life, Sent, Block, Input, End)
}


@dataclass(frozen=True)
class Log:
    """A log as read. whole: it ends as a performance ends, not in the middle."""

    header: Header
    events: tuple[Event, ...]
    whole: bool


def line(event: Header | Event) -> str:
    """An event as a line, with its end; ``parse`` is the reverse."""
    told = {"kind": type(event).__name__.lower(), **vars(event)}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False, default=vars) + "\n"


def parse(text: str) -> Header | Event:
    """The event of a line. FieldError, a sentence without the place, for anything that ``line`` does not write."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise FieldError("this is no JSON") from None
    kind = KINDS.get(str(data.pop("kind", ""))) if isinstance(data, dict) else None
    if kind is None:
        raise FieldError("this is no event of a performance")
    try:
        event = checked(kind, data)
    except RecursionError:
        raise FieldError("this is nested too deeply") from None
    if wrong := _beyond(event):
        raise FieldError(wrong)
    return event


def _beyond(event: Header | Event) -> str:
    """What of an event no performance can have, "" for nothing."""
    if isinstance(event, Header):
        return "" if RATES[0] <= event.rate <= RATES[1] else f"rate cannot be {str(event.rate)[:40]}"
    if not 0.0 <= event.s <= LONGEST_S:
        return f"s cannot be {event.s:g}"
    if not abs(event.beat) <= MOST_BEATS:
        return f"beat cannot be {event.beat:g}"
    if not all(map(_can_be, _jobs(event))):
        return "there is no chunk of such a length, tempo or rate"
    if not 0 <= event.frame <= LONGEST_S * RATES[1]:
        return "frame cannot be so much"
    return _nowhere(event)


def _nowhere(event: Event) -> str:
    """Which deck, pad or tempo of an event there cannot be, "" for none."""
    if isinstance(event, Landed) and event.deck not in DECKS:
        return f"there is no deck {str(event.deck)[:40]}"
    if isinstance(event, Hit | Loaded) and event.pad not in PADS:
        return f"there is no pad {str(event.pad)[:40]}"
    if isinstance(event, Grid) and event.bpm_cents and not is_tempo(event.bpm_cents):
        return f"bpm_cents cannot be {str(event.bpm_cents)[:40]}"
    return ""


def is_tempo(bpm_cents: int) -> bool:
    """Whether beats can come so fast."""
    return TEMPOS[0] <= bpm_cents <= TEMPOS[1]


def _jobs(event: Event) -> Iterator[Job]:
    jobs = [each.job for each in event.sounds] if isinstance(event, Sent) else [getattr(event, "job", None)]
    yield from (job for job in jobs if job is not None)


def _can_be(job: Job) -> bool:
    """Whether a chunk has a length at all, and one that a memory can hold."""
    tempos = (job.bpm_cents, job.canvas_bpm_cents)
    lengths = 0 <= job.beats <= 1024 and 0 <= job.milliseconds <= 600_000
    return lengths and all(map(is_tempo, tempos)) and RATES[0] <= job.rate <= RATES[1]


def read(path: str | Path) -> Log:
    """A whole log; UsageError says in one sentence what is wrong with it and where. Half a line at the end is left
    out: the performance was interrupted there."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="strict")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no log of a performance: it is not text (byte {error.start}).") from error
    header, *events = _events(path, text)
    if not isinstance(header, Header):
        raise UsageError(f"{path} is no log of a performance: its first line is no header.")
    if header.format > FORMAT:
        raise UsageError(f"{path} was written by a newer liveriff ({header.version}); install that to read it.")
    return Log(header, tuple(_only_events(path, events)), bool(events) and isinstance(events[-1], End))


def _events(path: str | Path, text: str) -> Iterator[Header | Event]:
    lines = text.split("\n")  # not splitlines: prompts may hold other ends of lines
    for number, each in enumerate(lines, start=1):
        if not each and number == len(lines) > 1:
            return
        try:
            yield parse(each)
        except FieldError as error:
            if number == len(lines) > 1:
                return
            raise UsageError(f"{path}, line {number}: {error}.") from None


def _only_events(path: str | Path, events: Sequence[Header | Event]) -> Iterator[Event]:
    for number, event in enumerate(events, start=2):
        if isinstance(event, Header):
            raise UsageError(f"{path}, line {number}: a second header; these are two logs in one file.")
        yield event
