"""Learning by parameters, as screens do it; with touches made by hand, and through MIDI in memory."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import Binding
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.memory import MemoryBackend
from liveriff.control.surface import Touch
from liveriff.engine import hands
from liveriff.engine.hands import Hands
from liveriff.engine.learning import Learning
from liveriff.engine.options import RimOptions
from liveriff.params.registry import Registry

BOX = ("knob/1", "knob/2", "knob/3", "button/1", "pad/1")
MINE = Binding("knob/3", "/deck/1/pan", device="box")


class Room:
    """A registry, a mapping and a controller of which no wire is known."""

    def __init__(self, file: Path, scene: tuple[Binding, ...] = (), absent: str = "no controllers") -> None:
        self.said: list[str] = []
        self.scene = scene
        self.titles: list[str] = []
        self.file = file
        self.now = 0.0
        self.registry = Registry()
        self.mapping = Mapping(self.registry, (), lambda *hit: None)
        self.learning = Learning(
            self.registry, self.mapping, self.said.append, file, lambda: self.scene, lambda: self.titles, absent
        )

    def plug(self) -> Room:
        self.mapping.present({"box": BOX})
        self.titles = ["The Box"]
        return self

    def send(self, control: str, *values: float, kind: str = "absolute", device: str = "box") -> None:
        for value in values:
            touch = Touch(device, control, kind, value, 0.0)  # type: ignore[arg-type]
            self.learning.touch(touch)
            self.mapping.touch(touch)

    def set(self, path: str, value: object = 1.0) -> None:
        self.registry.set(path, value, "screen")

    def read(self, path: str) -> list[list[str]]:
        self.now += 2.0
        self.learning.tick(self.now)
        return [line.split("\t") for line in str(self.registry.get(path)).splitlines()]

    @property
    def state(self) -> dict[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = {}
        for key, *values in self.read("/learn/state"):
            found.setdefault(key, []).append(values)
        return found

    def learn(self, path: str, control: str) -> None:
        self.set("/learn", path)
        self.send(control, 0.1, 0.5)
        self.set("/learn/accept")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / files.NAME).plug()


def test_a_control_is_pointed_out_accepted_tried_and_kept(room: Room) -> None:
    room.set("/learn", "/deck/2/pan")
    assert room.state["hint"] == [["Move a control for /deck/2/pan."]]
    room.send("knob/2", 0.0, 0.25, 0.5)
    state = room.state
    assert {key: state[key][0][0] for key in ("target", "device", "control", "kind", "bits", "messages")} == {
        "target": "/deck/2/pan", "device": "box", "control": "knob/2", "kind": "absolute", "bits": "7", "messages": "3",
    }  # fmt: skip
    assert state["live"] == [["box  knob/2  64/127"]]
    assert state["conflict"] == [["knob/2 is bound to /deck/2/alpha, which it will no longer move."]]
    assert 0 < float(state["confidence"][0][0]) <= 1
    room.set("/learn/accept")
    assert room.state["bound"] == [["box", "knob/2", "everywhere", "yours"]]
    assert room.said == ["knob/2 moves /deck/2/pan."]
    assert files.load(room.file) == (Binding("knob/2", "/deck/2/pan", device="box"),)
    room.send("knob/2", 1.0)  # learning is still on, and what was bound just now can be tried
    assert room.registry.get("/deck/2/pan") == 1.0
    room.send("knob/1", 0.0, 0.5)  # while another is looked at
    assert room.state["control"] == [["knob/1"]]
    assert room.registry.get("/deck/1/alpha") == 0.0
    room.set("/learn", "")
    assert set(room.state) == {"controllers", "hint"}


def test_what_else_moves_it_is_told_as_far_as_it_is_there(room: Room) -> None:
    room.set("/learn", "/deck/1/alpha")
    room.send("knob/3", 0.0, 0.5)
    assert room.state["conflict"][1:] == [["/deck/1/alpha is also moved by knob/1."]]


def test_a_hand_that_moved_while_learning_does_not_jump_afterwards(room: Room) -> None:
    room.send("knob/1", 0.0)
    room.learn("/deck/2/alpha", "knob/1")  # the hand is at 0.5 now, the value at 0
    room.set("/learn", "")
    room.send("knob/1", 0.55, 0.6)
    assert room.registry.get("/deck/2/alpha") == 0.0
    room.send("knob/1", 0.3, 0.0, 0.2)
    assert room.registry.get("/deck/2/alpha") == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("/deck/1/alfa", "there is no parameter /deck/1/alfa. Did you mean /deck/1/alpha?"),
        ("/deck/1/peak", "/deck/1/peak is a reading and cannot be moved by a control."),
        ("/deck/1/model", "/deck/1/model has nothing to choose from, so no control can move it."),
        ("/learn", "/learn has nothing to choose from, so no control can move it."),
        ("shft", "Did you mean shift?"),
        ("page=two", "after = stands a number"),
    ],
)
def test_what_cannot_be_learnt_is_told_and_closes_learning(room: Room, wrong: str, told: str) -> None:
    seen: list[object] = []
    room.registry.subscribe(lambda change: seen.append(change.value), "/learn", "screen")
    room.set("/learn", "/deck/1/alpha")
    room.set("/learn", wrong)
    assert told in room.said[0]
    assert room.registry.get("/learn") == "" == seen[-1]  # the screen that asked is told as well
    assert "target" not in room.state
    room.send("knob/2", 0.0, 0.5)
    assert room.registry.get("/deck/2/alpha") == pytest.approx(0.5)


def test_a_text_with_a_choice_can_be_learnt(room: Room) -> None:
    room.registry.offer("/deck/1/model", ["embedded", "other"])
    room.learn("/deck/1/model", "knob/1")
    room.set("/learn", "")
    room.send("knob/1", 0.0, 1.0)
    assert room.registry.get("/deck/1/model") == "other"


@pytest.mark.parametrize("path", ["/panic", "/scene"])
def test_panic_and_a_change_of_scene_close_learning(room: Room, path: str) -> None:
    room.set("/learn", "/deck/1/alpha")
    room.set(path, "techno" if path == "/scene" else 1.0)
    assert room.registry.get("/learn") == ""
    room.send("knob/2", 0.0, 0.5)
    assert room.registry.get("/deck/2/alpha") == pytest.approx(0.5)


def test_options_are_of_the_binding_being_learnt_and_come_back_with_it(room: Room) -> None:
    room.set("/learn", "/deck/1/level")
    room.send("knob/1", 0.1, 0.5)
    room.set("/learn/takeover", "scale")
    room.set("/learn/low", 0.75)
    room.set("/learn/high", 0.25)  # from high to low is from low to high, turned round
    room.set("/learn/accept")
    made = files.load(room.file)[0]
    assert (made.takeover, made.low, made.high, made.invert) == ("scale", 0.25, 0.75, True)
    room.set("/learn", "/deck/2/level")
    assert [room.registry.get(f"/learn/{name}") for name in ("takeover", "low", "high", "invert")] == [
        "scale", 0.0, 1.0, False,
    ]  # fmt: skip
    room.set("/learn", "/deck/1/level")
    assert [room.registry.get(f"/learn/{name}") for name in ("takeover", "low", "high", "invert")] == [
        "scale", 0.25, 0.75, True,
    ]  # fmt: skip


def test_a_range_without_width_and_nothing_moved_are_told(room: Room) -> None:
    room.set("/learn/accept")
    room.set("/learn", "/deck/1/level")
    room.set("/learn/accept")
    room.send("knob/1", 0.1, 0.5)
    room.set("/learn/low", 1.0)
    room.set("/learn/accept")
    assert [sentence.split(";")[0] for sentence in room.said] == [
        "nothing is being learnt",
        "nothing has moved yet for /deck/1/level",
        "/learn/low and /learn/high are the same",
    ]
    assert not room.file.exists()


def test_learning_again_keeps_what_only_the_file_can_say(room: Room) -> None:
    files.save(room.file, [Binding("knob/1", "/deck/1/pan", device="box", curve="s")])
    room.read("/learn/state")
    room.learn("/deck/1/pan", "knob/1")
    assert files.load(room.file)[0].curve == "s"


def test_clear_takes_back_the_performers_then_the_default_maps(room: Room) -> None:
    room.learn("/deck/1/alpha", "knob/3")
    room.set("/learn/clear")
    assert room.said[-1] == "/deck/1/alpha is unbound. The default map moves it by knob/1."
    assert files.load(room.file) == ()
    assert room.state["bound"] == [["box", "knob/1", "everywhere", "default"]]
    room.set("/learn/clear")
    assert room.said[-1] == "/deck/1/alpha is unbound."
    assert "bound" not in room.state
    room.set("/learn/clear")
    assert room.said[-1] == "nothing is bound to /deck/1/alpha."
    room.set("/learn/undo")
    assert room.state["bound"] == [["box", "knob/1", "everywhere", "default"]]
    room.set("/learn/undo")
    assert room.state["bound"] == [["box", "knob/1", "everywhere", "default"], ["box", "knob/3", "everywhere", "yours"]]
    assert files.load(room.file) == (Binding("knob/3", "/deck/1/alpha", device="box"),)


def test_what_is_learnt_stands_above_the_scene_until_another_comes(tmp_path: Path) -> None:
    of_scene = (Binding("knob/1", "/deck/1/pan"),)
    room = Room(tmp_path / files.NAME, of_scene).plug()
    room.set("/learn", "/deck/1/pan")
    assert room.state["bound"] == [["box", "knob/1", "everywhere", "scene"]]
    room.learn("/deck/1/width", "knob/1")
    assert [each.path for each in room.mapping.at("box", "knob/1")] == ["/deck/1/width"]
    room.scene = (Binding("knob/1", "/deck/1/seed", device="box"),)
    room.read("/learn/state")
    assert [each.path for each in room.mapping.at("box", "knob/1")] == ["/deck/1/seed"]


def test_a_scenes_binding_is_cleared_for_this_run_only(tmp_path: Path) -> None:
    room = Room(tmp_path / files.NAME, (Binding("knob/1", "/deck/1/pan"),)).plug()
    room.set("/learn", "/deck/1/pan")
    room.set("/learn/clear")
    assert [each.path for each in room.mapping.at("box", "knob/1")] == ["/deck/1/alpha"]
    assert files.load(room.file) == ()


def test_a_file_changed_from_elsewhere_is_followed_and_built_upon(room: Room) -> None:
    files.save(room.file, [MINE])
    room.set("/learn", "/deck/1/pan")
    assert ["box", "knob/3", "everywhere", "yours"] in room.state["bound"]
    files.save(room.file, [MINE, Binding("knob/1", "/deck/3/pan")])
    room.learn("/deck/2/pan", "knob/2")
    assert [each.path for each in files.load(room.file)] == ["/deck/1/pan", "/deck/3/pan", "/deck/2/pan"]


def test_a_file_with_a_mistake_is_neither_obeyed_nor_destroyed(room: Room) -> None:
    files.save(room.file, [MINE])
    room.read("/learn/state")
    room.file.write_text("[[binding]]\ncontrol = 'knob/3'\npth = '/deck/1/pan'\n")
    room.learn("/deck/2/pan", "knob/2")
    assert "Did you mean path?" in room.said[0]
    assert "is not kept" in room.said[1]
    assert "pth" in room.file.read_text()
    assert [each.path for each in room.mapping.at("box", "knob/2")] == ["/deck/2/pan"]
    assert room.mapping.at("box", "knob/3") == (MINE,)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may write anywhere")
def test_a_folder_that_cannot_be_written_costs_only_the_next_performance(room: Room) -> None:
    room.file.parent.chmod(0o500)
    room.learn("/deck/2/pan", "knob/2")
    room.file.parent.chmod(0o700)
    assert "cannot be written" in room.said[-1]
    assert [each.path for each in room.mapping.at("box", "knob/2")] == ["/deck/2/pan"]


def test_a_pedal_can_accept(room: Room) -> None:
    room.set("/learn", "/learn/accept")
    room.send("button/1", 1.0, kind="press")
    room.set("/learn/accept")
    room.send("button/1", 0.0, kind="release")
    room.set("/learn", "/deck/1/pan")
    room.send("knob/2", 0.1, 0.5)
    room.send("button/1", 1.0, kind="press")
    assert [each.path for each in room.mapping.at("box", "knob/2")] == ["/deck/1/pan"]


def test_actions_and_the_deck_in_focus_are_learnt_too(room: Room) -> None:
    room.set("/learn", "page=2")
    room.send("button/1", 1.0, kind="press")
    room.set("/learn/accept")
    room.learn("/deck/focus/pan", "knob/2")
    assert [each.target for each in files.load(room.file)] == ["page 2", "/deck/focus/pan"]
    assert room.state["bound"] == [["box", "knob/2", "everywhere", "yours"]]


def test_the_layer_that_is_held_is_told(room: Room) -> None:
    room.set("/learn", "/deck/1/pan")
    room.mapping.layers.page(2)
    assert room.state["layer"] == [["page/2"]]
    room.send("knob/1", 0.1, 0.5)
    room.set("/learn/accept")
    assert room.state["bound"] == [["box", "knob/1", "page/2", "yours"]]


@pytest.mark.parametrize(
    ("absent", "hint"),
    [
        ("no controllers", "Nothing can be moved yet; plug a controller in."),
        ("no controllers (MIDI is off)", "MIDI is off; start without --midi off to bind a control."),
        ("no controllers (OSC is open)", "Plug a controller in, or move a control of an OSC app."),
    ],
)
def test_without_a_controller_it_says_so(tmp_path: Path, absent: str, hint: str) -> None:
    room = Room(tmp_path / files.NAME, absent=absent)
    assert room.state["controllers"] == [[absent]]
    files.save(room.file, [MINE])
    room.set("/learn", "/deck/1/pan")
    state = room.state
    assert (state["controllers"], state["hint"]) == ([[absent]], [[hint]])
    assert state["bound"] == [["box", "knob/3", "everywhere", "yours"]]
    assert room.read("/midi/monitor") == room.read("/status/hands") == room.read("/learn/map") == []


def test_the_monitor_tells_the_last_moves_with_what_they_move(room: Room) -> None:
    room.send("cc/1/99", 0.1, 0.2)
    room.send("knob/1", 0.0, 0.5)
    room.send("pad/1", 0.787, kind="press")
    room.send("pad/1", 0.0, kind="release")
    room.send("jog/1", 1.0, 2.0, kind="relative")
    assert room.read("/midi/monitor") == [
        ["box", "cc/1/99", "25/127", "-"],
        ["box", "knob/1", "64/127", "/deck/1/alpha"],
        ["box", "pad/1", "pressed 0.79", "/pad/1/trigger"],
        ["box", "pad/1", "released", "/pad/1/trigger"],
        ["box", "jog/1", "+2", "/tempo/nudge"],
    ]
    for n in range(20):
        room.send(f"cc/1/{n}", 1.0)
    assert [line[1] for line in room.read("/midi/monitor")] == [f"cc/1/{n}" for n in range(8, 20)]


def test_a_ghost_comes_when_the_value_goes_elsewhere_and_goes_when_the_hand_crosses_it(room: Room) -> None:
    room.send("knob/1", 0.0, 0.25)
    assert room.read("/status/hands") == []
    room.set("/deck/1/alpha", 0.75)
    assert room.read("/status/hands") == [["/deck/1/alpha", "0.250"]]
    room.send("knob/1", 0.5)
    assert room.read("/status/hands") == [["/deck/1/alpha", "0.500"]]
    room.send("knob/1", 0.9)
    assert room.read("/status/hands") == []
    assert room.registry.get("/deck/1/alpha") == pytest.approx(0.9)


def test_a_ghost_lies_on_the_parameters_travel_and_is_there_after_a_change_of_page(room: Room) -> None:
    files.save(room.file, [Binding("knob/1", "/deck/1/pan", layer="page/2", low=0.5, invert=True)])
    room.read("/status/hands")
    room.send("knob/1", 0.0, 1.0)
    room.set("/deck/1/pan", 1.0)
    room.mapping.layers.page(2)
    assert room.read("/status/hands") == [["/deck/1/pan", "0.500"]]


def test_a_knob_on_a_text_with_nothing_to_choose_from_has_no_ghost(room: Room) -> None:
    files.save(room.file, [Binding("knob/1", "/deck/1/model")])
    room.read("/status/hands")
    room.send("knob/1", 0.0, 1.0)
    assert room.read("/status/hands") == []


def test_the_map_tells_what_controls_do_here_and_now(room: Room) -> None:
    assert ["box", "knob/1", "/deck/1/alpha", "everywhere"] in room.read("/learn/map")
    room.mapping.layers.shift("thumb", True)
    assert ["box", "knob/1", "/deck/1/prompt/a", "shift"] in room.read("/learn/map")


def test_nothing_is_published_while_nothing_happens(room: Room) -> None:
    room.read("/learn/state")
    told: list[str] = []
    room.registry.subscribe(lambda change: told.append(change.path))
    room.read("/learn/state")
    room.read("/learn/state")
    assert told == []


# --- through the wire -----------------------------------------------------------------------------------------------


def _stage(said: list[str]) -> SimpleNamespace:
    return SimpleNamespace(registry=Registry(), notice=said.append, bindings=(), time=SimpleNamespace(running=False))


async def _until(hands: Hands, true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came"
        hands.tick(time.monotonic())
        await asyncio.sleep(0.01)


def test_a_box_in_memory_is_learnt_and_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, said = MemoryBackend(), []  # type: tuple[MemoryBackend, list[str]]
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    monkeypatch.setattr(hands, "open_backend", lambda api: backend)
    box = backend.plug("Some Box MIDI 1")

    async def main() -> None:
        stage = _stage(said)
        registry = stage.registry
        sync = SimpleNamespace(add=lambda *master: None, tick=lambda: None, outputs=[])
        engine = Hands(stage, lambda *hit: None, RimOptions(midi="memory"), sync)  # type: ignore[arg-type]
        await engine.open()
        await _until(engine, lambda: "Some Box" in str(registry.get("/learn/state")))
        registry.set("/learn", "/deck/3/alpha")
        for value in (3, 20, 64):
            box.play(bytes((0xB2, 50, value)))
        await _until(engine, lambda: "control\tcc/3/50" in str(registry.get("/learn/state")))
        assert "\tcc/3/50\t64/127\t-" in str(registry.get("/midi/monitor"))
        registry.set("/learn/accept", 1.0)
        await _until(engine, lambda: "/deck/3/alpha\t0.504" in str(registry.get("/status/hands")))
        for value in (0, 127):
            box.play(bytes((0xB2, 50, value)))
        await _until(engine, lambda: registry.get("/deck/3/alpha") == 1.0)
        await _until(engine, lambda: registry.get("/status/hands") == "")
        await engine.close()

    asyncio.run(main())
    assert files.load(tmp_path / files.NAME)[0].path == "/deck/3/alpha"


def test_with_midi_off_the_readings_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVERIFF_HOME", str(tmp_path))
    monkeypatch.setattr(hands, "open_backend", lambda api: pytest.fail("no port may be opened"))

    async def main() -> str:
        stage = _stage([])
        sync = SimpleNamespace(add=lambda *master: pytest.fail("no clock either"), tick=lambda: None, outputs=[])
        engine = Hands(stage, lambda *hit: None, RimOptions(midi="off"), sync)  # type: ignore[arg-type]
        await engine.open()
        engine.tick(time.monotonic())
        await engine.close()
        return str(stage.registry.get("/learn/state"))

    assert asyncio.run(main()).splitlines()[0] == "controllers\tno controllers (MIDI is off)"
