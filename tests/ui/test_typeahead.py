"""Keys that come in one go, faster than anything on the screen: each goes where the one before it has led."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input
from ui_patience import until
from ui_single import Single
from ui_stage import staged

from liveriff.params.registry import Registry
from liveriff.ui import typeahead
from liveriff.ui.app import Face
from liveriff.ui.local import LocalLink

NAMES = {
    "]": "right_square_bracket", ".": "full_stop", " ": "space", "-": "minus", "/": "slash",
    "\r": "enter", "\x1b": "escape",
}  # fmt: skip


def burst(app: Face, keys: str) -> None:
    """All at once, as a terminal tells what was typed while the program was busy."""
    for key in keys:
        app.post_message(events.Key(NAMES.get(key, key), None if key in "\r\x1b" else key))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_prompt_is_written_and_sent_and_the_next_key_acts(size: tuple[int, int]) -> None:
    link = staged()
    app = Single(link)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/alpha")
        burst(app, "]emP1 z tum\rm")
        await until(pilot, lambda: link.registry.get("/deck/2/mute") is True)
        assert link.registry.get("/deck/2/prompt/a") == "mP1 z tum"
        assert link.registry.get("/deck/2/freeze") is False
        assert link.registry.get("/deck/1/mute") is False


async def test_from_another_view_too() -> None:
    link = staged()
    app = Face(link, "health")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        burst(app, "emm\x1bm")
        await until(pilot, lambda: link.registry.get("/deck/1/mute") is True)
        assert link.registry.get("/deck/1/prompt/a") == "four on the floor, tight house drums"


async def test_a_value_typed_in_place() -> None:
    registry = Registry()
    app = Single(LocalLink(registry))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: getattr(app.focused, "path", "") == "/deck/1/alpha")
        burst(app, "\r0.25\rm\r0.75\r")
        await until(pilot, lambda: registry.get("/deck/1/alpha") == 0.75)
        assert registry.get("/deck/1/mute") is True
        assert registry.get("/deck/1/next") != 1.0


async def test_a_filter() -> None:
    link = staged()
    app = Single(link, "browser")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        burst(app, "/tec\r")
        await until(pilot, lambda: link.registry.get("/scene") == "techno")
        await until(pilot, lambda: not isinstance(app.focused, Input))


async def test_an_editor_that_never_opens_costs_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "PATIENCE_S", 0.2)
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.expect_editor()
        burst(app, "m")
        await until(pilot, lambda: link.registry.get("/deck/1/mute") is True)


async def test_without_the_short_way_keys_still_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "DIRECT", False)
    link = staged()
    app = Single(link)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("m")
        await until(pilot, lambda: link.registry.get("/deck/1/mute") is True)
