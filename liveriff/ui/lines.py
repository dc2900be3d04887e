"""The texts of the door that hold several items, one a line, fields apart by tabs, read into values. Pure.

A line that is not as expected is left out: an engine of another version must not empty the screen.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class ChunkLine(NamedTuple):
    """A chunk of a deck's queue. state: playing, bridging, landing, ready, rendering or planned; seconds until it is
    heard, None where nobody knows; share: rendered, 0 to 1."""

    state: str
    seconds: float | None
    share: float
    category: str
    seed: int
    alpha: float
    words: str


class Process(NamedTuple):
    """A process of the instrument. cpu: per cent of a core; memory in MB."""

    name: str
    pid: int
    cpu: float
    memory: float
    state: str


class Message(NamedTuple):
    """What the engine told, and when (HH:MM:SS)."""

    time: str
    text: str


class Moved(NamedTuple):
    """A message of a controller as it was understood; target: what it plays, "" for nothing."""

    device: str
    control: str
    value: str
    target: str


def chunks(text: str) -> tuple[ChunkLine, ...]:
    """``/deck/N/chunks``."""
    return tuple(_each(text, 7, _chunk))


def processes(text: str) -> tuple[Process, ...]:
    """``/status/processes``."""
    return tuple(_each(text, 5, lambda f: Process(f[0], int(f[1]), float(f[2]), float(f[3]), f[4])))


def messages(text: str) -> tuple[Message, ...]:
    """``/status/log``."""
    return tuple(_each(text, 2, lambda f: Message(f[0], f[1])))


def moved(text: str) -> tuple[Moved, ...]:
    """``/midi/monitor``."""
    return tuple(_each(text, 4, lambda f: Moved(f[0], f[1], f[2], "" if f[3] == "-" else f[3])))


def hands(text: str) -> dict[str, float]:
    """``/status/hands``: positions 0..1 of controls that wait to pick their parameter up, by path."""
    return dict(_each(text, 2, lambda f: (f[0], float(f[1]))))


def pairs(text: str) -> dict[str, tuple[str, ...]]:
    """``/learn/state``: all values by key."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in _each(text, 2, lambda f: (f[0], f[1])):
        found[key] = (*found.get(key, ()), value)
    return found


def _chunk(fields: list[str]) -> ChunkLine:
    state, seconds, share, category, seed, alpha, words = fields
    heard = None if seconds == "-" else float(seconds)
    return ChunkLine(state, heard, float(share), category, int(seed), float(alpha), words)


def _each(text: str, fields: int, read: Callable[[list[str]], T]) -> Iterator[T]:
    for line in text.split("\n"):
        parts = line.split("\t", fields - 1)
        if len(parts) == fields:
            with contextlib.suppress(ValueError):
                yield read(parts)
