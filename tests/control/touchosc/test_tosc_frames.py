"""Rectangles are cut without a point lost, and letters take the room they are said to take."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.touchosc.frame import Frame, cut
from liveriff.control.touchosc.lettering import LINE, SMALLEST, fits, shortened, size_for, width, wrapped

SHARES = st.lists(st.one_of(st.integers(0, 60), st.floats(0.1, 5.0)), min_size=1, max_size=12)


@given(st.integers(200, 2000), SHARES, st.integers(0, 10))
def test_parts_keep_their_order_and_their_gaps_and_end_at_the_end(length: int, shares: list[float], gap: int) -> None:
    try:
        parts = cut(length, shares, gap)
    except ValueError:
        assert sum(s for s in shares if isinstance(s, int)) + gap * (len(shares) - 1) + len(shares) > length
        return
    for (at, size), (after, _) in pairwise(parts):
        assert after == at + size + gap
    for (_, size), share in zip(parts, shares, strict=True):
        assert size >= 0
        assert not isinstance(share, int) or size == share
    if any(isinstance(share, float) for share in shares):
        assert sum(parts[-1]) == length


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Frame(0, 0, 100, 20).rows(15, 15)
    with pytest.raises(ValueError, match="do not fit"):
        Frame(0, 0, 100, 30).rows(15, 15, 1.0, gap=0)


def test_a_grid_goes_row_by_row() -> None:
    cells = Frame(10, 20, 206, 106).grid(2, 2, gap=6)
    assert cells == (Frame(10, 20, 100, 50), Frame(116, 20, 100, 50), Frame(10, 76, 100, 50), Frame(116, 76, 100, 50))


@given(st.integers(1, 60), st.integers(20, 40), st.integers(100, 700))
def test_as_few_columns_as_it_takes(count: int, lowest: int, h: int) -> None:
    cells = Frame(0, 0, 900, h).cells(count, lowest, gap=3)
    assert len(cells) == count
    assert all(cell.h >= lowest for cell in cells)
    across = len({cell.x for cell in cells})
    assert across == 1 or -(-count // (across - 1)) * (lowest + 3) - 3 > h


def test_frames_meet_only_where_they_share_area() -> None:
    frame = Frame(0, 0, 10, 10)
    assert frame.meets(Frame(9, 9, 5, 5))
    assert not frame.meets(Frame(10, 0, 5, 5))
    assert frame.holds(Frame(0, 0, 10, 10))
    assert not frame.holds(Frame(1, 0, 10, 10))


@given(st.text(alphabet="abcdefg mnoWW ", min_size=1, max_size=80), st.integers(60, 400), st.integers(20, 120))
def test_the_size_found_fits_and_the_next_does_not(text: str, w: int, h: int) -> None:
    size = size_for(text, 40, w, h, wraps=True)
    assert size == SMALLEST or fits(text, size, w, h, wraps=True)
    assert size == 40 or not fits(text, size + 1, w, h, wraps=True)


def test_wrapping_keeps_every_word_within_the_room() -> None:
    text = "deep house bass, round sub, smooth sine, warm and simple"
    rows = wrapped(text, 14, 150)
    assert " ".join(rows) == text
    assert len(rows) > 1
    assert all(width(row, 14) <= 150 for row in rows)
    assert not fits(text, 14, 150, int(len(rows) * 14 * LINE) - 1, wraps=True)


def test_what_cannot_be_read_whole_is_shortened_as_little_as_can_be() -> None:
    text = "deep house bass, round sub, smooth sine, warm and simple " * 4
    cut_off = shortened(text, 120, 40, wraps=True)
    assert cut_off.endswith("…")
    assert text.startswith(cut_off[:-1])
    assert fits(cut_off, SMALLEST, 120, 40, wraps=True)
    assert not fits(text[: len(cut_off) + 12], SMALLEST, 120, 40, wraps=True)
    assert shortened("sub", 120, 40) == "sub"
