"""Slots, decks, troubles, segments, back-off: the engine's small books."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.deckbook import PLAYER, RENDERER, DeckBook
from liveriff.engine.lending import WARM, Lending
from liveriff.engine.moment import Chunk, DeckState, Wish
from liveriff.engine.segments import segment_name, sweep
from liveriff.engine.supervise import Backoff
from liveriff.engine.transport import Transport
from liveriff.engine.troubles import Troubles
from liveriff.wire.job import Job

JOB = Job(prompt_a="techno", steps=8)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=60))
def test_a_slot_has_one_holder_and_none_is_lost(moves: list[int | None]) -> None:
    lending, lent = Lending(4), set()
    for move in moves:
        if move is None:
            slot = lending.lend(RENDERER)
            assert (slot is None) == (len(lent) == 4)
            assert slot not in lent
            lent |= set() if slot is None else {slot}
        else:
            lending.give_back(move)
            lent -= {move}
        assert lending.free == 4 - len(lent)
        assert set(lending.held_by(RENDERER)) == lent


@given(st.lists(st.one_of(st.none(), st.integers(0, 19)), max_size=200))
def test_the_memory_of_free_slots_is_given_back_but_of_the_next_few(moves: list[int | None]) -> None:
    lending, held = Lending(20), set[int]()
    lending.cooled = held.discard
    for move in moves:
        if move is None:
            slot = lending.lend(RENDERER)
            held |= set() if slot is None else {slot}
        else:
            lending.give_back(move)
        lent = set(lending.held_by(RENDERER))
        assert lent <= held
        assert len(held - lent) <= WARM


def test_a_free_slot_cannot_be_handed_on() -> None:
    with pytest.raises(ValueError, match="not lent"):
        Lending(2).move(0, PLAYER)


def loaded(book: DeckBook, deck: int, job: Job) -> Chunk:
    """A chunk rendered into a fresh slot."""
    slot = book.lending.lend(RENDERER)
    assert slot is not None
    book.rendered(deck, job, slot)
    return Chunk(job, slot)


def test_a_chunk_goes_from_ready_to_scheduled_to_playing_and_back() -> None:
    book = DeckBook((1, 2), 4)
    first = loaded(book, 1, JOB)
    book.launched(1, first, Fraction(4))
    assert book.states[1] == DeckState(scheduled=first, at=Fraction(4))
    book.swapped(1, first.slot)
    second = loaded(book, 1, replace(JOB, seed=2))
    book.launched(1, second, None)
    book.swapped(1, second.slot)
    book.released(first.slot)
    assert book.states[1] == DeckState(playing=second)
    assert book.lending.free == 3


def test_a_chunk_that_is_replaced_too_late_plays_until_the_next_one_lands() -> None:
    """Or else its slot would be thought free, or another's, while it is heard."""
    book = DeckBook((1,), 4)
    old, first, second = (loaded(book, 1, replace(JOB, seed=n)) for n in range(3))
    book.launched(1, old, None)
    book.swapped(1, old.slot)
    book.launched(1, first, Fraction(4))
    book.launched(1, second, Fraction(8))
    book.swapped(1, first.slot)
    book.released(old.slot)
    assert book.states[1] == DeckState(playing=first, scheduled=second, at=Fraction(8))
    book.swapped(1, second.slot)
    book.released(first.slot)
    assert book.states[1] == DeckState(playing=second)
    assert book.lending.held_by(PLAYER) == (second.slot,)


def test_a_chunk_that_is_replaced_in_time_is_released_and_forgotten() -> None:
    book = DeckBook((1,), 4)
    first, second = loaded(book, 1, JOB), loaded(book, 1, replace(JOB, seed=2))
    book.launched(1, first, Fraction(4))
    book.launched(1, second, Fraction(8))
    book.released(first.slot)
    assert book.states[1] == DeckState(scheduled=second, at=Fraction(8))
    assert book.lending.held_by(PLAYER) == (second.slot,)


def test_after_the_players_death_loops_are_kept_and_the_rest_comes_back() -> None:
    book = DeckBook((1, 2), 6)
    old, new, other = (loaded(book, 1, replace(JOB, seed=n)) for n in range(3))
    book.launched(1, old, Fraction(0))
    book.swapped(1, old.slot)
    book.launched(1, new, Fraction(4))
    assert book.player_died() == {1: old}
    assert book.states[1] == DeckState(scheduled=old, ready=(other,))
    assert book.lending.held_by(PLAYER) == (old.slot,)
    assert book.lending.free == 4


def test_a_job_that_fails_gets_fewer_steps_then_the_fallback_then_pauses() -> None:
    now = [0.0]
    troubles = Troubles(clock=lambda: now[0])
    job = replace(JOB, model="big", guidance=7.0)
    heard: list[Job | None] = []
    playing = DeckState(playing=Chunk(replace(JOB, seed=5), 0))
    for _ in range(4):
        heard.append(troubles.amend(Wish(job), playing, {"embedded": "v"}).now)
        troubles.failed(job)
    assert [(job.model, job.steps, job.seed) for job in heard if job] == [
        ("big", 8, 0),
        ("big", 4, 0),
        ("embedded", 4, 0),
        ("embedded", 8, 5),  # waiting: what plays goes on
    ]
    assert [job.guidance for job in heard if job] == [7.0, 7.0, 3.0, 3.0]  # its own, and what plays has its own
    now[0] = 2.5
    tried = troubles.amend(Wish(job), playing, {}).now
    assert tried is not None
    assert tried.seed == 0
    troubles.cleared(tried)  # by the model that stands in, which mends nothing
    assert troubles.amend(Wish(job), playing, {}).now == tried
    now[0] = 70.0
    again = troubles.amend(Wish(job), playing, {}).now
    assert again is not None
    assert (again.model, again.steps) == ("big", 4)
    troubles.cleared(again)
    assert troubles.amend(Wish(job), playing, {}).now == job


def test_restarts_are_quick_after_work_and_slower_after_each_failure() -> None:
    backoff = Backoff()
    assert [backoff.next_s() for _ in range(6)] == [0.0, 1.0, 2.0, 4.0, 8.0, 8.0]
    backoff.worked()
    assert backoff.next_s() == 0.0


def test_the_transport_starts_a_little_ahead_and_keeps_its_beat_through_a_tempo_change() -> None:
    transport = Transport(48000)
    grid = transport.start(1000, 12000)
    assert grid.frame == transport.first_frame == 1000 + 2400
    assert transport.beat(grid.frame) == 0
    before = transport.beat(60000 + 960)
    assert transport.retime(60000, 15000) is not None
    assert transport.beat(60000 + 960) == before
    assert transport.retime(70000, 15000) is None


def test_a_new_player_goes_on_at_the_beat_in_its_own_frames() -> None:
    transport = Transport(48000)
    transport.start(0, 12000)
    grid = transport.resume(Fraction(33, 2), 512)
    assert grid is not None
    assert grid.beat_at(512) == Fraction(33, 2)


@pytest.fixture
def dead_pid() -> int:
    """Id of a process that has left."""
    pid = os.posix_spawn("/bin/true", ["true"], {}) if hasattr(os, "posix_spawn") else 999999
    os.waitpid(pid, 0)
    return pid


def test_segments_of_the_dead_are_swept_and_others_left(tmp_path: Path, dead_pid: int) -> None:
    ours, others, stale = segment_name("slots"), "something-1-else", f"liveriff-{dead_pid}-slots"
    for name in (ours, others, stale):
        (tmp_path / name).touch()
    assert sweep(tmp_path) == 1
    assert {path.name for path in tmp_path.iterdir()} == {ours, others}
