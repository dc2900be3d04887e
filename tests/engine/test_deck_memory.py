"""What decks remember and follow: the way back, evolution, bridges to another key, patience, prompts turned round."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.actions import Discard, Launch, Submit
from liveriff.engine.bridge import bridge
from liveriff.engine.evolve import Evolution, evolves
from liveriff.engine.gestures import Gestures
from liveriff.engine.modelbook import ModelBook
from liveriff.engine.moment import Chunk, DeckState, InFlight, Now, Speed, Wish
from liveriff.engine.past import Past
from liveriff.engine.patience import Patience
from liveriff.engine.plan import plan
from liveriff.engine.turning import ends, hand, swapped
from liveriff.engine.wishes import Setting, begun, drifted, job_for, wish_for
from liveriff.music.grid import Grid
from liveriff.music.pitch import way
from liveriff.params.registry import Registry
from liveriff.wire.job import Job

GRID = Grid(48000, 12000)
JOB = Job(prompt_a="acid", category="bass", seed=1, steps=4, tonic=9)
SETTING = Setting(48000, {})


def at(beat: float) -> Now:
    return Now(GRID, Fraction(beat), None)


# --- keys ----------------------------------------------------------------------------------------------------------


@given(old=st.integers(0, 11), new=st.integers(0, 11))
def test_the_way_to_another_tonic_is_the_short_one(old: int, new: int) -> None:
    assert (old + way(old, new)) % 12 == new
    assert -5 <= way(old, new) <= 6


@pytest.mark.parametrize(
    ("heading", "want", "transpose"),
    [
        (JOB, replace(JOB, tonic=0), 3),
        (JOB, replace(JOB, tonic=7), -2),
        (replace(JOB, transpose=3), replace(JOB, tonic=7), -2),  # always from what it was made in
        (JOB, replace(JOB, mode="major"), None),  # mode alone does nothing
        (JOB, replace(JOB, seed=7), None),
        (replace(JOB, category="drums"), replace(JOB, category="drums", tonic=0), None),
        (replace(JOB, tonic=None), replace(JOB, tonic=0), None),
        (replace(JOB, model="deaf"), replace(JOB, tonic=0, model="deaf"), None),
        (JOB, replace(JOB, tonic=0, bpm_cents=13000), 3),
    ],
)
def test_what_bridges_to_another_key(heading: Job, want: Job, transpose: int | None) -> None:
    found = bridge(want, Chunk(heading, 0), {"embedded"})
    if transpose is None:
        assert found is None
    else:
        assert found == replace(heading, transpose=transpose, bpm_cents=want.bpm_cents)


def test_the_bridge_is_decoded_and_played_first_then_the_sound_itself() -> None:
    want = replace(JOB, tonic=0)
    over = replace(JOB, transpose=3)
    wish, speed = Wish(want, bridge=over), Speed()
    plays = DeckState(playing=Chunk(JOB, 0))
    assert plan(at(1), {1: plays}, {1: wish}, (), speed) == [Submit(1, over, None)]
    there = replace(plays, ready=(Chunk(over, 1),))
    assert plan(at(1), {1: there}, {1: wish}, (), speed) == [Launch(1, Chunk(over, 1), None), Submit(1, want, None)]
    over_plays = DeckState(playing=Chunk(over, 1))
    assert plan(at(1), {1: over_plays}, {1: wish}, (), speed) == [Submit(1, want, None)]
    done = replace(over_plays, ready=(Chunk(want, 2),))
    assert plan(at(1), {1: done}, {1: wish}, (), speed) == [Launch(1, Chunk(want, 2), None)]
    late = DeckState(playing=Chunk(want, 2), ready=(Chunk(over, 1),))
    assert plan(at(1), {1: late}, {1: wish}, (), speed) == [Discard(1, Chunk(over, 1))]


def test_back_in_the_old_key_the_kept_canvas_is_decoded_as_it_was() -> None:
    over = DeckState(playing=Chunk(replace(JOB, transpose=3, steps=2), 1))
    [need] = plan(at(1), {1: over}, {1: Wish(JOB)}, (), Speed())
    assert need == Submit(1, replace(JOB, steps=2), None)


# --- the way back --------------------------------------------------------------------------------------------------


def test_back_goes_sound_by_sound_and_no_further_than_the_first() -> None:
    past, jobs = Past(), [replace(JOB, seed=seed) for seed in range(4)]
    for i, job in enumerate(jobs):
        past.landed(1, job, Fraction(8 * i))
    assert past.back(2, jobs[3]) is None
    for i in (2, 1, 0):
        assert past.back(1, jobs[i + 1]) == jobs[i]
        past.landed(1, jobs[i], Fraction(100))
    assert past.back(1, jobs[0]) is None


def test_back_takes_back_a_change_that_is_not_heard_yet() -> None:
    past = Past()
    past.landed(1, JOB, Fraction(0))
    assert past.back(1, replace(JOB, seed=9)) == JOB


def test_stations_of_a_sweep_and_bridges_are_nothing_to_go_back_to() -> None:
    past = Past()
    past.landed(1, JOB, Fraction(0))
    for i, alpha in enumerate((0.2, 0.5, 0.9)):
        past.landed(1, replace(JOB, alpha=alpha), Fraction(16) + Fraction(i, 2))
    past.landed(1, replace(JOB, alpha=0.9, transpose=2), Fraction(30))
    past.landed(1, replace(JOB, alpha=0.9, bpm_cents=13000), Fraction(34))
    assert past.back(1, replace(JOB, alpha=0.9)) == JOB


def test_what_drifts_is_one_sound_and_back_goes_past_it_all() -> None:
    past, other = Past(), replace(JOB, prompt_a="bells")
    past.landed(1, other, Fraction(0))
    for phrase in range(1, 9):
        seed, drift = drifted(JOB.seed, 0.25, phrase)
        past.landed(1, replace(JOB, seed=seed, seed_drift=drift), Fraction(16 * phrase))
    seed, drift = drifted(JOB.seed, 0.25, 9)
    coming = replace(JOB, seed=seed, seed_drift=drift)
    assert past.back(1, coming) == other
    past.landed(1, other, Fraction(145))
    assert past.back(1, other) is None


def test_another_variation_of_what_drifts_is_a_sound_to_go_back_from() -> None:
    past, here = Past(), replace(JOB, seed_drift=0.5)
    past.landed(1, here, Fraction(0))
    past.landed(1, replace(here, seed=here.seed + 1), Fraction(8))
    assert past.back(1, replace(here, seed=here.seed + 1, seed_drift=0.75)) == here


@given(seed=st.integers(0, 10**6), drift=st.floats(0, 1), phrase=st.integers(0, 400), later=st.integers(0, 400))
def test_the_seed_that_is_gone_back_to_sounds_as_near_as_the_walk_goes(
    seed: int, drift: float, phrase: int, later: int
) -> None:
    there, way = drifted(seed + 1000, drift, phrase)
    again, way_again = drifted(begun(there, way, drift, later), drift, later)
    assert abs((again + way_again) - (there + way)) <= 0.5 + 1e-5
    assert begun(there, way, drift, phrase) == seed + 1000


def test_back_on_a_deck_that_drifts_asks_for_what_was_heard() -> None:
    registry, past = Registry(), Past()
    registry.restore({"/deck/1/prompt/a": "bells", "/deck/1/seed": 40, "/deck/1/seed/drift": 0.25})
    stage: Any = SimpleNamespace(
        registry=registry, wishes={}, turned=set(), since=2, soon=lambda: None,
        time=SimpleNamespace(beat=lambda: Fraction(16 * 10 + 3)), models=ModelBook(),
    )  # fmt: skip
    nobody: Any = None
    Gestures(stage, nobody, past, nobody)
    bells = job_for(registry, 1, 8, SETTING)
    assert (bells.seed, bells.seed_drift) == (42, 0.0)
    registry.set("/deck/1/prompt/a", "acid")
    acid = job_for(registry, 1, 8, SETTING)
    past.landed(1, bells, Fraction(160))
    past.landed(1, acid, Fraction(164))
    stage.wishes[1] = Wish(acid)
    registry.trigger("/deck/1/back", 1.0, "hand")
    assert job_for(registry, 1, 8, SETTING) == bells
    assert (registry.get("/deck/1/steps"), registry.get("/deck/1/guidance")) == (None, None), "still the model's own"


@pytest.mark.parametrize(
    ("before", "pulled", "after"),
    [
        ("1", "halve", "1/2"),
        ("1", "double", "2"),
        ("off", "halve", "off"),
        ("1/16", "halve", "1/16"),
        ("8", "double", "8"),
    ],
)
def test_a_loop_is_halved_and_doubled_as_far_as_lengths_go(before: str, pulled: str, after: str) -> None:
    registry, nobody = Registry(), None  # type: tuple[Registry, Any]
    stage: Any = SimpleNamespace(registry=registry, soon=lambda: None)
    Gestures(stage, nobody, Past(), nobody)
    registry.set("/deck/1/loop", before, "hand")
    registry.trigger(f"/deck/1/loop/{pulled}", 1.0, "hand")
    assert registry.get("/deck/1/loop") == after
    assert registry.get("/deck/2/loop") == "off"


# --- evolution -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "turns"), [(0, []), (1, [1, 2, 3, 4]), (2, [2, 4]), (3, [3])])
def test_a_deck_evolves_every_so_many_phrases(every: int, turns: list[int]) -> None:
    assert [phrase for phrase in range(5) if evolves(every, phrase)] == turns
    registry = Registry()
    registry.set("/deck/2/evolve", every)
    seed, evolution = int(registry.number("/deck/2/seed")), Evolution(registry)
    moved = []
    for phrase in (0, 0, 1, 1, 2, 3, 4):
        before = registry.get("/deck/2/seed")
        evolution.look(phrase)
        moved += [phrase] if registry.get("/deck/2/seed") != before else []
    assert moved == turns
    assert registry.get("/deck/2/seed") == seed + len(turns)
    assert registry.get("/deck/1/seed") == Registry().get("/deck/1/seed")


def test_a_deck_that_evolves_goes_on_after_the_last_seed() -> None:
    registry = Registry()
    registry.restore({"/deck/1/prompt/a": "kit", "/deck/1/evolve": 1, "/deck/1/seed": 2**31 - 1})
    then = wish_for(registry, 1, Fraction(3), DeckState(), SETTING).then
    assert then is not None
    evolution = Evolution(registry)
    evolution.look(0)
    evolution.look(1)
    assert registry.get("/deck/1/seed") == then.seed == 0


def test_neither_a_jump_nor_a_stop_nor_a_freeze_is_a_turn() -> None:
    registry = Registry()
    registry.set("/deck/1/evolve", 1)
    evolution, seed = Evolution(registry), registry.get("/deck/1/seed")
    for phrase in (0, 4, None, 5, 9):
        evolution.look(phrase)
    registry.set("/deck/1/freeze", True)
    evolution.look(10)
    assert registry.get("/deck/1/seed") == seed


def test_the_evolved_chunk_is_asked_for_a_phrase_ahead_and_is_what_the_turn_wants() -> None:
    registry = Registry()
    registry.restore({"/deck/1/prompt/a": "kit", "/deck/1/evolve": 2})
    assert wish_for(registry, 1, Fraction(3), DeckState(), SETTING).then is None
    ahead = wish_for(registry, 1, Fraction(20), DeckState(), SETTING)
    evolution = Evolution(registry)
    evolution.look(1)
    evolution.look(2)
    assert ahead.turn == 32
    assert wish_for(registry, 1, Fraction(32), DeckState(), SETTING).now == ahead.then


# --- prompts turned round ------------------------------------------------------------------------------------------


@given(alpha=st.integers(0, 1000))
def test_a_turned_deck_asks_for_the_same_job(alpha: int) -> None:
    registry = Registry()
    registry.restore({"/deck/1/prompt/a": "one", "/deck/1/prompt/b": "two", "/deck/1/alpha": alpha / 1000})
    job, before = job_for(registry, 1, 0, SETTING), ends(registry, 1)
    held = hand(registry, "/deck/1/alpha", set())
    registry.restore({"/deck/1/prompt/a": "two", "/deck/1/prompt/b": "one", "/deck/1/alpha": 1 - alpha / 1000})
    assert swapped(before, ends(registry, 1))
    assert job_for(registry, 1, 0, replace(SETTING, turned=frozenset({1}))) == job
    assert hand(registry, "/deck/1/alpha", {1}) == held


# --- patience ------------------------------------------------------------------------------------------------------


def test_a_render_is_given_up_after_a_phrase_once_and_never_while_its_model_loads() -> None:
    now = [0.0]
    patience = Patience(clock=lambda: now[0])
    big = InFlight(1, 1, replace(JOB, model="big"))
    seen = []
    for second in range(0, 40, 2):
        now[0] = float(second)
        seen += [second] if patience.look(at(1), [big], [1] if second < 10 else []) else []
    assert seen == [16]  # a phrase of 8 s after the model was there
    others = (JOB, "fill"), (replace(JOB, model="big"), "strip"), (replace(JOB, model="big"), "pad")
    for number, (job, kind) in enumerate(others, start=2):
        flight = replace(InFlight(number, 1, job), **({kind: 1 if kind == "pad" else True} if kind != "fill" else {}))  # type: ignore[arg-type]
        for second in range(100, 160, 5):
            now[0] = float(second)
            assert not patience.look(at(1), [flight])


def test_each_model_has_a_speed_of_its_own() -> None:
    speed = Speed(0.05, 0.4)
    slow = replace(JOB, model="big", steps=10)
    for _ in range(20):
        speed = speed.learnt(slow, 20.0, redecoded=False)
    assert speed.seconds(slow) == pytest.approx(20.0, rel=0.1)
    assert speed.seconds(JOB) == pytest.approx(0.6)
    assert speed.slower("big").seconds(slow) > speed.seconds(slow)
    assert speed.slower("big").seconds(JOB) == speed.seconds(JOB)
