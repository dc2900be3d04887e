"""Who gets the renderer's time: a set in made-up time with the real plan, pads and strips, and one slow renderer."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.engine.deckbook import DeckBook
from liveriff.engine.modelbook import ModelBook
from liveriff.engine.moment import InFlight, Now, Speed
from liveriff.engine.morphs import LATELY_S, Morphs
from liveriff.engine.pads import PadBook
from liveriff.engine.planning import IN_A_ROW, Planning
from liveriff.engine.shots import Shots
from liveriff.engine.strips import ENDS
from liveriff.engine.tally import Tally
from liveriff.engine.troubles import Troubles
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.words import DECKS, PER_BANK
from liveriff.wire.job import Job

GRID = Grid(48000, 12000)
TICK_S, BEAT_S = 0.02, 0.5
PHRASE_S = 16 * BEAT_S
SLOTS = 60


class Renderer:
    """One job at a time; each takes its time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.flights: tuple[InFlight, ...] = ()
        self.loading: frozenset[int] = frozenset()
        self.done_s = 0.0
        self.log: list[InFlight] = []
        self.busy_s = 0.0

    @property
    def idle(self) -> bool:
        return not self.flights

    @property
    def room(self) -> int:
        return int(self.idle)

    def able(self, model: str) -> bool:
        return True

    def submit(
        self, deck: int, job: Job, slot: int, pad: int = 0, fill: bool = False, strip: bool = False, **_: object
    ) -> None:
        assert self.idle
        flight = InFlight(len(self.log) + 1, deck, job, pad, fill, strip, slot)
        self.flights = (flight,)
        self.log.append(flight)
        self.done_s = self.world.now_s + (self.world.shot_s if pad else self.world.chunk_s)

    def cancel(self, request: int) -> None:
        (flight,) = self.flights
        self.flights = ()
        self.world.stage.book.released(flight.slot)


class World:
    """Four decks between two prompts each, sixteen pads, a transport that runs."""

    def __init__(self, chunk_s: float, shot_s: float, drift: float = 0.0) -> None:
        self.chunk_s, self.shot_s = chunk_s, shot_s
        self.now_s = 0.0
        self.registry = Registry()
        for deck in DECKS:
            values = {"prompt/a": f"a {deck}", "prompt/b": f"b {deck}", "seed/drift": drift, "level": 0.0}
            self.registry.restore({f"/deck/{deck}/{name}": value for name, value in values.items()})
        self.landing: list[tuple[Fraction, int, Any]] = []
        self.renderer = Renderer(self)
        time = SimpleNamespace(rate=48000, running=True, now=self.now, steady=True)
        self.stage: Any = SimpleNamespace(
            registry=self.registry, options=SimpleNamespace(model=""), book=DeckBook(DECKS, SLOTS),
            pads=PadBook(SLOTS, 70), player=SimpleNamespace(send=lambda _: None), renderer=self.renderer, time=time,
            tally=Tally(), notice=lambda _: None, log=SimpleNamespace(loaded=lambda *_: None), soon=lambda: None,
            wishes={}, pictures={}, turned=set(), since=0, speed=Speed(0.0, 0.0), troubles=Troubles(), scene=None,
            send_swap=self._send_swap, send_strip=lambda *_: None, models=ModelBook(),
        )  # fmt: skip
        moves: Any = SimpleNamespace(
            before=lambda _: None, take=lambda *_: None, sourced=lambda _, wish, __: wish, bridged=lambda wish, _: wish
        )
        slots: Any = SimpleNamespace()
        self.shots = Shots(self.stage, slots, None, {}, lambda: self.now_s)
        self.morphs = Morphs(self.stage, None, lambda: self.now_s)
        self.planning = Planning(self.stage, {}, None, self.shots, self.morphs, moves)

    def now(self) -> Now:
        return Now(GRID, Fraction(round(self.now_s * 1000), 1000) * 2, Fraction(4))

    def _send_swap(self, deck: int, chunk: Any, at: Fraction | None) -> None:
        self.landing = [each for each in self.landing if each[1] != deck]
        self.landing.append((at if at is not None else Fraction(0), deck, chunk))

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self._land()
            self._finish()
            self.planning.look()
            self.renderer.busy_s += TICK_S * bool(self.renderer.flights)
            self.now_s += TICK_S

    def _land(self) -> None:
        book, beat = self.stage.book, self.now().beat
        for at, deck, chunk in [each for each in self.landing if each[0] <= beat]:
            state = book.states[deck]
            old = [each.slot for each in (state.playing, *state.points) if each is not None]
            book.swapped(deck, chunk.slot)
            for slot in old:
                book.lending.give_back(slot)
            self.landing.remove((at, deck, chunk))

    def _finish(self) -> None:
        if not self.renderer.flights or self.now_s < self.renderer.done_s:
            return
        (flight,) = self.renderer.flights
        self.renderer.flights = ()
        if flight.pad:
            self.shots.load(flight.pad, flight.job, flight.slot)
        elif flight.strip:
            self.morphs.arrived(flight.deck, flight.job, flight.slot, -20.0)
        else:
            self.stage.book.rendered(flight.deck, flight.job, flight.slot, -20.0)

    def sounding(self) -> int:
        return sum(self.stage.pads.states[pad].sounds for pad in range(1, PER_BANK + 1))

    def kinds(self) -> str:
        """What was rendered, in order: Deck, Pad, Strip."""
        return "".join("P" if each.pad else "S" if each.strip else "D" for each in self.renderer.log)


