"""The sets that are compared: material, its way through the model's codec and phase, and what the model makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liveriff.params.words import CHUNKS, HITS
from liveriff.train.judge import held_out
from liveriff.train.judge.held_out import Item
from liveriff.train.judge.measured import Heard, heard
from liveriff.train.judge.playing import Player

Done = Callable[[], None]
_CANDIDATES = 3
_PHASED = 64  # items whose own picture is made into sound: enough to know the phase by


@dataclass(frozen=True, eq=False)
class Material:
    """Held-out items. reference: loops to compare with; loops: to be matched, whole pieces; shots: one-shots."""

    reference: list[Item]
    loops: list[Item]
    shots: list[Item]


def material(work: Path, samples: int, done: Done) -> Material:
    """The held-out items for so many samples, rendered or read from WORK/judge."""
    pieces = max(1, samples // len(CHUNKS))
    shots = max(len(HITS), samples // 4)
    drawn = range(held_out.SHOTS, held_out.SHOTS + shots)
    return Material(
        _pieces(work, "reference", held_out.REFERENCE, pieces, done),
        _pieces(work, "tested", held_out.TESTED, pieces, done),
        held_out.kept(_file(work, "shots", shots), lambda: held_out.spread(held_out.shots, drawn, done)),
    )


def _pieces(work: Path, name: str, first: int, count: int, done: Done) -> list[Item]:
    """The loops of so many pieces, the styles as evenly as a larger draw allows."""

    def make() -> list[Item]:
        drawn = held_out.spread(held_out.styles, range(first, first + count * _CANDIDATES), done)
        return held_out.spread(held_out.loops, evenly(drawn, count), done)

    return held_out.kept(_file(work, name, count), make)


def _file(work: Path, name: str, count: int) -> Path:
    return work / "judge" / f"{name}-{count}.npz"


def evenly(drawn: list[tuple[int, str]], count: int) -> list[int]:
    """So many seeds of those drawn with their styles: one of every style, then a second of every style, and so on."""
    seeds: dict[str, list[int]] = {}
    for seed, style in drawn:
        seeds.setdefault(style, []).append(seed)
    longest = max(len(found) for found in seeds.values())
    return [found[turn] for turn in range(longest) for _, found in sorted(seeds.items()) if turn < len(found)][:count]


@dataclass(frozen=True, eq=False)
class Sets:
    """The same items in four ways. gain: what makes the model's loops, and its one-shots, as loud as the material."""

    material: list[Heard]
    phase: list[Heard]
    codec: list[Heard]
    generated: list[Heard]
    gain: float


def made(player: Player, items: list[Item], done: Done) -> Sets:
    """Items, all loops or all one-shots, measured in the four ways.

    phase: the material's own picture made into sound, of the first items only; codec: after coding and decoding.
    """
    real = [heard(item.sound, item.facts) for item in items]
    jobs = [player.job(item.facts, seed) for seed, item in enumerate(items)]
    pairs = list(zip(real, jobs, strict=True))
    phase = [player.sound_of(row.picture.astype(np.float32) / 255.0, job) for row, job in pairs[:_PHASED]]
    gain = float(np.median([_loud(row.sound) / _loud(sound) for row, sound in zip(real, phase, strict=False)]))
    coded, ours = [], []
    for row, job in pairs:
        coded.append(heard(player.sound_of(player.coded(row.picture), job) * np.float32(gain), row.facts))
        ours.append(heard(player.play(job) * np.float32(gain), row.facts))
        done()
    heard_phase = [heard(sound * np.float32(gain), row.facts) for sound, row in zip(phase, real, strict=False)]
    return Sets(real, heard_phase, coded, ours, gain)


def again(player: Player, rows: list[Heard], gain: float, done: Done) -> list[Heard]:
    """The same items made anew, by a player with other settings."""
    found = []
    for seed, row in enumerate(rows):
        found.append(heard(player.play(player.job(row.facts, seed)) * np.float32(gain), row.facts))
        done()
    return found


def _loud(sound: held_out.Floats) -> float:
    return max(1e-6, float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))))
