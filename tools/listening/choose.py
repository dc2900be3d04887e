"""Which of several variations sounds best: the one a performer should hear first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from listening.ear import Figures
from liveriff.engine.autogain import TARGETS
from liveriff.engine.scenes_presets import Preset
from liveriff.train.material.words_styles import STYLES

QUIET_DB = 4.0
"""How far from the others' loudness a loop may be before it counts against it: the player brings all to one."""


def score(figures: Figures, preset: Preset) -> float:
    """Points of a variation, some -5 to 5: in key, on the grid, heard as what it is, no seam, as busy and as bright as
    asked."""
    points = 6.0 * (figures.in_key - 0.75) if figures.in_key is not None else 0.0
    points += 3.0 * (figures.on_grid - 0.7) if figures.on_grid is not None else 0.0
    points += figures.as_category if figures.as_category is not None else 0.0
    points += 1.5 * _style(figures, str(preset.values["prompt/a"]))
    points -= 2.0 * max(0.0, figures.seam - 0.8)
    points -= 0.5 * max(0.0, abs(figures.lufs - TARGETS[preset.category]) - QUIET_DB)
    points -= max(0.0, abs(figures.density - float(str(preset.values["density"]))) - 0.1)
    return points - max(0.0, abs(figures.brightness - float(str(preset.values["brightness"]))) - 0.15)


def best(seeds: Iterable[int], of: Callable[[int], float]) -> tuple[int, float]:
    """The seed with the most points; of equals the first."""
    points = {seed: of(seed) for seed in seeds}
    chosen = max(points, key=lambda seed: points[seed])
    return chosen, points[chosen]


def style_of(prompt: str) -> str:
    """The style that a prompt begins with, as the judge calls it; "" for none."""
    terms = {term: name for name, told in STYLES.told.items() for term in told}
    found = [term for term in terms if prompt.startswith((f"{term} ", f"{term},"))]
    return terms[max(found, key=len)] if found else ""


def _style(figures: Figures, prompt: str) -> float:
    return (figures.as_style or {}).get(style_of(prompt), 0.0)


def keep_seed(path: Path, seed: int) -> None:
    """Write the seed into a preset's file."""
    text, count = re.subn(r"(?m)^seed = \d+$", f"seed = {seed}", path.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{path} has no line seed = ...")
    path.write_text(text, "utf-8")
