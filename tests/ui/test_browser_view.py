"""The browser: what holds now is marked, Enter does what the line says, a few letters find it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ui_patience import lines, until
from ui_single import Single
from ui_stage import SCENES, staged

from liveriff.ui.fuzzy import found, score
from liveriff.ui.views.browser import BrowserView, Intent, Presets, Prompts, Scenes
from liveriff.ui.widgets.pick_filter import FilterLine


async def test_the_scene_that_plays_is_marked_and_the_cursor_is_on_it() -> None:
    app = Single(staged(), "browser")
    async with app.run_test() as pilot:
        scenes = app.query_one(Scenes)
        await until(pilot, lambda: scenes.here)
        assert scenes.here is not None
        assert scenes.here.name == "house"
        marked = [line for line in lines(scenes) if "▶" in line]
        assert len(marked) == 1
        assert "house" in marked[0]


async def test_enter_loads_the_scene_under_the_cursor() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Scenes).here)
        await pilot.press("down")
        await until(pilot, lambda: "load scene techno" in str(app.query_one(Intent).render()))
        await pilot.press("enter")
        assert link.registry.get("/scene") == "techno"


async def test_enter_on_what_holds_asks_for_it_anew() -> None:
    link = staged()
    told: list[tuple[str, object]] = []
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Scenes).here)
        link.registry.subscribe(lambda change: told.append((change.path, change.value)), "/scene")
        link.registry._asked.clear()  # long ago
        await pilot.press("enter")
        await until(pilot, lambda: told)
    assert told == [("/scene", "house")]


async def test_presets_go_to_the_deck_in_hand() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Presets).here)
        await pilot.press("right", "right_square_bracket")
        await until(pilot, lambda: app.query_one(Presets).path == "/deck/2/preset")
        await pilot.press("end", "enter")
        assert link.registry.get("/deck/2/preset") == "soft-pulse"
        assert link.registry.get("/deck/1/preset") == ""


async def test_scenes_and_presets_are_saved_under_a_name() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Scenes).here)
        await pilot.press("S", "end", *"-late", "enter")
        assert link.registry.get("/scene/save") == "house-late"
        await pilot.press("right_square_bracket", "A", "end", *"-2", "enter")
        assert link.registry.get("/deck/2/preset/save") == "acid-2"
        await pilot.press("M", "backspace", "8", "enter")
        assert link.registry.get("/deck/2/preset/bars") == 8
        await pilot.press("right")
        await until(pilot, lambda: "over 8 bars" in str(app.query_one(Intent).render()))


async def test_prompts_go_into_a_with_enter_and_into_b_with_b() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Prompts).here)
        await pilot.press("right", "right", "end", "enter", "home", "b")
        assert link.registry.get("/deck/1/prompt/a") == "909 techno kick, rumble"
        assert link.registry.get("/deck/1/prompt/b") == "four on the floor, tight house drums"


async def test_b_says_where_it_works() -> None:
    app = Single(staged(), "browser")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("b")
        assert "prompt b" in app.store.answer


async def test_letters_act_until_a_filter_is_begun_and_then_narrow_the_list() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.query_one(Scenes).here)
        await pilot.press("m")
        assert link.registry.get("/deck/1/mute") is True
        await pilot.press("slash", *"dnb")
        scenes = app.query_one(Scenes)
        await until(pilot, lambda: scenes.here and scenes.here.name == "drum-and-bass")
        await pilot.press("enter")
        await until(pilot, lambda: link.registry.get("/scene") == "drum-and-bass")
        await until(pilot, lambda: not scenes.query_text)
        assert scenes.has_focus
        await pilot.press("m")
        assert link.registry.get("/deck/1/mute") is False


async def test_escape_shows_all_again() -> None:
    app = Single(staged(), "browser")
    async with app.run_test() as pilot:
        scenes = app.query_one(Scenes)
        await until(pilot, lambda: scenes.here)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: scenes.here is None)
        await until(pilot, lambda: any("nothing fits" in line for line in lines(scenes)))
        await pilot.press("escape")
        await until(pilot, lambda: scenes.here is not None)
        assert app.query_one(FilterLine).value == ""


async def test_two_clicks_choose() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        scenes = app.query_one(Scenes)
        await until(pilot, lambda: scenes.here)
        await pilot.click(scenes, offset=(4, 1), times=2)
        assert link.registry.get("/scene") == SCENES[0]


async def test_what_was_written_and_is_in_no_bank_is_there_too() -> None:
    link = staged()
    link.registry.set("/deck/1/prompt/a", "my own words", "engine")
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        prompts = app.query_one(Prompts)
        await until(pilot, lambda: prompts.here)
        assert any("my own words" in line for line in lines(prompts))


async def test_an_engine_without_scenes_is_no_error() -> None:
    link = staged()
    link.nodes["/scene"].pop("OFFERS")
    app = Single(link, "browser")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter", "down", "enter")
        await until(pilot, lambda: any("nothing here" in line for line in lines(app.query_one(Scenes))))
        assert isinstance(app.view, BrowserView)


def test_one_piece_is_better_than_pieces_and_the_beginning_of_a_word_better_still() -> None:
    names = ("dub-bass", "808-bass", "ambient", "bass-drum", "boom-bap")
    assert found("bass", names, str)[0] == "dub-bass"
    assert found("ba", names, str)[-1] != "boom-bap"
    assert found("bbp", names, str) == ["boom-bap"]
    assert found("", names, str) == list(names)
    assert found("xyz", names, str) == []
    assert score("lev 2", "deck 2 level") is not None


@given(st.text(max_size=8), st.lists(st.text(max_size=12)))
def test_what_is_found_holds_every_letter_of_every_word(query: str, names: list[str]) -> None:
    for name in found(query, names, str):
        for word in query.casefold().split():
            assert all(letter in name.casefold() for letter in word)
