"""The notation of the styles, and what becomes of it: rolls, thinner and fuller lines, chords in key."""

from __future__ import annotations

import numpy as np
import pytest

from liveriff.train.material import patterns
from liveriff.train.material.patterns import Note
from liveriff.train.material.style import of, walks
from liveriff.train.material.styles import STYLES


def test_lists_are_read_from_one_string() -> None:
    assert of("saw bass, sub, sub") == ("saw bass", "sub", "sub")
    assert walks("0055 036") == ((0, 0, 5, 5), (0, 3, 6))


def test_rolls_are_split_up() -> None:
    assert patterns.hits("r" + "." * 31) == [(0.0, 0.7), (0.5, 0.5)]
    assert [step for step, _ in patterns.hits("...t" + "." * 28)] == pytest.approx([3.0, 3 + 1 / 3, 3 + 2 / 3])
    assert patterns.hits("X..............." * 1) == [(0.0, 1.0), (16.0, 1.0)]


def test_a_dash_makes_a_note_longer() -> None:
    assert patterns.notes("0--.4...........")[:2] == [Note(0, 3, 0), Note(4, 1, 4)]


def test_two_bars_are_always_32_sixteenths() -> None:
    dice = np.random.default_rng(1)
    drawn = {patterns.bars(("x" * 16, "." * 16, "o" * 32), dice) for _ in range(60)}
    assert {len(text) for text in drawn} == {32}
    assert "x" * 16 + "." * 16 in drawn


def test_thinning_keeps_the_strong_places() -> None:
    rows = patterns.notes("0000000000000000")
    assert [note.step for note in patterns.thinned(rows, 4)] == [0, 8, 16, 24]


def test_filling_adds_notes_only_between() -> None:
    rows = patterns.notes("0---4-......2...")
    full = patterns.filled(rows, np.random.default_rng(2))
    steps = [note.step for note in full]
    assert steps == sorted(set(steps))
    assert len(full) > 2 * len(rows)
    assert {(note.step, note.value) for note in rows} <= {(note.step, note.value) for note in full}


@pytest.mark.parametrize("mode", ["minor", "major"])
@pytest.mark.parametrize("tonic", [0, 5, 11])
def test_pitches_and_chords_are_in_key(tonic: int, mode: str) -> None:
    scale = {(tonic + step) % 12 for step in patterns.SCALES[mode]}
    assert {patterns.pitch(tonic, mode, degree, 48) % 12 for degree in range(-3, 12)} == scale
    for degree in range(7):
        assert {note % 12 for note in patterns.chord(tonic, mode, degree, 4, 50)} <= scale
        close = patterns.close_chord(tonic, mode, degree, 4, 50)
        assert close[0] >= 50
        assert close[-1] < 62
        assert {note % 12 for note in close} == {note % 12 for note in patterns.chord(tonic, mode, degree, 4, 50)}


@pytest.mark.parametrize("mode", ["minor", "major"])
def test_no_style_rests_on_a_diminished_chord(mode: str) -> None:
    for style in STYLES:
        for progression in style.progressions:
            for degree in patterns.settled(progression, mode):
                root, _, fifth = patterns.chord(0, mode, degree, 3, 48)
                assert fifth - root == 7, f"{style.name}: {progression}"


def test_the_one_is_the_strongest_place() -> None:
    assert [patterns.weight(step) for step in (0, 16, 8, 4, 2, 1, 0.5)] == [5, 5, 4, 3, 2, 1, 0]
