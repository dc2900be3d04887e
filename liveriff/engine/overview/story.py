"""A performance as it is drawn: spans and points in seconds since its beginning, made of its log. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.journal import Event, Fault, Grid, Hit, Landed, Levels, Loaded, Log, Notice, Set
from liveriff.params.kinds import Value
from liveriff.params.words import DECKS
from liveriff.wire.job import Job

T = TypeVar("T")
MASTER = "master"
PANIC = "/panic"


class Span(NamedTuple):
    """Something that held from ``start`` to ``end``; text: what it was, in words."""

    start: float
    end: float
    text: str = ""


class Chunk(NamedTuple):
    """What a deck played from ``start`` to ``end``."""

    start: float
    end: float
    job: Job


class Stroke(NamedTuple):
    """A hit on a pad with a sound of a category, "" where none is known."""

    s: float
    pad: int
    velocity: float
    category: str


class Mark(NamedTuple):
    """A moment with a kind (notice, panic, or what a fault is called), words, and how often it happened then."""

    s: float
    kind: str
    text: str = ""
    times: int = 1


@dataclass(frozen=True)
class Deck:
    """levels: pairs of seconds and dBFS."""

    chunks: tuple[Chunk, ...]
    levels: NDArray[np.float64]
    mutes: tuple[Span, ...]
    freezes: tuple[Span, ...]


@dataclass(frozen=True)
class Story:
    """tempos: pairs of seconds and BPM; beats: pairs of seconds and beats, both rising; stops: the transport stood."""

    log: Log
    seconds: float
    decks: dict[int, Deck]
    master: NDArray[np.float64]
    tempos: NDArray[np.float64]
    beats: NDArray[np.float64]
    scenes: tuple[Span, ...]
    keys: tuple[Span, ...]
    stops: tuple[Span, ...]
    recordings: tuple[Span, ...]
    strokes: tuple[Stroke, ...]
    marks: tuple[Mark, ...]

    @property
    def bars(self) -> int:
        """Bars that have begun."""
        return int(max(self.beats[-1, 1], 0.0)) // 4 + 1 if len(self.beats) else 0

    def second(self, bar: int) -> float:
        """When a bar begins, counted from 0; only between the first and the last beat."""
        return float(np.interp(bar * 4, self.beats[:, 1], self.beats[:, 0]))


def told(log: Log) -> Story:
    """The story of a log."""
    events, end = log.events, max((event.s for event in log.events), default=0.0)
    levels = [event for event in events if isinstance(event, Levels)]
    grids = [(event.s, event.bpm_cents / 100) for event in events if isinstance(event, Grid) and event.bpm_cents]
    return Story(
        log=log,
        seconds=end,
        decks={number: _deck(log, number, levels, end) for number in DECKS},
        master=_pairs((event.s, event.master) for event in levels),
        tempos=_pairs(grids),
        beats=_beats(events),
        scenes=_scenes(log, end),
        keys=_keys(log, end),
        stops=_held(log, "/play", end, lambda value: value is False),
        recordings=_held(log, "/record", end),
        strokes=tuple(_strokes(log)),
        marks=tuple(_marks(events)),
    )


def runs(spans: Iterable[T], same: Callable[[T], object]) -> Iterator[list[T]]:
    """Neighbours for which ``same`` gives the same."""
    run: list[T] = []
    for span in spans:
        if run and same(run[-1]) != same(span):
            yield run
            run = []
        run.append(span)
    if run:
        yield run


# --- decks -----------------------------------------------------------------------------------------------------------


def _deck(log: Log, number: int, levels: list[Levels], end: float) -> Deck:
    at = number - 1
    return Deck(
        tuple(_chunks(log.events, number, end)),
        _pairs((event.s, event.decks[at]) for event in levels if at < len(event.decks)),
        _held(log, f"/deck/{number}/mute", end),
        _held(log, f"/deck/{number}/freeze", end),
    )


def _chunks(events: Iterable[Event], deck: int, end: float) -> Iterator[Chunk]:
    job, since = None, 0.0
    for event in events:
        if isinstance(event, Landed) and event.deck == deck:
            if job is not None and event.s > since:
                yield Chunk(since, event.s, job)
            job, since = event.job, event.s
    if job is not None and end > since:
        yield Chunk(since, end, job)


# --- what held how long ----------------------------------------------------------------------------------------------


def _held(log: Log, path: str, end: float, holds: Callable[[Value], bool] = bool) -> tuple[Span, ...]:
    spans = _values(log, (path,), end, lambda values: "held" if holds(values[0]) else "")
    return tuple(span for span in spans if span.text)


def _keys(log: Log, end: float) -> tuple[Span, ...]:
    return _values(log, ("/key/tonic", "/key/mode"), end, lambda values: " ".join(str(value or "") for value in values))


def _scenes(log: Log, end: float) -> tuple[Span, ...]:
    spans = _values(log, ("/scene",), end, lambda values: str(values[0] or ""))
    return tuple(span if span.text else span._replace(text=log.header.scene) for span in spans)


def _values(
    log: Log, paths: tuple[str, ...], end: float, words: Callable[[tuple[Value, ...]], str]
) -> tuple[Span, ...]:
    """Spans in which parameters stood still, neighbours with the same words as one."""
    now = {path: log.header.values.get(path) for path in paths}
    moments: list[tuple[float, str]] = [(0.0, words(tuple(now.values())))]
    for event in log.events:
        if isinstance(event, Set) and event.path in now:
            now[event.path] = event.value
            moments.append((event.s, words(tuple(now.values()))))
    kept = [run[0] for run in runs(moments, lambda moment: moment[1])]
    ends = [start for start, _ in kept[1:]] + [end]
    return tuple(Span(start, stop, text) for (start, text), stop in zip(kept, ends, strict=True) if stop > start)


# --- moments ---------------------------------------------------------------------------------------------------------


def _strokes(log: Log) -> Iterator[Stroke]:
    categories: dict[int, str] = {}
    for event in log.events:
        if isinstance(event, Loaded):
            categories[event.pad] = event.job.category
        elif isinstance(event, Hit) and event.velocity > 0:
            known = categories.get(event.pad) or log.header.values.get(f"/pad/{event.pad}/category")
            yield Stroke(event.s, event.pad, event.velocity, str(known or ""))


def _marks(events: Iterable[Event]) -> Iterator[Mark]:
    for event in events:
        if isinstance(event, Notice):
            yield Mark(event.s, "notice", event.text)
        elif isinstance(event, Fault):
            yield Mark(event.s, event.what, times=event.count)
        elif isinstance(event, Set) and event.path == PANIC:
            yield Mark(event.s, "panic")


def _beats(events: Iterable[Event]) -> NDArray[np.float64]:
    """Beats never go back on the page: where the grid does, the ruler waits."""
    pairs = _pairs(sorted((event.s, event.beat) for event in events))
    rising = np.maximum.accumulate(pairs, axis=0) if len(pairs) else pairs
    return rising[np.diff(rising[:, 1], prepend=-np.inf) > 0]


def _pairs(pairs: Iterable[tuple[float, float]]) -> NDArray[np.float64]:
    return np.array(list(pairs), np.float64).reshape(-1, 2)
