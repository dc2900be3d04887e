"""The figures as the model card tells them: one table in Markdown. Pure."""

from __future__ import annotations

from typing import Any

Row = tuple[str, str, str, str, int]
"""What it is, which part of the figures, its name there, its unit, digits after the point."""

_ROWS: tuple[Row, ...] = (
    ("category heard right", "loops", "category_right", "%", 0),
    ("style heard right, told by words that training never saw", "loops", "style_right", "%", 0),
    ("chroma on the notes of the key that was told (chance 0.58)", "loops", "in_key", "", 2),
    ("key guessed from the chroma has the notes of the key that was told", "loops", "key_notes", "%", 0),
    ("attacks of drums and mixes, median distance from the grid", "loops", "onset_offset_ms", " ms", 1),
    ("rank correlation of density told and measured", "loops", "density_agreement", "", 2),
    ("rank correlation of brightness told and measured", "loops", "brightness_agreement", "", 2),
    ("jump at the seam, over the jump that 5 % of inner frames exceed", "loops", "seam_median", "", 2),
    ("one-shots heard as what they are", "shots", "category_right", "%", 0),
    ("one-shots: attack within", "shots", "attack_ms", " ms", 1),
    ("one-shots: 99 % of the energy of hats below", "shots", "hat_rolloff_hz", " Hz", 0),
)
_SETS = ("material", "codec", "generated")


def card(figures: dict[str, Any]) -> str:
    """The section's body."""
    told = (
        f"Measured with `liveriff eval` ({figures['samples']} loops and {figures['shots']['material']['shots']:.0f} "
        f"one-shots, {figures['steps']} steps, guidance {figures['guidance']:g}) against material of seeds that "
        "training never uses. Styles and categories are named by small nets taught on such material. Codec: the "
        "material after coding and decoding, the bound of what the generator can reach."
    )
    lines = ["| figure | material | codec | generated |", "| --- | --- | --- | --- |"]
    lines += [_line(row, figures) for row in _ROWS]
    lines += [_distance(ear, apart) for ear, apart in figures["distance"].items()]
    lines.append(_decks(figures["decks"]))
    return "\n".join([told, "", *lines, "", *_sentences(figures)]).rstrip() + "\n"


def _line(row: Row, figures: dict[str, Any]) -> str:
    about, part, name, unit, digits = row
    cells = [_cell(figures[part][of][name], unit, digits) for of in _SETS]
    return f"| {about} | {' | '.join(cells)} |"


def _cell(value: float, unit: str, digits: int) -> str:
    if value != value:
        return "-"
    return f"{100.0 * value:.0f} %" if unit == "%" else f"{value:.{digits}f}{unit}"


def _distance(ear: str, apart: dict[str, dict[str, float]]) -> str:
    name = {"ear": "the judge's own embedding"}.get(ear, ear)
    cells = " | ".join(f"{apart[of]['kad']:.2f}" for of in _SETS)
    return f"| kernel audio distance to other material, {name} | {cells} |"


def _decks(decks: dict[str, float]) -> str:
    cells = " | ".join(f"{decks[of]:.2f}" for of in _SETS)
    return f"| chroma in key of four decks together (a mix of the material {decks['material mix']:.2f}) | {cells} |"


def _sentences(figures: dict[str, Any]) -> list[str]:
    """What is no comparison."""
    found = []
    if copies := figures.get("copies"):
        found.append(
            f"Copies: of {copies['training_items']:.0f} training loops the nearest to a sample lies "
            f"{copies['nearest']:.1f} grey levels away; 1 % of fresh material lies nearer than "
            f"{copies['material_1st_percentile']:.1f}, and {100 * copies['nearer_than_threshold']:.1f} % of samples do."
        )
    if time := figures.get("time"):
        found.append(
            f"Two bars at 120 BPM: {time['two_bars_p50_s']:.2f} s (95 %: {time['two_bars_p95_s']:.2f} s), "
            f"{time['times_real_time']:.1f} times real time; five alphas {time['strip_of_5_s']:.2f} s; sixteen pads "
            f"{time['pads_16_s']:.2f} s; loading {time['load_s']:.1f} s; weights {time['weights_mb']:.1f} MB."
        )
    return found
