"""The controllers view: finding a parameter, learning it in place, hands that wait, what arrives."""

from __future__ import annotations

import pytest
from ui_patience import lines, until
from ui_single import Single
from ui_stage import LEARNING, learning, staged

from liveriff.params.table import TABLE
from liveriff.ui.learning import lesson, sure
from liveriff.ui.store import Store
from liveriff.ui.views.controllers import Hands, Learnables, Monitor, Proposal, learnable


async def test_enter_opens_learning_and_enter_again_accepts_what_was_moved() -> None:
    link = staged()
    pulled: list[str] = []
    link.registry.subscribe(lambda change: pulled.append(change.path))
    app = Single(link, "controllers")
    async with app.run_test() as pilot:
        found = app.query_one(Learnables)
        await until(pilot, lambda: found.here)
        await pilot.press("slash", *"deck 1 alpha")
        await until(pilot, lambda: found.here and found.here.name == "/deck/1/alpha")
        await pilot.press("enter")
        assert link.registry.get("/learn") == "/deck/1/alpha"
        await until(pilot, lambda: found.here and found.here.now)
        await pilot.press("enter")
        assert "Move a control" in app.store.answer
        link.registry.publish("/learn/state", "\n".join(LEARNING))
        await until(pilot, lambda: "cc/1/20" in app.store.words("/learn/state"))
        await pilot.press("enter")
        assert "/learn/accept" in pulled


async def test_the_proposal_tells_everything_that_was_understood() -> None:
    app = Single(learning(staged()), "controllers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = app.query_one(Proposal)
        await until(pilot, lambda: any("cc/1/20" in line for line in lines(shown)))
        text = "\n".join(lines(shown))
        for part in ("AKAI LPD8", "internal", "/deck/1/alpha", "some-box-midi-1", "knob or fader, 7 bits", "64/127"):
            assert part in text
        assert "fairly sure" in text
        assert "▲ cc/1/20 is bound to /deck/2/pan" in text
        assert "knob/1" in text


async def test_options_are_under_the_hand() -> None:
    link = learning(staged())
    app = Single(link, "controllers")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("tab", "right", "tab", "enter", "tab", "end", "tab", "home")
        assert link.registry.get("/learn/takeover") == "scale"
        assert link.registry.get("/learn/invert") is True
        assert (link.registry.get("/learn/low"), link.registry.get("/learn/high")) == (1.0, 0.0)


async def test_what_moves_a_parameter_stands_beside_it() -> None:
    link = staged()
    link.registry.publish("/learn/map", "akai-lpd8-mk2\tknob/1\t/tempo/bpm\teverywhere")
    app = Single(link, "controllers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = app.query_one(Learnables)
        await until(pilot, lambda: any("knob/1" in line and "/tempo/bpm" in line for line in lines(shown)))


async def test_hands_that_wait_say_which_way_to_turn() -> None:
    app = Single(staged(), "controllers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = app.query_one(Hands)
        await until(pilot, lambda: any("/deck/2/alpha" in line for line in lines(shown)))
        text = {line.split()[0]: line for line in lines(shown) if line.strip().startswith("/")}
        assert "turn up" in text["/deck/1/level"]
        assert "turn down" in text["/deck/2/alpha"]
        assert "◌" in text["/deck/1/level"]


async def test_the_monitor_shows_the_newest_at_the_bottom() -> None:
    link = staged()
    app = Single(link, "controllers")
    async with app.run_test(size=(120, 40)) as pilot:
        shown = app.query_one(Monitor)
        await until(pilot, lambda: any("64/127" in line for line in lines(shown)))
        said = [line for line in lines(shown) if line.strip()]
        assert "64/127" in said[-1]
        assert "nothing" in said[-1]
        link.registry.publish("/midi/monitor", "")
        await until(pilot, lambda: any("nothing yet" in line for line in lines(shown)))


def test_everything_that_a_control_can_move_can_be_learnt_and_nothing_else() -> None:
    store = Store(staged())
    can = {path for path, spec in TABLE.items() if learnable(spec, store)}
    assert {"/deck/1/alpha", "/pad/1/trigger", "/panic", "/deck/1/prompt/a", "/scene", "/learn/accept"} <= can
    assert not {"/status/cpu", "/deck/1/heard/alpha", "/learn", "/learn/takeover", "/deck/1/model"} & can


def test_a_lesson_is_read_whatever_is_left_out() -> None:
    said = lesson("\n".join(LEARNING))
    assert (said.target, said.sure, said.kind) == ("/deck/1/alpha", 0.6, "knob or fader, 7 bits")
    assert said.bound == ("akai-lpd8-mk2  knob/1  everywhere  default",)
    empty = lesson("")
    assert (empty.control, empty.sure, empty.conflicts) == ("", None, ())
    assert lesson("confidence\tperhaps").sure is None
    assert lesson("kind\tsomething new").kind == "something new"


@pytest.mark.parametrize(("share", "word"), [(0.95, "sure"), (0.6, "fairly sure"), (0.1, "guessing")])
def test_confidence_has_a_word(share: float, word: str) -> None:
    assert sure(share).endswith(word)
    assert sure(share, plain=True).isascii()
