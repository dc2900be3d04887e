"""What is wrong with a sample, in words and as one number, so that the worst can be looked at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveriff.train.judge.measured import Heard
from liveriff.train.judge.scores import Said


@dataclass(frozen=True)
class Verdict:
    """place: of the sample in its set; weight: how wrong, 0 is nothing; words: what is wrong, the worst first."""

    place: int
    weight: float
    words: tuple[str, ...]


def verdicts(rows: list[Heard], words: Said, real: list[Heard], said_of_real: Said) -> list[Verdict]:
    """Of every sample beside the material it was to match, the worst first."""
    found = []
    for place, (row, own) in enumerate(zip(rows, real, strict=True)):
        faults = sorted(_numbers(row, own) + _names(place, row, words, said_of_real), reverse=True)
        found.append(Verdict(place, round(sum(weight for weight, _ in faults), 3), tuple(text for _, text in faults)))
    return sorted(found, key=lambda verdict: -verdict.weight)


Fault = tuple[float, str]


def _names(place: int, row: Heard, words: Said, own: Said) -> list[Fault]:
    """Heard as something else, weighed by how sure the ear was of the material."""
    faults = []
    if words.categories[place] != row.category:
        faults.append((2.0, f"sounds like {words.categories[place]}, not {row.category}"))
    sure = own.style[place] - words.style[place]
    if words.styles[place] != row.facts["style"] and sure > 0.2:
        faults.append((float(sure), f"sounds like {words.styles[place]}, not {row.facts['style']}"))
    return faults


def _numbers(row: Heard, own: Heard) -> list[Fault]:
    """Numbers that are worse than the material's."""
    faults = []
    lost = own.numbers.get("in_key", 0.0) - row.numbers.get("in_key", 0.0)
    if lost > 0.1:
        faults.append((lost * 5.0, f"{row.numbers['in_key']:.2f} in key, the material {own.numbers['in_key']:.2f}"))
    if len(row.offsets) and (late := float(np.median(np.abs(row.offsets))) * 1000.0) > 8.0:
        faults.append((late / 10.0, f"attacks {late:.0f} ms beside the grid"))
    if len(own.offsets) >= 4 and len(row.offsets) < len(own.offsets) / 2:
        faults.append((1.0, f"{len(row.offsets)} attacks on eighths, the material {len(own.offsets)}"))
    if abs(louder := row.numbers["level_db"] - own.numbers["level_db"]) > 6.0:
        faults.append((abs(louder) / 6.0, f"{louder:+.0f} dB against the material"))
    if row.numbers.get("seam", 0.0) > max(1.5, 2.0 * own.numbers.get("seam", 0.0)):
        faults.append((1.0, f"a seam of {row.numbers['seam']:.1f}"))
    for name in ("density", "brightness"):
        if name in row.numbers and abs(gap := row.numbers[name] - float(row.facts[name])) > 0.35:
            faults.append((abs(gap), f"{name} {row.numbers[name]:.2f} instead of {row.facts[name]:.2f}"))
    return faults
