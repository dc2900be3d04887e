"""Controls: every key of the table, the mouse, typing in place, the three faces, what nothing honours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input
from ui_patience import until
from ui_single import Single

from liveriff.params.registry import Registry
from liveriff.params.table import SPECS, TABLE
from liveriff.ui.app import Face
from liveriff.ui.local import LocalLink
from liveriff.ui.store import COARSE
from liveriff.ui.widgets.control import DRAG_CELLS, Control
from liveriff.ui.widgets.controls import control_for
from liveriff.ui.widgets.faces import (
    PLAIN_SIGNS,
    SIGNS,
    Faces,
    centre_of,
    finer,
    heard_path,
    short_label,
    track,
    tracked,
)
from liveriff.ui.widgets.fader import Slide
from liveriff.ui.widgets.keys import CONTROL_KEYS
from liveriff.ui.widgets.switch import Choose, Push, Switch


class Stage:
    """The app, a hand, and the registry at the other end."""

    def __init__(self, app: Face, registry: Registry, pilot: Pilot[str]) -> None:
        self.app, self.registry, self.pilot = app, registry, pilot

    async def focus(self, path: str) -> Control:
        found = next(control for control in self.app.view.query(Control) if control.path == path and control.display)
        found.focus()
        await self.pilot.pause()
        return found

    async def value(self, path: str, *keys: str) -> object:
        await self.focus(path)
        await self.pilot.press(*keys)
        return self.registry.get(path)

    async def text(self, control: Control) -> str:
        """What is written on it, once frames have gone by."""
        await self.pilot.pause(0.25)
        return "\n".join(line.text for line in control.render_lines(control.size.region))


@asynccontextmanager
async def stage(view: str = "play", size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    registry = Registry()
    app = Single(LocalLink(registry), view)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Stage(app, registry, pilot)


# --- keys -------------------------------------------------------------------------------------------------------------

MOVES = [
    ("up", 0.51), ("right", 0.51), ("down", 0.49), ("left", 0.49),
    ("shift+up", 0.6), ("shift+right", 0.6), ("pageup", 0.6),
    ("shift+down", 0.4), ("shift+left", 0.4), ("pagedown", 0.4),
    ("ctrl+up", 0.501), ("ctrl+right", 0.501), ("alt+up", 0.501), ("alt+right", 0.501),
    ("ctrl+down", 0.499), ("ctrl+left", 0.499), ("alt+down", 0.499), ("alt+left", 0.499),
    ("home", 0.0), ("end", 1.0), ("backspace", 0.0), ("delete", 0.0),
]  # fmt: skip


async def test_every_key_moves_a_number_as_it_says() -> None:
    path = "/deck/1/alpha"
    async with stage() as s:
        await s.focus(path)
        for key, expected in MOVES:
            s.registry.set(path, 0.5, "engine")
            await until(s.pilot, lambda: s.app.store.get(path) == 0.5)
            await s.pilot.press(key)
            assert s.registry.get(path) == pytest.approx(expected), key
    told = {key for row in CONTROL_KEYS for key in row.keys.split(",")}
    assert told == {key for key, _ in MOVES} | {"enter"}, "all keys of the table are tested"


async def test_controls_that_fall_between_use_their_own_clicks() -> None:
    async with stage() as s:
        assert await s.value("/deck/1/level", "up") == -11.5
        assert await s.value("/deck/1/level", "ctrl+up") == -11.45
        assert await s.value("/deck/1/seed", "up", "up") == 3
        assert await s.value("/deck/1/seed", "end") == 3, "a seed has no end to aim for"
        assert await s.value("/deck/1/density", "up") == 0.0
        assert await s.value("/deck/1/density", "down") is None
        assert await s.value("/deck/1/category", "right") == "bass"
        assert await s.value("/deck/1/side", "home") == "a"


async def test_switches_and_buttons() -> None:
    async with stage() as s:
        assert await s.value("/deck/1/mute", "enter") is True
        assert await s.value("/deck/1/mute", "down") is False
        assert await s.value("/deck/1/freeze", "up") is True
        pulled: list[str] = []
        s.registry.subscribe(lambda change: pulled.append(change.path))
        await s.value("/deck/1/level")
        await s.focus("/deck/1/next")
        await s.pilot.press("enter", "up", "down", "delete")
        assert pulled == ["/deck/1/next"] * 2


# --- typing -----------------------------------------------------------------------------------------------------------


async def test_enter_types_a_value_in_place() -> None:
    async with stage() as s:
        await s.focus("/deck/1/level")
        await s.pilot.press("enter")
        await s.pilot.pause()
        assert isinstance(s.app.focused, Input)
        assert len(s.app.screen_stack) == 1, "not modal"
        await s.pilot.press(*"-6.5", "enter")
        await s.pilot.pause()
        assert s.registry.get("/deck/1/level") == -6.5
        assert getattr(s.app.focused, "path", "") == "/deck/1/level"
        assert not s.app.view.query(Input).filter("TypeIn")
        await s.focus("/deck/1/category")
        await s.pilot.press("enter")
        await s.pilot.pause()
        await s.pilot.press(*"synth", "enter")
        assert s.registry.get("/deck/1/category") == "synth"
        assert s.registry.get("/play") is True, "letters that are typed play nothing"


async def test_what_is_left_or_cannot_be_read_changes_nothing() -> None:
    async with stage() as s:
        for leave in ("escape", "tab"):
            await s.focus("/deck/1/level")
            await s.pilot.press("enter")
            await s.pilot.pause()
            await s.pilot.press("3", leave)
            await s.pilot.pause()
            assert s.registry.get("/deck/1/level") == -12.0
            assert not s.app.view.query("TypeIn")
        await s.focus("/deck/1/level")
        await s.pilot.press("enter")
        await s.pilot.pause()
        await s.pilot.press(*"loud", "enter")
        assert s.registry.get("/deck/1/level") == -12.0
        assert "a number from -60 to 6 dB" in s.app.store.answer


# --- mouse ------------------------------------------------------------------------------------------------------------


async def test_a_knob_is_dragged_upwards() -> None:
    async with stage() as s:
        knob = await s.focus("/deck/3/brightness")
        await s.pilot.mouse_down(knob, offset=(3, 0))
        await s.pilot.hover(knob, offset=(3, -10))
        await s.pilot.mouse_up(knob, offset=(3, -10))
        value = s.registry.get("/deck/3/brightness")
        assert value == pytest.approx(10 / DRAG_CELLS, abs=0.02)
        await s.pilot.hover(knob, offset=(3, 0))
        assert s.registry.get("/deck/3/brightness") == value, "it was let go"


async def test_a_slide_is_dragged_along_from_where_it_stood() -> None:
    async with stage() as s:
        s.registry.set("/deck/1/alpha", 0.5, "engine")
        await s.pilot.pause()
        slide = await s.focus("/deck/1/alpha")
        assert isinstance(slide, Slide)
        await s.pilot.mouse_down(slide, offset=(5, 0))
        assert s.registry.get("/deck/1/alpha") == 0.5, "a value never jumps to the mouse"
        await s.pilot.hover(slide, offset=(15, 0))
        await s.pilot.mouse_up(slide, offset=(15, 0))
        assert s.registry.get("/deck/1/alpha") == pytest.approx(0.5 + 10 / (slide.size.width - 12), abs=0.01)


async def test_a_seed_is_dragged_by_ones() -> None:
    async with stage() as s:
        knob = await s.focus("/deck/3/seed")
        await s.pilot.mouse_down(knob, offset=(3, 0))
        await s.pilot.hover(knob, offset=(3, -7))
        await s.pilot.mouse_up(knob, offset=(3, -7))
        assert s.registry.get("/deck/3/seed") == 8


async def test_wheel_and_double_click() -> None:
    async with stage() as s:
        knob = await s.focus("/deck/1/level")
        await s.pilot._post_mouse_events([_wheel("up")], knob, (3, 0))
        assert s.registry.get("/deck/1/level") == -11.5
        await s.pilot._post_mouse_events([_wheel("up")], knob, (3, 0), shift=True)
        assert s.registry.get("/deck/1/level") == -11.5 + 0.5 * COARSE
        await s.pilot._post_mouse_events([_wheel("down")], knob, (3, 0), control=True)
        assert s.registry.get("/deck/1/level") == -6.55
        await s.pilot.double_click(knob, offset=(3, 0))
        assert s.registry.get("/deck/1/level") == -12.0


async def test_a_click_turns_a_switch_and_presses_a_button() -> None:
    async with stage() as s:
        pulled: list[str] = []
        s.registry.subscribe(lambda change: pulled.append(change.path))
        await s.pilot.click(await s.focus("/deck/2/mute"), offset=(1, 0))
        await s.pilot.click(await s.focus("/deck/2/next"), offset=(1, 0))
        assert s.registry.get("/deck/2/mute") is True
        assert pulled == ["/deck/2/mute", "/deck/2/next"]
        assert s.app.deck == 2


def _wheel(way: str) -> type:
    from textual import events

    return events.MouseScrollUp if way == "up" else events.MouseScrollDown


# --- faces ------------------------------------------------------------------------------------------------------------


@given(
    st.integers(1, 80),
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.sampled_from([None, 0.5]),
)
def test_a_track_has_its_width_and_the_set_face(
    width: int, place: float, heard: float | None, hand: float | None, centre: float | None
) -> None:
    for signs in (SIGNS, PLAIN_SIGNS):
        text = "".join(stroke.text for stroke in track(Faces(place, heard, hand), width, signs, centre))
        assert len(text) == width
        assert text.index(signs.set) == round(place * (width - 1))


def test_the_three_faces_have_signs_of_their_own() -> None:
    text = "".join(stroke.text for stroke in track(Faces(0.5, heard=0.2, hand=0.8), 11, SIGNS))
    assert text == "━━┃╍╍●──○──"
    for signs in (SIGNS, PLAIN_SIGNS):
        assert len({signs.set, signs.heard, signs.hand, signs.full, signs.promised, signs.rest}) == 6


def test_what_goes_both_ways_is_filled_from_its_middle() -> None:
    pan = TABLE["/deck/1/pan"]
    assert centre_of(pan) == 0.5
    text = "".join(stroke.text for stroke in track(Faces(0.2), 11, SIGNS, 0.5))
    assert text == "──●━━━─────"
    assert centre_of(TABLE["/deck/1/level"]) is None


async def test_faces_follow_the_engine() -> None:
    async with stage() as s:
        alpha = await s.focus("/deck/1/alpha")
        s.registry.set("/deck/1/alpha", 0.6, "engine")
        s.registry.publish("/deck/1/heard/alpha", 0.2)
        s.registry.publish("/status/hands", "/deck/1/alpha\t0.900")
        text = await s.text(alpha)
        assert text.index("┃") < text.index("╍") < text.index("●") < text.index("○")
        assert "0.600" in text
        s.registry.publish("/deck/1/heard/alpha", 0.6)
        s.registry.publish("/status/hands", "")
        text = await s.text(alpha)
        assert "┃" not in text
        assert "○" not in text


async def test_what_is_heard_is_told_in_words_where_there_is_no_track() -> None:
    async with stage() as s:
        seed = await s.focus("/deck/1/seed")
        s.registry.set("/deck/1/seed", 12, "engine")
        s.registry.publish("/deck/1/heard/seed", 11)
        assert "12 (11)" in await s.text(seed)


async def test_a_switch_tells_by_its_box_too() -> None:
    async with stage() as s:
        mute = await s.focus("/deck/1/mute")
        assert (await s.text(mute)).startswith("□ mute")
        s.registry.set("/deck/1/mute", True, "engine")
        assert (await s.text(mute)).startswith("■ MUTE")


async def test_what_nothing_honours_is_slanted_not_pale_alone() -> None:
    async with stage("mixer") as s:
        await s.pilot.pause(0.2)
        styles = {}
        for path in ("/deck/2/eq/high", "/deck/2/pan"):
            control = next(found for found in s.app.view.query(Control) if found.path == path)
            s.app.store.link.nodes[path]["AUDIBLE"] = path.endswith("pan")
            control.refresh()
            styles[path] = next(iter(control.render_lines(control.size.region)[0])).style
        assert styles["/deck/2/eq/high"].italic  # type: ignore[union-attr]
        assert not styles["/deck/2/pan"].italic  # type: ignore[union-attr]


# --- from the declaration ---------------------------------------------------------------------------------------------


def test_every_parameter_has_a_control() -> None:
    for spec in SPECS:
        if spec.access != "r":
            control = control_for(spec.path)
            assert control.path == spec.path
            assert control.label


def test_kinds_choose_the_control() -> None:
    assert type(control_for("/deck/1/mute")) is Switch
    assert type(control_for("/deck/1/next")) is Push
    assert type(control_for("/deck/1/side")) is Choose
    assert type(control_for("/deck/1/model")) is Choose


def test_names_and_heard_paths() -> None:
    assert short_label("/deck/1/send/delay") == "send delay"
    assert short_label("/pad/12/level") == "level"
    assert heard_path("/deck/2/alpha") == "/deck/2/heard/alpha"
    assert heard_path("/deck/2/level") == ""
    assert heard_path("/tempo/bpm") == ""
    assert not tracked(TABLE["/deck/1/seed"])
    assert not tracked(TABLE["/deck/1/prompt/a"])


@given(st.sampled_from([spec for spec in SPECS if spec.travels and spec.access == "rw"]), st.floats(0, 1))
def test_a_fine_step_is_never_longer_than_a_click(spec, raw: float) -> None:  # type: ignore[no-untyped-def]
    value = spec.map(raw)
    fine, click = finer(spec, value, 1), spec.kind.nudge(value, 1)
    assert spec.unmap(value) <= spec.unmap(fine) <= spec.unmap(click) + 1e-9
    assert fine != value or click == value or spec.unmap(value) > 0.99
