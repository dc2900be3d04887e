"""A scene takes over on its beat: nothing before, everything then, and the hand keeps what it has taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.engine import scenes_live
from liveriff.engine.moment import Chunk, DeckState, Now, Wish
from liveriff.engine.scenes import apply, load_scene
from liveriff.engine.scenes_live import AHEAD_S, FAR, SceneTurns
from liveriff.engine.wishes import Setting, phrase_of, wish_for
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS

SETTING = Setting(48000, {})
GRID = Grid(48000, 12400)


class Time:
    """A transport whose beat the test sets."""

    steady = running = True
    turn: Fraction | None = None

    def __init__(self) -> None:
        self.beat, self.step = Fraction(5), Fraction(4)

    def now(self) -> Now:
        return Now(GRID if self.running else None, self.beat, self.step)


class World:
    """House plays; a look is as the hub's, and what is called later is called when its time has come."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time, self.said, self.later = Time(), [], []
        self.registry = Registry()
        apply(load_scene("house"), self.registry)
        states = {deck: DeckState() for deck in DECKS}
        self.stage: Any = SimpleNamespace(
            registry=self.registry, time=self.time, notice=self.said.append, soon=lambda: None,
            book=SimpleNamespace(states=states), bindings=(), scene=None, since=0,
        )  # fmt: skip
        self.turns = SceneTurns(self.stage, self.ask)
        loop = SimpleNamespace(call_later=lambda wait, *call: self.later.append((wait, call)))
        monkeypatch.setattr(scenes_live.asyncio, "get_running_loop", lambda: loop)
        self.changes: list[tuple[Fraction, str]] = []
        self.registry.subscribe(lambda change: self.changes.append((self.time.beat, change.path)))
        for deck, wish in self.wishes().items():
            assert wish.now
            states[deck] = DeckState(playing=Chunk(wish.now, deck))

    def ask(self, deck: int, values: Any, beat: Fraction) -> Wish:
        setting = replace(SETTING, since=self.stage.since if values is self.registry else phrase_of(beat))
        return wish_for(values, deck, beat, self.stage.book.states[deck], setting)

    def wishes(self) -> dict[int, Wish]:
        return {deck: self.ask(deck, self.registry, self.time.beat) for deck in DECKS}

    def look(self) -> dict[int, Wish]:
        return self.turns.amend(self.wishes(), self.time.beat)

    def render(self, *decks: int) -> None:
        """The chunks of the coming scene lie ready."""
        for deck in decks:
            then = self.look()[deck].then
            assert then is not None
            state = self.stage.book.states[deck]
            self.stage.book.states[deck] = replace(state, ready=(Chunk(then, 100 + deck),))

    def until(self, beat: Fraction) -> None:
        """The clock runs on, in small steps."""
        while self.time.beat < beat:
            self.time.beat += Fraction(1, 64)
            self._call(1 / 64 * 60 / 124)

    def _call(self, passed: float) -> None:
        waiting, self.later = self.later, []
        for wait, call in waiting:
            if wait <= passed:
                call[0](*call[1:])
            else:
                self.later.append((wait - passed, call))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_nothing_changes_until_all_decks_have_their_sound(world: World) -> None:
    world.turns.load("techno")
    before = world.registry.snapshot()
    amended = world.look()
    assert all(wish.now == world.wishes()[deck].now for deck, wish in amended.items())
    assert {wish.turn for wish in amended.values()} == {FAR}
    assert all(wish.then and wish.then.bpm_cents == 13200 for wish in amended.values())
    world.render(1, 2, 3)
    world.until(Fraction(20))
    world.look()
    assert world.registry.snapshot() == before
    assert not world.later


def test_it_turns_on_the_next_bar_and_levels_change_on_the_beat_and_not_before(world: World) -> None:
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    assert {wish.turn for wish in world.look().values() if wish.then} == {Fraction(8)}
    world.until(Fraction(8) - Fraction(AHEAD_S) * Fraction(124, 60) - Fraction(1, 32))
    assert world.changes == []
    world.until(Fraction(9))
    block = [beat for beat, path in world.changes if world.registry.spec(path).rate == "block"]
    rest = [beat for beat, path in world.changes if world.registry.spec(path).rate != "block"]
    assert block
    assert all(Fraction(8) <= beat <= Fraction(8) + Fraction(1, 32) for beat in block)
    assert all(Fraction(7) < beat < Fraction(8) for beat in rest)
    techno = load_scene("techno")
    assert all(world.registry.get(path) == value for path, value in techno.complete().items())
    assert world.stage.scene == techno
    assert world.said[-1].startswith("Techno")
    assert world.look() == world.wishes()


def test_the_tempo_counts_from_the_turn_on(world: World) -> None:
    turns: list[Fraction | None] = []
    world.registry.subscribe(lambda _: turns.append(world.time.turn), "/tempo/bpm")
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.until(Fraction(9))
    assert turns == [Fraction(8)]
    assert world.time.turn is None


def test_undo_takes_it_back_whole(world: World) -> None:
    before = world.registry.snapshot()
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.until(Fraction(9))
    assert world.registry.snapshot() != before
    world.registry.undo()
    assert world.registry.snapshot() == before


def test_what_a_hand_has_moved_meanwhile_stays(world: World) -> None:
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.registry.set("/deck/1/pan", 0.77, "hand")
    pan = load_scene("techno").complete()["/deck/1/pan"]
    moved = world.turns.coming is not None and "/deck/1/pan" in world.turns.coming.values
    world.until(Fraction(9))
    assert world.registry.get("/deck/1/pan") == 0.77
    assert moved or pan != 0.77


