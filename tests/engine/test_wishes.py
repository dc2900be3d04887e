"""From parameters to jobs and back to readings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.heard import heard
from liveriff.engine.modelbook import Known, ModelBook
from liveriff.engine.moment import Chunk, DeckState
from liveriff.engine.wishes import PHRASE_BEATS, Setting, drifted, job_for, wish_for
from liveriff.params.registry import Registry
from liveriff.params.table import TABLE
from liveriff.render.backend import BackendInfo
from liveriff.render.catalog import find

SETTING = Setting(48000, {"embedded": "v1"})


@pytest.fixture
def registry() -> Registry:
    """Deck 1 with a prompt."""
    registry = Registry()
    registry.restore({"/deck/1/prompt/a": "techno", "/tempo/bpm": 132.5, "/key/tonic": "F#", "/deck/1/seed": 7})
    return registry


def test_a_job_is_what_the_knobs_say(registry: Registry) -> None:
    job = job_for(registry, 1, 0, SETTING)
    assert (job.prompt_a, job.prompt_b, job.seed, job.tonic, job.mode) == ("techno", "techno", 7, 6, "minor")
    assert (job.bpm_cents, job.canvas_bpm_cents, job.rate, job.model_version) == (13250, 13250, 48000, "v1")


def known(name: str) -> Known:
    """A model that knows what it is good with, and starts from a seed image."""
    return Known(name, "v2", 25, 7.0, seeded=True)


def test_on_auto_a_job_has_the_models_own_numbers(registry: Registry) -> None:
    setting = replace(SETTING, of=known)
    registry.restore({"/deck/1/model": "big", "/deck/1/strength": 0.5})
    job = job_for(registry, 1, 0, setting)
    assert (job.model_version, job.steps, job.guidance, job.strength) == ("v2", 25, 7.0, 0.5)
    registry.restore({"/deck/1/steps": 9, "/deck/1/guidance": 2.5})
    job = job_for(registry, 1, 0, setting)
    assert (job.steps, job.guidance) == (9, 2.5)


def test_of_what_nothing_is_known_the_embedded_models_numbers_are_taken(registry: Registry) -> None:
    registry.restore({"/deck/1/model": "far away", "/deck/1/strength": 0.5})
    job = job_for(registry, 1, 0, replace(SETTING, of=ModelBook().of))
    assert (job.model_version, job.steps, job.guidance, job.strength) == ("", 4, 3.0, 1.0)


def test_the_book_looks_once_and_what_it_assumes_is_the_embedded_models() -> None:
    looked: list[str] = []

    def look(name: str) -> BackendInfo:
        looked.append(name)
        return find("embedded").info()

    book = ModelBook(look)
    known = book.of("embedded")
    assert book.of("embedded") is known
    assert looked == ["embedded"]
    assert known == Known("embedded", find("embedded").info().version)


def test_no_prompt_is_silence(registry: Registry) -> None:
    assert wish_for(registry, 2, Fraction(0), DeckState(), SETTING).now is None


def test_without_drift_the_next_phrase_is_like_this_one(registry: Registry) -> None:
    assert wish_for(registry, 1, Fraction(3), DeckState(), SETTING).then is None


def test_drift_asks_for_another_noise_from_the_next_phrase_on(registry: Registry) -> None:
    registry.set("/deck/1/seed/drift", 0.25)
    wish = wish_for(registry, 1, Fraction(PHRASE_BEATS) + 3, DeckState(), SETTING)
    assert wish.now is not None
    assert wish.then is not None
    assert (wish.now.seed_drift, wish.then.seed_drift, wish.turn) == (0.25, 0.5, 2 * PHRASE_BEATS)


def test_a_frozen_deck_keeps_its_sound_and_follows_the_tempo(registry: Registry) -> None:
    kept = replace(job_for(registry, 1, 0, SETTING), seed=99)
    registry.restore({"/deck/1/freeze": True, "/tempo/bpm": 140.0, "/deck/1/prompt/a": "jazz"})
    wish = wish_for(registry, 1, Fraction(3), DeckState(playing=Chunk(kept, 0)), SETTING)
    assert wish.now == kept.retimed(14000)
    assert wish.then is None


@given(st.integers(0, 10**6), st.floats(0, 1), st.integers(0, 10**5))
def test_drift_walks_without_a_jump(seed: int, drift: float, phrase: int) -> None:
    here, way = drifted(seed, drift, phrase)
    there, way_there = drifted(seed, drift, phrase + 1)
    assert 0 <= way < 1
    assert abs((there + way_there) - (here + way) - drift) < 1e-5


def test_every_reading_of_what_is_heard_is_published_with_the_value_it_was_made_with(registry: Registry) -> None:
    job = replace(job_for(registry, 1, 0, SETTING), density=0.25, alpha=0.5)
    readings = dict(heard(1, job))
    declared = {path for path in TABLE if path.startswith("/deck/1/heard/")}
    assert set(readings) == declared - {path for path in declared if "/source" in path}
    for path, value in readings.items():
        assert registry.publish(path, value) == value
