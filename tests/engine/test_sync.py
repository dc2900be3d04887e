"""Following a master: tempo taken once, beats heard on its beats, its start, stop and death honoured."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest

from liveriff.engine.playing import Player
from liveriff.engine.sync import Sync
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.errors import UsageError
from liveriff.music.grid import Grid
from liveriff.music.lead import Lead, Line
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry
from liveriff.player.transport import Transport as Deck
from liveriff.wire.messages import Opened, SetGrid

RATE, BLOCK, LATENCY_S = 48000, 256, 0.03
TICK_S = 0.02


class FakePlayer:
    """A sound card's clock that is a little fast and read with jitter, and the player's own transport."""

    def __init__(self, world: World) -> None:
        self.alive = True
        self.opened = Opened("null", "", RATE, BLOCK, LATENCY_S, 1)
        self.deck = Deck(RATE)
        self.grids: list[Grid | None] = []
        self._world = world

    def true_frame(self, time_s: float) -> int:
        """The frame asked for at a time."""
        return int(time_s * RATE * 1.00005)

    def frame(self) -> int:
        """The same as the engine reads it."""
        return self.true_frame(self._world.now) + self._world.dice.randint(-60, 60)

    def send(self, message: object) -> None:
        """Take a grid."""
        assert isinstance(message, SetGrid)
        self.grids.append(message.grid)
        self.deck.set(message.grid, self.true_frame(self._world.now))


class FakeMaster:
    """A master whose lead a test writes."""

    def __init__(self, lead: Lead | None = None, takes_tempo: bool = False, broken: str = "") -> None:
        self.told: Lead | None = lead
        self.takes_tempo, self.broken = takes_tempo, broken
        self.calls: list[tuple[str, float]] = []

    def open(self, bpm: float) -> None:
        self.calls.append(("open", bpm))
        if self.broken:
            raise UsageError(self.broken)

    def close(self) -> None:
        self.calls.append(("close", 0.0))

    def lead(self, now_s: float) -> Lead | None:
        return self.told

    def set_tempo(self, bpm: float) -> bool:
        self.calls.append(("tempo", bpm))
        if self.takes_tempo and self.told:
            self.told = replace(self.told, bpm_cents=round(bpm * 100), line=replace(self.told.line, bpm=bpm))
        return self.takes_tempo

    def set_playing(self, playing: bool) -> None:
        self.calls.append(("playing", float(playing)))


class World:
    """Engine's clockwork with time that a test moves."""

    def __init__(
        self, lead: Lead | None = None, source: str = "midi", offset_ms: float = 0.0, **master: object
    ) -> None:
        self.now, self.dice = 10.0, random.Random(1)
        self.registry = Registry(clock=lambda: self.now)
        self.player = FakePlayer(self)
        self.time = TimeKeeper(cast(Player, self.player), self.registry, RATE, BLOCK, clock=lambda: self.now)
        self.said: list[str] = []
        self.sync = Sync(self.registry, self.time, self.said.append, offset_ms, clock=lambda: self.now)
        self.master = FakeMaster(lead, **master)  # type: ignore[arg-type]
        self.sync.add("midi", self.master)
        self.sync.add("link", self.master)
        self.changes: list[Change] = []
        self.registry.subscribe(self._changed)
        self.registry.set("/tempo/source", source)

    def _changed(self, change: Change) -> None:
        self.changes.append(change)
        if change.path == "/tempo/bpm":
            self.time.retime()
        elif change.path == "/tempo/nudge":
            self.time.nudge(Fraction(str(change.value)))
        elif change.path == "/play" and not change.value:
            self.time.stop()

    def run(self, seconds: float, each: Callable[[], object] = lambda: None) -> None:
        """Let time pass; the hub starts the transport when it shall play."""
        for _ in range(round(seconds / TICK_S)):
            self.now += TICK_S
            self.sync.tick()
            if self.registry.get("/play") and not self.time.running:
                self.time.start()
            each()

    def heard_beat(self) -> float:
        """The beat that leaves the speakers now."""
        frame = self.player.true_frame(self.now - LATENCY_S - BLOCK / RATE)
        self.player.deck.turn(frame)
        assert self.player.deck.grid is not None
        return float(self.player.deck.grid.beat_at(frame))

    def off_ms(self) -> float:
        """How far what is heard is behind the master's beat."""
        assert self.master.told is not None
        line = self.master.told.line
        return (line.beat_at(self.now) - self.heard_beat()) * 60000 / line.bpm

    def tempos(self) -> list[float]:
        """What /tempo/bpm was set to by the clock."""
        return [cast(float, c.value) for c in self.changes if c.path == "/tempo/bpm" and c.origin == "clock"]


