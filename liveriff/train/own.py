"""Sounds of one's own as material: a folder of loops and one-shots becomes shards beside, or instead of, the made ones.

Loops are cut into pieces of eight beats; what is shorter is repeated. Each is taken at several speeds, as a record is
turned faster or slower, so that tempo and key move together and twenty files are more than twenty examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from liveriff.errors import UsageError
from liveriff.music.pitch import Key
from liveriff.params.words import CHUNKS, HITS
from liveriff.render import soundfiles
from liveriff.train import shards
from liveriff.train.material.captions import Tags
from liveriff.train.material.items import item
from liveriff.train.material.kernels import RATE, Sound, single
from liveriff.train.material.loops import PEAK, level
from liveriff.train.material.picture import HIT_FRAMES, glance
from liveriff.train.own_names import Named, beats_of, told_by

FIRST = 5_000_000
"""Seeds of one's own sounds: far from those of made material, and below those that are left to whoever judges."""

BEATS, LONGEST_SHOT_S, SHORTEST_S = 8, 2.5, 0.02
_A_SHARD = 64
_ROLES = {"synth": "keys"}  # what a synth loop is called where nobody says more


@dataclass(frozen=True)
class Wish:
    """How a folder is read. category, bpm, key: of files whose names tell none; takes: speeds of each."""

    category: str = ""
    bpm: float | None = None
    key: Key | None = None
    takes: int = 7


@dataclass(frozen=True, eq=False)
class Own:
    """One file. sound: mono at 44.1 kHz; category: as shards have it; beats: 0 for a one-shot."""

    path: Path
    sound: Sound
    category: str
    beats: int
    bpm: float
    key: Key | None
    captions: tuple[str, ...]


def bring_in(folder: Path, work: Path, wish: Wish, report: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Read a folder and write its shards, in the place of those that an earlier folder left; items by category.

    report: called after every file. UsageError, with nothing written, where a file cannot be used.
    """
    files = found_in(folder)
    sounds = []
    for path in files:
        sounds.append(read(path, folder, wish))
        report()
    (work / "data").mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    fresh: set[Path] = set()
    for kind, own in (("pieces", [each for each in sounds if each.beats]), ("shots", _shots(sounds))):
        for first in range(0, len(own), _A_SHARD):
            part = own[first : first + _A_SHARD]
            path = shards.path_of(work / "data", kind, FIRST + first, len(part))
            rows = [row for place, each in enumerate(part) for row in items_of(each, FIRST + first + place, wish.takes)]
            shards.write(path, rows)
            fresh.add(path)
            for _, facts in rows:
                counts[facts["category"]] = counts.get(facts["category"], 0) + 1
    _forget(work, fresh)
    return counts


def _shots(sounds: list[Own]) -> list[Own]:
    return [each for each in sounds if not each.beats]


def found_in(folder: Path) -> list[Path]:
    """All sound files of a folder and its folders, in order; UsageError if there are none."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}.")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and soundfiles.is_sound(path))
    if not files:
        raise UsageError(f"there are no sound files in {folder}; WAV, FLAC, AIFF, OGG and MP3 are read.")
    return files


def read(path: Path, folder: Path, wish: Wish) -> Own:
    """A file and what its name tells; UsageError with what is missing."""
    samples, rate = soundfiles.read(path)
    sound = soundfiles.resampled(soundfiles.folded(samples, 1), rate, RATE)[0]
    if len(sound) < SHORTEST_S * RATE or not np.abs(sound).max() > 1e-4:
        raise UsageError(f"{path} is silent or too short to learn from; take it out of the folder.")
    named = told_by(path.relative_to(folder))
    loop = _loop(path, len(sound) / RATE, named, wish)
    category = named.category(loop is not None) or _asked(wish.category, loop is not None)
    if not category:
        what = "loop (drums, bass, synth or mix)" if loop else f"one-shot ({', '.join(HITS)})"
        raise UsageError(f"{path} names no category of a {what}; name its folder so, or give --category.")
    beats, bpm = loop or (0, 0.0)
    key = None if category in ("drums", "kick", "snare", "hat", "clap", "perc", "fx", "tom") else named.key or wish.key
    kind = category if loop else f"hit {category}"
    return Own(path, single(sound), kind, beats, bpm, key, _captions(path, named, category))


