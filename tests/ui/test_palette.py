"""The command palette, and typing a value on the line that answers."""

from __future__ import annotations

import time

from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input
from ui_patience import lines, until
from ui_single import Single
from ui_stage import SCENES, staged

from liveriff.params.table import SPECS, TABLE
from liveriff.ui.app import Face
from liveriff.ui.commands import commands, numbered, pulled_with
from liveriff.ui.fuzzy import found
from liveriff.ui.keys import VIEWS
from liveriff.ui.store import label
from liveriff.ui.themes import THEMES
from liveriff.ui.widgets.answer import AnswerLine, ValueLine


async def test_everything_that_can_be_set_is_there() -> None:
    app = Face(staged())
    async with app.run_test():
        names = [command.name for command in commands(app)]
        wanted = {label(spec.path) for spec in SPECS if spec.access != "r"}
        wanted |= {f"View {view}" for view in VIEWS} | {f"Theme {theme.name}" for theme in THEMES}
        assert set(names) == wanted | {f"Scene {scene}" for scene in SCENES}
        assert len(names) == len(set(names))


async def choose(app: Face, pilot: Pilot[str], query: str, name: str) -> None:
    """Find a command by a few letters, and do it when it stands first."""
    await pilot.press("ctrl+p")
    await until(pilot, lambda: CommandPalette.is_open(app))
    app.screen.query_one(Input).value = query[:-1]
    await pilot.press(query[-1])
    await until(pilot, lambda: offered(app).startswith(name))
    await pilot.press("enter")
    await until(pilot, lambda: not CommandPalette.is_open(app))


def offered(app: Face) -> str:
    """The command that Enter would do."""
    found = app.screen.query_one(CommandList)
    at = found.highlighted
    return "" if at is None else str(found.get_option_at_index(at).prompt).split("\n")[0].strip()


async def test_by_name_all_things_are_done() -> None:
    link = staged()
    heard: list[tuple[str, object]] = []
    app = Face(link)
    async with app.run_test(size=(120, 40)) as pilot:
        link.registry.subscribe(lambda change: heard.append((change.path, change.value)))
        await choose(app, pilot, "deck 3 next", "Deck 3 next")
        await until(pilot, lambda: ("/deck/3/next", 1.0) in heard)
        await choose(app, pilot, "deck 2 mute", "Deck 2 mute")
        await until(pilot, lambda: link.registry.get("/deck/2/mute") is True)
        await choose(app, pilot, "view health", "View health")
        await until(pilot, lambda: app.view.id == "health")
        await choose(app, pilot, "scene dub", "Scene dub")
        await until(pilot, lambda: link.registry.get("/scene") == "dub")
        await choose(app, pilot, "theme day", "Theme day")
        await until(pilot, lambda: app.theme == "day")
        await choose(app, pilot, "deck 2 level", "Deck 2 level")
        await until(pilot, lambda: isinstance(app.focused, ValueLine))
        await pilot.press(*"-3", "enter")
        await until(pilot, lambda: link.registry.get("/deck/2/level") == -3.0)
        await until(pilot, lambda: not isinstance(app.focused, ValueLine))
        await pilot.press("space")
        assert link.registry.get("/play") is False


async def test_frames_go_on_behind_it_and_escape_closes_it() -> None:
    link = staged()
    app = Face(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: CommandPalette.is_open(app))
        link.registry.publish("/status/message", "Something happened.")
        await until(pilot, lambda: "Something happened." in str(app.screen_stack[0].query_one(AnswerLine).render()))
        await pilot.press("escape")
        await until(pilot, lambda: not CommandPalette.is_open(app))
        await pilot.press("m")
        assert link.registry.get("/deck/1/mute") is True


async def test_finding_among_all_of_them_is_fast() -> None:
    app = Face(staged())
    async with app.run_test():
        every = tuple(commands(app))
        assert len(every) > 250
        begun = time.process_time()
        for query in ("d", "de", "dec", "deck 3 pan", "xq"):
            found(query, every, lambda command: command.name)
        assert time.process_time() - begun < 0.5  # five keys; a hundredth of it on an idle machine


def test_a_trigger_that_goes_both_ways_is_pulled_a_little() -> None:
    by_path = {spec.path: spec for spec in SPECS}
    assert pulled_with(by_path["/tempo/nudge"]) == 0.02
    assert pulled_with(by_path["/panic"]) == 1.0


ANSWERS: list[tuple[str, list[str], object]] = [
    ("/tempo/bpm", [*"9", "escape"], 124.0),
    ("/tempo/bpm", [*"132.5", "enter"], 132.5),
    ("/key/tonic", [*"db", "enter"], "C#"),
    ("/quantum", ["down", "enter"], "phrase"),
    ("/scene", [*"tec", "tab", "enter"], "techno"),
    ("/deck/1/density", [*"auto", "enter"], None),
    ("/deck/1/prompt/a", [*"hard [kick]", "enter"], "hard [kick]"),
]


# --- the line ---------------------------------------------------------------------------------------------------------


async def test_answers() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test(size=(120, 40)) as pilot:
        for path, keys, value in ANSWERS:
            app.ask(path)
            await until(pilot, lambda: isinstance(app.focused, ValueLine))
            await pilot.press(*keys)
            await until(pilot, lambda: not isinstance(app.focused, ValueLine))
            assert link.registry.get(path) == value, path


async def test_what_does_not_fit_is_told_and_may_be_mended() -> None:
    link = staged()
    app = Single(link, "health")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.ask("/tempo/bpm")
        await until(pilot, lambda: isinstance(app.focused, ValueLine))
        await pilot.press(*"fast", "enter")
        await pilot.pause()
        assert isinstance(app.focused, ValueLine)
        assert "takes a number from 40 to 240" in str(app.query_one("AnswerLine > Static").render())  # type: ignore[attr-defined]
        await pilot.press("ctrl+u", *"150", "enter")
        assert link.registry.get("/tempo/bpm") == 150.0


async def test_trouble_has_a_sign_and_what_waits_in_the_log_is_counted() -> None:
    link = staged()
    app = Face(link)
    async with app.run_test(size=(120, 40)) as pilot:
        line = app.query_one(AnswerLine)
        app.store.set("/tempo/bpm", "fast")
        await until(pilot, lambda: "✖ /tempo/bpm takes" in lines(line)[0])
        app.store.set("/tempo/bpm", 90)
        await until(pilot, lambda: "· Tempo bpm 90" in lines(line)[0])
        link.registry.publish("/status/message", "The clock is gone.")
        await until(pilot, lambda: "» The clock is gone." in lines(line)[0])
        assert "2 in the log" in lines(line)[0]
        await pilot.press("f7")
        await until(pilot, lambda: "in the log" not in lines(line)[0])


async def test_without_an_engine_it_says_so_whatever_is_pressed() -> None:
    link = staged()
    app = Face(link)
    async with app.run_test(size=(120, 40)) as pilot:
        link.connected, link.trouble = False, "http://x does not answer."
        await pilot.press("m", "P")
        await until(pilot, lambda: "http://x does not answer" in lines(app.query_one(AnswerLine))[0])
        link.connected = True
        await until(pilot, lambda: "Not sent" in lines(app.query_one(AnswerLine))[0])


def test_what_needs_a_number_is_asked_for_and_not_pulled() -> None:
    assert numbered(TABLE["/deck/1/copy"])
    assert not [path for path, spec in TABLE.items() if numbered(spec) and not path.endswith("/copy")]
