"""A set as a performer plays it, as a script for ``controls``: scenes, morphs, fills, pads, captures, recording.

``python -m tests.e2e.longset FOLDER [MINUTES] [OPTIONS of play]`` plays it, replays its log and compares; twenty
minutes where nothing is said.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .controls import main

SCENES = ("techno", "dub", "drum-and-bass", "house", "ambient", "hip-hop")
PRESETS = ("acid", "warm-pad", "reese", "dub-chords", "house-piano", "sub")
PART_S = 60.0  # a scene lasts a minute


def script(minutes: float) -> str:
    """The lines of a set of so many minutes."""
    parts = max(1, round(minutes * 60 / PART_S))
    lines = [*_beginning(), *(line for part in range(parts) for line in _part(part))]
    return "\n".join([*lines, f"{parts * PART_S - 1.5:.2f} /record 0"]) + "\n"


def _beginning() -> Iterator[str]:
    yield "0.2 /record/stems 1"
    yield "0.3 /record/chunks 1"
    yield "0.5 /record 1"


def _part(part: int) -> Iterator[str]:
    """A minute: the new scene, then a hand on one thing after the other."""
    at, deck, other = part * PART_S, 1 + part % 4, 1 + (part + 2) % 4
    if part:
        yield f'{at:.2f} /scene "{SCENES[(part - 1) % len(SCENES)]}"'
    yield f"{at + 12:.2f} /deck/{deck}/alpha 0 > 1 in 4"
    yield f"{at + 17:.2f} /deck/{deck}/alpha 1 > 0.3 in 3"
    yield f"{at + 21:.2f} /deck/{other}/filter 0 > 0.9 in 3"
    yield f"{at + 24.5:.2f} /deck/{other}/filter 0.9 > 0 in 1"
    yield f"{at + 26:.2f} /deck/1/eq/low -40"
    yield f"{at + 28:.2f} /deck/1/eq/low 0"
    yield from _pads(at + 29)
    yield f"{at + 33:.2f} /deck/1/fill 1"
    yield f"{at + 36:.2f} /deck/{other}/preset/bars 4"
    yield f"{at + 36.1:.2f} /deck/{other}/preset {PRESETS[part % len(PRESETS)]}"
    yield f"{at + 38:.2f} /pad/{5 + part % 8}/capture 2"
    yield f"{at + 42:.2f} /pad/{5 + part % 8}/trigger 1"
    yield f"{at + 44:.2f} /deck/{deck}/send/reverb -60 > -6 in 1"
    yield f"{at + 47:.2f} /deck/{deck}/send/reverb -6 > -60 in 2"
    yield f"{at + 49:.2f} /master/crossfader 0 > -0.8 in 1"
    yield f"{at + 51:.2f} /master/crossfader -0.8 > 0 in 1"
    yield f"{at + 52:.2f} /deck/{other}/next 1"
    yield f'{at + 53:.2f} /deck/{deck}/prompt/a "deep rolling groove, part {part}"'
    yield f"{at + 55:.2f} /undo 1"
    if part % 5 == 4:
        yield f'{at + 57:.2f} /scene/save "part {part}"'


def _pads(at: float) -> Iterator[str]:
    """Three seconds of finger drumming."""
    for n in range(24):
        yield f"{at + n * 0.125:.3f} /pad/{1 + (0, 2, 1, 2, 0, 0, 1, 3)[n % 8]}/trigger {0.4 + 0.6 * (n % 3) / 2:.2f}"


if __name__ == "__main__":
    folder, minutes = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script.txt").write_text(script(minutes), "utf-8")
    seconds = str(round(minutes * 60))
    sys.exit(main(str(folder / "script.txt"), str(folder), "--seconds", seconds, *sys.argv[3:]))
