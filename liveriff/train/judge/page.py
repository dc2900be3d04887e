"""The page: figures as tables, every style and category in pictures, and the ten worst. One file, nothing loaded."""

from __future__ import annotations

from html import escape
from typing import Any

from liveriff.train.judge.judging import Judged
from liveriff.train.judge.measured import Heard
from liveriff.train.judge.pictures import Picture, embedded
from liveriff.train.judge.playing import prompt_of
from liveriff.train.judge.sets import Sets

WORST = 10
_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; background: #16161c; color: #ddd; margin: 2em auto; max-width: 72em; }
h1, h2 { font-weight: 600; } table { border-collapse: collapse; margin: 0 0 2em; }
th, td { padding: 2px 12px 2px 0; text-align: left; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
img { display: block; } figcaption, .dim { color: #999; } .wrong { color: #f96; }
"""


def page(judged: Judged) -> str:
    """The whole page."""
    figures = judged.figures
    parts = [
        f"<h1>The embedded model, {figures['samples']} loops at {figures['steps']} steps</h1>",
        "<h2>What is promised</h2>", _table({"": figures["ratios"]}),
        "<h2>Loops</h2>", _table(figures["loops"]),
        "<h2>One-shots</h2>", _table(figures["shots"]),
        *(f"<h2>Distance to held-out material ({escape(ear)})</h2>{_table(apart)}"
          for ear, apart in figures["distance"].items()),
        *(f"<h2>{escape(name)}</h2>{_table(_columns(figures[name]))}"
          for name in ("decks", "copies", "variety", "morphing", "knobs", "by_steps", "time") if figures.get(name)),
        "<h2>The worst</h2>", _worst(judged),
        "<h2>Every style and category</h2>", _gallery(judged.loops),
        "<h2>One-shots in pictures</h2>", _gallery(judged.shots),
    ]  # fmt: skip
    return f"<!doctype html><meta charset=utf-8><title>liveriff eval</title><style>{_STYLE}</style>{''.join(parts)}"


def _columns(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    return found if all(isinstance(value, dict) for value in found.values()) else {"": found}


def _table(columns: dict[str, dict[str, float]]) -> str:
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    head = "".join(f"<th>{escape(title)}</th>" for title in ("", *columns))
    lines = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(_cell(column.get(name)) for column in columns.values())}</tr>"
        for name in names
    )
    return f"<table><tr>{head}</tr>{lines}</table>"


def _cell(value: float | None) -> str:
    return f'<td class="n">{"" if value is None else f"{value:.5g}"}</td>'


def _gallery(sets: Sets) -> str:
    """One example of each style and category: material, codec, generated."""
    chosen: dict[tuple[str, str], int] = {}
    for place, row in enumerate(sets.material):
        chosen.setdefault((str(row.facts["style"]) if row.loop else "", row.category), place)
    lines = "".join(_row(sets, place, " ".join(names)) for names, place in sorted(chosen.items()))
    return f"<table><tr><th></th><th>material</th><th>codec</th><th>generated</th></tr>{lines}</table>"


def _row(sets: Sets, place: int, title: str, remark: str = "") -> str:
    row = sets.material[place]
    about = f"{escape(title)}<br><span class=dim>{escape(prompt_of(row.facts))}<br>{_key(row)}</span>{remark}"
    images = (one[place].picture for one in (sets.material, sets.codec, sets.generated))
    return f"<tr><td>{about}</td>{''.join(_image(picture) for picture in images)}</tr>"


def _image(picture: Picture) -> str:
    return f'<td><img alt="" src="{embedded(picture)}"></td>'


def _key(row: Heard) -> str:
    from liveriff.music.pitch import Key

    tonic = row.facts["tonic"]
    return f"{row.facts['bpm']:g} BPM" + ("" if tonic is None else f", {escape(Key(tonic, row.facts['mode']).name)}")


def _worst(judged: Judged) -> str:
    lines = []
    for verdict in judged.worst[:WORST]:
        row = judged.loops.material[verdict.place]
        remark = f'<br><span class="wrong">{escape("; ".join(verdict.words))}</span>'
        lines.append(_row(judged.loops, verdict.place, f"{row.facts['style']} {row.category}", remark))
    return f"<table><tr><th></th><th>material</th><th>codec</th><th>generated</th></tr>{''.join(lines)}</table>"
