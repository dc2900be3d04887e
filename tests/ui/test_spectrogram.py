"""Pictures: the colour map, resampling, cells in every way to show colours, the playhead by looking at what is sent."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from ui_patience import until
from ui_single import Single
from ui_stage import staged

from liveriff.ui.widgets import cells as cells_module
from liveriff.ui.widgets.cells import ASCII, INDEXED, SHADES, TRUE, Cells, PixelStrip, cells, strip_of
from liveriff.ui.widgets.colourmap import LEVELS, colours, luminance
from liveriff.ui.widgets.pixels import BAR_LIFT, BEAT_LIFT, COLUMNS, ROWS, beat_columns, fitted, ruled
from liveriff.ui.widgets.spectrogram import Coming, Spectrogram

CONSOLE = Console(force_terminal=True, color_system="truecolor")
INK = Style(bold=True)


@pytest.fixture(autouse=True)
def colours_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """As most terminals have them."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def picture(bright_row: int = 0, bright_column: int = 0) -> bytes:
    """Black, but for one row and one column."""
    rows = [bytearray(COLUMNS) for _ in range(ROWS)]
    for row in range(ROWS):
        rows[row][bright_column] = 255
    rows[bright_row] = bytearray([255] * COLUMNS)
    return b"".join(rows)


# --- colours ----------------------------------------------------------------------------------------------------------


def test_the_map_reads_without_its_colours() -> None:
    light = [luminance(colour) for colour in colours()]
    assert len(light) == LEVELS
    assert light == sorted(light)
    assert light[0] < 0.01
    assert light[-1] > 0.75


def test_equal_steps_look_equal() -> None:
    """Lightness (the cube root of luminance) rises steadily: no step is more than three times the mean one."""
    light = [luminance(colour) ** (1 / 3) for colour in colours()]
    steps = [after - before for before, after in itertools.pairwise(light)]
    assert max(steps) < 3 * (light[-1] - light[0]) / (LEVELS - 1)


# --- resampling -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 300), st.integers(1, 150), st.integers(0, 2**32))
def test_any_size_has_levels_within_the_map(width: int, height: int, seed: int) -> None:
    levels = fitted(random.Random(seed).randbytes(ROWS * COLUMNS), width, height)
    assert levels.shape == (height, width)
    assert levels.min() >= 0
    assert levels.max() < LEVELS


