"""A scene as it begins: its four decks through the player's own mixer, without a clock. Takes no sound device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from liveriff.engine.autogain import gain
from liveriff.engine.scenes import Scene, apply
from liveriff.engine.wishes import Setting, job_for
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE, panel_names, panel_value
from liveriff.params.words import DECKS
from liveriff.player.offline import Offline, Taken
from liveriff.render.loudness import integrated
from liveriff.wire.job import Job
from liveriff.wire.messages import SetGrid, Swap

BLOCK = 512
START_S = 0.1
Samples = NDArray[np.float32]
Render = Callable[[Job], Samples]


@dataclass(frozen=True)
class Heard:
    """sound: (frames, 2) from the first beat on; reduced_db: the most that the limiter took off; limited: share of
    blocks in which it took off more than half a decibel; decks: LUFS of each deck after its fader; tonal: the decks
    that are no drums, together."""

    sound: Samples
    tonal: Samples
    reduced_db: float
    limited: float
    decks: tuple[float, ...]


def jobs_of(scene: Scene, setting: Setting) -> tuple[Registry, dict[int, Job]]:
    """The registry with the scene applied, and what its decks begin with."""
    registry = Registry()
    apply(scene, registry)
    return registry, {deck: job_for(registry, deck, 0, setting) for deck in DECKS}


def play(scene: Scene, setting: Setting, seconds: float, render: Render) -> Heard:
    """Play a scene for so long. setting.rate: frames a second; render: samples (frames, 2) of a job."""
    registry, jobs = jobs_of(scene, setting)
    sounds = {deck: render(job) for deck, job in jobs.items()}
    panel = {path: panel_value(TABLE[path], registry.get(path)) for path in panel_names()}
    offline = Offline(setting.rate, BLOCK, None, panel_names())
    try:
        return _record(offline, panel, jobs, sounds, round(seconds * setting.rate))
    finally:
        offline.close()


def _record(
    offline: Offline, panel: dict[str, float], jobs: dict[int, Job], sounds: dict[int, Samples], frames: int
) -> Heard:
    parts: list[Samples] = []
    posts: list[Samples] = []
    reductions: list[float] = []
    offline.mixer.tap = lambda _: posts.append(offline.mixer.posts.astype(np.float32))
    rate = next(iter(jobs.values())).rate
    begin = round(START_S * rate)
    taken: Taken | None = Taken(panel, list(_messages(jobs, sounds, begin)))
    while sum(map(len, parts)) < frames:
        parts.append(offline.block(BLOCK, taken))
        reductions.append(-20.0 * float(np.log10(max(float(offline.mixer.limiter.meters[3]), 1e-6))))
        taken = None
    late = begin - offline.mixer.limiter.depth  # the mixer is ahead of what leaves
    tracks = np.concatenate(posts, axis=1)[:, late : late + frames]
    return Heard(
        np.concatenate(parts)[:frames],
        tracks[[deck - 1 for deck, job in jobs.items() if job.category != "drums"]].sum(axis=0),
        max(reductions),
        float(np.mean(np.array(reductions) > 0.5)),
        tuple(integrated(track, rate) for track in tracks),
    )


def _messages(
    jobs: dict[int, Job], sounds: dict[int, Samples], begin: int
) -> Iterator[tuple[object, dict[int, Samples]]]:
    """Every deck's loop from beat 0 on, as loud as the engine makes it."""
    for deck, job in jobs.items():
        by = gain(job.category, integrated(sounds[deck], job.rate))
        swap = Swap(deck, deck, job.frames, job.beats, Fraction(0), Fraction(0), 0, by)
        yield swap, {deck: sounds[deck]}
    first = next(iter(jobs.values()))
    yield SetGrid(Grid(first.rate, first.bpm_cents, begin)), {}
