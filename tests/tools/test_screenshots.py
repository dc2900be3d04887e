"""The tools that take the documents' pictures: what a terminal shows is read, drawn and told again as it was."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from screenshots import camera, setlist
from screenshots.cells import Cell, Style, blank, cells, changes, selected, styled
from screenshots.painter import MARGIN, TALL, WIDE, painted

from liveriff.params.table import TABLE

RED, BLUE = (255, 0, 0), (0, 0, 255)
colours = st.none() | st.tuples(*[st.integers(0, 255)] * 3)
styles = st.builds(Style, colours, colours, *[st.booleans()] * 4)
lines = st.lists(st.builds(Cell, st.sampled_from("ab ▀█─⣿é"), styles), min_size=6, max_size=6)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("\x1b[38;2;255;0;0ma\x1b[0mb", [Cell("a", Style(ink=RED)), Cell("b", Style())]),
        ("\x1b[1;48;5;21ma\x1b[22mb", [Cell("a", Style(None, BLUE, True)), Cell("b", Style(None, BLUE))]),
        ("\x1b[7;91ma\x1b[27;39mb", [Cell("a", Style((241, 76, 76), turned=True)), Cell("b", Style())]),
        ("日\x1b[Kb", [Cell("日", Style()), Cell("", Style()), Cell("b", Style())]),
    ],
)
def test_colour_sequences_are_read(line: str, expected: list[Cell]) -> None:
    assert list(cells(line)) == expected


@given(styles)
def test_selecting_a_style_and_reading_it_is_the_same(style: Style) -> None:
    assert styled(Style(BLUE, RED, True), selected(style)[2:-1]) == style


@given(lines, lines)
def test_what_is_told_of_changes_makes_the_one_line_into_the_other(before: list[Cell], now: list[Cell]) -> None:
    shown, style, column = list(before), Style(), 0
    for found in re.finditer(r"\x1b\[3;(\d+)H|\x1b\[([\d;]*)m|(.)", changes(2, before, now)):
        place, codes, letter = found.groups()
        if letter:
            shown[column], column = Cell(letter, style), column + 1
        else:
            style, column = (style, int(place) - 1) if place else (styled(style, codes), column)
    assert shown == now
    assert not changes(0, now, now)


def test_blocks_lines_and_dots_are_drawn_to_the_pixel() -> None:
    image = painted("\x1b[38;2;255;0;0;48;2;0;0;255m▀▐─⠁", 4, 1)

    def at(column: int, x: int, y: int) -> tuple[int, int, int]:
        return image.getpixel((MARGIN + column * WIDE + x, MARGIN + y))  # type: ignore[no-any-return]

    assert [at(0, 5, TALL // 2 - 1), at(0, 5, TALL // 2)] == [RED, BLUE]
    assert [at(1, WIDE // 2 - 1, 3), at(1, WIDE // 2, 3)] == [BLUE, RED]
    assert [at(2, x, TALL // 2) for x in (0, WIDE - 1)] == [RED, RED]
    assert [at(3, 2, 2), at(3, 7, 2)] == [RED, BLUE]


def test_a_cast_replays_to_the_last_frame(tmp_path: Path) -> None:
    frames = [camera.Frame(0.0, "abc\nxyz"), camera.Frame(0.5, "abd\n\x1b[1mxyz"), camera.Frame(0.9, "abd\nx")]
    camera.write_cast(tmp_path / "a.cast", frames, 3, 2, "a title")
    header, clear, *events = map(json.loads, (tmp_path / "a.cast").read_text().splitlines())
    assert (header["version"], header["width"], header["height"], clear[0]) == (2, 3, 2, 0.0)
    assert [event[:2] for event in events] == [[0.0, "o"], [0.5, "o"], [0.9, "o"]]
    assert events[1][2] == changes(0, list(cells("abc")), list(cells("abd"))) + "\x1b[2;1H\x1b[0;1mxyz"
    assert "  " in events[2][2]


def test_an_animation_lasts_as_long_as_what_it_shows(tmp_path: Path) -> None:
    from PIL import Image

    frames = [camera.Frame(at / 10, str(at)) for at in range(30)]
    assert camera.write_animation(tmp_path / "a.webp", frames, 4, 2, 5) == 15
    assert Image.open(tmp_path / "a.webp").n_frames == 15


def test_everything_in_the_set_can_be_played() -> None:
    assert len(blank(3)) == 3
    moves = setlist.moves()
    assert [at for at, _, _ in moves] == sorted(at for at, _, _ in moves)
    assert moves[-1][0] < setlist.END_S
    for _, path, value in moves:
        TABLE[path].coerce(value)
