"""Names, which ports belong together, and what happens when devices come, go and come again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from liveriff.control.midi.backend import MidiBackend, open_backend
from liveriff.control.midi.binding import Pair, Port, instance_name, pairs
from liveriff.control.midi.devices import MidiDevices
from liveriff.control.midi.library import Library
from liveriff.control.midi.memory import MemoryBackend
from liveriff.control.midi.names import normalise, ours_or_none, slug
from liveriff.control.surface import OFF, Light, Touch
from liveriff.errors import DeviceError, UsageError

LIBRARY = Library()
APC2 = "akai-apc-mini-mk2"

NAMES = [
    ("APC mini mk2 Control", APC2),  # macOS
    ("APC mini mk2 3", APC2),  # Windows
    ("APC mini mk2:APC mini mk2 Control 24:0", APC2),  # ALSA
    ("a2j:APC mini mk2 [24] (capture): APC mini mk2 Control", APC2),  # JACK by a2jmidid
    ("Midi-Bridge:APC mini mk2:(capture_0) APC mini mk2 Control", APC2),  # PipeWire
    ("APC mini mk2:APC mini mk2 Notes 24:1", None),
    ("MIDIIN2 (APC mini mk2) 4", None),
    ("MIDIOUT2 (APC mini mk2) 4", None),
    ("APC MINI:APC MINI MIDI 1 20:0", "akai-apc-mini-mk1"),
    ("MPK mini 3 1", "akai-mpk-mini-mk3"),
    ("MPD218:MPD218 MIDI 1 20:0", "akai-mpd218"),
    ("LPD8:LPD8 MIDI 1 20:0", "akai-lpd8-mk1"),
    ("LPD8 mk2", "akai-lpd8-mk2"),
    ("Launchpad Mini MK3:Launchpad Mini MK3 LPMiniMK3 MI 24:1", "novation-launchpad-mini-mk3"),
    ("Launchpad Mini MK3 LPMiniMK3 MIDI Out", "novation-launchpad-mini-mk3"),
    ("MIDIIN2 (2- LPMiniMK3 MIDI) 4", "novation-launchpad-mini-mk3"),
    ("Launchpad Mini MK3 LPMiniMK3 DAW Out", None),
    ("Launchpad Mini MK3:Launchpad Mini MK3 MIDI 2 24:1", "novation-launchpad-mini-mk3"),
    ("Launchpad Mini MK3:Launchpad Mini MK3 MIDI 1 24:0", None),
    ("Launchpad X LPX MIDI Out", "novation-launchpad-x"),
    ("Launchpad X LPX DAW Out", None),
    ("Launch Control XL", "novation-launch-control-xl-mk1-mk2"),
    ("Launch Control XL HUI", None),
    ("LCXL3 1 DAW Out", "novation-launch-control-xl-3"),
    ("LCXL3 1 MIDI Out", None),
    ("nanoKONTROL2 1", "korg-nanokontrol2"),
    ("X-TOUCH MINI:X-TOUCH MINI MIDI 1 20:0", "behringer-x-touch-mini"),
    ("2- Midi Fighter Twister 1", "djtt-midi-fighter-twister"),
    ("Midi Fighter 3D", "djtt-midi-fighter-spectra-3d"),
    ("Arturia BeatStep", "arturia-beatstep"),
    ("Minilab3 MIDI", "arturia-minilab-3"),
    ("Minilab3 MCU/HUI", None),
    ("DDJ-FLX4 MIDI 1", "pioneer-ddj-400-flx4"),
    ("Traktor Kontrol X1 MIDI", "ni-traktor-kontrol-x1-mk1"),
    ("Traktor Kontrol F1", "ni-traktor-kontrol-f1"),
    ("Faderfox EC4", "faderfox-ec4"),
    ("Keystation 49 MK3", "generic-gm-pads"),
]


@pytest.mark.parametrize(("port", "profile"), NAMES, ids=[port for port, _ in NAMES])
def test_the_profile_of_a_port(port: str, profile: str | None) -> None:
    found = LIBRARY.find(port)
    assert (found.id if found else None) == profile


def test_what_systems_add_is_taken_away() -> None:
    same = ["APC mini mk2 28:0", "apc MINI mk2", "2- APC mini mk2", "a2j:APC mini mk2 [3] (playback)"]
    assert {normalise(name) for name in same} == {"apc mini mk2"}
    assert normalise("MIDIOUT2 (13- X)") == "midiin2 (x)"
    assert [slug(name) for name in ("Keystation 49 1", "system:midi_capture_1", "??")] == [
        "keystation-49", "midi-capture-1", "midi",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "port", ["Midi Through:Midi Through Port-0 14:0", "liveriff:clock", "liveriff-out:x", "X monitor"]
)
def test_our_own_and_loops_are_left_out(port: str) -> None:
    assert ours_or_none(port)
    assert pairs([port], [port], LIBRARY.find) == []


def test_inputs_and_outputs_are_paired_in_order() -> None:
    inputs = ["A 1", "APC mini mk2 20:0", "APC mini mk2 24:0"]
    outputs = ["APC mini mk2 20:0", "APC mini mk2 24:0", "Synth"]
    told = [
        (pair.kind, pair.source.name, pair.sink and pair.sink.name) for pair in pairs(inputs, outputs, LIBRARY.find)
    ]
    assert told == [("a", "A 1", None), (APC2, inputs[1], outputs[0]), (APC2, inputs[2], outputs[1])]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        (["APC mini mk2 A:ctl", "APC mini mk2 B:ctl"], ["APC mini mk2 B:in"]),
        (["APC mini mk2:Control 20:0", "APC mini mk2:Control 24:0"], ["APC mini mk2:Control 24:0"]),
        (
            ["a2j:APC mini mk2 [20] (capture): x", "a2j:APC mini mk2 [24] (capture): x"],
            ["a2j:APC mini mk2 [24] (playback): x"],
        ),
    ],
)
def test_an_output_belongs_to_the_input_of_its_own_client(inputs: list[str], outputs: list[str]) -> None:
    told = [(pair.source.name, pair.sink and pair.sink.name) for pair in pairs(inputs, outputs, LIBRARY.find)]
    assert told == [(inputs[0], None), (inputs[1], outputs[0])]


def test_twins_of_one_name_are_told_apart_and_go_together() -> None:
    two = pairs(["nanoKONTROL2"] * 2, ["nanoKONTROL2"] * 2, LIBRARY.find)
    assert [pair.source for pair in two] == [Port("nanoKONTROL2", 0, 2), Port("nanoKONTROL2", 1, 2)]
    one = pairs(["nanoKONTROL2"], ["nanoKONTROL2"], LIBRARY.find)
    assert one[0] not in two


def test_on_windows_the_second_port_is_taken() -> None:
    inputs = ["LPMiniMK3 MIDI 1", "MIDIIN2 (LPMiniMK3 MIDI) 2"]
    outputs = ["LPMiniMK3 MIDI 2", "MIDIOUT2 (LPMiniMK3 MIDI) 3"]
    (pair,) = pairs(inputs, outputs, LIBRARY.find)
    assert (pair.source.name, pair.sink and pair.sink.name) == (inputs[1], outputs[1])


def test_instance_names() -> None:
    assert instance_name("x", []) == "x"
    assert instance_name("x", ["x", "x#3"]) == "x#2"


def test_wrong_apis_are_told() -> None:
    with pytest.raises(UsageError, match="Did you mean alsa"):
        open_backend("also")
    assert open_backend("memory").inputs() == []


# --- coming and going ------------------------------------------------------------------------------------------------


class Stage:
    """Controllers on a memory backend, looked at by hand."""

    def __init__(self, own: Path | None = None) -> None:
        """Nothing is plugged in."""
        self.backends: list[MidiBackend | Exception] = []
        self.backend = MemoryBackend()
        self.touches: list[Touch] = []
        self.clocks: list[tuple[str, bytes]] = []
        self.told: list[str] = []
        self.changes = 0
        self.devices = MidiDevices(
            self._open,
            Library(own, self.told.append),
            self.touches.append,
            lambda device, data, time_s: self.clocks.append((device, data)),
            self.told.append,
            self._changed,
        )
        self.look = self.devices.watcher.look
        self.now_s = 0.0

    def _open(self) -> MidiBackend:
        return self.backend

    def _changed(self) -> None:
        self.changes += 1

    def settle(self) -> None:
        """Let all lights out."""
        for _ in range(1000):
            self.now_s += 0.01
            if self.devices.tick(self.now_s) > 1:
                return

    def names(self) -> list[str]:
        """Instances that are there."""
        return [info.name for info in self.devices.devices()]


def test_a_device_comes_is_woken_painted_and_played() -> None:
    stage = Stage()
    stage.devices.show(APC2, {"pad/1": Light("red")})  # before it is there
    plug = stage.backend.plug("APC mini mk2 Control")
    stage.look()
    assert stage.names() == [APC2]
    assert plug.received == [bytes.fromhex("F0 47 7F 4F 62 00 01 00 F7")]
    stage.settle()
    assert bytes.fromhex("96 00 05") in plug.received
    plug.play(bytes((0xB0, 48, 127)), 7.0)
    assert stage.touches == [Touch(APC2, "fader/1", "absolute", 1.0, 7.0)]
    assert stage.told == [f"Akai APC mini mk2 is there ({APC2})."]
    (info,) = stage.devices.devices()
    assert (info.received, info.dropped, len(info.lights), info.source) == (1, 0, 80, "APC mini mk2 Control")


@pytest.mark.parametrize("message", ["F8", "FA", "FB", "FC", "F2 10 00"])
def test_clocks_go_their_own_way_at_once(message: str) -> None:
    stage = Stage()
    plug = stage.backend.plug("Drum machine")
    stage.look()
    plug.play(bytes.fromhex(message))
    assert stage.clocks == [("drum-machine", bytes.fromhex(message))]
    assert stage.touches == []


def test_pulled_and_plugged_again_it_is_the_same_with_its_lights() -> None:
    stage = Stage()
    first = stage.backend.plug("APC mini mk2")
    stage.look()
    stage.devices.show(APC2, {"pad/1": Light("red")})
    stage.settle()
    first.unplug()
    stage.look()
    assert stage.names() == []
    stage.devices.show(APC2, {"pad/2": Light("green")})
    assert stage.devices.tick(stage.now_s) > 1
    second = stage.backend.plug("APC mini mk2")
    stage.look()
    stage.settle()
    assert {bytes.fromhex("96 00 05"), bytes.fromhex("96 01 15")} <= set(second.received)
    second.play(bytes((0x90, 0, 127)))
    assert [touch.control for touch in stage.touches] == ["pad/1"]
    assert stage.changes == 3


def test_the_second_keeps_its_name_when_the_first_leaves() -> None:
    stage = Stage()
    first, _ = stage.backend.plug("APC mini mk2 20:0"), stage.backend.plug("APC mini mk2 24:0")
    stage.look()
    assert stage.names() == [APC2, f"{APC2}#2"]
    first.unplug()
    stage.look()
    assert stage.names() == [f"{APC2}#2"]
    stage.backend.plug("APC mini mk2 28:0")
    stage.look()
    assert stage.names() == [f"{APC2}#2", APC2]


def test_a_port_that_is_taken_is_told_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    plug = stage.backend.plug("APC mini mk2")
    plug.in_use = True
    for _ in range(3):
        stage.look()
    assert stage.told == ["The MIDI port 'APC mini mk2' is used by another program; close it there."]
    plug.in_use = False
    stage.look()
    assert stage.names() == [], "not at every look"
    later_s = time.monotonic() + 3
    monkeypatch.setattr(time, "monotonic", lambda: later_s)
    stage.look()
    assert stage.names() == [APC2]


def test_an_unknown_device_is_asked_who_it_is() -> None:
    stage = Stage()
    plug = stage.backend.plug("system:midi_capture_1")
    stage.look()
    assert stage.names() == ["midi-capture-1"]
    assert plug.received == [bytes.fromhex("F0 7E 7F 06 01 F7")]
    plug.play(bytes.fromhex("F0 7E 00 06 02 47 4F 00 19 00 01 00 00 00 F7"))
    stage.look()
    assert stage.names() == [APC2]
    plug.play(bytes((0x90, 0, 127)))
    assert stage.touches[-1].control == "pad/1"
    plug.unplug()
    stage.look()
    stage.backend.plug("system:midi_capture_1")
    stage.look()
    assert stage.names() == ["midi-capture-1"], "another device may be in that socket now"


def test_a_service_that_dies_is_told_once_and_used_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    dead = stage.backend
    dead.plug("APC mini mk2")
    stage.look()
    dead.dead = True
    stage.backend = MemoryBackend()
    stage.backend.plug("APC mini mk2")
    for _ in range(3):
        stage.look()
    assert stage.names() == []
    assert sum("died" in sentence for sentence in stage.told) == 1
    later_s = time.monotonic() + 3
    monkeypatch.setattr(time, "monotonic", lambda: later_s)
    stage.look()
    assert stage.names() == [APC2]


def test_no_midi_at_all_is_told_once() -> None:
    told: list[str] = []

    def none() -> MidiBackend:
        raise DeviceError("There is no MIDI here.")

    devices = MidiDevices(none, LIBRARY, lambda touch: None, notice=told.append)
    with devices:
        time.sleep(0.6)
        assert devices.devices() == []
        assert devices.tick(0.0) == float("inf")
    assert told == ["There is no MIDI here."]


def test_closing_blanks_what_shines_and_hands_back() -> None:
    stage = Stage()
    plug = stage.backend.plug("Launchpad X LPX MIDI")
    stage.look()
    stage.devices.show("novation-launchpad-x", {"pad/1": Light("red")})
    stage.settle()
    stage.devices.close()
    assert plug.received[-2:] == [bytes.fromhex("90 0B 00"), bytes.fromhex("F0 00 20 29 02 0C 0E 00 F7")]
    assert plug.listeners == []


def test_touches_send_lights_again_where_the_device_overwrites_them() -> None:
    stage = Stage()
    plug = stage.backend.plug("X-TOUCH MINI")
    stage.look()
    stage.devices.show("behringer-x-touch-mini", {"button/1": Light("red")})
    stage.settle()
    plug.received.clear()
    plug.play(bytes.fromhex("9A 08 7F"))
    plug.play(bytes.fromhex("8A 08 00"))
    stage.settle()
    assert plug.received == [bytes.fromhex("90 00 01")]


def test_a_late_msb_is_told_by_the_tick() -> None:
    stage = Stage()
    plug = stage.backend.plug("DDJ-400")
    stage.look()
    plug.play(bytes((0xB6, 31, 64)), 1.0)
    assert stage.touches == []
    stage.devices.tick(1.1)
    assert [(touch.control, touch.value) for touch in stage.touches] == [("crossfader", pytest.approx(64 / 127))]


def test_a_saved_profile_is_used_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    plug = stage.backend.plug("My Box")
    stage.look()
    assert stage.names() == ["my-box"]  # by its port's name
    (tmp_path / "box.yaml").write_text(
        "{id: box, name: Box, confidence: high, source: me, match: [My Box], controls: [{name: jog/1, cc: 9, "
        "encoding: signed-bit}]}"
    )
    stage.look()
    assert stage.names() == ["box"]
    plug.play(bytes((0xB0, 9, 66)))
    assert [(t.device, t.control, t.kind, t.value) for t in stage.touches] == [("box", "jog/1", "relative", -2.0)]


def test_a_listener_that_fails_is_counted_not_raised() -> None:
    backend = MemoryBackend()
    plug = backend.plug("APC mini mk2")

    def fails(touch: Touch) -> None:
        raise RuntimeError

    devices = MidiDevices(lambda: backend, LIBRARY, fails)
    devices.watcher.look()
    plug.play(bytes((0xB0, 48, 127)))
    plug.play(b"")
    assert devices.devices()[0].dropped == 1


def test_the_thread_finds_devices_by_itself() -> None:
    stage = Stage()
    with stage.devices:
        stage.backend.plug("nanoKONTROL2")
        end_s = time.monotonic() + 20
        while not stage.names() and time.monotonic() < end_s:
            time.sleep(0.02)
        assert stage.names() == ["korg-nanokontrol2"]
    assert stage.names() == []


def test_virtual_ports_join_programs() -> None:
    backend = MemoryBackend()
    heard: list[bytes] = []
    port = backend.virtual_input("keys", lambda data, time_s: heard.append(data))
    backend.open_output("keys").send(b"\x90\x01\x02")
    said: list[bytes] = []
    out = backend.virtual_output("lights")
    backend.open_input("lights", lambda data, time_s: said.append(data))
    out.send(b"\x90\x03\x04")
    port.close()
    backend.open_output("keys").send(b"\x90\x05\x06")
    assert (heard, said) == ([b"\x90\x01\x02"], [b"\x90\x03\x04"])


def test_raw_messages_and_repaints() -> None:
    stage = Stage()
    plug = stage.backend.plug("nanoKONTROL2")
    stage.look()
    stage.settle()
    plug.received.clear()
    stage.devices.send("korg-nanokontrol2", b"\xb0\x01\x02")
    stage.devices.send("nobody", b"\xb0\x01\x02")
    assert plug.received == [b"\xb0\x01\x02"]
    stage.devices.repaint()
    stage.settle()
    assert len(plug.received) == 1 + 30
    stage.devices.show("korg-nanokontrol2", {"button/1": OFF})
    stage.settle()
    assert len(plug.received) == 31


def test_pairs_are_plain_values() -> None:
    profile = LIBRARY.profiles[APC2]
    assert Pair(profile, Port("x"), None) == Pair(profile, Port("x"), None)
    assert Pair(profile, Port("x"), None).port_names == ["x"]


def test_an_input_waits_a_moment_for_its_output() -> None:
    stage = Stage()
    stage.backend.plug("nanoKONTROL2", output=False)
    stage.look()
    assert stage.names() == [], "drivers make ports one after the other"
    stage.look()
    assert stage.names() == ["korg-nanokontrol2"]
    (info,) = stage.devices.devices()
    assert (info.sink, info.lights) == ("", ())