def _loop(path: Path, seconds: float, named: Named, wish: Wish) -> tuple[int, float] | None:
    """Beats and tempo of a loop, None for a one-shot: what names no tempo and is short."""
    told = named.bpm or (wish.bpm if seconds > LONGEST_SHOT_S or "loop" in named.words else None)
    if told is None and seconds <= LONGEST_SHOT_S and "loop" not in named.words:
        return None
    found = beats_of(seconds, told)
    if found is None:
        why = f"is no whole number of beats at {told:g} BPM" if told else "tells no tempo"
        raise UsageError(f"{path} {why}; name it so, as in 'break 92bpm.wav', or trim it to its beats.")
    return found


def _asked(category: str, loop: bool) -> str:
    return category if category in (CHUNKS if loop else HITS) else ""


def _captions(path: Path, named: Named, category: str) -> tuple[str, ...]:
    """Lines of the text beside it, else the words of its name."""
    beside = path.with_suffix(".txt")
    if beside.is_file():
        lines = [line.strip() for line in beside.read_text("utf-8", errors="replace").splitlines()]
        return tuple(dict.fromkeys(line[:200] for line in lines if line))
    return tuple(dict.fromkeys(phrase for phrase in (named.phrase, f"{named.phrase} {category}") if phrase.strip()))


# --- examples --------------------------------------------------------------------------------------------------------


def items_of(own: Own, seed: int, takes: int) -> Iterator[tuple[Sound, shards.Facts]]:
    """All examples that one file gives, with their facts."""
    for part in _eights(own):
        for semitones in speeds(takes):
            yield _taken(own, part, seed, semitones)


def speeds(takes: int) -> tuple[int, ...]:
    """Semitones by which takes are turned faster or slower: 0, 1, -1, 2, -2 ..."""
    return tuple((place + 1) // 2 * (1 if place % 2 else -1) for place in range(takes))


def _eights(own: Own) -> Iterator[Sound]:
    """Pieces of eight beats, the last one ending with the loop; a shorter loop goes round. One-shots as they are."""
    if not own.beats:
        yield own.sound[: round(HIT_FRAMES * 1.3)]
        return
    beat = len(own.sound) / own.beats
    if own.beats < BEATS:
        yield np.resize(own.sound, round(beat * BEATS))
        return
    for first in dict.fromkeys((*range(0, own.beats - BEATS + 1, BEATS), own.beats - BEATS)):
        yield own.sound[round(first * beat) : round((first + BEATS) * beat)]


def _taken(own: Own, part: Sound, seed: int, semitones: int) -> tuple[Sound, shards.Facts]:
    """One example: faster and higher, or slower and lower."""
    ratio = 2.0 ** (semitones / 12.0)
    turned = soundfiles.resampled(part[None], round(RATE * ratio), RATE, circular=bool(own.beats))[0]
    tonic = (own.key.tonic + semitones) % 12 if own.key else -1
    bpm = own.bpm * ratio
    sound = level(turned, own.category) if own.beats else _one_shot(turned)
    role = own.category.removeprefix("hit ")
    tags = Tags("", _ROLES.get(role, role) if own.beats else role, bpm=round(bpm))
    mode = own.key.mode if own.key else "minor"
    facts = item(own.category, tonic, mode, round(bpm, 2), tags, glance(sound, not own.beats), seed)
    return sound, replace(facts, captions=_told(own.captions, facts.captions), held=facts.held).line()


def _told(own: tuple[str, ...], general: tuple[str, ...]) -> tuple[str, ...]:
    """Own words in half of the captions and before the general ones in a quarter."""
    if not own:
        return general
    both = [f"{own[k % len(own)]}, {general[k % len(general)]}" for k in range(4)]
    return (*(own[k % len(own)] for k in range(8)), *both, *general[:4])


def _one_shot(sound: Sound) -> Sound:
    """At the level of one-shots, ending softly where it had to be cut."""
    cut = sound[:HIT_FRAMES] * np.float32(PEAK / max(1e-6, float(np.abs(sound[:HIT_FRAMES]).max())))
    if len(sound) > HIT_FRAMES:
        cut[-2000:] *= np.linspace(1.0, 0.0, 2000, dtype=np.float32)
    return single(cut)


def _forget(work: Path, fresh: set[Path]) -> None:
    """Remove what an earlier folder left."""
    for kind in shards.KINDS:
        for path in shards.shards_of(work, kind):
            if FIRST <= shards.span_of(path)[0] < shards.HELD_OUT and path not in fresh:
                path.unlink(missing_ok=True)
                path.with_suffix(".jsonl").unlink(missing_ok=True)
