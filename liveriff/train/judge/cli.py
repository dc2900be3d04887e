"""``liveriff eval``: the embedded model measured against held-out material, in figures and in pictures."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from liveriff.render.embedded.weights import FOLDER
from liveriff.train.run import default_work, on_terminal


@click.command(name="eval")
@click.option("--weights", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Folder of the weights.")
@click.option("--work", type=click.Path(path_type=Path), default=default_work, help="Keeps what is made for judging.")
@click.option("--samples", type=click.IntRange(4), default=256, show_default=True, help="Loops; shots: a quarter.")
@click.option("--steps", type=click.IntRange(0, 64), default=0, help="0: the model's own choice.")
@click.option("--guidance", type=float, default=3.0, show_default=True)
@click.option("--lessons", type=click.IntRange(2), default=1500, show_default=True, help="Pieces the ears learn from.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Default: WORK/judge.")
@click.option("--page/--no-page", default=True, show_default=True, help="Write a page with pictures.")
@click.option("--brief", is_flag=True, help="Leave out timing and what needs renders of its own.")
@click.option("--prepare", is_flag=True, help="Only render the held-out material and teach the judge's ears.")
def command(
    folder: Path, work: Path, samples: int, steps: int, guidance: float, out: Path | None, page: bool,
    brief: bool, prepare: bool, lessons: int,
) -> None:  # fmt: skip
    """Measure the embedded model against material that training never saw: eval.json, .md, .html, .png."""
    from liveriff.train.watching import settled

    settled()
    _use_bank(work)
    from liveriff.train.judge import judging
    from liveriff.train.judge.card import card
    from liveriff.train.judge.playing import opened
    from liveriff.train.judge.sets import material

    if prepare:
        judging.ears(work, _tell, lessons)
        material(work, samples, lambda: None)
        return
    judged = judging.judge(opened(folder, steps, guidance), folder, work, samples, _tell, brief, lessons)
    _tell("")
    place = out or work / "judge"
    place.mkdir(parents=True, exist_ok=True)
    (place / "eval.json").write_text(json.dumps(_plain(judged.figures), indent=1) + "\n", "utf-8")
    (place / "eval.md").write_text(card(judged.figures), "utf-8")
    if page:
        _write_page(judged, place)
    click.echo(json.dumps(_plain(judged.figures["ratios"]), indent=1))
    click.echo(f"everything is in {place}.")


def _use_bank(work: Path) -> None:
    """Play held-out material with the notes that training had, where they are in WORK."""
    from liveriff.train.material import bank

    if bank.VARIABLE not in os.environ and (work / bank.NAME).exists():
        bank.use(work / bank.NAME)
    bank.prepare()


def _write_page(judged: Any, place: Path) -> None:
    from liveriff.train.judge.page import page
    from liveriff.train.judge.pictures import sheet

    (place / "eval.html").write_text(page(judged), "utf-8")
    loops = judged.loops
    sheet([[row.picture for row in rows[:12]] for rows in (loops.material, loops.codec, loops.generated)]).save(
        place / "eval.png"
    )


def _plain(found: Any) -> Any:
    """NaN as null, which JSON has no word for."""
    if isinstance(found, dict):
        return {name: _plain(value) for name, value in found.items()}
    return None if isinstance(found, float) and found != found else found


def _tell(words: str) -> None:
    """What is going on, on a terminal only."""
    if on_terminal():
        click.echo(f"\r\x1b[K{words}", nl=False, err=True)
    elif words and not words[-1].isdigit():
        click.echo(words, err=True)
