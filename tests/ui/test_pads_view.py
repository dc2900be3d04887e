"""The pads view: the keyboard is the grid, whoever hits a pad is seen, the pad in hand has its settings beside it."""

from __future__ import annotations

import pytest
from ui_patience import lines, until
from ui_single import Single
from ui_stage import staged

from liveriff.ui.app import Face
from liveriff.ui.local import LocalLink
from liveriff.ui.views.pad_tables import ALL, SETTINGS, SHAPE, SOUND
from liveriff.ui.views.pads import GRID, LOUDNESS, PadsView
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.pad import FLASH_S, SOFTEST, Pad, velocity
from liveriff.ui.widgets.prompt import PromptField


class Ears:
    """What reaches the engine's end of a link."""

    def __init__(self, link: LocalLink) -> None:
        self.heard: list[tuple[str, float]] = []
        link.registry.subscribe(lambda change: self.heard.append((change.path, change.value)))

    def hits(self) -> list[tuple[str, float]]:
        return [(path, value) for path, value in self.heard if path.endswith("/trigger")]


def pads(app: Face) -> PadsView:
    return app.query_one(PadsView)


async def test_every_key_of_the_grid_strikes_its_pad() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(*GRID)
        assert ears.hits() == [(f"/pad/{number}/trigger", 1.0) for number in range(1, 17)]
        assert pads(app).selected == 16


async def test_the_keys_that_are_shadowed_are_given_with_shift_and_come_back_elsewhere() -> None:
    link = staged()
    app = Face(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("z")
        assert link.registry.get("/deck/1/freeze") is False
        await pilot.press("Z", "C")
        assert link.registry.get("/deck/1/freeze") is True
        assert link.registry.get("/deck/1/category") == "bass"
        await pilot.press("f3")
        await until(pilot, lambda: app.view.id == "mixer")
        await pilot.press("z")
        assert link.registry.get("/deck/1/freeze") is False


async def test_keys_strike_even_when_nothing_has_the_focus() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        app.set_focus(None)
        await until(pilot, lambda: app.focused is not None)
        await pilot.press("z")
        assert ears.hits() == [("/pad/1/trigger", 1.0)]


async def test_global_keys_go_on_working_here() -> None:
    link = staged()
    app = Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("m", "R", "g")
        assert link.registry.get("/deck/1/mute") is True
        assert link.registry.get("/record") is True
        assert link.registry.get("/quantum") == "phrase"


@pytest.mark.parametrize(("key", "loudness"), LOUDNESS.items())
async def test_loudness_keys_choose_the_velocity(key: str, loudness: float) -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(key, "z")
        assert ears.hits() == [("/pad/1/trigger", loudness)]


async def test_the_mouse_is_louder_the_higher_it_strikes_and_lets_go() -> None:
    link = staged()
    link.registry.set("/pad/1/mode", "gate", "engine")
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        pad = pads(app).grid.pad(1)
        await pilot.mouse_down(pad, offset=(3, 0))
        await pilot.mouse_up(pad, offset=(3, 0))
        await pilot.mouse_down(pad, offset=(3, pad.size.height - 1))
        await pilot.mouse_up(pad, offset=(3, pad.size.height - 1))
        values = [value for _, value in ears.hits()]
        assert values == [1.0, 0.0, SOFTEST, 0.0]


async def test_a_hit_by_somebody_else_flashes_and_selects_nothing() -> None:
    link = staged()
    app = Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        link.registry.set("/pad/7/trigger", 0.8, "midi")
        pad = pads(app).grid.pad(7)
        await until(pilot, lambda: pad._hits == 1)
        assert pads(app).selected == 1
        pad.struck()
        assert pad.seen(1e9).lit
        assert not pad.seen(1e9 + FLASH_S * 1.01).lit


async def test_states_are_told_in_words() -> None:
    app = Single(staged(), "pads")
    async with app.run_test(size=(120, 40)) as pilot:
        grid = pads(app).grid
        await until(pilot, lambda: "playing" in str(grid.pad(1).render()))
        shown = {number: str(grid.pad(number).render()) for number in (1, 2, 6, 16)}
        assert "ready" in shown[2]
        assert "rendering 40%" in shown[6]
        assert "empty" in shown[16]
        assert "KI" in shown[1]
        assert " z" in shown[1]
        assert ">1" in shown[1]


async def test_arrows_select_without_a_sound_and_the_settings_follow() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("left", "down")  # at the corner both stay
        assert pads(app).selected == 1
        await pilot.press("right", "up")
        assert pads(app).selected == 6
        assert {control.path for control in pads(app).query(Control)} == {f"/pad/6/{n}" for n in SETTINGS} | set(ALL)
        assert pads(app).query_one(PromptField).path == "/pad/6/prompt"
        assert pads(app).grid.path == "/pad/6/trigger"
        assert ears.hits() == []
        await pilot.press("enter")
        assert ears.hits() == [("/pad/6/trigger", 1.0)]


async def test_the_letters_for_the_pad_in_hand() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("right", "y", "k", "o", "b", "B", "B")
        assert ("/pad/2/reroll", 1.0) in ears.heard
        assert ("/pad/2/stop", 1.0) in ears.heard
        assert link.registry.get("/pad/2/category") == "hat"
        assert link.registry.get("/pad/bank") == 4


async def test_words_of_the_pad_are_written_without_striking() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("p")
        await until(pilot, lambda: pads(app).query_one(PromptField).editing)
        await pilot.press(*"zap 4", "enter")
        assert link.registry.get("/pad/1/prompt") == "zap 4"
        assert ears.hits() == []
        await pilot.press("x")
        assert ears.hits() == [("/pad/2/trigger", 1.0)]


async def test_learning_takes_the_pad_in_hand() -> None:
    link = staged()
    app = Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("right", "l")
        assert link.registry.get("/learn") == "/pad/2/trigger"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_all_sixteen_fit(size: tuple[int, int]) -> None:
    app = Single(staged(), "pads")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        found = list(pads(app).query(Pad))
        assert len(found) == 16
        assert all(pad.size.height >= 3 and pad.size.width >= 10 for pad in found)
        shown = [control for control in pads(app).query(Control) if control.display]
        assert all(lines(control) for control in shown)
        assert all(app.screen.region.contains_region(control.region) for control in shown)


async def test_where_not_all_have_room_the_settings_have_two_pages() -> None:
    app = Single(staged(), "pads")
    names = {len(SOUND): "sound", len(SHAPE) + len(ALL): "shape"}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for page in ("sound", "shape", "sound"):
            shown = [control for control in pads(app).query(Control) if control.display]
            assert names[len(shown)] == page
            await until(pilot, lambda s=shown: all(app.screen.region.contains_region(c.region) for c in s))  # type: ignore[misc]
            await pilot.press("D")
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: all(control.display for control in pads(app).query(Control)))


