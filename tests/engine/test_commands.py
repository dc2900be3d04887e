"""What parameters do beyond being read, on a stage with no processes: taps, strokes, scenes, a flood."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from liveriff.engine import commands
from liveriff.engine.commands import STRUCK, Commands
from liveriff.params.registry import Registry
from liveriff.params.table import panel_names
from liveriff.wire.hits import CUT


class Panel(dict[str, float]):
    """The cells, as far as they are written here."""

    def __init__(self) -> None:
        super().__init__()
        self.names = panel_names()
        self.index = {name: i for i, name in enumerate(self.names)}


class Time:
    """A transport at 120 BPM whose beat 0 was at second 0."""

    steady, latency_s, now = True, 0.0, 0.0

    def __init__(self) -> None:
        self.jumps: list[Fraction] = []

    def beat(self) -> Fraction:
        return Fraction(str(self.now)) * 2

    def jump(self, beats: Fraction, on_beat: bool = False) -> None:
        self.jumps.append(beats)

    def retime(self) -> None:
        """Takes any tempo."""

    def stop(self) -> None:
        """Stops."""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = SimpleNamespace(registry=Registry(), time=Time(), looks=0, turned=set(), said=[], bindings=(), hits=[])
    made.player = SimpleNamespace(panel=Panel(), hits=SimpleNamespace(push=lambda *hit: made.hits.append(hit[:2])))
    made.soon = lambda: setattr(made, "looks", made.looks + 1)
    made.notice = made.said.append
    made.scenes = SimpleNamespace(call_off=lambda: False)
    monkeypatch.setattr(commands.time, "monotonic", lambda: made.time.now)
    made.commands = Commands(made)
    return made


def tap(stage: Any, *times: float) -> None:
    for stage.time.now in times:
        stage.registry.trigger("/tempo/tap", 1.0, "hand")


def test_taps_set_the_tempo_and_the_beats_move_onto_them(stage: Any) -> None:
    stage.registry.set("/tempo/bpm", 119, "hand")
    tap(stage, 10.2, 10.7, 11.2, 11.7)
    assert stage.registry.get("/tempo/bpm") == 120.0
    assert float(stage.time.jumps[-1]) == pytest.approx(-0.4, abs=0.01)  # 10.2 s is beat 20.4, and should be 20


def test_taps_that_are_on_the_beat_move_nothing(stage: Any) -> None:
    tap(stage, 10.0, 10.5, 11.0, 11.5)
    assert stage.time.jumps == []


def test_a_flood_of_what_the_player_reads_itself_is_no_work_for_the_plan(stage: Any) -> None:
    for n in range(100):
        stage.registry.set("/deck/1/level", -n / 10, "hand")
    assert stage.looks == 0
    assert stage.player.panel["/deck/1/level"] == -9.9
    stage.registry.set("/deck/1/alpha", 0.5, "hand")
    assert stage.looks == 1


def test_a_stroke_reaches_the_player_once(stage: Any) -> None:
    stage.registry.trigger("/pad/3/trigger", 0.5, "screen")
    stage.registry.trigger("/pad/4/trigger", 0.5, STRUCK)
    stage.registry.trigger("/pad/5/stop", 1.0, "screen")
    assert stage.hits == [(3, 0.5), (5, CUT)]


def test_panic_cuts_the_pads_and_stops_the_decks(stage: Any) -> None:
    stage.registry.trigger("/panic", 1.0, "hand")
    assert stage.hits == [(0, CUT)]
    assert stage.registry.get("/play") is False


def test_a_scene_that_is_asked_for_is_loaded(stage: Any) -> None:
    asked: list[str] = []
    stage.scenes = SimpleNamespace(load=asked.append)
    stage.registry.set("/scene", "techno", "osc")
    assert asked == ["techno"]


@pytest.mark.parametrize("path", ["/deck/2/next", "/pad/3/reroll"])
def test_after_the_last_variation_comes_the_first(stage: Any, path: str) -> None:
    seed = f"{path.rpartition('/')[0]}/seed"
    stage.registry.set(seed, 2**31 - 1, "knob")
    for wanted in (0, 1):
        stage.registry.trigger(path, 1.0, "hand")
        assert stage.registry.get(seed) == wanted


def test_a_scene_that_cannot_be_had_is_not_asked_for_again_when_its_name_goes_back(stage: Any) -> None:
    asked: list[str] = []
    stage.scenes = SimpleNamespace(load=asked.append)
    stage.registry.set("/scene", "house", commands.ORIGIN)
    assert asked == []


def test_undo_first_halts_a_preset_that_is_on_its_way(stage: Any) -> None:
    levels: list[object] = []
    stage.registry.set("/deck/1/level", -30.0, "hand")
    stage.presets = SimpleNamespace(halt=lambda: levels.append(stage.registry.get("/deck/1/level")))
    stage.registry.trigger("/undo", 1.0, "hand")
    assert levels == [-30.0]
    assert stage.registry.get("/deck/1/level") != -30.0


def test_undo_calls_a_scene_off_that_waits_and_takes_back_nothing_else(stage: Any) -> None:
    waits = [True]
    stage.scenes = SimpleNamespace(call_off=lambda: bool(waits and waits.pop()))
    stage.presets = SimpleNamespace(halt=lambda: None)
    stage.registry.set("/deck/1/level", -30.0, "hand")
    for still in (True, False):
        stage.registry.trigger("/undo", 1.0, "hand")
        assert (stage.registry.get("/deck/1/level") == -30.0) is still
