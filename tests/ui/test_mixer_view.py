"""The mixer: strips from the table, plans at every size, the crossfader, the master's meters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widget import Widget
from ui_patience import lines, until
from ui_single import Single
from ui_stage import staged

from liveriff.params.table import SPECS
from liveriff.params.words import DECKS
from liveriff.ui.views.mixer import MixerView
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.fader import Fader
from liveriff.ui.widgets.framed import Framed
from liveriff.ui.widgets.meter import Meter, Reduction
from liveriff.ui.widgets.mixerplan import (
    CROSSFADER,
    METERS,
    SLIM_CELLS,
    master_paths,
    mixer_plan,
    strip_paths,
    strip_plan,
)  # fmt: skip
from liveriff.ui.widgets.strips import Master

SIZES = [(80, 24), (120, 40), (200, 60)]


def test_all_that_is_heard_at_once_is_on_the_mixer() -> None:
    """No second list: what the table gains, the mixer gains."""
    shown = {CROSSFADER, "/master/level", *master_paths(), *(path for n in DECKS for path in strip_paths(n))}
    shown |= {f"/deck/{n}/level" for n in DECKS}
    wanted = {
        spec.path
        for spec in SPECS
        if spec.rate == "block"
        and spec.access == "rw"
        and spec.path.split("/")[1] in ("deck", "master", "delay", "reverb", "cue", "input")
    }
    played = ("freeze", "fill/beats", "loop", "repeat", "evolve")  # heard at once, but a matter of the deck
    assert shown == wanted - {f"/deck/{n}/{name}" for n in DECKS for name in played}


@given(st.integers(60, 320), st.integers(8, 120), st.sampled_from(DECKS))
def test_strips_fill_the_view(width: int, height: int, in_hand: int) -> None:
    plan = mixer_plan(width, height, in_hand)
    strips = [plan[str(n)] for n in DECKS] + [plan["master"]]
    assert sum(region.width for region in strips) == width
    assert not [pair for pair in itertools.combinations(plan.values(), 2) if pair[0].overlaps(pair[1])]
    assert plan["crossfader"].y == height - 1


@given(st.integers(10, 60), st.integers(12, 100))
def test_parts_of_a_strip_lie_apart(width: int, height: int) -> None:
    names = tuple(path.removeprefix("/deck/1/") for path in strip_paths(1))
    plan = strip_plan(width, height, names)
    assert not [pair for pair in itertools.combinations(plan.values(), 2) if pair[0].overlaps(pair[1])]
    assert {"level", "meter", "mute"} <= set(plan) or height < 16
    assert not overflowing(plan, width, height)


def overflowing(plan, width: int, height: int) -> list[str]:  # type: ignore[no-untyped-def]
    return [name for name, region in plan.items() if region.right >= width or region.bottom >= height]


def test_at_80_cells_the_strip_in_hand_is_whole_and_others_slim() -> None:
    plan = mixer_plan(80, 21, 3)
    assert [plan[str(n)].width == SLIM_CELLS for n in DECKS] == [True, True, False, True]
    assert plan["3"].width >= 24


@pytest.mark.parametrize("size", SIZES)
async def test_every_parameter_can_be_reached(size: tuple[int, int]) -> None:
    """With the Tab key and the deck keys."""
    app = Single(staged(), "mixer")
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        for deck in DECKS:
            wanted = {CROSSFADER, "/master/level", *master_paths(), *strip_paths(deck)}
            await until(pilot, lambda w=wanted: w <= {getattr(found, "path", "") for found in app.screen.focus_chain})
            await pilot.press("right_square_bracket")


async def test_the_focus_begins_at_the_fader_and_follows_the_deck_in_hand() -> None:
    app = Single(staged(), "mixer")
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(MixerView)
        for deck, frames in ((1, "┏┌┌┌"), (2, "┌┏┌┌")):
            await until(pilot, lambda d=deck: getattr(app.focused, "path", "") == f"/deck/{d}/level")
            await until(pilot, lambda f=frames: "".join(lines(view.panel(n))[0][0] for n in DECKS) == f)
            await pilot.press("right_square_bracket")


async def test_a_fader_shows_its_faces_and_is_dragged_upwards() -> None:
    link = staged()
    app = Single(link, "mixer")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        fader = app.query_one(MixerView).panel(1).query_one(Fader)
        text = lines(fader)
        assert text[0].strip() == "level"
        assert text[-1].strip() == "-12.00"
        cap = next(row for row, line in enumerate(text) if "█" in line)
        ghost = next(row for row, line in enumerate(text) if "○" in line)
        assert ghost > cap, "the hand waits below"
        await pilot.mouse_down(fader, offset=(4, cap))
        await pilot.hover(fader, offset=(4, cap - 4))
        await pilot.mouse_up(fader, offset=(4, cap - 4))
        assert link.registry.get("/deck/1/level") > -12.0  # type: ignore[operator]
        await until(pilot, lambda: "█" in "".join(lines(fader)[cap - 5 : cap - 2]))


async def test_killed_bands_stand_in_the_frame() -> None:
    link = staged()
    app = Single(link, "mixer")
    async with app.run_test(size=(120, 40)) as pilot:
        link.registry.set("/deck/2/eq/low", -40.0, "engine")
        await until(pilot, lambda: "-low" in lines(app.query_one(MixerView).panel(2))[0])
        assert "-low" not in lines(app.query_one(MixerView).panel(1))[0]


@pytest.mark.parametrize("size", SIZES)
async def test_every_control_of_the_master_says_what_it_is(size: tuple[int, int]) -> None:
    app = Single(staged(), "mixer")
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        master = next(panel for panel in app.query(Framed) if panel.name == "master")
        for control in master.query(Control):
            if control.name != "level":
                assert control.label in lines(control)[0], control.path


async def test_the_crossfader_goes_both_ways() -> None:
    link = staged()
    app = Single(link, "mixer")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.2)
        slide = next(control for control in app.view.query(Control) if control.path == CROSSFADER)
        slide.focus()
        await pilot.press("left", "left")
        await pilot.pause(0.3)
        assert link.registry.get(CROSSFADER) == pytest.approx(-0.04)
        (text,) = lines(slide)
        assert text.startswith("A ")
        assert " B " in text
        await pilot.press("home")
        assert link.registry.get(CROSSFADER) == -1.0


async def test_the_master_has_both_channels_and_what_the_limiter_takes() -> None:
    link = staged()
    app = Single(link, "mixer")
    async with app.run_test(size=(120, 40)) as pilot:
        link.registry.publish("/status/reduction_db", 6.0)
        master = app.view.query_one(Master)
        await until(pilot, lambda: "limits 6 dB" in lines(master)[0])
        await until(pilot, lambda: lines(master.query_one(Reduction))[0] == "██")
        assert {meter.path for meter in master.query(Meter)} == {"/status/peak/left", "/status/peak/right"}
        taken = lines(master.query_one(Reduction))
        assert "█" not in taken[-2]
        assert taken[-1] == "GR"
        assert set(METERS) <= {child.name for child in master.children}


async def test_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_ASCII", "1")
    app = Single(staged(), "mixer")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        for widget in app.view.query(Widget):
            if isinstance(widget, Control | Meter | Reduction | Fader | Master) and widget.display:
                assert "".join(lines(widget)).isascii(), widget
