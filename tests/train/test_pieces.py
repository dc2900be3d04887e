"""Whole pieces from seeds: the same every time, four stems of one setting, on the grid, level, truly described."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liveriff.train.material import beats, parts
from liveriff.train.material import piece as pieces
from liveriff.train.material.beats import LEVELS, Beat, beat
from liveriff.train.material.instruments import INSTRUMENTS, KITS
from liveriff.train.material.kernels import RATE
from liveriff.train.material.loops import CATEGORIES, PEAK, level, loudness
from liveriff.train.material.patterns import STEPS
from liveriff.train.material.stems import Setting
from liveriff.train.material.style import FOUR, OFF, REST, Style
from liveriff.train.material.styles import STYLES
from liveriff.train.material.words import MOODS
from liveriff.train.material.words import STYLES as SAID_STYLES

TOY = Style("techno", (170.0, 180.0), ("909",), kick=(FOUR,), open=(OFF,), wet=0.0, dirt=0.0, beatless=0.0)


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of one short style that needs no recorded sounds."""
    monkeypatch.setattr(pieces, "STYLES", (TOY,))


def _setting(style: Style = TOY) -> Setting:
    return Setting(style, 120.0, 0, "minor", 0.0, (0, 0, 5, 5))


def test_styles_name_only_what_exists_and_can_be_said() -> None:
    assert len({style.name for style in STYLES}) == len(STYLES) >= 40
    for style in STYLES:
        assert style.name in SAID_STYLES
        assert style.major >= 0.25, style.name
        assert set(style.kits) <= set(KITS), style.name
        assert {*style.basses, *style.pads, *style.keys, *style.leads} <= set(INSTRUMENTS), style.name
        drums = (*style.kick, *style.snare, *style.hat, *style.open, *style.perc, *style.ride)
        assert all(set(row) <= set("Xxogrt.") for row in drums), style.name
        lines = (*style.figures, *style.comps, *style.runs)
        assert all(set(row) <= set("01234567x-.") and row.strip(".") for row in lines), style.name
        assert {len(row) for row in (*drums, *lines)} <= {16, 32}, style.name


def test_a_seed_makes_the_same_piece_whatever_was_made_before() -> None:
    first = [pieces.piece(seed) for seed in (3, 4)]
    again = [pieces.piece(seed) for seed in (4, 3)][::-1]
    for one, other in zip([*first[0], *first[1]], [*again[0], *again[1]], strict=True):
        assert np.array_equal(one.sound, other.sound)
        assert one.tags == other.tags
    assert not np.array_equal(first[0][1].sound[:1000], first[1][1].sound[:1000])


def test_stems_share_tempo_and_key_and_are_level() -> None:
    for seed in range(6):
        made = pieces.piece(seed)
        assert [each.category for each in made] == list(CATEGORIES)
        assert {(len(each.sound), each.bpm, each.mode) for each in made} == {
            (round(8 * 60 / made[0].bpm * RATE), made[0].bpm, made[0].mode)
        }
        assert made[0].tonic == -1
        assert len({each.tonic for each in made[1:]} - {-1}) == 1
        for each in made:
            assert each.sound.dtype == np.float32
            assert np.isfinite(each.sound).all()
            assert 0.2 < np.abs(each.sound).max() <= PEAK + 1e-4
            assert 0.08 < loudness(each.sound) < 0.24


def test_a_mix_is_made_of_its_stems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "finished", lambda sound, *rest: (sound, []))
    compared = 0
    for seed in range(16):
        *stems, mix = pieces.piece(seed)
        named = {name for stem in stems for name in stem.tags.instruments}
        if "pump" in mix.tags.moods or set(mix.tags.instruments) - named:
            continue  # ducked, or with a player more
        rows = np.stack([stem.sound for stem in stems], axis=1)
        gains, *_ = np.linalg.lstsq(rows, mix.sound, rcond=None)
        assert np.mean((mix.sound - rows @ gains) ** 2) < 0.03 * np.mean(mix.sound**2)
        compared += 1
    assert compared >= 5


def test_every_mood_can_be_said() -> None:
    told = {mood for seed in range(30) for each in pieces.piece(seed) for mood in each.tags.moods}
    assert len(told) >= 20
    assert told <= set(MOODS)


