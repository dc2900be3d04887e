"""Tap tempo: right for steady hands, calm with shaky ones, deaf to missed and doubled taps."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liveriff.music.tap import Tapped, TapTempo


def tapped(times: list[float]) -> Tapped | None:
    """What the last of some taps gives."""
    tempo = TapTempo()
    result = None
    for time in times:
        result = tempo.tap(time)
    return result


@given(st.integers(4000, 24000), st.integers(3, 40), st.floats(0, 10000))
def test_a_steady_hand_is_exact(cents: int, taps: int, start: float) -> None:
    """To a hundredth of a BPM, and the downbeat is the first tap."""
    beat_s = 6000 / cents
    result = tapped([start + i * beat_s for i in range(taps)])
    assert result is not None
    assert abs(result.bpm_cents - cents) <= 1
    assert result.downbeat_s == pytest.approx(start, abs=0.02 * beat_s)


@pytest.mark.parametrize("bpm", [70, 90, 124, 174])
def test_a_shaky_hand_is_near(bpm: int) -> None:
    """15 ms of error a tap: within 2 % after twelve taps, and on the beat within 15 ms."""
    hand = random.Random(bpm)
    for _ in range(50):
        result = tapped([5 + i * 60 / bpm + hand.gauss(0, 0.015) for i in range(12)])
        assert result is not None
        assert result.bpm_cents / 100 == pytest.approx(bpm, rel=0.02)
        last_beat = result.downbeat_s + 11 * 6000 / result.bpm_cents
        assert last_beat == pytest.approx(5 + 11 * 60 / bpm, abs=0.045)


def test_a_missed_tap_does_not_count() -> None:
    """Nor does it move the downbeat."""
    times = [i * 0.5 for i in range(10) if i != 5]
    result = tapped(times)
    assert result == Tapped(12000, 0.0)


def test_a_doubled_tap_does_not_count() -> None:
    """A bounce of the button 30 ms after a tap."""
    times = sorted([i * 0.5 for i in range(8)] + [1.53])
    result = tapped(times)
    assert result is not None
    assert result.bpm_cents == pytest.approx(12000, rel=0.01)


@pytest.mark.parametrize("taps", [[0.0], [0.0, 0.5], [0.0, 0.5, 3.0], [0.0, 0.5, 3.0, 3.5], [1.0, 0.5, 0.2], []])
def test_too_few_taps_say_nothing(taps: list[float]) -> None:
    """Two taps, a pause of over two seconds, or a clock that went back: not a tempo."""
    assert tapped(taps) is None


def test_a_late_first_tap_does_not_move_the_downbeat() -> None:
    """The grid goes through the middle of the taps."""
    result = tapped([0.06, *(i * 0.5 for i in range(1, 12))])
    assert result is not None
    assert result.downbeat_s == pytest.approx(0.0, abs=0.04)


def test_a_pause_begins_anew() -> None:
    """The new count has its own tempo and downbeat."""
    assert tapped([0.0, 0.5, 1.0, 1.5, 10.0, 10.4, 10.8]) == Tapped(15000, pytest.approx(10.0))


def test_it_follows_a_new_tempo() -> None:
    """Twelve taps later nothing of the old tempo is left."""
    times = [i * 0.5 for i in range(20)]
    times += [times[-1] + (i + 1) * 0.4 for i in range(12)]
    result = tapped(times)
    assert result is not None
    assert result.bpm_cents == 15000


@example([0.0, 0.0, 5e-324])
@example([0.0] * 20)
@given(st.lists(st.floats(0, 3), max_size=30))
def test_any_taps_give_a_playable_tempo_or_none(pauses: list[float]) -> None:
    """Within the range of the tempo, whatever is hit."""
    tempo, now = TapTempo(), 0.0
    for pause in pauses:
        now += pause
        result = tempo.tap(now)
        assert result is None or 4000 <= result.bpm_cents <= 24000