def test_every_pad_has_its_sound_before_any_strip_begins() -> None:
    world = World(chunk_s=0.3, shot_s=0.15)
    world.run(12.0)
    kinds = world.kinds()
    assert kinds.startswith("DDDD" + "P" * PER_BANK + "S")
    assert kinds.count("D") == len(DECKS)


def test_a_hand_that_morphs_does_not_keep_pads_from_their_sounds() -> None:
    world = World(chunk_s=0.3, shot_s=0.15)
    world.run(1.3)  # the decks play
    for step in range(120):  # an automation of alpha that never rests
        world.registry.set("/deck/1/alpha", (step % 10) / 10)
        world.run(0.1)
    assert world.sounding() == PER_BANK
    assert "S" not in world.kinds().rpartition("P")[0]


@pytest.mark.parametrize("chunk_s", [0.3, 1.0, 3.0])
def test_hands_that_never_rest_do_not_keep_pads_from_their_sounds(chunk_s: float) -> None:
    world = World(chunk_s, shot_s=chunk_s / 2)
    while any(state.playing is None for state in world.stage.book.states.values()):
        world.run(0.1)
    step = 0
    while world.sounding() < PER_BANK and world.now_s < 200:
        world.registry.set("/deck/1/seed", step % 900)  # each change needs a chunk at once
        world.registry.set("/deck/2/seed", step % 900)
        step += 1
        world.run(0.1)
    runs = world.kinds().split("P")
    assert world.sounding() == PER_BANK
    assert max(len(run) for run in runs[1:]) <= IN_A_ROW, world.kinds()
    assert world.now_s < chunk_s * (len(DECKS) + 1 + PER_BANK * (IN_A_ROW + 1))


def test_a_pad_that_is_struck_in_vain_goes_first() -> None:
    world = World(chunk_s=1.0, shot_s=0.5)
    world.run(4.2)
    world.registry.trigger("/pad/9/trigger")
    world.run(2.0)
    assert world.stage.pads.states[9].sounds


def test_a_set_that_drifts_leaves_the_renderer_time() -> None:
    world = World(chunk_s=0.35, shot_s=0.15, drift=0.25)
    world.run(2 * PHRASE_S)  # pads, first strips
    begun, busy = len(world.renderer.log), world.renderer.busy_s
    world.run(6 * PHRASE_S)
    made = [each for each in world.renderer.log[begun:] if each.strip]
    assert {each.job.alpha for each in made} <= set(ENDS)
    assert len(made) <= 7 * len(DECKS)  # the other end of each deck, once a phrase
    assert (world.renderer.busy_s - busy) / (6 * PHRASE_S) < 0.5
    assert all(state.points for state in world.stage.book.states.values())  # every hand would be heard at once


def test_a_strip_in_use_is_whole_also_where_the_sound_drifts() -> None:
    world = World(chunk_s=0.1, shot_s=0.05, drift=0.25)
    world.run(2.5 * PHRASE_S)
    world.registry.set("/deck/3/alpha", 0.4)
    world.run(LATELY_S / 4)
    state = world.stage.book.states[3]
    assert state.hand == 0.4
    assert {chunk.job.alpha for chunk in state.strip} >= {0.0, 0.25, 0.5, 0.75, 1.0}
    assert len(world.stage.book.states[1].strip) == 2


def test_a_deck_that_is_not_heard_waits_for_a_hand() -> None:
    world = World(chunk_s=0.1, shot_s=0.05, drift=0.25)
    world.registry.set("/deck/4/mute", True)
    world.run(2.5 * PHRASE_S)
    assert world.stage.book.states[4].playing is not None
    assert not [each for each in world.renderer.log if each.strip and each.deck == 4]
