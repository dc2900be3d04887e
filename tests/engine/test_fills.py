"""Fills on a stage without processes: where they are aimed, what becomes of them, and that no slot is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.deckbook import DeckBook
from liveriff.engine.fills import Fills, aimed
from liveriff.engine.moment import Chunk, DeckState, InFlight, Now, Speed
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.wire.job import Job
from liveriff.wire.messages import Fill

GRID = Grid(48000, 12000)
JOB = Job(prompt_a="kit", category="drums", seed=3, rate=48000)
SPEED = Speed(step_s=0.05, rest_s=0.3)  # half a second, a beat


def at(beat: float | Fraction) -> Now:
    return Now(GRID, Fraction(beat), Fraction(4))


@given(
    beat=st.fractions(0, 500, max_denominator=64),
    beats=st.sampled_from([1, 2, 4]),
    loop=st.sampled_from([4, 8, 16]),
    count=st.integers(1, 50),
)
def test_a_fill_is_the_piece_before_the_first_bar_line_it_can_reach(
    beat: Fraction, beats: int, loop: int, count: int
) -> None:
    aim = aimed(replace(JOB, beats=loop), beats, count, at(beat), SPEED)
    assert aim.end % 4 == 0
    assert aim.begin == aim.end - beats
    assert at(beat).seconds_to(aim.begin) >= SPEED.seconds(JOB)
    assert aim.begin - beat < 4 + beats + 2  # not a bar later than need be
    assert 0 < aim.job.fill_beats <= aim.job.fill_end <= loop
    assert aim.job.fill_end % loop == aim.end % loop
    assert aim.job.whole == replace(JOB, beats=loop)
    assert aim.job.fill_seed != aimed(replace(JOB, beats=loop), beats, count + 1, at(beat), SPEED).job.fill_seed


class Stage:
    """As much of a stage as fills see."""

    def __init__(self) -> None:
        self.registry, self.book, self.speed = Registry(), DeckBook((1, 2, 3, 4), 6), SPEED
        self.said: list[str] = []
        self.sent: list[Any] = []
        self.time = SimpleNamespace(rate=48000)
        self.player = SimpleNamespace(send=self.sent.append)
        self.notice: Callable[[str], None] = self.said.append
        self.renderer = SimpleNamespace(idle=True, flights=(), submit=self.submit, cancel=self.cancel)
        self.cancelled = 0
        slot = self.book.lending.lend("player")
        assert slot is not None
        self.book.states[1] = DeckState(playing=Chunk(JOB, slot))

    def submit(self, deck: int, job: Job, slot: int, fill: bool, by_s: float) -> None:
        assert fill
        assert by_s >= 0
        self.renderer.flights, self.renderer.idle, self.slot = (InFlight(1, deck, job, fill=True),), False, slot

    def cancel(self, request: int) -> None:
        self.cancelled = request

    def gain(self, chunk: Chunk) -> float:
        return 0.5

    def done(self) -> InFlight:
        flight: InFlight
        (flight,) = self.renderer.flights
        self.renderer.flights, self.renderer.idle = (), True
        return flight


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_fill_is_rendered_and_sent_for_its_beats(stage: Stage) -> None:
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(1)
    fills.look(at(1))
    flight = stage.done()
    assert fills.rendered(flight, stage.slot, -14.0)
    fills.look(at(2))
    [message] = stage.sent
    assert isinstance(message, Fill)
    assert (message.deck, message.slot, message.begin, message.end) == (1, stage.slot, 3, 4)
    assert (message.frames, message.beats, message.gain) == (JOB.frames, 8, 0.5)
    stage.book.released(stage.slot)
    assert stage.book.lending.free == 5


def test_one_that_is_late_is_made_for_the_next_bar_and_given_up_after_three(stage: Stage) -> None:
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(1)
    fills.look(at(1))
    ends = []
    for _ in range(3):
        ends.append(fills._aims[1].end)
        assert fills.rendered(stage.done(), stage.slot, -14.0)
        fills.look(at(fills._aims[1].begin))  # and so it is begun again
    assert ends == [4, 8, 12]
    assert stage.renderer.idle
    assert not stage.sent
    assert stage.book.lending.free == 5
    assert len(stage.said) == 1


def test_a_chunk_that_has_gone_takes_its_fill_with_it(stage: Stage) -> None:
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(1)
    fills.look(at(1))
    assert fills.rendered(stage.done(), stage.slot, -14.0)
    stage.book.states[1] = DeckState(playing=Chunk(replace(JOB, seed=9), 0))
    fills.look(at(2))
    assert not stage.sent
    again = stage.done()
    assert again.job.seed == 9  # that of what plays now


def test_points_of_strips_make_room_and_chunks_are_waited_for(stage: Stage) -> None:
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(1)
    stage.renderer.idle = False
    stage.renderer.flights = (InFlight(1, 2, JOB),)
    fills.look(at(1))
    assert stage.cancelled == 0
    stage.renderer.flights = (InFlight(1, 2, JOB), InFlight(2, 2, JOB, strip=True), InFlight(3, 0, JOB, pad=1))
    fills.look(at(1))
    assert stage.cancelled == 2


def test_nothing_is_made_for_a_silent_deck_or_while_the_transport_stands(stage: Stage) -> None:
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(2)
    fills.look(at(1))
    fills.pull(1)
    fills.look(Now(None, Fraction(0), None))
    fills.look(at(1))
    assert stage.renderer.flights == ()


def test_a_fill_of_a_morphed_deck_is_of_what_is_heard_not_of_the_chunk_that_leads_its_strip(stage: Stage) -> None:
    lead = replace(JOB, prompt_b="bells")
    points = tuple(Chunk(lead.beside(alpha), slot) for alpha, slot in ((0.5, 4), (1.0, 5)))
    stage.book.states[1] = DeckState(playing=Chunk(lead, 0), points=points, hand=0.75)
    fills = Fills(stage)  # type: ignore[arg-type]
    fills.pull(1)
    fills.look(at(1))
    flight = stage.done()
    assert (flight.job.alpha, flight.job.lead) == (0.75, None)
    stage.book.turned(1, 0.8)  # a hand that goes on turning does not take the fill away
    assert fills.rendered(flight, stage.slot, -14.0)
    fills.look(at(2))
    assert len(stage.sent) == 1
