"""The health view: verdicts by a table of limits, the last minute, the log that follows its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ui_patience import lines, until
from ui_single import Single
from ui_stage import LOG, staged

from liveriff.params.table import TABLE
from liveriff.ui.app import Face
from liveriff.ui.verdicts import (
    ATTENTION,
    BAD,
    GAUGES,
    GOOD,
    PLAIN_BLOCKS,
    SCREEN_CPU,
    SCREEN_FPS,
    UNKNOWN,
    Minute,
    of_renderer,
    sparkline,
    verdict,
)
from liveriff.ui.views.health import Gauges, Processes
from liveriff.ui.widgets.log import Log
from liveriff.ui.widgets.log_scroll import thumb, window

BY_NAME = {gauge.name: gauge for gauge in GAUGES}


@pytest.mark.parametrize(
    ("name", "value", "minute", "judged"),
    [
        ("least lead", 0.0, (), UNKNOWN), ("least lead", 6.0, (), GOOD), ("least lead", 0.2, (), ATTENTION),
        ("least lead", -0.2, (), BAD),
        ("processors", 0.5, (), GOOD), ("processors", 0.9, (), ATTENTION), ("processors", 0.99, (), BAD),
        ("x realtime", 8.0, (), GOOD), ("x realtime", 1.2, (), ATTENTION), ("x realtime", 0.7, (), BAD),
        ("underruns", 7.0, (), GOOD), ("underruns", 7.0, (7.0, 7.0), GOOD), ("underruns", 8.0, (7.0,), ATTENTION),
        ("underruns", 12.0, (7.0, 8.0), BAD), ("late chunks", 3.0, (2.0,), ATTENTION),
        ("screen fps", 30.0, (), GOOD), ("screen fps", 10.0, (), ATTENTION), ("screen fps", 5.0, (), BAD),
    ],
)  # fmt: skip
def test_verdicts(name: str, value: float, minute: tuple[float, ...], judged: str) -> None:
    assert verdict(BY_NAME[name], value, minute) == judged


def test_every_gauge_is_a_reading_of_the_table_or_the_screens_own() -> None:
    assert {gauge.path for gauge in GAUGES} - {SCREEN_FPS, SCREEN_CPU} <= set(TABLE)


def test_the_renderer_is_judged_by_its_words() -> None:
    assert [of_renderer(state) for state in ("ready", "loading", "restarting", "off", "something new")] == [
        GOOD, ATTENTION, ATTENTION, BAD, ATTENTION,
    ]  # fmt: skip


@given(st.lists(st.floats(0, 1e6), max_size=70), st.integers(0, 80))
def test_a_sparkline_fits_and_its_highest_stands_highest(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) <= width
    assert sparkline(values, width, plain=True).isascii()


def test_a_sparkline_rises_from_nothing() -> None:
    assert sparkline([0.0, 1.0, 2.0, 4.0], 4) == "▁▃▅█"
    assert sparkline([0.0, 4.0], 4, plain=True) == PLAIN_BLOCKS[0] + PLAIN_BLOCKS[-1]
    assert sparkline([], 4) == ""


def test_a_minute_forgets_what_is_older() -> None:
    minute = Minute(window=3)
    for second in range(5):
        minute.add({SCREEN_FPS: float(second)})
    assert list(minute.values[SCREEN_FPS]) == [2.0, 3.0, 4.0]


async def test_readings_have_a_sign_and_a_word() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test(size=(80, 24)) as pilot:
        gauges = app.query_one(Gauges)
        await until(pilot, lambda: any("6.20 s" in line for line in lines(gauges)))
        text = {line.split()[1]: line for line in lines(gauges) if len(line.split()) > 2}
        assert "✔" in text["least"]
        assert "good" in text["least"]
        link.registry.publish("/status/lead_s", -0.3)
        await until(pilot, lambda: any("✖" in line and "bad" in line for line in lines(gauges)))


async def test_what_the_last_minute_added_is_told() -> None:
    link = staged()
    app = Face(link, "play")  # the minute goes on while another view is shown
    async with app.run_test(size=(80, 24)) as pilot:
        gauges = app.query_one(Gauges)
        gauges.note()
        link.registry.publish("/status/underruns", 3)
        await pilot.press("f7")
        await until(pilot, lambda: any("3 more" in line and "attention" in line for line in lines(gauges)))


async def test_processes_are_listed() -> None:
    app = Single(staged(), "health")
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.query_one(Processes)
        await until(pilot, lambda: any("renderer" in line and "412" in line for line in lines(table)))


async def test_the_log_follows_its_end_until_it_is_scrolled() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test(size=(80, 24)) as pilot:
        log = app.query_one(Log)
        await until(pilot, lambda: "Recording to" in lines(log)[-1])
        await pilot.press("home")
        await until(pilot, lambda: "Message 0 " in lines(log)[0])
        link.registry.publish("/status/log", "\n".join([*LOG, "22:18:00\tNew."]))
        await pilot.pause(0.2)
        assert "Message 0 " in lines(log)[0]
        await pilot.press("end")
        await until(pilot, lambda: "New." in lines(log)[-1])
        await pilot.press("pageup", "up", "pagedown", "down")
        await until(pilot, lambda: "New." in lines(log)[-1])


async def test_long_messages_go_on_below_themselves() -> None:
    link = staged()
    link.registry.publish("/status/log", "22:18:00\t" + "word " * 40 + "end.")
    app = Single(link, "health")
    async with app.run_test(size=(80, 24)) as pilot:
        log = app.query_one(Log)
        await until(pilot, lambda: any("end." in line for line in lines(log)))
        assert sum("22:18:00" in line for line in lines(log)) == 1


@given(st.integers(0, 500), st.integers(1, 60), st.one_of(st.none(), st.integers(-10, 600)), st.booleans())
def test_a_window_lies_in_what_there_is(count: int, height: int, top: int | None, tail: bool) -> None:
    first = window(top, count, height, tail)
    assert 0 <= first <= max(0, count - height)
    shown = thumb(first, count, height)
    assert all(0 <= y < height for y in shown)
    assert bool(shown) == (count > height)
