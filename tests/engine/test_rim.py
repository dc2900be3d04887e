"""The rim may fail in any of its parts, while it opens, ticks and closes; the others go on, and it is told once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

import pytest

from liveriff.control.osc.server import OscServer
from liveriff.control.surface import Delays
from liveriff.engine.options import RimOptions
from liveriff.engine.playing import Player
from liveriff.engine.rim import Rim
from liveriff.engine.stage import Stage
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.errors import LiveriffError, UsageError
from liveriff.params.registry import Registry
from liveriff.wire.messages import Opened

ALL = RimOptions(midi="memory", osc=("127.0.0.1", 0), door=("127.0.0.1", 0))
NOBODY = RimOptions()
PARTS = ("_open_hands", "_open_osc", "_open_door")


class FakePlayer:
    """One that is open on a card of 256 frames."""

    alive = False
    opened: Opened | None = Opened("device", "card", 48000, 256, 0.01, 1, 0.0015)

    def frame(self) -> int:
        """It stands."""
        return 0

    def send(self, message: object) -> None:
        """Take anything."""


class FakeStage:
    """As much of the engine's stage as the rim looks at."""

    def __init__(self) -> None:
        self.registry, self.player = Registry(), FakePlayer()
        self.said: list[str] = []
        self.notice = self.said.append
        self.time = TimeKeeper(cast(Player, self.player), self.registry, 48000, 256)
        self.bindings = ()


class Part:
    """A part of the rim that counts, and fails when told to."""

    def __init__(self, ticks: bool = False, closes: bool = False) -> None:
        self.ticks, self.closes = 0, 0
        self.names: list[str] = []
        self._fails = (ticks, closes)

    def tick(self, now: float) -> None:
        """Fails or not."""
        self.ticks += 1
        if self._fails[0]:
            raise RuntimeError("a broken part")

    async def close(self) -> None:
        """Fails or not."""
        self.closes += 1
        if self._fails[1]:
            raise RuntimeError("a broken lock")


def rim(options: RimOptions = NOBODY) -> tuple[Rim, FakeStage]:
    """One that is not open, and its stage."""
    stage = FakeStage()
    return Rim(cast(Stage, stage), lambda pad, velocity, time_s: None, options), stage


def broken(*_: object) -> Any:
    """Any work of a part that has a fault of ours in it."""
    raise ZeroDivisionError("ours")


async def broken_later() -> None:
    """The same, for what is awaited."""
    raise ZeroDivisionError("ours")


def faults_told(caplog: pytest.LogCaptureFixture) -> int:
    """How many were logged, with their traces."""
    return sum(record.exc_info is not None for record in caplog.records if record.name == "liveriff.engine.guard")


# --- ticking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["hands", "osc", "door"])
def test_a_part_that_fails_every_time_is_counted_told_once_and_stops_no_other(
    part: str, caplog: pytest.LogCaptureFixture
) -> None:
    it, _ = rim()
    parts = {name: Part(ticks=name == part) for name in ("hands", "osc", "door")}
    for name, each in parts.items():
        setattr(it, name, each)
    for _ in range(5):
        it.tick()
    assert [each.ticks for each in parts.values()] == [5, 5, 5]
    assert it.faults == 5
    assert faults_told(caplog) == 1


@pytest.mark.parametrize("what", ["tick", "state"])
def test_a_clock_that_fails_stops_no_other(
    what: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, _ = rim()
    it.hands = cast(Any, Part())
    monkeypatch.setattr(type(it.sync), what, property(broken) if what == "state" else broken)
    for _ in range(3):
        it._told = 0.0  # as if it had not told the clock's state for long
        it.tick()
    assert cast(Part, it.hands).ticks == 3
    assert it.faults == 3
    assert faults_told(caplog) == 1


# --- opening --------------------------------------------------------------------------------------------------------


def opened(it: Rim, look: Callable[[Rim], object]) -> object:
    """What is there once it is open; closed afterwards."""

    async def main() -> object:
        await it.open()
        try:
            return look(it)
        finally:
            await it.close()

    return asyncio.run(main())


@pytest.mark.parametrize("part", PARTS)
def test_a_fault_while_one_part_opens_is_one_sentence_and_the_others_open(
    part: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, stage = rim(ALL)
    monkeypatch.setattr(it, part, broken_later)
    there = opened(it, lambda it: [each is not None for each in (it.hands, it.osc, it.door)])
    assert there == [name != part for name in PARTS]
    told = [line for line in stage.said if "ZeroDivisionError" in line]
    assert len(told) == 1
    assert told[0].endswith("; all else goes on.")
    assert it.faults == 1
    assert faults_told(caplog) == 1


def test_a_part_that_fails_half_way_is_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from liveriff.engine import hands

    part = Part()
    part.open = broken_later  # type: ignore[attr-defined]
    monkeypatch.setattr(hands, "Hands", lambda *_: part)
    it, stage = rim(RimOptions(midi="memory"))
    assert opened(it, lambda it: it.hands) is None
    assert part.closes == 1
    assert len(stage.said) == 1


@pytest.mark.parametrize("asked", [True, False])
def test_what_was_asked_for_by_name_and_cannot_be_had_ends_the_start(
    asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def taken() -> None:
        raise UsageError("The port is taken.")

    it, stage = rim(RimOptions(door=("127.0.0.1", 0), door_asked=asked))
    monkeypatch.setattr(it, "_open_door", taken)
    if asked:
        with pytest.raises(LiveriffError, match="taken"):
            opened(it, lambda _: None)
    else:
        opened(it, lambda _: None)
        assert stage.said == ["The port is taken."]
    assert it.faults == 0


def test_a_part_that_fails_as_it_closes_leaves_the_others_closed(caplog: pytest.LogCaptureFixture) -> None:
    it, _ = rim()
    door, hands = Part(closes=True), Part()
    it.door, it.hands = cast(Any, door), cast(Any, hands)
    asyncio.run(it.close())
    assert (door.closes, hands.closes) == (1, 1)
    assert faults_told(caplog) == 1


# --- what bundles are told of the player ----------------------------------------------------------------------------


def test_bundles_are_obeyed_earlier_by_what_the_player_takes() -> None:
    it, stage = rim(RimOptions(osc=("127.0.0.1", 0)))
    osc = opened(it, lambda it: it.osc)
    assert isinstance(osc, OscServer)
    delays = osc._options.delays
    assert delays() == Delays(256 / 48000 + 0.0015, 128 / 48000 + 0.0015)
    stage.player.opened = Opened("device", "card", 44100, 512, 0.01, 1, 0.0015)  # it came back with another sink
    assert delays().strike_s == pytest.approx(512 / 44100 + 0.0015)
    stage.player.opened = None
    assert delays() == Delays()


def test_nothing_is_opened_that_nobody_wants(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    it, stage = rim()
    assert opened(it, lambda it: (it.hands, it.osc, it.door, it.where)) == (None, None, None, "")
    assert stage.said == []
    assert not caplog.records
