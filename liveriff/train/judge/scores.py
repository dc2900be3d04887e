"""Figures of a set of sounds: how often the style and the category were heard, how well keys and times were kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveriff.train.judge import figures, tonality
from liveriff.train.judge.classifier import Named
from liveriff.train.judge.hearing import Bytes, seen
from liveriff.train.judge.held_out import Item
from liveriff.train.judge.measured import Heard

Floats = NDArray[np.float64]
STRUCK = ("hit kick", "hit snare", "hit hat", "hit clap", "hit perc", "hit tom")


@dataclass(frozen=True, eq=False)
class Ears:
    """The judge's own nets for loops and for one-shots, and perhaps an independent embedding of sounds."""

    loops: Named
    shots: Named
    other: Callable[[NDArray[np.float32]], Floats] | None = None


@dataclass(frozen=True, eq=False)
class Said:
    """What an ear says of each of a set: probability of what was told, and what it would rather call it."""

    style: Floats
    styles: list[str]
    category: Floats
    categories: list[str]
    embeddings: Floats


def said(ears: Ears, rows: list[Heard]) -> Said:
    """What the ear for these sounds, all loops or all one-shots, says of them."""
    ear = ears.loops if rows[0].loop else ears.shots
    pictures = np.stack([row.small for row in rows])
    style, category = ear.name(pictures)
    told = [_told(style, ear.styles, str(row.facts["style"]), place) for place, row in enumerate(rows)]
    kinds = [_told(category, ear.categories, row.category, place) for place, row in enumerate(rows)]
    heard_styles = [ear.styles[place] for place in style.argmax(axis=1)]
    heard_kinds = [ear.categories[place] for place in category.argmax(axis=1)]
    return Said(np.array(told), heard_styles, np.array(kinds), heard_kinds, ear.embed(pictures))


def small_of(item: Item) -> Bytes:
    """The judge's picture of an item."""
    return seen(item.sound, item.loop)


def _told(shares: Floats, names: tuple[str, ...], name: str, place: int) -> float:
    return float(shares[place, names.index(name)]) if name in names else float("nan")


def of_loops(rows: list[Heard], words: Said) -> dict[str, float]:
    """Figures of loops; those that only some have are means over them."""
    keyed = [row for row in rows if row.chroma is not None]
    offsets = np.concatenate([row.offsets for row in rows])
    found = {
        "loops": float(len(rows)),
        "category_right": _share([row.category == name for row, name in zip(rows, words.categories, strict=True)]),
        "style_right": _share([row.facts["style"] == name for row, name in zip(rows, words.styles, strict=True)]),
        "style_probability": _mean(words.style),
        "onset_offset_ms": float(np.median(np.abs(offsets)) * 1000.0) if len(offsets) else float("nan"),
        "onset_bias_ms": float(np.median(offsets) * 1000.0) if len(offsets) else float("nan"),
        "onset_spread_ms": figures.grid_spread(offsets),
        "attacks_a_loop": len(offsets) / max(1, sum(row.category in ("drums", "mix") for row in rows)),
        "seam_median": _quantile(rows, "seam", 0.5),
        "seam_p95": _quantile(rows, "seam", 0.95),
        "seam_within": _share([row.numbers["seam"] <= 1.0 for row in rows]),
        "density_agreement": _agreement(rows, "density"),
        "brightness_agreement": _agreement(rows, "brightness"),
    }
    return _rounded(found | _keys(keyed) | _by_kind(rows, words))


def _by_kind(rows: list[Heard], words: Said) -> dict[str, float]:
    """Style heard right and level, by category."""
    found: dict[str, float] = {}
    for kind in sorted({row.category for row in rows}):
        chosen = [place for place, row in enumerate(rows) if row.category == kind]
        found[f"style_right {kind}"] = _share([rows[at].facts["style"] == words.styles[at] for at in chosen])
        found[f"level_db {kind}"] = _mean([rows[at].numbers["level_db"] for at in chosen])
        found[f"rolloff_hz {kind}"] = float(np.median([rows[at].numbers["rolloff_hz"] for at in chosen]))
    return found


def _keys(rows: list[Heard]) -> dict[str, float]:
    """Chroma on the notes that were told, and keys guessed from it: equal, or with the same notes."""
    guesses = [tonality.best_key(row.chroma) for row in rows if row.chroma is not None]
    pairs = list(zip(guesses, rows, strict=True))
    pitched = [row for row in rows if row.category in ("bass", "synth")]
    return {
        "in_key": _mean([row.numbers["in_key"] for row in rows]),
        "in_key bass and synth": _mean([row.numbers["in_key"] for row in pitched]),
        "key_equal": _share([guess == row.key for guess, row in pairs]),
        "key_notes": _share([tonality.same_notes(guess, row.key) for guess, row in pairs]),
    }


def of_shots(rows: list[Heard], words: Said) -> dict[str, float]:
    """Figures of one-shots."""
    struck = [row for row in rows if row.category in STRUCK]
    hats = [row for row in rows if row.category == "hit hat"]
    found = {
        "shots": float(len(rows)),
        "category_right": _share([row.category == name for row, name in zip(rows, words.categories, strict=True)]),
        "attack_ms": _median(struck, "attack_ms"),
        "attack_ms_p95": _quantile(struck, "attack_ms", 0.95),
        "attack_within_2_ms": _share([row.numbers["attack_ms"] <= 2.0 for row in struck]),
        "tail_db": _median(rows, "tail_db"),
        "hat_rolloff_hz": _median(hats, "rolloff_hz"),
        "brightness_agreement": _agreement(rows, "brightness"),
    }
    return _rounded(found)


def _agreement(rows: list[Heard], name: str) -> float:
    told = np.array([row.facts[name] for row in rows])
    return figures.rank_agreement(told, np.array([row.numbers[name] for row in rows]))


def _median(rows: list[Heard], name: str) -> float:
    return _quantile(rows, name, 0.5)


def _quantile(rows: list[Heard], name: str, share: float) -> float:
    return float(np.quantile([row.numbers[name] for row in rows], share)) if rows else float("nan")


def _mean(values: list[float] | Floats) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _share(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _rounded(found: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in found.items()}
