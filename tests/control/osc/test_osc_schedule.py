"""Bundles at their time: clocks turned by hand, then a real loop."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.osc.codec import Message
from liveriff.control.osc.counters import OscCounters
from liveriff.control.osc.dispatch import Dispatcher
from liveriff.control.osc.schedule import CAPACITY, LEAD_S, TIMER_S, Schedule, Timed, WallClock
from liveriff.control.surface import Delays
from liveriff.params.registry import Registry


class Clocks:
    """Wall and steady time, turned by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_800_000_000.0, 50.0

    def on(self, seconds: float) -> None:
        """Time passes."""
        self.wall += seconds
        self.steady += seconds

    def make(self) -> WallClock:
        """A bridge between the two."""
        return WallClock(lambda: self.wall, lambda: self.steady)


def test_wall_time_becomes_steady_time() -> None:
    """Now is now, and half a second ahead is that."""
    clocks = Clocks()
    bridge = clocks.make()
    clocks.on(0.5)
    assert bridge.steady_at(clocks.wall) == pytest.approx(clocks.steady)
    assert bridge.steady_at(clocks.wall + 0.5) == pytest.approx(clocks.steady + 0.5)


@pytest.mark.parametrize("step_s", [-7200.0, -1.5, 2.0, 3600.0])
def test_a_step_of_the_wall_clock(step_s: float) -> None:
    """Seen at once, because a time so far off is not believed before it is measured again."""
    clocks = Clocks()
    bridge = clocks.make()
    clocks.on(0.3)
    clocks.wall += step_s
    assert bridge.steady_at(clocks.wall + 0.2) == pytest.approx(clocks.steady + 0.2)


def test_a_small_step_is_seen_within_a_second() -> None:
    """As after a slow correction."""
    clocks = Clocks()
    bridge = clocks.make()
    clocks.wall += 0.1
    clocks.on(1.0)
    assert bridge.steady_at(clocks.wall) == pytest.approx(clocks.steady)


@given(st.lists(st.floats(0, 10), max_size=30), st.lists(st.floats(0, 12), max_size=10))
def test_what_is_due_comes_in_order(whens: list[float], looks: list[float]) -> None:
    """By time, and in the order it was added where times are equal."""
    schedule, came = Schedule(), []
    for index, when in enumerate(whens):
        assert schedule.add(when, 1, lambda index=index, when=when: came.append((when, index)))
    for now in sorted(looks):
        for action in schedule.take(now):
            action()
        assert came == sorted((when, index) for index, when in enumerate(whens) if when <= now)
        assert schedule.next == min((when for when in whens if when > now), default=None)


def test_a_schedule_is_bounded_and_gets_its_room_back() -> None:
    """By messages, not by bundles."""
    schedule = Schedule(10)
    assert schedule.add(1.0, 6, list)
    assert not schedule.add(2.0, 5, list)
    assert schedule.add(2.0, 4, list)
    schedule.take(1.0)
    assert schedule.add(3.0, 6, list)
    schedule.clear()
    assert schedule.add(3.0, 10, list)


NONE = Delays()


class Hand:
    """A peer that counts."""

    origin = "osc:hand"

    def __init__(self) -> None:
        self.refusals: list[str] = []

    def refused(self, address: str, why: object) -> None:
        """As for Peer."""
        self.refusals.append(address)

    def reply(self, data: bytes) -> None:
        """As for Peer."""

    def wrote(self, path: str) -> None:
        """As for Peer."""

    def touch(self, path: str, down: bool) -> None:
        """As for Peer."""


class Rig:
    """Timed bundles into a registry; remembers when what came."""

    def __init__(self, ignore: bool = False, delays: Delays = NONE) -> None:
        self.registry, self.counters, self.hand = Registry(), OscCounters(), Hand()
        self.came: list[tuple[str, float]] = []
        self.hits: list[tuple[int, float, float]] = []  # pad, when told, when meant
        self.registry.subscribe(lambda change: self.came.append((change.path, time.monotonic())))
        dispatcher = Dispatcher(self.registry, self._strike, self.counters, {})
        self.timed = Timed(dispatcher, self.counters, ignore_timetags=ignore, delays=lambda: delays)

    def _strike(self, pad: int, velocity: float, time_s: float) -> None:
        self.hits.append((pad, time.monotonic(), time_s))

    def take(self, ahead_s: float | None, *addresses: str) -> float:
        """A bundle so far ahead; returns the steady time it is meant for."""
        when = None if ahead_s is None else time.time() + ahead_s
        meant = time.monotonic() + (ahead_s or 0.0)
        self.timed.take([Message(when, address, (0.5,)) for address in addresses], self.hand)
        return meant


