"""MIDI clock followed through jitter, rounding to periods, lost and doubled ticks, steps, ramps and silences."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveriff.music.dll import TickLoop, line_fit
from liveriff.music.follower import ClockFollower
from liveriff.music.lead import Line
from liveriff.music.smooth import Smoothed
from liveriff.music.steady import SteadyTempo, roundest

PERIOD_S = 256 / 48000
MS = 1000


@dataclass
class Clock:
    """A master at ``bpm(time)``, heard through a driver that rounds times up to its periods, and through jitter."""

    bpm: Callable[[float], float]
    seconds: float
    period_s: float = PERIOD_S
    jitter_s: float = 0.0015
    lost: Collection[int] = ()
    doubled: Collection[int] = ()
    seed: int = 0
    follower: ClockFollower = field(default_factory=lambda: ClockFollower("master"))
    off_ms: list[tuple[float, float]] = field(default_factory=list)
    told: list[tuple[float, int]] = field(default_factory=list)

    def play(self, start: bool = True) -> Clock:
        """Send it all; note after every tick how wrong the follower is."""
        dice = random.Random(self.seed)
        if start:
            self.follower.feed([0xFA], 0.0)
        time_s, tick = 0.1, 0
        while time_s < self.seconds:
            heard = self.heard(time_s + dice.uniform(-self.jitter_s, self.jitter_s))
            for _ in range(0 if tick in self.lost else 2 if tick in self.doubled else 1):
                self.follower.feed([0xF8], heard)
            self.note(time_s, tick / 24)
            time_s += 60 / 24 / self.bpm(time_s)
            tick += 1
        return self

    def heard(self, time_s: float) -> float:
        """When the driver tells it."""
        return (floor(time_s / self.period_s) + 1) * self.period_s if self.period_s else time_s

    def note(self, time_s: float, beat: float) -> None:
        """How wrong the follower is."""
        lead = self.follower.lead(time_s)
        if lead is not None:
            self.off_ms.append((time_s, (lead.line.beat_at(time_s) - beat) * 60 / self.bpm(time_s) * MS))
            if not self.told or self.told[-1][1] != lead.bpm_cents:
                self.told.append((time_s, lead.bpm_cents))

    def p99_ms(self, after_s: float) -> float:
        """99th percentile of the error."""
        off = sorted(abs(ms) for time_s, ms in self.off_ms if time_s > after_s)
        return off[int(0.99 * len(off))]

    def bpm_told(self, after_s: float) -> list[float]:
        """All tempos told after a time."""
        before = [cents for time_s, cents in self.told if time_s <= after_s][-1:]
        return [cents / 100 for cents in (*before, *(c for time_s, c in self.told if time_s > after_s))]


def steady(bpm: float, seconds: float = 40.0, **more: object) -> Clock:
    """A master that keeps its tempo."""
    return Clock(lambda _: bpm, seconds, **more).play()  # type: ignore[arg-type]


@pytest.mark.parametrize("bpm", [40, 60, 87.5, 93.75, 117.1875, 120, 124, 126.5, 140, 174, 200.3, 240])
@pytest.mark.parametrize("jitter_s", [0.001, 0.003])
def test_tempo_and_phase_through_a_period_of_256(bpm: float, jitter_s: float) -> None:
    clock = steady(bpm, jitter_s=jitter_s)
    assert all(abs(told - bpm) <= 0.1 for told in clock.bpm_told(12))
    assert clock.p99_ms(6) <= 5.0


@settings(max_examples=40)
@given(
    st.floats(41, 239),
    st.sampled_from([0.0, 64 / 48000, 128 / 48000, PERIOD_S]),
    st.floats(0.001, 0.003),
    st.integers(0, 1000),
)
def test_any_tempo_is_within_a_tenth_and_stands_still(bpm: float, period_s: float, jitter_s: float, seed: int) -> None:
    clock = steady(bpm, period_s=period_s, jitter_s=jitter_s, seed=seed)
    told = clock.bpm_told(15)
    assert all(abs(each - bpm) <= 0.1 for each in told)
    assert len(told) <= 3
    assert clock.p99_ms(10) <= 5.5


def test_a_round_tempo_is_told_round_and_only_once() -> None:
    clock = steady(124, 60, jitter_s=0.001)
    assert clock.bpm_told(3) == [124.0]


@pytest.mark.parametrize(
    ("before", "after"), [(120, 140), (120, 124), (60, 120), (120, 60), (90, 180), (124, 40), (240, 200), (128, 80)]
)
@pytest.mark.parametrize("seed", range(4))
def test_a_new_tempo_is_found_within_two_beats(before: float, after: float, seed: int) -> None:
    clock = Clock(lambda t: before if t < 10 else after, 25, seed=seed, jitter_s=0.001).play()
    found = 10 + 2 * 60 / after
    lead = clock.bpm_told(found)
    assert abs(lead[0] - after) <= (0.008 if after < 200 else 0.021) * after  # the closer the ticks, the rougher
    assert clock.p99_ms(found) <= 6.0
    assert abs(lead[-1] - after) <= 0.1


def test_a_slow_ramp_is_followed_in_few_steps() -> None:
    clock = Clock(lambda t: 120 + min(max(t - 10, 0), 20), 45, jitter_s=0.001).play()
    assert clock.p99_ms(5) <= 9.0
    times = [time_s for time_s, _ in clock.told]
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(times))
    assert clock.bpm_told(44)[-1] == pytest.approx(140, abs=0.1)


def test_lost_and_doubled_ticks_shift_nothing() -> None:
    clock = steady(124, 60, lost={400, 600, 601, 900}, doubled={500, 800, 1000, 1150}, jitter_s=0.001)
    assert clock.p99_ms(3) <= 5.0
    assert max(abs(ms) for time_s, ms in clock.off_ms if time_s > 3) <= 6.0
    assert clock.bpm_told(3) == [124.0]


@pytest.mark.parametrize("lost", [{1}, {2}, {3, 4}])
def test_ticks_lost_among_the_first_count_as_well(lost: set[int]) -> None:
    clock = steady(124, 20, lost=lost, jitter_s=0.001)
    assert clock.p99_ms(3) <= 6.0


def test_a_hold_up_of_the_driver_shifts_nothing() -> None:
    """Eight ticks held back and delivered at once."""
    follower = ClockFollower()
    for tick in range(2000):
        held = 0.02 * (999 if 992 <= tick < 999 else tick)
        follower.feed([0xF8], 1 + held)
    lead = follower.lead(41)
    assert lead is not None
    assert lead.bpm_cents == 12500
    assert lead.line.beat_at(1 + 0.02 * 1999) == pytest.approx(1999 / 24, abs=0.02)


def test_without_ticks_it_runs_on_and_comes_back_in_phase() -> None:
    """Three seconds of silence cost neither beat nor tempo."""
    clock = Clock(lambda _: 124, 40, jitter_s=0.001, lost=range(600, 750))
    clock.play()
    assert clock.follower.alive(40.0)
    assert clock.p99_ms(3) <= 6.0
    assert clock.bpm_told(3) == [124.0]
    lead = clock.follower.lead(40.6)
    assert lead is not None
    assert not lead.alive
    assert lead.line.beat_at(41) - lead.line.beat_at(40) == pytest.approx(124 / 60, rel=1e-3)


def test_first_ticks_that_were_held_up_are_counted_right() -> None:
    """Four of them come late and at once, as when the machine is busy with the start."""
    follower = ClockFollower()
    follower.feed([0xFA], 0.9)
    for tick in range(200):
        follower.feed([0xF8], 1 + 0.02 * (4 if tick < 4 else tick) + 0.0001 * tick)
    assert beat_at(follower, 1 + 0.0201 * 199) == pytest.approx(199 / 24, abs=0.03)


def ticks(follower: ClockFollower, count: int, start_s: float, step_s: float = 0.02) -> float:
    """Ticks without jitter; returns when the next would be."""
    for i in range(count):
        follower.feed([0xF8], start_s + i * step_s)
    return start_s + count * step_s


def beat_at(follower: ClockFollower, time_s: float) -> float:
    """The beat it tells."""
    lead = follower.lead(time_s)
    assert lead is not None
    return lead.line.beat_at(time_s)


def test_the_beat_of_a_start_is_the_next_tick() -> None:
    follower = ClockFollower()
    then = ticks(follower, 100, 1.0)
    assert follower.lead(then).cycle == 0  # type: ignore[union-attr]
    assert not follower.feed([0xFA], then - 0.005)
    assert follower.feed([0xF8], then)
    assert beat_at(follower, then) == pytest.approx(0, abs=1e-6)
    end = ticks(follower, 47, then + 0.02)
    lead = follower.lead(end)
    assert lead is not None
    assert (lead.playing, lead.cycle) == (True, None)
    assert beat_at(follower, end) == pytest.approx(2, abs=1e-3)


def test_a_start_before_any_tick_gives_the_songs_count() -> None:
    follower = ClockFollower()
    follower.feed([0xFA], 0.9)
    end = ticks(follower, 96, 1.0)
    lead = follower.lead(end)
    assert lead is not None
    assert (lead.playing, lead.cycle) == (True, None)
    assert lead.line.beat_at(end) == pytest.approx(4, abs=1e-3)
    follower.feed([0xFA], end + 100)
    end = ticks(follower, 96, end + 100.01)
    assert follower.lead(end).cycle is None  # type: ignore[union-attr]


def test_a_start_may_begin_between_two_ticks_of_before() -> None:
    follower = ClockFollower()
    then = ticks(follower, 200, 1.0) + 0.009
    follower.feed([0xFA], then - 0.001)
    end = ticks(follower, 96, then)
    assert beat_at(follower, end) == pytest.approx(4, abs=0.01)
    assert follower.lead(end).bpm_cents == 12500  # type: ignore[union-attr]


def test_stop_keeps_the_place_and_continue_goes_on_from_it() -> None:
    follower = ClockFollower()
    follower.feed([0xFA], 1.0)
    then = ticks(follower, 48, 1.0)
    assert follower.feed([0xFC], then - 0.01)
    assert follower.lead(then).playing is False  # type: ignore[union-attr]
    then = ticks(follower, 31, then)
    follower.feed([0xFB], then - 0.001)
    follower.feed([0xF8], then)
    assert beat_at(follower, then) == pytest.approx(2.0, abs=1e-3)


def test_a_song_position_is_where_continue_begins() -> None:
    follower = ClockFollower()
    then = ticks(follower, 60, 1.0)
    epoch = follower.lead(then).epoch  # type: ignore[union-attr]
    follower.feed([0xF2, 0x12, 0x01], then - 0.002)  # 0x92 = 146 sixteenths
    follower.feed([0xFB], then - 0.001)
    follower.feed([0xF8], then)
    assert beat_at(follower, then) == pytest.approx(36.5, abs=1e-3)
    assert follower.lead(then).epoch != epoch  # type: ignore[union-attr]


@given(st.lists(st.tuples(st.lists(st.integers(0, 255), max_size=4), st.floats(0, 100)), max_size=60))
def test_nonsense_is_survived(messages: list[tuple[list[int], float]]) -> None:
    follower = ClockFollower()
    for data, time_s in messages:
        follower.feed(data, time_s)
        lead = follower.lead(time_s)
        assert lead is None or 0 < lead.line.bpm < 400
    ticks(follower, 400, 200.0)
    lead = follower.lead(208.0)
    assert lead is not None
    assert lead.bpm_cents == 12500


def test_a_clock_forgotten_for_minutes_is_a_new_one() -> None:
    follower = ClockFollower()
    ticks(follower, 100, 1.0)
    follower.feed([0xF8], 200.0)
    end = ticks(follower, 60, 200.03, 0.03)
    lead = follower.lead(end)
    assert lead is not None
    assert lead.line.bpm == pytest.approx(60 / 24 / 0.03)


def test_the_loop_is_a_least_squares_line_while_young() -> None:
    """The gains of Adriaensen's loop for a narrowing bandwidth are those of a line fit, tick by tick."""
    dice = random.Random(3)
    times = [1 + 0.02 * i + dice.uniform(-0.002, 0.002) for i in range(40)]
    loop = TickLoop()
    for n, time_s in enumerate(times, 1):
        loop.tick(time_s)
        if n >= 6:
            at, period = line_fit(list(enumerate(times[:n])))
            assert loop.time_s == pytest.approx(at, abs=1e-9)
            assert loop.period_s == pytest.approx(period, abs=1e-9)