def test_velocity_goes_from_soft_below_to_full_above() -> None:
    assert [velocity(row, 4) for row in (0, 3, -2, 9)] == [1.0, SOFTEST, 1.0, SOFTEST]
    assert velocity(0, 1) == 1.0


async def test_a_bank_turns_the_grid_and_its_keys() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("right", "b")
        await until(pilot, lambda: pads(app).bank == 2)
        assert (pads(app).selected, pads(app).grid.path) == (18, "/pad/18/trigger")
        assert pads(app).query_one(PromptField).path == "/pad/18/prompt"
        await pilot.press("c")
        assert ears.hits() == [("/pad/19/trigger", 1.0)]
        await until(pilot, lambda: "19" in str(pads(app).grid.pad(3).render()))
        link.registry.set("/pad/3/trigger", 0.8, "midi")  # of the bank that is not shown
        link.registry.set("/pad/20/trigger", 0.8, "midi")
        await until(pilot, lambda: pads(app).grid.pad(4)._hits == 1)
        assert pads(app).grid.pad(3)._hits == 1  # the key's


async def test_a_kit_a_capture_and_an_empty_pad_are_one_key_each() -> None:
    link = staged()
    ears, app = Ears(link), Single(link, "pads")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("K", "right", "T", "delete")
        assert [path for path, _ in ears.heard] == ["/pad/kit/make", "/pad/2/capture", "/pad/2/clear"]
