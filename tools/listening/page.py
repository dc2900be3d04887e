"""docs/presets.md: every scene and preset with what was measured of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from listening.ear import Figures
from listening.sounds import Place, key_of
from liveriff.engine.scenes import Scene
from liveriff.engine.scenes_presets import Preset
from liveriff.params.words import CHUNKS

HEAD = """# The scenes and presets that ship

Written by `PYTHONPATH=tools python -m listening docs`, which renders every preset with the embedded model and plays
every scene through the mixer. How scenes and presets are written stands in [scenes.md](scenes.md).

## Scenes

Sixteen seconds of each, as it begins. Loudness: integrated, ITU-R BS.1770. Limiter: the most that it took off, and
the share of the time in which it took off more than half a decibel. In key: share of the chroma of bass, synths and
mixes on the notes of the key (chance 58 %). Decks: loudness of each after its fader.

![Spectrograms of the scenes](scenes.png)

| scene | tempo, key | decks | LUFS | peak | limiter | in key | decks, LUFS |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""

PRESETS = """
## Presets

Two bars of each with its own seed, in the tempo and key of the scene that it is at home in. Level: before the player
brings all to one loudness. Seam: jump from the last sample to the first, over the jump that one in twenty samples
inside exceeds; below 1 it cannot be told from the rest. On the grid: attacks within 12 ms of an even sixteenth, of
drums and mixes. Heard as: whether the judge of `liveriff eval` hears the category, and how sure it is.

![Spectrograms of the presets](presets.png)
"""
TABLE = """
### {title}

| preset | words | at home in | LUFS | in key | seam | on the grid | 99 % below | heard as |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class PresetLine:
    """A preset as it was heard."""

    name: str
    preset: Preset
    place: Place
    figures: Figures


@dataclass(frozen=True)
class SceneLine:
    """A scene as it was heard. lufs; peak_db, reduced_db: decibels; limited, in_key: shares; decks: LUFS of each."""

    name: str
    scene: Scene
    presets: Sequence[str]
    lufs: float
    peak_db: float
    reduced_db: float
    limited: float
    in_key: float
    decks: Sequence[float]


def page(scenes: Iterable[SceneLine], presets: Sequence[PresetLine]) -> str:
    """The document."""
    parts = [HEAD, *(_scene(line) for line in scenes), PRESETS]
    for category in CHUNKS:
        parts.append(TABLE.format(title=category.capitalize()))
        parts += [_preset(line) for line in presets if line.preset.category == category]
    return "".join(parts)


def _scene(line: SceneLine) -> str:
    where = f"{float(str(line.scene.values['/tempo/bpm'])):g}, {key_of(line.scene)}"
    limiter = f"{line.reduced_db:.1f} dB, {_percent(line.limited)}"
    decks = " ".join(f"{deck:.0f}" for deck in line.decks)
    return _row(
        line.name, where, ", ".join(line.presets), f"{line.lufs:.1f}", f"{line.peak_db:.1f} dB", limiter,
        _percent(line.in_key), decks,
    )  # fmt: skip


def _preset(line: PresetLine) -> str:
    found = line.figures
    where = f"{line.place.scene} ({line.place.bpm:g}, {line.place.key})"
    heard = "-" if found.as_category is None else f"{line.preset.category} {_percent(found.as_category)}"
    return _row(
        line.name, str(line.preset.values["prompt/a"]), where, f"{found.lufs:.1f}", _percent(found.in_key),
        f"{found.seam:.2f}", _percent(found.on_grid), f"{found.top_hz / 1000:.1f} kHz", heard,
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