@pytest.mark.parametrize(
    ("cents", "reach", "told"),
    [(12403, 5, 12400), (12448, 5, 12450), (12408, 5, 12410), (12404, 0.6, 12404), (12405.3, 1, 12405)],
)
def test_the_roundest_tempo_near_by(cents: float, reach: float, told: int) -> None:
    assert roundest(cents, reach) == told


def test_a_trembling_tempo_stands_still_and_a_new_one_is_taken() -> None:
    dice, tempo = random.Random(1), SteadyTempo()
    assert len({tempo.update(124 + dice.uniform(-0.04, 0.04), 2e-4) for _ in range(500)}) == 1
    told = [tempo.update(126 + dice.uniform(-0.04, 0.04), 2e-4) for _ in range(500)]
    assert told[-1] == pytest.approx(12600, abs=5)
    assert len(set(told)) <= 2


def test_a_smoothed_line_keeps_its_phase_through_a_new_tempo() -> None:
    dice, smoothed = random.Random(1), Smoothed()
    for i in range(300):
        smoothed.update(i * 0.02, 2 * i * 0.02 + dice.uniform(-0.003, 0.003), 120)
    line = smoothed.update(6.0, 12.0, 60)
    assert line.beat_at(6.0) == pytest.approx(12.0, abs=0.002)
    assert line.beat_at(7.0) == pytest.approx(13.0, abs=0.002)
    assert smoothed.update(7.0, 20.0, 60) == Line(7.0, 20.0, 60)
