"""From a controller's bytes to the instrument and back to its lights: decoder, mapping, lights and encoder together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liveriff.control.mapping.default import default_bindings
from liveriff.control.mapping.layers import Place
from liveriff.control.mapping.lights import Lights
from liveriff.control.mapping.lookup import Lookup
from liveriff.control.mapping.mapping import Mapping
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import Library
from liveriff.control.midi.memory import MemoryBackend, Plug
from liveriff.control.surface import Touch
from liveriff.params.registry import Registry

PROFILES = Library().profiles
SILENT = {"faderfox-ec4"}  # programmed by its owner: nothing is known of what its controls are for


class Rig:
    """What the engine does, without its loop: touches come on this thread, because the controllers are in memory."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.struck: list[tuple[int, float]] = []
        self.mapping = Mapping(
            self.registry, default_bindings(), lambda pad, velocity, time_s: self.struck.append((pad, velocity))
        )
        self.lights = Lights(self.registry, self.mapping)
        self.backend = MemoryBackend()
        self.devices = MidiDevices(lambda: self.backend, Library(), self.touch)

    def touch(self, touch: Touch) -> None:
        self.mapping.touch(touch, self.mapping.fast(touch))

    def tick(self) -> None:
        self.mapping.present({each.name: each.controls for each in self.devices.devices()})
        for name in self.mapping.devices():
            self.devices.show(name, self.lights.news(name))
        self.devices.tick(time.monotonic())

    def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not true():
            assert time.monotonic() < end, "it never came"
            self.tick()
            time.sleep(0.01)

    def plug(self, name: str) -> Plug:
        box = self.backend.plug(name)
        self.until(lambda: self.mapping.devices())
        return box


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    with made.devices:
        yield made


def test_a_pad_controller_plays_mutes_and_lights_up(rig: Rig) -> None:
    box = rig.plug("APC mini mk2 Control")
    box.play(bytes((0x90, 0, 127)))
    box.play(bytes((0x80, 0, 0)))
    assert rig.struck == [(1, 1.0), (1, 0.0)]
    rig.until(lambda: any(message[1] == 4 for message in box.received))
    box.received.clear()
    box.play(bytes((0x90, 4, 127)))  # beside the pads: mute of deck 1
    box.play(bytes((0x80, 4, 0)))
    assert rig.registry.get("/deck/1/mute") is True
    rig.until(lambda: any(message[1] == 4 and message[2] for message in box.received))


def test_a_box_that_was_pulled_and_plugged_again_moves_nothing_and_is_painted_anew(rig: Rig) -> None:
    box = rig.plug("nanoKONTROL2")
    for value in (0, 60):
        box.play(bytes((0xB0, 16, value)))
    assert rig.registry.get("/deck/1/alpha") == pytest.approx(60 / 127, abs=1e-3)
    box.unplug()
    rig.until(lambda: not rig.mapping.devices())
    again = rig.plug("nanoKONTROL2")
    rig.until(lambda: again.received)
    again.play(bytes((0xB0, 16, 120)))
    assert rig.registry.get("/deck/1/alpha") == pytest.approx(60 / 127, abs=1e-3)


def test_a_mixer_s_last_fader_is_the_master_by_its_profile(rig: Rig) -> None:
    box = rig.plug("nanoKONTROL2")
    for value in (0, 127, 64):
        box.play(bytes((0xB0, 7, value)))
    assert rig.registry.raw("/master/level") == pytest.approx(64 / 127, abs=0.01)


@pytest.mark.parametrize("name", sorted(set(PROFILES) - SILENT))
def test_every_controller_that_has_a_profile_plays_by_default(name: str) -> None:
    controls = tuple(dict.fromkeys(control.name for control in PROFILES[name].controls if control.source != "none"))
    lookup = Lookup(default_bindings())
    bound = [lookup.at(name, control, Place(), controls) for control in controls]
    paths = {binding.on_deck(1) for bindings in bound for binding in bindings}
    assert paths & {"/pad/1/trigger", "/deck/1/alpha"}, "it neither strikes nor morphs"
    hands = [
        c for c in controls if c.split("/")[0] in ("knob", "fader", "pad", "button") and int(c.split("/")[1]) <= 16
    ]
    dead = [c for c in hands if not lookup.at(name, c, Place(), controls)]
    assert dead in ([], ["fader/8"]), "controls that do nothing"


def test_the_map_is_shipped_beside_its_module() -> None:
    from liveriff.control.mapping import default

    assert default.FILE.parent == Path(default.__file__).parent
    assert default.FILE.is_file()
