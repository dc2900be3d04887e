"""Loops and one-shots from seeds: the same every time, on the grid, circular, in key, level."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from liveriff.train.material import patterns, samples, soundfont
from liveriff.train.material.drums import kick_909
from liveriff.train.material.envelopes import hz_of
from liveriff.train.material.hits import FRAMES, HITS, hit
from liveriff.train.material.instruments import INSTRUMENTS, KITS
from liveriff.train.material.kernels import RATE, add_circular
from liveriff.train.material.loops import CATEGORIES, loop
from liveriff.train.material.stems import Setting, beat
from liveriff.train.material.styles import STYLES
from liveriff.train.material.words import INSTRUMENTS as SAID
from liveriff.train.material.words import STYLES as SAID_STYLES

THERE = soundfont.PATH.exists() and samples.FOLDER.exists() and importlib.util.find_spec("fluidsynth") is not None
recorded = pytest.mark.skipif(not THERE, reason="needs fluid-soundfont-gm, sonic-pi-samples and pyfluidsynth")
SEEDS = range(300, 316)


def test_tables_name_only_what_exists_and_can_be_said() -> None:
    for style in STYLES:
        assert style.name in SAID_STYLES
        assert set(style.kits) <= set(KITS)
        for name in (*style.basses, *style.pads, *style.keys, *style.leads):
            assert name in INSTRUMENTS, f"{style.name}: {name}"
            assert name in SAID, f"{style.name}: {name}"
        rows = (*style.kick, *style.snare, *style.hat, *style.open, *style.perc, *style.ride)
        for row in (*rows, *style.figures, *style.comps, *style.runs):
            assert len(row) in (16, 32), f"{style.name}: {row}"


@recorded
def test_a_seed_makes_the_same_loop_whatever_was_made_before() -> None:
    first = [loop(seed) for seed in (3, 4)]
    again = [loop(seed) for seed in (4, 3)][::-1]
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.sound, other.sound)
        assert one.tags == other.tags


@recorded
@pytest.mark.parametrize("category", CATEGORIES)
def test_loops_last_eight_beats_and_are_level(category: str) -> None:
    for seed in SEEDS[:4]:
        piece = loop(seed, category)
        assert piece.category == category
        assert len(piece.sound) == round(8 * 60 / piece.bpm * RATE)
        assert np.isfinite(piece.sound).all()
        assert np.abs(piece.sound).max() <= 0.9001
        assert 0.05 < np.sqrt(np.mean(piece.sound**2)) < 0.3


def test_what_passes_the_end_goes_on_at_the_beginning() -> None:
    ring = np.zeros(100, np.float32)
    add_circular(ring, np.arange(1, 31, dtype=np.float32), 90, 2.0)
    assert ring[90] == 2.0
    assert ring[0] == 22.0
    assert ring[19] == 60.0
    assert ring[20] == 0.0


def test_drums_begin_on_their_sixteenths() -> None:
    style = next(style for style in STYLES if style.name == "techno")
    synthetic = next(kit for kit in ("909",))
    setting = Setting(style, 120.0, 0, "minor", 0.0, (0, 0, 0, 0))
    for seed in range(6):
        made = beat(setting, np.random.default_rng(seed))
        if made.kit != synthetic:
            continue
        step = setting.frames / patterns.STEPS
        for place in made.kicks:
            assert abs(place / step - round(place / step)) < 1e-3
            before = np.abs(made.sound[place - 80 : place]).max(initial=0.0)
            assert np.abs(made.sound[place : place + 400]).max() > before


def test_a_kick_begins_at_its_first_frame() -> None:
    sound = kick_909(np.random.default_rng(1))
    assert int(np.argmax(np.abs(sound) > 0.1)) < 100


def test_swing_delays_only_odd_sixteenths() -> None:
    setting = Setting(STYLES[0], 120.0, 0, "minor", 0.25, (0, 0, 0, 0))
    step = setting.frames / 32
    assert setting.frame(2) == round(2 * step)
    assert setting.frame(3) == round(3.25 * step)


@pytest.mark.parametrize("mode", ["minor", "major"])
@pytest.mark.parametrize("tonic", [0, 5, 11])
def test_pitches_and_chords_are_in_key(tonic: int, mode: str) -> None:
    scale = {(tonic + step) % 12 for step in patterns.SCALES[mode]}
    assert {patterns.pitch(tonic, mode, degree, 48) % 12 for degree in range(-3, 12)} == scale
    for degree in range(7):
        assert {note % 12 for note in patterns.chord(tonic, mode, degree, 4, 50)} <= scale


def test_a_synthesised_note_has_its_pitch() -> None:
    for name in ("saw bass", "square lead", "sub"):
        sound = INSTRUMENTS[name].note(57, 1.0)
        spectrum = np.abs(np.fft.rfft(sound[4410:35280] * np.hanning(30870)))
        hz = float(np.argmax(spectrum[: 400 * 30870 // RATE])) * RATE / 30870
        assert abs(1200 * np.log2(hz / hz_of(57))) % 1200 < 40, name


@recorded
@pytest.mark.parametrize("kind", HITS)
def test_one_shots_begin_at_once_and_end_in_silence(kind: str) -> None:
    for seed in SEEDS[:3]:
        piece = hit(seed, kind)
        assert piece.category == f"hit {kind}"
        assert piece.sound.shape == (FRAMES,)
        assert np.abs(piece.sound).max() == pytest.approx(0.9, abs=1e-3)
        assert np.abs(piece.sound[-20:]).max() < 0.01
        if kind in ("kick", "snare", "hat", "clap"):
            assert int(np.argmax(np.abs(piece.sound) > 0.05)) < RATE // 20
