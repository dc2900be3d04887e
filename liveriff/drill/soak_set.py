"""The set that a soak plays: everything that hands do on a stage, at the rate of a busy night, for as long as it takes.

Pure: the same seed is the same set. Nothing in it is a nudge or a tap, which move the beats by hand: what is left of
the beats is the machine's own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from liveriff.params.words import CHUNKS, DECKS, HITS, MODES, PADS, PER_BANK, TONICS

SCENES = ("house", "techno", "dub", "drum-and-bass", "hip-hop", "ambient", "liveriff-soak-1", "liveriff-soak-2")
PRESETS = ("acid", "warm-pad", "reese", "sub", "dub-chords", "house-piano", "liveriff-soak-1", "liveriff-soak-2")
WORDS = ("deep", "dark", "warm", "rolling", "broken", "glass", "tape", "slow", "acid", "choir", "rain", "brass", "felt")


@dataclass(frozen=True, order=True)
class Event:
    """A value for a path, at a time since the beginning."""

    time_s: float
    path: str
    value: float | int | str | bool


Said = tuple[float, str, "float | int | str | bool"]
"""Seconds from the gesture's beginning, path, value."""


def _sweep(path: str, start: float, end: float, seconds: float, steps: int = 40) -> list[Said]:
    """A hand that moves a fader."""
    return [(seconds * i / steps, path, start + (end - start) * i / steps) for i in range(steps + 1)]


def _deck(dice: Random) -> str:
    return f"/deck/{dice.choice(DECKS)}"


def _words(dice: Random) -> str:
    return f"{' '.join(dice.sample(WORDS, 3))} {dice.randrange(10_000)}"


def _tempo(dice: Random) -> list[Said]:
    if dice.random() < 0.5:
        return [(0.0, "/tempo/bpm", round(dice.uniform(70.0, 180.0), 2))]
    start = dice.uniform(80.0, 170.0)
    sweep = _sweep("/tempo/bpm", start, start * dice.uniform(0.9, 1.1), 8.0, steps=8)
    return [(at, path, round(float(bpm), 2)) for at, path, bpm in sweep]


def _key(dice: Random) -> list[Said]:
    return [(0.0, "/key/tonic", dice.choice(TONICS)), (0.1, "/key/mode", dice.choice(MODES))]


def _morph(dice: Random) -> list[Said]:
    path = f"{_deck(dice)}/alpha"
    return [*_sweep(path, 0.0, 1.0, 4.0), *((5.0 + at, p, v) for at, p, v in _sweep(path, 1.0, dice.random(), 3.0))]


def _prompt(dice: Random) -> list[Said]:
    return [(0.0, f"{_deck(dice)}/prompt/{dice.choice('ab')}", _words(dice))]


def _mix(dice: Random) -> list[Said]:
    deck = _deck(dice)
    what, low, high = dice.choice(
        (("filter", 0.0, 0.8), ("filter", 0.0, -0.8), ("eq/low", 0.0, -40.0), ("send/reverb", -60.0, -6.0),
         ("send/delay", -60.0, -6.0), ("pan", 0.0, 0.9), ("level", -12.0, -30.0), ("width", 1.0, 2.0))
    )  # fmt: skip
    out, back = _sweep(f"{deck}/{what}", low, high, 2.0), _sweep(f"{deck}/{what}", high, low, 1.0)
    return [*out, *((4.0 + at, path, value) for at, path, value in back)]


def _gesture(dice: Random) -> list[Said]:
    deck = _deck(dice)
    gestures: tuple[list[Said], ...] = (
        [(0.0, f"{deck}/{dice.choice(('next', 'fill', 'swap', 'back'))}", 1.0)],
        [(0.0, f"{deck}/next", 1.0), (8.0, f"{deck}/fill", 1.0)],
        [(0.0, f"{deck}/loop", "1"), (0.8, f"{deck}/loop/halve", 1.0), (1.6, f"{deck}/loop", "off")],
        [(0.0, f"{deck}/repeat", "1/8"), (0.6, f"{deck}/repeat", "off")],
        [(0.0, f"{deck}/copy", float(dice.choice(DECKS)))],
        [(0.0, f"{deck}/freeze", True), (20.0, f"{deck}/freeze", False)],
        [(0.0, f"{deck}/mute", True), (4.0, f"{deck}/mute", False)],
        [(0.0, f"{deck}/solo", True), (4.0, f"{deck}/solo", False)],
    )
    return dice.choice(gestures)


def _shape(dice: Random) -> list[Said]:
    deck = _deck(dice)
    values: tuple[tuple[str, float | int | str], ...] = (
        (f"{deck}/density", dice.random()), (f"{deck}/brightness", dice.random()),
        (f"{deck}/seed/drift", dice.choice((0.0, 0.25, 0.5))), (f"{deck}/evolve", dice.choice((0, 2, 4))),
        (f"{deck}/category", dice.choice(CHUNKS)), (f"{deck}/beats", dice.choice((4, 8, 16))),
        ("/quantum", dice.choice(("off", "beat", "bar", "phrase"))),
    )  # fmt: skip
    return [(0.0, *dice.choice(values))]


