"""Every key of the table, pressed in the app: what it sends, or what it shows."""

from __future__ import annotations

import pytest
from ui_patience import until
from ui_single import Single
from ui_stage import staged

from liveriff.params.table import TABLE
from liveriff.ui.app import DETACHED, ENDED, Face
from liveriff.ui.keys import KEYS, VIEWS
from liveriff.ui.store import label
from liveriff.ui.views.help import TABLES

SENT = [
    ("space", "/play", False), ("t", "/tempo/tap", 1.0), ("minus", "/tempo/bpm", 123.9), ("plus", "/tempo/bpm", 124.1),
    ("comma", "/tempo/nudge", 0.02), ("full_stop", "/tempo/nudge", -0.02), ("g", "/quantum", "phrase"),
    ("ctrl+z", "/undo", 1.0), ("u", "/undo", 1.0), ("ctrl+y", "/redo", 1.0), ("U", "/redo", 1.0),
    ("R", "/record", True), ("P", "/panic", 1.0), ("n", "/deck/1/next", 1.0), ("z", "/deck/1/freeze", True),
    ("m", "/deck/1/mute", True), ("right_curly_bracket", "/deck/1/alpha", 0.05), ("c", "/deck/1/category", "bass"),
    ("f", "/deck/1/fill", 1.0), ("b", "/deck/1/back", 1.0), ("x", "/deck/1/swap", 1.0),
    ("o", "/deck/1/loop", "4"), ("left_parenthesis", "/deck/1/loop/halve", 1.0),
    ("right_parenthesis", "/deck/1/loop/double", 1.0), ("r", "/deck/1/repeat", "1/4"),
    ("i", "/deck/1/source", "previous"), ("s", "/deck/1/solo", True), ("q", "/deck/1/cue", True),
    ("h", "/deck/1/eq/low", -40.0), ("j", "/deck/1/eq/mid", -40.0), ("k", "/deck/1/eq/high", -40.0),
    ("less_than_sign", "/master/crossfader", -0.1), ("greater_than_sign", "/master/crossfader", 0.1),
    ("1", "/pad/1/trigger", 1.0), ("0", "/pad/10/trigger", 1.0),
]  # fmt: skip
SHOWN = {"f1": "help", "question_mark": "help"} | {f"f{n}": view for n, view in enumerate(VIEWS[:6], 2)}
ELSEWHERE = {
    "left_curly_bracket",
    "left_square_bracket",
    "right_square_bracket",
    "e",
    "E",
    "l",
    "L",
    "X",
    "J",
    "I",
    "W",
    "D",
    "y",
}
ELSEWHERE |= {"escape", "ctrl+p", "ctrl+t", "ctrl+d", "ctrl+q", "underscore", "equals_sign", *"23456789"}


async def test_keys_send() -> None:
    link = staged()
    before = {path: link.registry.get(path) for _, path, value in SENT if TABLE[path].kind.held}
    heard: list[tuple[str, object]] = []
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        link.registry.subscribe(lambda change: heard.append((change.path, change.value)))
        for key, path, value in SENT:
            if path in before:
                link.registry.set(path, before[path], "engine")
                await pilot.pause()
            heard.clear()
            answers = app.store.answers
            await pilot.press(key)
            assert (path, value) in heard, key
            assert app.store.answers > answers, f"{key}: nothing is done without an answer"
            assert label(path).split()[0] in app.store.answer, key


async def test_keys_show_views() -> None:
    app = Face(staged())
    async with app.run_test(size=(120, 40)) as pilot:
        for key, view in SHOWN.items():
            app.action_view("health" if view != "health" else "play")
            await pilot.press(key)
            await until(pilot, lambda view=view: app.view.id == view)  # type: ignore[misc]


async def test_the_deck_in_hand_goes_round() -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("left_square_bracket")
        assert app.deck == 4
        await pilot.press("left_curly_bracket")
        assert link.registry.get("/deck/4/alpha") == pytest.approx(0.7)
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert app.deck == 2


async def test_a_band_a_loop_and_a_repeat_come_back_as_they_were() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("h", "h")
        assert link.registry.get("/deck/1/eq/low") == 0.0
        link.registry.set("/deck/1/loop", "1/2", "midi")
        await until(pilot, lambda: app.store.get("/deck/1/loop") == "1/2")
        await pilot.press("o")
        assert link.registry.get("/deck/1/loop") == "off"
        await pilot.press("o", "right_square_bracket", "o")
        assert [link.registry.get(f"/deck/{deck}/loop") for deck in (1, 2)] == ["1/2", "4"]


async def test_the_source_goes_round() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        seen = []
        for _ in TABLE["/deck/1/source"].kind.options:
            await pilot.press("i")
            seen.append(link.registry.get("/deck/1/source"))
        assert sorted(map(str, seen)) == sorted(map(str, TABLE["/deck/1/source"].kind.options))
        assert seen[-1] == "none"


async def test_a_copy_asks_of_which_deck_and_may_be_left() -> None:
    link = staged()
    heard: list[tuple[str, object]] = []
    link.registry.subscribe(lambda change: heard.append((change.path, change.value)))
    app = Single(link, "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("right_square_bracket", "y", "escape")
        assert heard == []
        await pilot.press("y", "3", "enter")
        assert heard == [("/deck/2/copy", 3.0)]


def test_no_key_stands_twice_in_a_table() -> None:
    for table in TABLES:
        for where in {key.where for key in table}:
            names = [each for key in table if key.where == where for each in key.keys.split(",")]
            assert len(names) == len(set(names)), where
    everywhere = [each for key in KEYS for each in key.keys.split(",")]
    assert len(everywhere) == len(set(everywhere))


async def test_prompts_are_written_from_any_view() -> None:
    link = staged()
    app = Face(link, "health")
    async with app.run_test(size=(120, 40)) as pilot:
        for key, which in (("e", "a"), ("E", "b")):
            app.action_view("health")
            await pilot.pause()
            await pilot.press(key)
            await until(pilot, lambda: type(app.focused).__name__ == "PromptLine")
            await pilot.press(*"loud", "enter")
            assert link.registry.get(f"/deck/1/prompt/{which}") == "loud"


async def test_learning_needs_something_in_focus() -> None:
    app = Single(staged(), "help")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("l")
        assert "Tab" in app.store.answer


async def test_themes_go_round() -> None:
    app = Single(staged(), "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        seen = []
        for _ in range(4):
            await pilot.press("ctrl+t")
            seen.append(app.theme)
        assert seen == ["contrast", "colour-blind", "day", "night"]


async def test_detaching_and_ending_are_two_things() -> None:
    app = Single(staged(), "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+q")
        assert "again" in app.store.answer
        await pilot.press("ctrl+q")
    assert app.return_value == ENDED
    app = Single(staged(), "health")
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+d")
    assert app.return_value == DETACHED


def test_no_key_of_the_table_is_forgotten_here() -> None:
    """Learning's keys are pressed in test_learnbar, the palette's in test_palette."""
    known = {key for key, _, _ in SENT} | set(SHOWN) | ELSEWHERE
    assert {key for each in KEYS for key in each.keys.split(",")} <= known