@pytest.mark.parametrize("plan", LEVELS)
def test_drums_begin_on_their_sixteenths(plan: str) -> None:
    setting = _setting(replace(TOY, late_ms=8.0))
    step = setting.frames / STEPS
    for seed in range(8):
        made = beat(setting, np.random.default_rng(seed), plan)
        for place in made.kicks:
            assert abs(place / step - round(place / step)) < 1e-3
            before = np.abs(made.sound[place - 80 : place]).max(initial=0.0)
            assert np.abs(made.sound[place : place + 400]).max() > before


def test_a_bare_beat_has_few_drums_and_a_dense_one_all() -> None:
    bare = [len(beat(_setting(), np.random.default_rng(seed), "bare").roles) for seed in range(20)]
    dense = [len(beat(_setting(), np.random.default_rng(seed), "dense").roles) for seed in range(20)]
    assert max(bare) <= 4
    assert np.mean(bare) < 2.0 < 3.9 < np.mean(dense)


def _played(style: Style, seeds: range = range(12)) -> list[Beat]:
    return [beat(_setting(style), np.random.default_rng(seed), "usual") for seed in seeds]


def test_feels_are_told_only_where_they_are_played() -> None:
    quiet = replace(TOY, fills=0.0, crash=0.0)
    assert all("four" in made.moods for made in _played(quiet) if "kick" in made.roles)
    drop = replace(quiet, kick=("........X.......",), feel=("one drop",))
    assert any("one drop" in made.moods for made in _played(drop))
    assert not any("one drop" in made.moods for made in _played(replace(drop, kick=(FOUR,))))
    assert not any("four" in made.moods for made in _played(drop))


def test_a_closed_hat_ends_the_open_one() -> None:
    setting = _setting()
    drum = np.ones(RATE, np.float32)
    short = beats._choked(drum, setting, 2.0, [4.0, 10.0])
    assert len(short) == round(2 * setting.step_s * RATE)
    assert abs(float(short[-1])) < 1e-3
    assert len(beats._choked(drum, setting, 2.0, [])) == RATE


def test_swing_delays_only_odd_sixteenths() -> None:
    setting = replace(_setting(), swing=0.25)
    step = setting.frames / STEPS
    assert setting.frame(2) == round(2 * step)
    assert setting.frame(3) == round(3.25 * step)


def test_levels_thin_and_fill_a_bass() -> None:
    style = replace(TOY, figures=("0.0.0.0.0.4.7.0.",))
    played = {plan: [parts.bass(_setting(style), np.random.default_rng(k), plan) for k in range(6)] for plan in LEVELS}
    loud = {plan: float(np.mean([np.mean(np.abs(each.sound) > 1e-3) for each in played[plan]])) for plan in LEVELS}
    assert loud["bare"] < loud["sparse"] < loud["usual"] < loud["dense"]


def test_fewer_hits_are_not_louder_and_peaks_are_bent_by_at_most_3_db() -> None:
    click = np.exp(-np.arange(4000) / 800.0).astype(np.float32)
    few, many = np.zeros(RATE * 4, np.float32), np.zeros(RATE * 4, np.float32)
    for place in range(0, RATE * 4, RATE // 2):
        many[place : place + 4000] += click
    few[:4000] = click
    assert np.abs(level(few, "drums")).max() == pytest.approx(np.abs(level(many, "drums")).max(), rel=0.05)
    spike = 0.05 * np.ones(RATE, np.float32)
    spike[::9000] = 1.0
    held = level(spike, "drums")
    assert np.abs(held).max() <= PEAK
    assert float(held[1]) >= 0.05 * PEAK


def test_a_rest_pattern_still_leaves_a_beat() -> None:
    silent = replace(TOY, kick=(REST,), snare=(REST,), hat=(REST,), open=(REST,))
    assert all(np.abs(made.sound).max() > 0.1 for made in _played(silent, range(4)))


def test_a_drum_machine_is_not_called_acoustic() -> None:
    era = ("acoustic", "electronic", "80s")
    for kit, word in (("909", "electronic"), ("acoustic", "acoustic")):
        assert pieces._era(pieces._Stem(np.zeros(1, np.float32), "drums", (), (), kit), era) == [word, "80s"]
    synth = pieces._Stem(np.zeros(1, np.float32), "lead", ("saw lead",), ())
    assert pieces._era(synth, ("acoustic", "70s")) == ["70s"]