def song(bpm: float = 120.0, beat: float = 0.0, **more: object) -> Lead:
    """A master that has just been started."""
    lead = Lead(Line(10.0, beat, bpm), round(bpm * 100), playing=True, epoch=1, who="Drum machine")
    return replace(lead, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("bpm", [60.0, 120.0, 128.5, 174.0])
def test_beats_are_heard_on_the_masters_beats(bpm: float) -> None:
    world = World(song(bpm))
    world.run(4)
    off: list[float] = []
    world.run(20, lambda: off.append(abs(world.off_ms())))
    assert sorted(off)[int(0.99 * len(off))] <= 2.5
    assert world.tempos() == ([bpm] if bpm != 124.0 else [])


def test_a_tempo_read_a_little_wrong_is_no_reason_to_drift_or_to_decode_again() -> None:
    """The line is exact, the reading is rounded to 120."""
    world = World(replace(song(120.04), bpm_cents=12000))
    world.run(5)
    off: list[float] = []
    world.run(30, lambda: off.append(abs(world.off_ms())))
    assert max(off) <= 4.0
    assert world.tempos() == [120.0]


def test_a_small_error_is_caught_up_with_without_a_jump() -> None:
    world = World(song())
    world.run(3)
    before = len(world.player.grids)
    world.master.told = replace(song(), line=song().line.moved(-0.02))
    world.run(8)
    assert abs(world.off_ms()) <= 2.5
    for old, new in zip(world.player.grids[before - 1 :], world.player.grids[before:], strict=False):
        assert old is not None
        assert new is not None
        assert old.frame_of(new.beat) == new.frame  # the beat under the change stays where it was
        assert abs(new.bpm_cents - 12000) <= 60


def test_a_large_error_is_a_jump_on_a_beat() -> None:
    world = World(song())
    world.run(3)
    before = len(world.player.grids)
    world.master.told = replace(song(), line=song().line.moved(0.2))
    world.run(1.5)
    assert abs(world.off_ms()) <= 6.0
    new = next(grid for grid in world.player.grids[before:] if grid and grid.bpm_cents == 12000)
    old = world.player.grids[before - 1]
    assert old is not None
    assert abs(old.beat_at(new.frame) - round(old.beat_at(new.frame))) < 1e-3


def test_the_beat_offset_moves_what_is_heard() -> None:
    world = World(song(), offset_ms=15.0)
    world.run(6)
    assert world.off_ms() == pytest.approx(15.0, abs=2.5)


def test_a_nudge_moves_us_against_the_master_and_stays() -> None:
    world = World(song())
    world.run(4)
    world.registry.trigger("/tempo/nudge", 0.05, "hand")
    world.run(6)
    assert world.off_ms() == pytest.approx(0.05 * 500, abs=2.5)


def test_starting_the_master_again_takes_us_to_its_first_beat_at_once() -> None:
    world = World(song())
    world.run(5)
    world.master.told = replace(song(), line=Line(world.now, 0.0, 120.0), epoch=2)
    world.run(0.1)
    assert world.heard_beat() == pytest.approx(0.2, abs=0.02)


def test_stop_and_continue_drive_play_and_the_count() -> None:
    world = World(song())
    world.run(3)
    world.master.told = replace(song(), playing=False, cycle=0)
    world.run(1)
    assert world.registry.get("/play") is False
    world.master.told = replace(song(), line=Line(world.now, 32.0, 120.0), epoch=2)
    world.run(2)
    assert world.registry.get("/play") is True
    assert world.heard_beat() == pytest.approx(36.0, abs=0.01)


def test_a_master_that_stands_when_we_join_does_not_stop_us_and_a_hand_may_stop_us() -> None:
    world = World(song(playing=False, cycle=0))
    world.run(1)
    assert world.registry.get("/play") is True
    world.master.told = song(epoch=2)
    world.run(1)
    world.registry.set("/play", False, "hand")
    world.run(1)
    assert world.registry.get("/play") is False


def test_of_a_clock_without_a_start_only_the_tempo_is_taken_and_no_phase_is_lost() -> None:
    world = World(None)
    world.run(3.03)
    beat = world.heard_beat()
    world.master.told = Lead(Line(10.0, 100.37, 124.0), 12400, cycle=0)
    world.run(30)
    assert world.heard_beat() - beat == pytest.approx(30 * 124 / 60, abs=0.01)
    assert not world.tempos()


def test_in_a_session_we_come_in_with_the_bar_and_stay_in_it() -> None:
    world = World(Lead(Line(10.0, 101.3, 120.0), 12000, cycle=4), source="link")
    world.run(5)
    assert world.player.deck.started is None or world.time.transport.first_frame is not None
    first = world.time.transport.first_frame
    assert first is not None
    world.run(6)
    behind = (world.master.told.line.beat_at(world.now) - world.heard_beat()) % 4  # type: ignore[union-attr]
    assert min(behind, 4 - behind) * 500 <= 2.5
    start = next(grid for grid in world.player.grids if grid)
    assert start.beat % 4 == 0


def test_a_lost_master_is_told_once_and_the_music_goes_on_at_its_tempo() -> None:
    world = World(song(131.0))
    world.run(3)
    world.master.told = replace(song(131.0), alive=False)
    beat = world.heard_beat()
    world.run(10)
    assert world.heard_beat() - beat == pytest.approx(10 * 131 / 60, abs=0.01)
    assert world.registry.get("/tempo/bpm") == 131.0
    assert [line for line in world.said if "lost" in line] == [
        "The clock of Drum machine is lost; running on at its last tempo."
    ]
    world.master.told = song(131.0)
    world.run(5)
    assert abs(world.off_ms()) <= 2.5


def test_a_hand_on_the_tempo_is_put_back_by_midi_and_told_to_link() -> None:
    midi = World(song())
    midi.run(1)
    midi.registry.set("/tempo/bpm", 90.0, "hand")
    midi.run(0.1)
    midi.registry.set("/tempo/bpm", 91.0, "hand")
    midi.run(0.1)
    assert midi.registry.get("/tempo/bpm") == 120.0
    assert sum("/tempo/source" in line for line in midi.said) == 1
    link = World(Lead(Line(10.0, 0.0, 120.0), 12000, cycle=4), source="link", takes_tempo=True)
    link.run(1)
    link.registry.set("/tempo/bpm", 90.0, "hand")
    link.run(0.1)
    assert link.registry.get("/tempo/bpm") == 90.0
    link.registry.set("/tempo/bpm", 100.0, "scene")
    link.run(0.1)
    assert link.registry.get("/tempo/bpm") == 90.0
    assert [call for call in link.master.calls if call[0] == "tempo"] == [("tempo", 90.0)]


def test_joining_changes_no_tempo_but_ours_and_nothing_can_be_undone() -> None:
    world = World(Lead(Line(10.0, 0.0, 99.0), 9900, cycle=4), source="link", takes_tempo=True)
    world.run(2)
    assert world.master.calls == [("open", 124.0)]
    assert world.registry.get("/tempo/bpm") == 99.0
    assert world.registry.undo() is False


@pytest.mark.parametrize(
    ("world", "sentence"),
    [
        (lambda: World(None), "Waiting for the midi clock"),
        (lambda: World(song(30.0)), "Drum machine is at 30.00 BPM, outside 40 to 240"),
        (lambda: World(song(), broken="No library."), "No library."),
    ],
)
def test_what_cannot_be_followed_is_told_once_and_changes_nothing(world: Callable[[], World], sentence: str) -> None:
    here = world()
    here.run(3)
    assert [line for line in here.said if sentence in line] == here.said
    assert len(here.said) == 1
    assert here.registry.get("/tempo/bpm") == 124.0
    assert here.time.running


def test_a_scene_may_follow_a_clock_that_is_only_being_opened() -> None:
    world = World(song(131.0), source="internal")
    world.sync.complete = False
    del world.sync._masters["midi"]
    world.registry.set("/tempo/source", "midi")
    world.run(0.5)
    assert (world.said, world.registry.get("/tempo/source")) == ([], "midi")
    world.sync.add("midi", world.master)
    world.run(4)
    assert world.tempos() == [131.0]
    del world.sync._masters["link"]
    world.registry.set("/tempo/source", "link")
    world.run(0.1)
    assert len(world.said) == 1
    world.sync.complete = True
    world.run(0.1)
    assert "There is no link clock here" in world.said[-1]
    assert world.registry.get("/tempo/source") == "internal"


def test_going_back_to_internal_leaves_the_master_and_the_tempo() -> None:
    world = World(song(140.0))
    world.run(3)
    world.registry.set("/tempo/source", "internal")
    world.run(1)
    assert world.master.calls[-1] == ("close", 0.0)
    assert world.time.transport.bent == 0
    world.registry.set("/tempo/bpm", 100.0, "hand")
    world.run(1)
    assert world.registry.get("/tempo/bpm") == 100.0


def test_those_who_send_the_clock_on_get_a_line_without_the_jitter() -> None:
    world = World(None, source="internal")
    lines: list[tuple[Line, bool]] = []
    world.sync.outputs.append(lambda line, playing: lines.append((line, playing)))
    world.run(5)
    off = [(line.beat_at(world.now) - lines[-1][0].beat_at(world.now)) * 60000 / 124 for line, _ in lines[50:]]
    assert max(off) - min(off) < 1.0
    assert lines[-1][0].beat_at(world.now) == pytest.approx(world.heard_beat(), abs=0.003)
    world.registry.set("/play", False)
    world.run(1)
    assert [playing for _, playing in lines][-1] is False
    assert lines[-1][0].bpm == 124.0
