"""Which piece of the past a pad takes, and how it is cut; and what a kit is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.engine.captures import cut, piece
from liveriff.engine.kits import kit
from liveriff.music.grid import Grid
from liveriff.params.registry import Registry
from liveriff.params.words import CAPTURED, KIT

RATE = 48000
GRID = Grid(RATE, 12000, 1000, Fraction(0))  # a beat is 24000 frames
MOST = 8 * RATE


@pytest.mark.parametrize(
    ("frame", "beats", "line"),
    [(1000 + 8 * 24000, 4, 8), (1000 + 8 * 24000 + 9000, 4, 8), (1000 + 8 * 24000 - 9000, 4, 8), (1000 + 200000, 1, 8)],
)
def test_the_piece_ends_on_the_beat_nearest_to_the_hand(frame: int, beats: int, line: int) -> None:
    found = piece(GRID, frame, "deck 2", beats, MOST)
    assert found is not None
    assert (found.source, found.first, found.frames) == (2, GRID.frame_of(line - beats), beats * 24000)
    assert CAPTURED[found.source] == "deck 2"


def test_what_has_not_been_played_is_not_taken() -> None:
    assert piece(GRID, 1000 + 3 * 24000, "master", 4, MOST) is None


def test_what_does_not_fit_is_halved() -> None:
    slow = Grid(RATE, 4000)  # eight beats at 40 last twelve seconds
    found = piece(slow, 16 * 72000, "master", 8, MOST)
    assert found is not None
    assert (found.beats, found.frames) == (4, 4 * 72000)


@given(st.integers(4000, 24000), st.sampled_from([1, 2, 4, 8]), st.integers(2_000_000, 9_000_000))
def test_a_piece_lies_between_two_beats_at_any_tempo(cents: int, beats: int, frame: int) -> None:
    grid = Grid(RATE, cents, 777, Fraction(1, 3))
    found = piece(grid, frame, "deck 1", beats, MOST)
    assert found is not None
    assert found.frames <= MOST
    start, end = grid.beat_at(found.first), grid.beat_at(found.first + found.frames)
    assert abs(start - round(start)) * grid.frames_per_beat <= Fraction(1, 2)
    assert round(end) - round(start) == found.beats
    assert abs(end - grid.beat_at(frame)) <= Fraction(1, 2) + 1 / grid.frames_per_beat


def test_the_end_leads_into_the_start_and_what_goes_round_is_untouched() -> None:
    wave = np.sin(2 * np.pi * np.arange(3000) / 1000).astype(np.float32)
    tone = np.stack([wave, wave], axis=1)
    np.testing.assert_allclose(cut(tone[:1240], 240)[:, 0], np.roll(wave[:1000], -240), atol=1e-6)  # a whole period
    odd = cut(tone[: 240 + 730], 240)  # none: without the blend it would jump
    twice = np.concatenate([odd, odd])[:, 0]
    assert np.abs(np.diff(twice)).max() < 0.02
    assert abs(float(tone[240 + 729, 0] - tone[240, 0])) > 0.5


@pytest.mark.parametrize("bank", [1, 3])
def test_a_kit_is_sixteen_sounds_of_one_style_in_the_usual_places(bank: int) -> None:
    registry = Registry()
    registry.restore(kit(bank, " dusty lo-fi ", 7))
    first = (bank - 1) * 16 + 1
    pads = range(first, first + 16)
    assert [registry.get(f"/pad/{pad}/category") for pad in pads] == list(KIT)
    assert registry.get(f"/pad/{first}/prompt") == "dusty lo-fi kick"
    assert len({registry.get(f"/pad/{pad}/seed") for pad in pads}) == 16
    assert all(0 <= int(str(kit(bank, "x", 2**31 - 1)[f"/pad/{pad}/seed"])) < 2**31 for pad in pads)
    assert registry.undo()
    assert registry.get(f"/pad/{first}/prompt") == ""


def test_another_seed_is_another_kit_and_no_style_is_told_by_the_kind() -> None:
    one, other = kit(1, "", 1), kit(1, "", 2)
    seeds = [path for path in one if path.endswith("/seed")]
    assert not {one[path] for path in seeds} & {other[path] for path in seeds}
    assert {one[path] for path in one if path.endswith("/prompt")} == {""}