def test_now_needs_no_loop() -> None:
    """Messages without a time, and bundles that are late."""
    rig = Rig()
    rig.take(None, "/deck/1/level")
    rig.take(-3.0, "/deck/1/pan", "/pad/1/trigger")
    rig.timed.take([], rig.hand)
    assert [path for path, _ in rig.came] == ["/deck/1/level", "/deck/1/pan"]
    assert rig.counters.late == 1
    [(_, told, meant)] = rig.hits
    assert meant == pytest.approx(told, abs=1.0)  # now, not three seconds ago


def test_far_ahead_is_refused() -> None:
    """The clocks of two computers differ."""
    rig = Rig()
    rig.take(60.0, "/deck/1/level", "/deck/1/pan")
    assert rig.came == []
    assert rig.counters.refused == 2
    assert rig.hand.refusals == ["/deck/1/level"]


def test_timetags_may_be_ignored() -> None:
    """For a sender without a clock."""
    rig = Rig(ignore=True)
    rig.take(60.0, "/deck/1/level")
    rig.take(-60.0, "/deck/1/pan")
    assert len(rig.came) == 2
    assert rig.counters.late == rig.counters.refused == 0


def test_at_their_time() -> None:
    """Not before; hits a little ahead, with the time they are meant for."""

    async def play() -> tuple[Rig, float]:
        rig = Rig()
        meant = rig.take(0.2, "/deck/1/level", "/pad/1/trigger")
        assert rig.came == []
        while len(rig.came) < 1:
            await asyncio.sleep(0.005)
        return rig, meant

    rig, meant = asyncio.run(asyncio.wait_for(play(), 20))
    assert rig.came[0][1] >= meant - 0.005
    [(pad, told, placed)] = rig.hits
    assert pad == 1
    assert placed == pytest.approx(meant, abs=0.005)
    assert meant - LEAD_S - 0.005 <= told <= rig.came[0][1]
    assert rig.counters.late == 0


def test_what_the_player_takes_is_anticipated() -> None:
    """A hit is given the time at which a hand would have to strike; a pad's pitch is there before it; a deck's level is
    set so early that it is heard in time on average."""
    delays = Delays(strike_s=0.2, value_s=0.1)

    async def play() -> tuple[Rig, float]:
        rig = Rig(delays=delays)
        meant = rig.take(0.6, "/deck/1/level", "/pad/1/trigger", "/pad/1/pitch")
        while len(rig.came) < 2:
            await asyncio.sleep(0.005)
        return rig, meant

    rig, meant = asyncio.run(asyncio.wait_for(play(), 20))
    [(_, told, placed)] = rig.hits
    assert placed == pytest.approx(meant - delays.strike_s, abs=0.005)
    assert meant - delays.strike_s - LEAD_S - 0.005 <= told
    assert [path for path, _ in rig.came] == ["/pad/1/pitch", "/deck/1/level"]
    pitch, level = (at for _, at in rig.came)
    assert told <= pitch
    assert meant - delays.strike_s - TIMER_S - 0.005 <= pitch
    assert meant - delays.value_s - TIMER_S - 0.005 <= level


def test_a_later_bundle_does_not_keep_an_earlier_one() -> None:
    """Sent in the wrong order."""

    async def play() -> list[str]:
        rig = Rig()
        rig.take(0.3, "/deck/1/level")
        rig.take(0.1, "/deck/1/pan")
        while len(rig.came) < 2:
            await asyncio.sleep(0.005)
        return [path for path, _ in rig.came]

    assert asyncio.run(asyncio.wait_for(play(), 20)) == ["/deck/1/pan", "/deck/1/level"]


def test_what_waits_is_bounded_and_can_be_forgotten() -> None:
    """A flood of bundles in the future; then a panic."""

    async def play() -> Rig:
        rig = Rig()
        for _ in range(CAPACITY + 10):
            rig.take(9.0, "/deck/1/pan")  # nothing of it may be due before all is sent, on a slow machine either
        assert rig.counters.refused == 10
        rig.timed.clear()
        assert rig.timed._schedule.next is None
        rig.take(0.1, "/deck/1/level")  # there is room again
        while not rig.came:
            await asyncio.sleep(0.005)
        return rig

    rig = asyncio.run(asyncio.wait_for(play(), 60))
    assert [path for path, _ in rig.came] == ["/deck/1/level"]
    assert rig.counters.refused == 10
