"""The prompt field: following, editing, history, completion; keys pressed in the real app on a link of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from ui_single import Single

from liveriff.params.registry import Registry
from liveriff.ui.local import LocalLink
from liveriff.ui.widgets.prompt import PromptField
from liveriff.ui.widgets.prompt_history import History, Walk
from liveriff.ui.widgets.prompt_words import complete, vocabulary

PATH = "/deck/1/prompt/a"
BANK = ("acid 303 line", "glass bells", "warm sub bass")


class Alone(Single):
    """The app with nothing but a field, and something before it that can have the focus."""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield PromptField(PATH, id="field")


def face() -> tuple[Alone, Registry]:
    registry = Registry()
    link = LocalLink(registry)
    link.nodes[PATH]["OFFERS"] = list(BANK)
    registry.set(PATH, "glass bells", "engine")
    return Alone(link, "help"), registry


def field(app: App[str]) -> PromptField:
    return app.query_one("#field", PromptField)


async def test_writing_replaces_the_words_and_gives_the_keys_back() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"hard kick", "enter")
        await pilot.pause()
        assert registry.get(PATH) == "hard kick"
        assert not field(app).editing
        await pilot.press("space")
        assert registry.get("/play") is False


async def test_escape_leaves_the_words_as_they_were() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"xyz", "escape")
        await pilot.pause()
        assert registry.get(PATH) == "glass bells"
        assert not field(app).editing
        assert "glass bells" in app.store.answer


async def test_letters_are_typed_and_do_nothing_else_while_writing() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press("P", "R", "m", "1", "space")
        assert registry.get("/record") is False
        assert registry.get("/deck/1/mute") is False
        assert field(app).line.value == "PRm1 "


async def test_an_arriving_change_never_overwrites_what_is_being_typed() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"my own")
        registry.set(PATH, "from the tablet", "osc")
        await pilot.pause(0.1)
        field(app).frame(1.0)
        assert field(app).line.value == "my own"
        assert "from the tablet" in app.store.answer
        await pilot.press("escape")
        await pilot.pause()
        assert app.store.words(PATH) == "from the tablet"


async def test_it_follows_the_engine_while_it_is_not_written() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        registry.set(PATH, "from the tablet [b]", "osc")
        await pilot.pause(0.1)
        field(app).frame(1.0)
        assert str(field(app).render()) == "from the tablet [b]"


async def test_tab_takes_the_completion_from_the_bank() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"acid")
        await pilot.pause(0.1)
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert registry.get(PATH) == "acid 303 line"


async def test_up_brings_back_what_was_written_before_even_in_another_performance(tmp_path: Path) -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"first words", "enter")
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press("up", "enter")
        assert registry.get(PATH) == "first words"


async def test_with_the_focus_only_it_steps_through_the_bank_and_letters_still_act() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).focus()
        await pilot.press("down")
        assert registry.get(PATH) == "warm sub bass"
        await pilot.press("m")
        assert registry.get("/deck/1/mute") is True


async def test_what_was_not_sent_is_kept_for_the_next_time() -> None:
    app, registry = face()
    async with app.run_test() as pilot:
        field(app).edit()
        await pilot.pause()
        await pilot.press(*"half a tho")
        app.set_focus(None)
        await pilot.pause()
        assert not field(app).editing
        assert registry.get(PATH) == "glass bells"
        assert app.prompts.entries[-1] == "half a tho"


def test_walking_up_and_down_comes_back_to_what_was_typed() -> None:
    walk = Walk(("one", "two"))
    assert [walk.step(-1, "draft"), walk.step(-1, "two"), walk.step(-1, "one")] == ["two", "one", "one"]
    assert [walk.step(1, "one"), walk.step(1, "two"), walk.step(1, "draft")] == ["two", "draft", "draft"]


def test_a_history_is_bounded_has_nothing_twice_and_survives(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "prompts.txt"
    history = History(file, most=3)
    for prompt in ("a", "b", "a", "c", "d", ""):
        history.add(prompt)
    assert history.entries == ["a", "c", "d"]
    assert History(file, most=3).entries == ["a", "c", "d"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_history_is_for_its_users_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "prompts.txt"
    before = os.umask(0o022)
    try:
        History(file).add("secret love song")
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_two_screens_write_one_history(tmp_path: Path) -> None:
    file = tmp_path / "prompts.txt"
    one, other = History(file), History(file)
    one.add("from one")
    other.add("from the other")
    assert History(file).entries == ["from one", "from the other"]


@pytest.mark.parametrize("damage", [b"\xff\xfe\x00bad\n", b"", b"x" * 100_000])
def test_a_damaged_history_costs_nothing(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "prompts.txt"
    file.write_bytes(damage)
    history = History(file)
    history.add("fine")
    assert history.entries[-1] == "fine"
    assert all(len(entry) <= 500 for entry in history.entries)


def test_a_folder_that_cannot_be_written_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file" / "prompts.txt")
    history.add("fine")
    assert history.entries == ["fine"]


def test_completion_takes_the_bank_first_then_the_last_word() -> None:
    words = vocabulary([BANK, ("glass organ",)])
    assert words[0] == "glass"
    assert complete("gla", BANK, words) == "glass bells"
    assert complete("GLA", BANK, words) == "GLAss bells"
    assert complete("deep war", BANK, words) == "deep warm"
    assert complete("", BANK, words) is None
    assert complete("deep ", BANK, words) is None


@given(st.text(max_size=20), st.lists(st.text(max_size=20)))
def test_a_completion_always_goes_on_from_what_was_typed(text: str, bank: list[str]) -> None:
    found = complete(text, bank, vocabulary([bank]))
    assert found is None or (found.startswith(text) and len(found) > len(text))