def _source(dice: Random) -> list[Said]:
    deck = _deck(dice)
    kind = dice.choice(("previous", "deck"))
    asked = [(0.0, f"{deck}/source/deck", dice.choice(DECKS)), (0.1, f"{deck}/strength", 0.6)]
    return [*asked, (0.2, f"{deck}/source", kind), (30.0, f"{deck}/source", "none")]


def _strokes(dice: Random) -> list[Said]:
    return [(i * 0.125, f"/pad/{dice.randint(1, PER_BANK)}/trigger", dice.choice((0.4, 0.7, 1.0))) for i in range(24)]


def _pad(dice: Random) -> list[Said]:
    pad = f"/pad/{dice.choice(PADS)}"
    gestures: tuple[list[Said], ...] = (
        [(0.0, f"{pad}/reroll", 1.0)], [(0.0, f"{pad}/prompt", _words(dice))],
        [(0.0, f"{pad}/category", dice.choice(HITS))], [(0.0, f"{pad}/pitch", float(dice.randint(-12, 12)))],
        _sweep(f"{pad}/morph", 0.0, dice.random(), 2.0), [(0.0, f"{pad}/clear", 1.0)], [(0.0, "/pad/kit/make", 1.0)],
        [(0.0, f"{pad}/mode", dice.choice(("one-shot", "gate", "loop")))], [(0.0, "/pad/bank", dice.randint(1, 4))],
    )  # fmt: skip
    return dice.choice(gestures)


def _capture(dice: Random) -> list[Said]:
    pad = f"/pad/{dice.randint(1, PER_BANK)}"
    taken = [(0.0, "/pads/capture/beats", dice.choice((1, 2, 4, 8))), (0.2, f"{pad}/capture", 1.0)]
    return [*taken, (6.0, f"{pad}/trigger", 1.0)]


def _scene(dice: Random) -> list[Said]:
    saved = [(0.0, "/scene/save", dice.choice(SCENES[-2:]))] if dice.random() < 0.3 else []
    return [*saved, (1.0, "/scene", dice.choice(SCENES))]


def _preset(dice: Random) -> list[Said]:
    deck = _deck(dice)
    saved = [(0.0, f"{deck}/preset/save", dice.choice(PRESETS[-2:]))] if dice.random() < 0.3 else []
    return [*saved, (1.0, f"{deck}/preset/bars", dice.choice((0, 4, 8))), (1.1, f"{deck}/preset", dice.choice(PRESETS))]


def _undo(dice: Random) -> list[Said]:
    return [(i * 0.5, dice.choice(("/undo", "/undo", "/redo")), 1.0) for i in range(dice.randint(1, 5))]


def _record(dice: Random) -> list[Said]:
    """Mostly it records; now and then another file, format, or stems."""
    first: list[Said] = [(0.0, "/record", False), (1.0, "/record/format", dice.choice(("wav", "wav", "flac")))]
    more: list[Said] = [(1.1, "/record/stems", dice.random() < 0.2), (1.2, "/record/chunks", dice.random() < 0.2)]
    return [*first, *more, (2.0, "/record", True)]


def _stand(dice: Random) -> list[Said]:
    return [(0.0, "/play", False), (dice.uniform(2.0, 6.0), "/play", True)]


Maker = Callable[[Random], list[Said]]
EVERY_S: tuple[tuple[float, Maker], ...] = (
    (100.0, _tempo), (90.0, _key), (25.0, _morph), (45.0, _prompt), (12.0, _mix), (15.0, _gesture), (30.0, _shape),
    (300.0, _source), (20.0, _strokes), (30.0, _pad), (120.0, _capture), (400.0, _scene), (90.0, _preset),
    (60.0, _undo), (1500.0, _record), (1800.0, _stand),
)  # fmt: skip
"""A gesture, and how often it is made on the mean."""


def events(seed: int = 1, rate: float = 1.0) -> Iterator[Event]:
    """The set, in the order of time, for ever. rate: so many times as busy."""
    dice = Random(seed)
    waiting = [(dice.expovariate(rate / every), i) for i, (every, _) in enumerate(EVERY_S)]
    heapq.heapify(waiting)
    coming: list[Event] = [Event(0.5, "/record", True)]
    while True:
        at, which = waiting[0]
        while coming and coming[0].time_s <= at:
            yield heapq.heappop(coming)
        every, make = EVERY_S[which]
        for after, path, value in make(dice):
            heapq.heappush(coming, Event(round(at + after, 4), path, value))
        heapq.heapreplace(waiting, (at + dice.expovariate(rate / every), which))
