"""Keys as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.errors import UsageError
from liveriff.music.pitch import Key, mode_of, parse_key, tonic_of
from liveriff.params.words import MODES, TONIC_ALIASES, TONICS

KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(MODES))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A minor", "A minor"),
        ("Am", "A minor"),
        ("F# maj", "F# major"),
        ("Db", "C# major"),
        ("eb-minor", "D# minor"),
        ("b", "B major"),
        ("bb", "A# major"),
        ("Bbm", "A# minor"),
        ("C♯m", "C# minor"),
        ("CM", "C major"),
        ("Cm", "C minor"),
        ("f sharp minor", "F# minor"),
        ("E flat", "D# major"),
        ("  g   MAJOR ", "G major"),
        ("B aeolian", "B minor"),
    ],
)
def test_keys_are_read(text: str, name: str) -> None:
    """Sharps, flats, short and long modes."""
    assert parse_key(text).name == name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A mnior", "'mnior' is no mode; use major or minor. Did you mean minor?"),
        ("H", "'H' is no key; write it as 'A minor' or 'F# major'."),
        ("", "'' is no key; write it as 'A minor' or 'F# major'."),
        ("A minor 7", "'A minor 7' is no key; write it as 'A minor' or 'F# major'."),
    ],
)
def test_what_is_no_key_is_refused(text: str, sentence: str) -> None:
    """In a sentence that says how to write one."""
    with pytest.raises(UsageError) as caught:
        parse_key(text)
    assert str(caught.value) == sentence


@given(KEYS)
def test_a_name_reads_back(key: Key) -> None:
    """For all 24."""
    assert parse_key(key.name) == key


@given(KEYS)
def test_a_scale_has_seven_notes_and_its_tonic_first(key: Key) -> None:
    """Ascending by one or two semitones from the tonic."""
    notes = key.pitch_classes
    assert notes[0] == key.tonic
    assert len(set(notes)) == 7
    steps = [(after - before) % 12 for before, after in zip(notes, (*notes[1:], notes[0]), strict=True)]
    assert set(steps) == {1, 2}
    assert sum(steps) == 12


def test_known_scales() -> None:
    """Relatives share their notes; parallels differ in three."""
    a_minor, c_major, a_major = parse_key("Am"), parse_key("C"), parse_key("A")
    assert set(a_minor.pitch_classes) == set(c_major.pitch_classes) == {0, 2, 4, 5, 7, 9, 11}
    assert len(set(a_minor.pitch_classes) - set(a_major.pitch_classes)) == 3


@pytest.mark.parametrize("alias", TONIC_ALIASES)
def test_flats_are_sharps(alias: str) -> None:
    """An alias lies a semitone off its letter."""
    by = {"b": -1, "#": 1}[alias[1]]
    assert tonic_of(alias) == (TONICS.index(alias[0]) + by) % 12


@pytest.mark.parametrize("name", ["X", "", "Cbb", "C##"])
def test_what_is_no_note_is_refused(name: str) -> None:
    """In a sentence."""
    with pytest.raises(UsageError, match="is no note"):
        tonic_of(name)


def test_capital_m_is_major() -> None:
    """As in chord names, where the other aliases know no case."""
    assert (mode_of("M"), mode_of("m"), mode_of("MIN")) == ("major", "minor", "minor")
