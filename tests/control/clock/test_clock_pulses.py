"""MIDI clock out: which message when, for starts, stops, tempo changes and leaps; and the thread that sends them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveriff.control.clock.midi_out import ClockOut
from liveriff.control.clock.pulses import Beats, Pulses, song_position
from liveriff.music.follower import ClockFollower
from liveriff.music.lead import Line

F8, FA, FB, FC = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
Sent = list[tuple[float, bytes]]


class Script:
    """Runs pulses along lines, without a thread."""

    def __init__(self, offset_s: float = 0.0, idle: bool = True) -> None:
        self.pulses = Pulses(offset_s, idle)
        self.sent: Sent = []
        self.now = 0.0

    def until(self, end_s: float, beats: Beats) -> Script:
        """Send all that is due before a time."""
        while self.now < end_s:
            self.sent += [(self.now, data) for data in self.pulses.now(beats, self.now)]
            due = self.pulses.due(beats)
            if due is None or due.time_s >= end_s:
                self.now = end_s
                return self
            self.now = max(self.now, due.time_s)
            self.sent.append((due.time_s, due.data))
            self.pulses.sent()
        return self

    def times(self, data: bytes) -> list[float]:
        """When a message was sent."""
        return [time_s for time_s, each in self.sent if each == data]


def at_120(beat: float, time_s: float) -> Line:
    """A line at 120 BPM."""
    return Line(time_s, beat, 120.0)


def test_a_start_comes_just_before_the_tick_of_beat_0() -> None:
    script = Script().until(1.0, Beats(at_120(0, 0), False))
    script.until(3.0, Beats(at_120(0, 1.1), True))
    (start,) = script.times(FA)
    following = [t for t in script.times(F8) if t > start]
    assert start == pytest.approx(1.099)
    assert following[0] == pytest.approx(1.1)
    assert len([t for t in following if t < 2.1 - 1e-6]) == 48
    assert not script.times(FB)


def test_a_start_elsewhere_is_a_position_and_a_continue() -> None:
    script = Script().until(0.5, Beats(at_120(0, 0), False))
    script.until(2.0, Beats(at_120(15.9, 0.5), True))
    (position,) = [(t, d) for t, d in script.sent if d[0] == 0xF2]
    (go_on,) = script.times(FB)
    assert position == (0.5, song_position(64))
    assert go_on == pytest.approx(0.5 + 0.05 - 0.001)
    assert min(t for t in script.times(F8) if t > go_on) == pytest.approx(0.55)


def test_a_stop_is_sent_at_once_and_the_ticks_run_on_if_wanted() -> None:
    for idle in (True, False):
        script = Script(idle=idle).until(2.0, Beats(at_120(0, 0.1), True))
        script.until(4.0, Beats(at_120(0, 0.1), False))
        assert script.times(FC) == [2.0]
        assert bool([t for t in script.times(F8) if t > 2.0]) is idle


@given(st.lists(st.tuples(st.floats(0.05, 2.0), st.floats(40, 240)), min_size=1, max_size=12))
def test_tempo_changes_keep_the_phase_and_lose_no_tick(parts: list[tuple[float, float]]) -> None:
    script, line = Script(), Line(0.0, -0.01, 120.0)
    script.until(0.001, Beats(line, True))
    for seconds, bpm in parts:
        line = Line(script.now, line.beat_at(script.now), bpm)
        script.until(script.now + seconds, Beats(line, True))
    ticks = script.times(F8)
    assert len(script.times(FA)) == 1
    assert not script.times(FC)
    assert ticks == sorted(ticks)
    last = line.beat_at(script.now)
    counted = len([t for t in ticks if t > script.times(FA)[0]])
    assert abs((counted - 1) / 24 - last) <= 1.001 / 24


def test_a_leap_is_told_as_a_new_position_and_no_burst() -> None:
    script = Script().until(2.0, Beats(at_120(0, 0.1), True))
    script.until(4.0, Beats(at_120(39.99, 2.0), True))
    assert script.times(FC) == [2.0]
    assert song_position(160) in [data for _, data in script.sent]
    assert script.times(FB) == [pytest.approx(2.004)]
    ticks = script.times(F8)
    assert min(b - a for a, b in pairwise(ticks)) > 0.005


def test_a_start_is_told_though_the_line_has_just_moved_back_a_little() -> None:
    """The tick of the sixteenth under the hand is out already: it begins with the next sixteenth, not never."""
    script = Script().until(1.0005, Beats(at_120(0, 0), False))
    script.until(2.0, Beats(at_120(0, 0.001), True))
    assert song_position(9) in [data for _, data in script.sent]
    assert len(script.times(FB)) == 1


def test_a_start_on_the_very_tick_of_beat_0_is_a_start() -> None:
    script = Script().until(1.0, Beats(at_120(0, 0), True))
    assert len(script.times(FA)) == 1
    assert script.times(F8)[0] == pytest.approx(0.0)


@pytest.mark.parametrize("offset_s", [-0.02, 0.0, 0.015])
def test_a_ports_offset_moves_all_its_messages(offset_s: float) -> None:
    script = Script(offset_s).until(3.0, Beats(at_120(0, 1.0), True))
    (start,) = script.times(FA)
    assert start == pytest.approx(1.0 + offset_s - 0.001)


def test_song_positions_wrap() -> None:
    assert song_position(146) == bytes((0xF2, 0x12, 0x01))
    assert song_position(16384) == song_position(0)


class Port:
    """Keeps what is sent, with the time."""

    def __init__(self) -> None:
        self.sent: Sent = []

    def send(self, data: bytes) -> None:
        """Keep it."""
        self.sent.append((time.monotonic(), data))


class BrokenPort:
    """A device that was pulled out."""

    def send(self, data: bytes) -> None:
        """Fail."""
        raise OSError


def test_the_thread_sends_what_a_follower_reads_as_the_same_beats() -> None:
    out, port, late = ClockOut(), Port(), Port()
    out.add("a", port)
    out.add("b", late, offset_ms=30)
    out.add("broken", BrokenPort())
    out.start()
    start = time.monotonic() + 0.2
    line = Line(start, 0.0, 150.0)
    out.follow(line, True)
    time.sleep(2.2)
    out.close()
    for sent, offset_s in ((port.sent, 0.0), (late.sent, 0.03)):
        follower = ClockFollower()
        for time_s, data in sent[:-1]:
            follower.feed(data, time_s)
        lead = follower.lead(sent[-2][0])
        assert lead is not None
        assert lead.line.beat_at(start + 1 + offset_s) == pytest.approx(2.5, abs=0.05)
        assert lead.line.bpm == pytest.approx(150, abs=3)
    assert port.sent[-1][1] == FC
    assert out.failures > 50
