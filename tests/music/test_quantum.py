"""Where changes land, and how places are written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.errors import UsageError
from liveriff.music.quantum import landing, position, quantum_step
from liveriff.params.words import QUANTA


@pytest.mark.parametrize(
    ("now", "quantum", "margin", "at"),
    [
        ("0", "bar", "0", "0"),
        ("1/8", "bar", "0", "4"),
        ("3", "bar", "1", "4"),
        ("3", "bar", "9/8", "8"),
        ("13/2", "beat", "1/4", "7"),
        ("13/2", "1/16", "1/100", "27/4"),
        ("5", "phrase", "0", "16"),
        ("-1", "bar", "0", "0"),
    ],
)
def test_landing(now: str, quantum: str, margin: str, at: str) -> None:
    """The first boundary that can still be met."""
    assert landing(Fraction(now), quantum, Fraction(margin)) == Fraction(at)


@given(st.fractions(-100, 100), st.sampled_from(QUANTA), st.fractions(0, 20))
def test_a_landing_can_be_met_and_none_before_it(now: Fraction, quantum: str, margin: Fraction) -> None:
    """On the grid, far enough ahead, and no earlier boundary would do."""
    at, step = landing(now, quantum, margin), quantum_step(quantum)
    if at is None or step is None:
        assert (at, step, quantum) == (None, None, "off")
        return
    assert at % step == 0
    assert now + margin <= at < now + margin + step


def test_an_unknown_quantum_is_refused() -> None:
    """With the nearest word."""
    with pytest.raises(UsageError, match=r"'bars' is no quantum.* Did you mean bar\?"):
        quantum_step("bars")


@pytest.mark.parametrize(
    ("beat", "text"),
    [("0", "1.1.1"), ("1/4", "1.1.2"), ("3/2", "1.2.3"), ("4", "2.1.1"), ("181/4", "12.2.2"), ("-1/4", "0.4.4")],
)
def test_positions_count_from_one(beat: str, text: str) -> None:
    """Bar, beat, sixteenth; before the start is bar 0."""
    assert position(Fraction(beat)) == text