@pytest.mark.parametrize("size", [(20, 10), (128, 64), (300, 130)])
def test_low_is_below_and_early_is_left(size: tuple[int, int]) -> None:
    levels = fitted(picture(bright_row=0, bright_column=0), *size)
    assert levels[-1].mean() > levels[: size[1] // 2].mean()
    assert levels[:, 0].mean() > levels[:, size[0] // 2 :].mean()


@pytest.mark.parametrize("content", [b"", b"too short", bytes(ROWS * COLUMNS)])
def test_no_picture_is_black(content: bytes) -> None:
    assert fitted(content, 10, 6).tolist() == [[0] * 10] * 6


def test_beats_have_lines_and_bars_brighter_ones() -> None:
    lines = ruled(fitted(b"", 64, 4), beats=8)
    assert beat_columns(64, 8) == [8, 16, 24, 32, 40, 48, 56]
    assert lines[0, 8] == BEAT_LIFT
    assert lines[0, 32] == BAR_LIFT
    assert lines[0, 9] == 0
    assert not ruled(fitted(b"", 20, 4), beats=8).any(), "no lines where they would be the picture"


# --- cells ------------------------------------------------------------------------------------------------------------


def test_a_cell_holds_two_pixels_in_true_colour() -> None:
    upper, lower = colours()[10], colours()[60]
    assert cells(TRUE).ansi(10 * LEVELS + 60) == (
        f"\x1b[38;2;{upper[0]};{upper[1]};{upper[2]};48;2;{lower[0]};{lower[1]};{lower[2]}m▀"
    )


def test_256_colours_are_indexed_and_rise() -> None:
    text = cells(INDEXED).ansi(10 * LEVELS + 60)
    assert re.fullmatch(r"\x1b\[38;5;\d+;48;5;\d+m▀", text)
    assert len({cells(INDEXED).ansi(level * LEVELS + level) for level in range(LEVELS)}) > 8


@pytest.mark.parametrize(("system", "ramp"), [(SHADES, " ░▒▓█"), (ASCII, " .:-=+*#%@")])
def test_without_colours_letters_get_denser(system: str, ramp: str) -> None:
    line = strip_of([level * LEVELS + level for level in range(LEVELS)], cells(system), INK)
    assert re.fullmatch("".join(f"[{re.escape(sign)}]+" for sign in ramp), line.text)
    assert {segment.style for segment in line} == {INK}


@pytest.mark.parametrize("system", [TRUE, INDEXED, SHADES, ASCII])
def test_the_playhead_is_a_sign_and_not_a_colour_alone(system: str) -> None:
    line = strip_of([5 * LEVELS + 5] * 6, cells(system), INK, head=3)
    assert line.text[3] in "┃|"
    assert line.text.count(line.text[3]) == 1
    assert line.cell_length == 6


@given(st.lists(st.integers(0, LEVELS**2 - 1), min_size=1, max_size=40), st.data())
def test_fast_strips_show_what_ordinary_ones_would(keys: list[int], data: st.DataObject) -> None:
    table, head = cells(TRUE), data.draw(st.integers(-1, len(keys) - 1))
    fast = PixelStrip(keys, table)
    fast.move(head)
    shown = [key + Cells.HEAD * (at == head) for at, key in enumerate(keys)]
    plain = Strip([Segment(table.glyphs[key], table.style(key)) for key in shown], len(keys))
    assert list(fast) == list(plain)
    start = data.draw(st.integers(0, len(keys) - 1))
    end = data.draw(st.integers(start + 1, len(keys)))
    assert fast.crop(start, end).text == plain.crop(start, end).text
    assert _visible(fast.render(CONSOLE)) == plain.text
    assert [part.text for part in fast.divide([start + 1, len(keys)])] == [
        part.text for part in plain.divide([start + 1, len(keys)])
    ]


def test_what_is_on_the_terminal_already_is_passed_over() -> None:
    strip = PixelStrip([100, 200, 300, 400], cells(TRUE))
    strip.move(2, known=2)
    assert strip.crop(0, 3).render(CONSOLE).startswith("\x1b[2C\x1b[38;2;")
    assert _visible(strip.crop(0, 3).render(CONSOLE)) == "┃"
    assert _visible(strip.render(CONSOLE)) == "▀▀┃▀", "a whole line is sent whole"


def test_textuals_own_ways_still_work_on_fast_strips() -> None:
    strip = PixelStrip([100, 200, 300], cells(TRUE))
    assert strip.adjust_cell_length(5).cell_length == 5
    assert Strip.join([strip, strip]).text == "▀" * 6
    assert strip.apply_style(Style(bold=True)).text == "▀▀▀"
    assert bool(strip)


def test_without_textuals_private_names_strips_are_ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells_module, "FAST", False)
    line = strip_of([100, 200], cells(TRUE), INK, head=0)
    assert type(line) is Strip
    assert line.text == "┃▀"


def _visible(ansi: str) -> str:
    return re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", ansi)


# --- on the screen ----------------------------------------------------------------------------------------------------


async def test_only_the_playhead_moves() -> None:
    """The picture keeps its lines; the column where the playhead was and the one where it is are painted."""
    link = staged()
    link.registry.set("/play", False, "engine")
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        shown = app.view.query(Spectrogram).first()
        lines, width = shown.render_lines(shown.size.region), shown.size.width
        painted: list[Region] = []
        refresh = shown.refresh
        shown.refresh = lambda *regions, **how: painted.extend(regions) or refresh(*regions, **how)  # type: ignore[method-assign,func-returns-value]
        before = shown.head
        assert before == int(0.4 * width)
        link.registry.publish("/deck/1/position", 0.75)
        while shown.head == before:
            await pilot.pause(0.05)
        after = int(0.75 * width)
        assert shown.head == after
        assert {(region.x, region.width) for region in painted} == {(before, 1), (after, 1)}
        moved = shown.render_lines(shown.size.region)
        assert all(new is old for new, old in zip(moved[:-1], lines[:-1], strict=True)), "lines are kept"
        assert [line.text[after] for line in moved] == ["┃"] * (len(moved) - 1) + ["▲"]
        assert "┃" not in "".join(line.text[:after] for line in moved)


async def test_the_playhead_moves_without_colours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where strips are ordinary ones they are made anew."""
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setenv("COLORTERM", "")
    link = staged()
    link.registry.set("/play", False, "engine")
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        shown = app.view.query(Spectrogram).first()
        link.registry.publish("/deck/1/position", 0.75)
        after = int(0.75 * shown.size.width)
        while shown.head != after:
            await pilot.pause(0.05)
        line = shown.render_lines(shown.size.region)[0].text
        assert "▀" not in line
        assert [at for at, sign in enumerate(line) if sign == "┃"] == [after]


async def test_beats_are_numbered_where_they_begin() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        shown = app.view.query(Spectrogram).first()
        shown.head = -1
        shown.refresh()
        ruler = shown.render_lines(shown.size.region)[-1].text
        for beat, column in enumerate([0, *beat_columns(shown.size.width, 8)], 1):
            assert ruler[column] == str(beat)


async def test_an_empty_deck_has_no_playhead() -> None:
    link = staged()
    link.registry.publish("/deck/1/spectrogram", b"")
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        assert app.view.query(Spectrogram).first().head == -1


async def test_what_comes_is_labelled_in_words() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        coming = app.view.query(Coming).first()

        def lines() -> list[str]:
            return [line.text for line in coming.render_lines(coming.size.region)]

        for state, share, words in (
            ("planned", 0.0, "○ next"),
            ("rendering", 0.42, "◐ next  42%"),
            ("rendering", 1.0, "◐ next 100%"),
            ("ready", 1.0, "● next ready"),
            ("landing", 1.0, "↓ next lands"),
        ):
            queue = f"playing\t0.0\t1.00\tdrums\t1\t0.00\ta\n{state}\t2.0\t{share:.2f}\tdrums\t2\t0.00\ta"
            link.registry.publish("/deck/1/chunks", queue)
            await until(pilot, lambda words=words: lines()[0].startswith(words))  # type: ignore[misc]
            assert state == "rendering" or "%" not in lines()[0]
        link.registry.publish("/deck/1/coming", picture())
        await until(pilot, lambda: "▀" in lines()[1])


async def test_a_tall_panel_says_which_picture_is_heard() -> None:
    app = Single(staged())
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause(0.2)
        shown = app.view.query(Spectrogram).first()
        assert shown.render_lines(shown.size.region)[0].text.startswith("▶ now  8 beats")


async def test_a_terminal_without_letters_beyond_ascii_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_ASCII", "1")
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        for shown in app.view.query(Spectrogram):
            text = "".join(line.text for line in shown.render_lines(shown.size.region))
            assert text.isascii()
            assert "|" in text


async def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Single(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        shown = app.view.query(Spectrogram).first()
        for line in shown.render_lines(shown.size.region)[:-1]:
            for segment in line:
                colour = segment.style.color.get_truecolor() if segment.style and segment.style.color else (0, 0, 0)
                assert max(colour) - min(colour) <= 2, "grey"
