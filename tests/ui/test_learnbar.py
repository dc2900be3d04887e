"""The learn bar: on every view while something is learnt, with keys that collide with nothing that is played."""

from __future__ import annotations

import pytest
from ui_patience import lines, until
from ui_single import Single
from ui_stage import learning, staged

from liveriff.ui.keys import KEYS, VIEWS
from liveriff.ui.views.pads import PadsView
from liveriff.ui.widgets.control import Control
from liveriff.ui.widgets.learnbar import KEYS as SHOWN
from liveriff.ui.widgets.learnbar import LearnBar


@pytest.mark.parametrize("view", VIEWS)
async def test_it_comes_and_goes_on_every_view(view: str) -> None:
    link = staged()
    app = Single(link, view)
    async with app.run_test(size=(120, 40)) as pilot:
        bar = app.query_one(LearnBar)
        await pilot.pause()
        assert not bar.display
        learning(link)
        await until(pilot, lambda: bar.display and any("cc/1/20" in line for line in lines(bar)))
        text = "\n".join(lines(bar))
        assert "/deck/1/alpha" in text
        assert "▲" in text
        assert "fairly sure" in text
        link.registry.set("/learn", "", "engine")
        await until(pilot, lambda: not bar.display)


@pytest.mark.parametrize("view", ["play", "mixer", "pads", "controllers"])
async def test_its_keys_work_on_every_view(view: str) -> None:
    link = learning(staged())
    heard: list[str] = []
    link.registry.subscribe(lambda change: heard.append(change.path))
    app = Single(link, view)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        await pilot.press("L", "X", "J", "I", "W")
        for path in ("/learn/accept", "/learn/clear", "/learn/undo"):
            assert path in heard
        assert link.registry.get("/learn/invert") is True
        assert link.registry.get("/learn/takeover") == "scale"
        await pilot.press("escape")
        assert link.registry.get("/learn") == ""


async def test_without_learning_the_keys_say_so_and_do_nothing() -> None:
    link = staged()
    heard: list[str] = []
    link.registry.subscribe(lambda change: heard.append(change.path))
    app = Single(link)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("L", "X", "W", "escape")
        assert heard == []
        assert "Nothing is being learnt" in app.store.answer


def test_every_key_it_shows_is_in_the_table() -> None:
    keys = {name for key in KEYS for name in key.keys.split(",")}
    assert {key for key, _ in SHOWN} <= keys


def test_no_view_and_no_control_takes_its_keys() -> None:
    taken = {binding.key for group in (PadsView.BINDINGS, Control.BINDINGS) for binding in group}  # type: ignore[union-attr]
    flat = {key for keys in taken for key in keys.split(",")}
    assert not flat & {key for key, _ in SHOWN}