def test_patience_has_an_end(world: World) -> None:
    world.turns.load("techno")
    world.look()
    world.until(Fraction(38))
    world.look()
    world.until(Fraction(41))
    assert world.registry.get("/tempo/bpm") == 132.0


def test_another_scene_takes_the_place_of_one_that_waits(world: World) -> None:
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.turns.load("dub")
    world.until(Fraction(12))
    assert world.registry.get("/tempo/bpm") == 124.0
    world.render(*DECKS)
    world.look()
    world.until(Fraction(20))
    assert world.stage.scene == load_scene("dub")


def _stand(world: World) -> None:
    world.time.running = world.time.steady = False


def _off(world: World) -> None:
    world.time.step = None  # type: ignore[assignment]


@pytest.mark.parametrize("how", [_stand, _off])
def test_where_no_beat_is_waited_for_it_is_at_once(world: World, how: Callable[[World], None]) -> None:
    how(world)
    world.turns.load("techno")
    assert world.registry.get("/tempo/bpm") == 132.0
    assert world.turns.coming is None


def test_a_stop_ends_the_waiting(world: World) -> None:
    world.turns.load("techno")
    world.look()
    world.time.running = False
    world.look()
    assert world.registry.get("/tempo/bpm") == 132.0


def test_a_scene_comes_by_name_and_never_by_path(world: World) -> None:
    for name in ("scenes/house.toml", "../../etc/passwd", "techo"):
        world.turns.load(name)
        assert world.turns.coming is None
        assert name in world.said[-1]


def test_a_scene_that_cannot_be_had_leaves_the_name_of_the_one_that_plays(world: World) -> None:
    for name in ("techno", "techo"):
        world.registry.set("/scene", name, "hand")
        world.turns.load(name)
    assert world.registry.get("/scene") == "techno"


def test_a_scene_that_plays_comes_back_as_it_was_saved(world: World) -> None:
    _off(world)
    world.turns.load("techno")
    level = world.registry.get("/deck/1/level")
    world.registry.set("/deck/1/level", -50.0, "hand")
    world.turns.load("")
    assert world.registry.get("/deck/1/level") == -50.0
    world.turns.load("techno")
    assert world.registry.get("/deck/1/level") == level
    assert "no scene" not in " ".join(world.said)


def test_impatience_does_not_put_a_scene_off(world: World) -> None:
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.turns.load("techno")
    world.until(Fraction(9))
    assert world.registry.get("/tempo/bpm") == 132.0


def test_who_can_wait_no_longer_turns_the_quantum_off_and_asks_again(world: World) -> None:
    world.turns.load("techno")
    _off(world)
    world.turns.load("techno")
    assert world.registry.get("/tempo/bpm") == 132.0


def _ask(world: World, name: str) -> None:
    world.registry.set("/scene", name, "hand")
    world.turns.load(name)


def test_a_scene_that_waits_is_called_off(world: World) -> None:
    for name in ("techno", "dub"):
        _ask(world, name)
        world.render(*DECKS)
        world.look()
    before = world.registry.snapshot()
    assert world.turns.call_off()
    assert (world.registry.get("/scene"), world.said[-1]) == ("", f"{load_scene('dub').title} is called off.")
    assert world.look() == world.wishes()
    world.until(Fraction(20))
    assert world.registry.snapshot() == before
    assert not world.turns.call_off()


def test_the_name_of_the_scene_that_plays_comes_back_and_a_later_failure_leaves_it(world: World) -> None:
    _ask(world, "techno")
    world.render(*DECKS)
    world.look()
    world.until(Fraction(9))
    _ask(world, "dub")
    assert world.turns.call_off()
    assert world.registry.get("/scene") == "techno"
    _ask(world, "dubb")
    assert world.registry.get("/scene") == "techno"


def test_a_turn_that_has_begun_is_not_called_off(world: World) -> None:
    world.turns.load("techno")
    world.render(*DECKS)
    world.look()
    world.until(Fraction(8) - Fraction(1, 16))
    assert not world.turns.call_off()
    world.until(Fraction(9))
    assert world.stage.scene == load_scene("techno")


@pytest.mark.parametrize("turn", [20, 32])
def test_what_was_rendered_for_the_turn_is_what_is_wanted_then(world: World, turn: int) -> None:
    """Wherever the turn lies among the phrases, a scene begins with its own seeds, and drifts from there."""
    world.time.beat = Fraction(turn - 20)
    world.turns.load("techno")
    world.render(*DECKS)
    ready = {deck: state.ready[-1].job for deck, state in world.stage.book.states.items()}
    world.time.beat = Fraction(turn - 3)
    world.look()
    world.until(Fraction(turn) - Fraction(1, 8))
    for beat in (Fraction(turn) - Fraction(1, 8), Fraction(turn) + Fraction(1, 8)):
        world.until(beat)
        assert {deck: wish.now for deck, wish in world.wishes().items()} == ready
    then = world.wishes()[1].then
    assert then is not None
    assert then != ready[1]


def test_prompts_are_picked_by_number_from_the_bank_of_the_decks_category(world: World) -> None:
    scene = load_scene("house")
    world.stage.scene = scene
    world.registry.set("/deck/4/category", "drums", "hand")
    assert world.registry.offered("/deck/4/prompt/a") == scene.bank["drums"]
    world.registry.set("/deck/4/prompt/a", 1, "osc")
    assert world.registry.get("/deck/4/prompt/a") == scene.bank["drums"][1]
