"""`liveriff bench`: its figures as rows, tables, a page and a picture; measuring itself is not tested here."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from liveriff.cli import bench_rows as rows
from liveriff.cli.app import cli
from liveriff.cli.bench_page import page, tables
from liveriff.cli.bench_plot import draw, share
from liveriff.cli.bench_tried import TRIED, tried
from liveriff.errors import UsageError

RESULTS: dict[str, Any] = {
    "machine": {
        "processor": "Some Processor", "instructions": ["avx2"], "cores": 2, "memory_gb": 16.0, "load": 0.1,
        "system": "Linux", "python": "3.11.2", "packages": {"torch": "2.13.0"},
    },
    "first_sound": {"cold_s": 7.5, "cached_s": 0.81},
    "set": {"cpu": 0.5, "cpu_share": 0.25, "memory_mb": 900.0, "processes": {"player": {"memory_mb": 200.0}}},
    "mixing": {"effects_us": {"median": 200.0}, "others": {"pedalboard": {"median": 300.0, "ratio": 1.5}}},
    "rendering": {
        "model": "embedded", "device": "cpu", "threads": 1, "steps": 4,
        "waits": {"median_s": 0.32, "p95_s": 0.39, "x_realtime": 12.5},
        "decoders": {"ours_seconds": 0.2, "riffusion_seconds": 16.0, "ours_error": 0.08, "riffusion_error": 0.1,
                     "sgd_seconds": None},
        "other_decoders": {"plain": {"seconds": 2.0, "error": 0.12, "ratio": 10.0}},
    },
    "backends": {"small": {
        "embedded": {"weights": "shipped", "steps": 4, "music_s": 4.0, "seconds": 0.3, "seconds_a_step": 0.05,
                     "x_realtime": 13.0, "decode_ratio": 24.04},
        "dance": {"weights": "small", "steps": 50, "music_s": 4.0, "seconds": 0.5, "seconds_a_step": 0.0101,
                  "x_realtime": 8.0, "decode_ratio": None},
        "told-earlier": {"weights": "its own", "music_s": 4.0, "seconds": 2.0, "seconds_a_step": 1.0,
                         "x_realtime": 2.0},
        "ray": {"problem": "it is not there."},
    }},
    "screen": {"120x40": {"cpu_share": 0.14, "frames_per_s": 29.0}},
}  # fmt: skip


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(RESULTS), "utf-8")
    return path


def line_of(text: str, label: str) -> str:
    (found,) = [line for line in text.splitlines() if label in line]
    return found


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("played before", ["0.81 s", "at most 2 s"]),
        ("nothing kept", ["7.50 s", "at most 6 s: MISSED"]),
        ("processor time, of one core", ["50 %"]),
        ("of it: player", ["200 MB"]),
        ("faster than it plays", ["12.5 times", "at least 8 times"]),
        ("pedalboard", ["0.300 ms", "1.5 x"]),
        ("Riffusion's settings, 32 passes", ["16.00 s", "80.0 x"]),
        ("frames a second", ["29"]),
        ("embedded (shipped)", ["4", "4.0 s", "0.30 s", "0.050 s", "13.00", "24.0 x"]),
        ("dance (small)", ["50", "4.0 s", "0.50 s", "0.010 s", "8.00"]),
        ("Backends, one loop each", ["steps, music, a chunk", "than Riffusion's"]),
    ],
)
def test_a_terminal_is_shown_what_was_measured_beside_what_it_should_be(label: str, parts: list[str]) -> None:
    lines = [line for line in tables(RESULTS).splitlines() if label in line]
    assert any(all(part in line for part in parts) for line in lines), lines


def test_what_was_not_measured_is_not_told() -> None:
    text = tables(RESULTS)
    assert not [
        label for label in ("late blocks", "librosa", "torchaudio", "first mel inverse", "ray") if label in text
    ]
    assert "MISSED" not in line_of(text, "memory of all processes")
    assert tables({"machine": RESULTS["machine"]}).count("\n") == 0


def test_the_page_is_markdown_with_its_machine_and_its_picture() -> None:
    text = page(RESULTS, "performance.png")
    assert text.startswith("# Performance\n")
    assert "The machine: Some Processor (avx2), 2 cores, 16 GB of memory; Linux; Python 3.11.2, torch 2.13.0; " in text
    assert "](performance.png)" in text
    tabled = [line for line in text.splitlines() if line.startswith("|")]
    assert len(tabled) > 15
    assert all(line.endswith("|") for line in tabled)
    assert "| embedded (shipped) | 4 | 4.0 s | 0.30 s | 0.050 s | 13.00 | 24.0 x |" in text
    assert "| dance (small) | 50 | 4.0 s | 0.50 s | 0.010 s | 8.00 |  |" in text
    assert "| told-earlier (its own) |  | 4.0 s | 2.00 s | 1.000 s | 2.00 |  |" in text
    assert "networks tell what comes with a backend" in text
    assert "MISSED" not in text
    assert "![" not in page(RESULTS)


def test_what_was_tried_once_stays_on_the_page() -> None:
    part = "\n".join(tried())
    rows_of = [line for line in part.splitlines() if line.startswith("| ")]
    assert len(rows_of) == len(TRIED) + 1
    assert part in page(RESULTS)
    assert "Tried" not in tables(RESULTS)
    assert part in (Path(__file__).parents[2] / "docs" / "performance.md").read_text("utf-8")


def test_every_row_lies_where_the_benches_put_it() -> None:
    labels = [row.label for _, group in rows.GROUPS for row in group]
    assert len(set(labels)) == len(labels)
    sections = {row.path.partition("/")[0] for _, group in rows.GROUPS for row in group}
    assert sections == {"first_sound", "set", "rendering", "mixing"}


@given(st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=6), st.booleans())
def test_bars_are_within_their_box_and_in_order(values: list[float], decades: bool) -> None:
    long = [share(value, values, decades) for value in values]
    assert all(0.0 < each <= 1.0 + 1e-9 for each in long)
    assert [round(each, 6) for _, each in sorted(zip(values, long, strict=True))] == sorted(round(e, 6) for e in long)


def test_the_picture_has_a_bar_for_every_way() -> None:
    picture = Image.open(io.BytesIO(draw(RESULTS)))
    less = Image.open(io.BytesIO(draw({"machine": RESULTS["machine"]})))
    assert picture.width == less.width == 1200
    assert picture.height - less.height > 8 * 26
    assert (111, 220, 140) in {colour for _, colour in picture.getcolors(100000) or ()}
    assert (111, 220, 140) not in {colour for _, colour in less.getcolors(100000) or ()}


def test_stored_figures_are_shown_without_measuring(stored: Path, tmp_path: Path) -> None:
    picture = tmp_path / "plot.png"
    shown = CliRunner().invoke(cli, ["bench", "--from", str(stored), "--markdown", "--plot", str(picture)])
    assert shown.exit_code == 0, shown.output
    assert shown.output.strip() == page(RESULTS, "plot.png").strip()
    assert picture.read_bytes() == draw(RESULTS)
    again = CliRunner().invoke(cli, ["bench", "--from", str(stored), "--json"])
    assert json.loads(again.output) == RESULTS


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "absent.json"], "cannot be read"),
        (["--from", "{empty}"], "holds no figures"),
        (["--plot", "x.svg"], "draws a .png"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("[]", "utf-8")
    given_ = [each.format(empty=empty) for each in arguments]
    error = CliRunner().invoke(cli, ["bench", *given_]).exception
    assert isinstance(error, UsageError)
    assert sentence in str(error)
