"""Every shipped profile: every control by its bytes, every light by its bytes, and hand-written tables beside them."""

from __future__ import annotations

import pytest

from liveriff.control.midi.decode import Decoder
from liveriff.control.midi.library import SHIPPED, Library
from liveriff.control.midi.light_bytes import Place, encode, encode_all
from liveriff.control.midi.profile import Control, Profile
from liveriff.control.midi.relative import ENCODINGS
from liveriff.control.surface import OFF, Kind, Light, Touch

LIBRARY = Library()
PROFILES = LIBRARY.profiles
ALL = [pytest.param(profile, id=profile.id) for profile in PROFILES.values()]


def played(profile: str, *messages: str) -> list[tuple[str, Kind, float]]:
    """What a device's bytes mean: control, kind, value rounded to three digits."""
    decoder = Decoder(PROFILES[profile], profile)
    touches = [touch for message in messages for touch in decoder.feed(bytes.fromhex(message), 1.0)]
    return [(touch.control, touch.kind, round(touch.value, 3)) for touch in touches]


# --- by hand, from the makers' and testers' tables -------------------------------------------------------------------

HEARD: list[tuple[str, str, tuple[str, Kind, float]]] = [
    ("akai-apc-mini-mk1", "90 00 7F", ("pad/1", "press", 1.0)),
    ("akai-apc-mini-mk1", "90 1B 7F", ("pad/16", "press", 1.0)),
    ("akai-apc-mini-mk1", "90 3F 7F", ("grid/8/8", "press", 1.0)),
    ("akai-apc-mini-mk1", "80 40 00", ("button/1", "release", 0.0)),
    ("akai-apc-mini-mk1", "90 52 7F", ("button/9", "press", 1.0)),
    ("akai-apc-mini-mk1", "90 62 7F", ("shift", "press", 1.0)),
    ("akai-apc-mini-mk1", "B0 38 40", ("fader/9", "absolute", 0.504)),
    ("akai-apc-mini-mk2", "90 08 7F", ("pad/5", "press", 1.0)),
    ("akai-apc-mini-mk2", "90 04 7F", ("grid/1/5", "press", 1.0)),
    ("akai-apc-mini-mk2", "90 64 7F", ("button/1", "press", 1.0)),
    ("akai-apc-mini-mk2", "90 77 7F", ("button/16", "press", 1.0)),
    ("akai-apc-mini-mk2", "90 7A 7F", ("shift", "press", 1.0)),
    ("akai-apc-mini-mk2", "B0 30 7F", ("fader/1", "absolute", 1.0)),
    ("akai-mpk-mini-mk3", "99 24 40", ("pad/1", "press", 0.504)),
    ("akai-mpk-mini-mk3", "A9 24 7F", ("pad/1", "pressure", 1.0)),
    ("akai-mpk-mini-mk3", "90 3C 7F", ("key/60", "press", 1.0)),
    ("akai-mpk-mini-mk3", "E0 00 40", ("bend/1", "absolute", 0.5)),
    ("akai-mpk-mini-mk3", "B0 4D 00", ("knob/8", "absolute", 0.0)),
    ("akai-mpd218", "99 33 7F", ("pad/16", "press", 1.0)),
    ("akai-mpd218", "D9 7F", ("pressure/10", "pressure", 1.0)),
    ("akai-mpd218", "B0 09 7F", ("knob/2", "absolute", 1.0)),
    ("akai-lpd8-mk1", "91 2B 7F", ("pad/8", "press", 1.0)),
    ("akai-lpd8-mk1", "C0 03", ("pad/4", "press", 1.0)),
    ("akai-lpd8-mk1", "C0 08", ("program/1", "absolute", 0.063)),
    ("akai-lpd8-mk1", "B0 06 7F", ("knob/6", "absolute", 1.0)),
    ("akai-lpd8-mk2", "B9 0C 7F", ("pad/1", "press", 1.0)),
    ("akai-lpd8-mk2", "B9 0C 00", ("pad/1", "release", 0.0)),
    ("novation-launchpad-mini-mk3", "90 0B 7F", ("pad/1", "press", 1.0)),
    ("novation-launchpad-mini-mk3", "90 2C 7F", ("pad/16", "press", 1.0)),
    ("novation-launchpad-mini-mk3", "90 58 7F", ("grid/8/8", "press", 1.0)),
    ("novation-launchpad-mini-mk3", "B0 5B 7F", ("nav/up", "press", 1.0)),
    ("novation-launchpad-mini-mk3", "B0 62 7F", ("button/12", "press", 1.0)),
    ("novation-launchpad-mini-mk3", "B0 59 7F", ("button/1", "press", 1.0)),
    ("novation-launchpad-x", "B0 13 00", ("button/8", "release", 0.0)),
    ("novation-launchpad-x", "A0 0B 40", ("pad/1", "pressure", 0.504)),
    ("novation-launch-control-xl-mk1-mk2", "B8 0D 7F", ("knob/1", "absolute", 1.0)),
    ("novation-launch-control-xl-mk1-mk2", "B0 54 7F", ("fader/8", "absolute", 1.0)),
    ("novation-launch-control-xl-mk1-mk2", "98 39 7F", ("button/5", "press", 1.0)),
    ("novation-launch-control-xl-mk1-mk2", "98 6C 7F", ("button/20", "press", 1.0)),
    ("novation-launch-control-xl-mk1-mk2", "B8 6A 7F", ("nav/left", "press", 1.0)),
    ("novation-launch-control-xl-3", "BF 24 7F", ("knob/24", "absolute", 1.0)),
    ("novation-launch-control-xl-3", "BF 05 7F", ("fader/1", "absolute", 1.0)),
    ("novation-launch-control-xl-3", "B0 76 7F", ("transport/record", "press", 1.0)),
    ("novation-launch-control-xl-3", "B6 3F 7F", ("shift", "press", 1.0)),
    ("novation-launch-control-xl-3", "B0 66 7F", ("nav/right", "press", 1.0)),
    ("korg-nanokontrol2", "B0 07 7F", ("fader/8", "absolute", 1.0)),
    ("korg-nanokontrol2", "B0 27 7F", ("button/8", "press", 1.0)),
    ("korg-nanokontrol2", "B0 29 7F", ("transport/play", "press", 1.0)),
    ("korg-nanokontrol2", "B0 2D 00", ("transport/record", "release", 0.0)),
    ("behringer-x-touch-mini", "BA 08 7F", ("knob/8", "absolute", 1.0)),
    ("behringer-x-touch-mini", "9A 08 7F", ("button/1", "press", 1.0)),
    ("behringer-x-touch-mini", "9A 07 7F", ("push/8", "press", 1.0)),
    ("behringer-x-touch-mini", "BA 0A 40", ("fader/2", "absolute", 0.504)),
    ("djtt-midi-fighter-twister", "B0 0F 7F", ("knob/16", "absolute", 1.0)),
    ("djtt-midi-fighter-twister", "B1 0F 7F", ("push/16", "press", 1.0)),
    ("djtt-midi-fighter-twister", "B3 08 7F", ("button/1", "press", 1.0)),
    ("djtt-midi-fighter-spectra-3d", "92 24 7F", ("pad/1", "press", 1.0)),
    ("djtt-midi-fighter-spectra-3d", "93 03 7F", ("button/4", "press", 1.0)),
    ("arturia-beatstep", "B0 72 40", ("knob/9", "absolute", 0.504)),
    ("arturia-beatstep", "90 24 7F", ("pad/1", "press", 1.0)),
    ("arturia-beatstep", "90 33 7F", ("pad/16", "press", 1.0)),
    ("arturia-beatstep", "F0 7F 7F 06 02 F7", ("transport/play", "press", 1.0)),
    ("arturia-beatstep", "F0 7F 7F 06 01 F7", ("transport/stop", "press", 1.0)),
    ("arturia-minilab-3", "B0 56 7F", ("knob/1", "absolute", 1.0)),
    ("arturia-minilab-3", "B3 4A 7F", ("knob/1", "absolute", 1.0)),
    ("arturia-minilab-3", "B0 1C 3F", ("knob/9", "relative", -1.0)),
    ("arturia-minilab-3", "B0 6B 7F", ("transport/play", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "90 0B 7F", ("deck/1/play", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "91 47 7F", ("deck/2/play", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "90 3F 7F", ("shift", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "B0 22 43", ("jog/1", "relative", 3.0)),
    ("pioneer-ddj-400-flx4", "B1 21 3E", ("jog/2", "relative", -2.0)),
    ("pioneer-ddj-400-flx4", "B6 40 7F", ("knob/14", "relative", -1.0)),
    ("pioneer-ddj-400-flx4", "97 04 7F", ("pad/1", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "99 00 7F", ("pad/13", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "98 04 7F", ("pad/1", "press", 1.0)),
    ("pioneer-ddj-400-flx4", "97 34 7F", ("pad/33", "press", 1.0)),
    ("ni-traktor-kontrol-x1-mk1", "B0 07 7F", ("knob/8", "absolute", 1.0)),
    ("ni-traktor-kontrol-x1-mk1", "B0 3B 7F", ("button/16", "press", 1.0)),
    ("ni-traktor-kontrol-f1", "B0 0A 7F", ("pad/13", "press", 1.0)),
    ("ni-traktor-kontrol-f1", "B0 19 7F", ("pad/4", "press", 1.0)),
    ("ni-traktor-kontrol-f1", "B0 32 7F", ("fader/8", "absolute", 1.0)),
    ("faderfox-ec4", "B4 19 7F", ("knob/16", "absolute", 1.0)),
    ("faderfox-ec4", "B0 2D 7F", ("push/16", "press", 1.0)),
    ("generic-gm-pads", "99 24 7F", ("pad/1", "press", 1.0)),
    ("generic-gm-pads", "B3 4D 7F", ("knob/8", "absolute", 1.0)),
    ("generic-gm-pads", "B3 50 7F", ("cc/4/80", "absolute", 1.0)),
    ("generic-gm-pads", "94 24 7F", ("note/5/36", "press", 1.0)),
]


@pytest.mark.parametrize(("profile", "message", "told"), HEARD, ids=[f"{p} {m}" for p, m, _ in HEARD])
def test_what_a_message_means(profile: str, message: str, told: tuple[str, Kind, float]) -> None:
    assert played(profile, message) == [told]


def test_the_ddj_sends_14_bits() -> None:
    assert played("pioneer-ddj-400-flx4", "B6 1F 40", "B6 3F 00") == [("crossfader", "absolute", 0.5)]
    assert played("pioneer-ddj-400-flx4", "B0 13 7F", "B0 33 7F") == [("fader/1", "absolute", 1.0)]
    decoder = Decoder(PROFILES["pioneer-ddj-400-flx4"], "x")
    assert decoder.feed(bytes.fromhex("B0 13 40"), 1.0) == []
    assert [t.bits for t in decoder.feed(bytes.fromhex("B0 33 01"), 1.001)] == [14]


SHOWN: list[tuple[str, str, Light, list[str]]] = [
    ("akai-apc-mini-mk1", "pad/5", Light("green"), ["90 08 01"]),
    ("akai-apc-mini-mk1", "pad/1", Light("red", "blink"), ["90 00 04"]),
    ("akai-apc-mini-mk1", "pad/1", OFF, ["90 00 00"]),
    ("akai-apc-mini-mk1", "button/9", Light("white", "blink"), ["90 52 02"]),
    ("akai-apc-mini-mk2", "pad/1", Light("red"), ["96 00 05"]),
    ("akai-apc-mini-mk2", "pad/1", Light("red", level=0.01), ["90 00 05"]),
    ("akai-apc-mini-mk2", "pad/1", Light("blue", "pulse"), ["99 00 2D"]),
    ("akai-apc-mini-mk2", "pad/6", Light("#ff8040"), ["F0 47 7F 4F 24 00 08 09 09 01 7F 01 00 00 40 F7"]),
    ("akai-apc-mini-mk2", "button/16", Light("#123456"), ["90 77 01"]),
    ("akai-lpd8-mk1", "pad/8", Light("red"), ["90 2B 7F"]),
    ("novation-launchpad-mini-mk3", "pad/1", Light("green", "blink"), ["91 0B 15"]),
    ("novation-launchpad-mini-mk3", "nav/up", Light("green", "pulse"), ["B2 5B 15"]),
    ("novation-launchpad-mini-mk3", "pad/1", Light("#ffff80"), ["F0 00 20 29 02 0D 03 03 0B 7F 7F 40 F7"]),
    ("novation-launchpad-x", "lamp/1", Light("#ff0000"), ["F0 00 20 29 02 0C 03 03 63 7F 00 00 F7"]),
    ("novation-launch-control-xl-mk1-mk2", "button/1", Light("red"), ["98 29 0F"]),
    ("novation-launch-control-xl-mk1-mk2", "button/1", Light("green"), ["98 29 3C"]),
    ("novation-launch-control-xl-mk1-mk2", "knob/10", Light("amber"), ["98 1E 3F"]),
    ("novation-launch-control-xl-mk1-mk2", "nav/up", OFF, ["B8 68 0C"]),
    ("novation-launch-control-xl-3", "knob/1", Light("red"), ["BF 0D 05"]),
    ("novation-launch-control-xl-3", "button/1", Light("cyan"), ["B0 25 25"]),
    ("novation-launch-control-xl-3", "knob/1", Light("#ff8080"), ["F0 00 20 29 02 15 01 53 0D 7F 40 40 F7"]),
    ("korg-nanokontrol2", "transport/play", Light("green"), ["B0 29 7F"]),
    ("behringer-x-touch-mini", "button/16", Light("red", "blink"), ["90 0F 02"]),
    ("behringer-x-touch-mini", "knob/1", Light("red", level=0.5), ["BA 01 40"]),
    ("behringer-x-touch-mini", "knob/1", OFF, [""]),
    ("djtt-midi-fighter-twister", "knob/1", Light("green", level=1.0), ["B0 00 7F", "B1 00 32", "B2 00 2F"]),
    ("djtt-midi-fighter-twister", "knob/1", Light("red", "pulse", 0.0), ["B0 00 00", "B1 00 55", "B2 00 11"]),
    ("djtt-midi-fighter-twister", "knob/1", Light("red", "pulse", 1.0), ["B0 00 7F", "B1 00 55", "B2 00 0D"]),
    ("djtt-midi-fighter-spectra-3d", "pad/1", Light("blue", "blink"), ["92 24 5A", "93 24 26"]),
    ("arturia-beatstep", "pad/16", Light("blue"), ["F0 00 20 6B 7F 42 02 00 10 77 10 F7"]),
    ("arturia-minilab-3", "pad/9", Light("#ff0002"), ["F0 00 20 6B 7F 42 02 02 16 44 7F 00 01 F7"]),
    ("pioneer-ddj-400-flx4", "deck/2/play", Light("green"), ["91 0B 7F"]),
    ("pioneer-ddj-400-flx4", "pad/9", Light("green"), ["99 04 7F"]),
    ("pioneer-ddj-400-flx4", "meter/2", Light("green", level=0.5), ["B1 02 40"]),
    ("ni-traktor-kontrol-x1-mk1", "button/1", Light("green"), ["B0 08 7F"]),
    ("ni-traktor-kontrol-f1", "pad/13", Light("green", level=0.5), ["B0 0A 2A", "B1 0A 7F", "B2 0A 40"]),
    ("faderfox-ec4", "knob/16", Light("white", level=1.0), ["B0 19 7F"]),
]


@pytest.mark.parametrize(("profile", "control", "light", "told"), SHOWN, ids=[f"{p} {c} {x}" for p, c, x, _ in SHOWN])
def test_what_a_light_sends(profile: str, control: str, light: Light, told: list[str]) -> None:
    lit = PROFILES[profile].lit()[control]
    place = Place(lit.at, lit.channels[0] if lit.channels else 1)
    messages = [encode(part, place, light) for part in PROFILES[profile].lights[lit.light]]
    assert [message.hex(" ").upper() for message in messages] == told


def test_the_lpd8_mk2_sets_all_its_pads_at_once() -> None:
    (part,) = PROFILES["akai-lpd8-mk2"].lights["pad"]
    message = encode_all(part, [Light("#ff0001"), *[OFF] * 6, Light("#008000")]).hex(" ").upper()
    assert message == "F0 47 7F 4C 06 00 30 01 7F 00 00 00 01" + " 00" * 36 + " 00 00 01 00 00 00 F7"


# --- by machine: nothing is left out ---------------------------------------------------------------------------------


def test_there_is_a_profile_for_every_file() -> None:
    assert len(PROFILES) == len(list(SHIPPED.glob("*.yaml"))) == 21
    assert all(profile.file == f"{profile.id}.yaml" for profile in PROFILES.values())


def spoken(control: Control, channel: int) -> list[tuple[bytes, float | None]]:
    """What a device sends for a control, and the value that must come of it; None for a press."""
    status, number = channel - 1, control.numbers[0]
    if control.source == "note":
        return [(bytes((0x90 | status, number, 127)), 1.0), (bytes((0x80 | status, number, 0)), 0.0)]
    if control.source == "program":
        return [(bytes((0xC0 | status, number)), 1.0)]
    if control.source == "pitchbend":
        return [(bytes((0xE0 | status, 127, 127)), 1.0), (bytes((0xE0 | status, 0, 0)), 0.0)]
    if control.source == "cc14":
        return [(bytes((0xB0 | status, number, 64, 0xB0 | status, number + 32, 1)), 8193 / 16383)]
    if control.encoding in ENCODINGS:
        right = {"twos-complement": 1, "binary-offset": 65, "signed-bit": 1, "signed-bit-2": 65, "offset-16": 17}
        return [(bytes((0xB0 | status, number, right[control.encoding])), 1.0)]
    return [(bytes((0xB0 | status, number, 127)), 1.0), (bytes((0xB0 | status, number, 0)), 0.0)]


@pytest.mark.parametrize("profile", ALL)
def test_every_control_on_every_channel_is_itself(profile: Profile) -> None:
    count = 0
    for control in (control for control in profile.controls if control.source != "none"):
        for channel in control.channels or (1, 16):
            decoder = Decoder(profile, "x")
            for time_s, (data, value) in enumerate(spoken(control, channel)):
                (touch,) = decoder.feed(data, float(time_s))
                assert touch == Touch("x", control.name, touch.kind, pytest.approx(value), float(time_s), touch.bits)
                assert (touch.bits == 14) == (control.source in ("cc14", "pitchbend"))
                count += 1
    assert count


@pytest.mark.parametrize("profile", [p for p in ALL if PROFILES[str(p.id)].lights])
def test_every_light_is_a_midi_message_and_differs_from_darkness(profile: Profile) -> None:
    for control in profile.lit().values():
        shining, dark = [], []
        for part in profile.lights[control.light]:
            place = Place(control.at, control.channels[0] if control.channels else 1)
            for light, messages in ((Light("red"), shining), (OFF, dark)):
                message = encode_all(part, [light] * 8) if part.each else encode(part, place, light)
                messages.append(message)
                assert not message or message[0] >= 0x80
                assert max(message[1:-1] if message[:1] == b"\xf0" else message[1:], default=0) < 128
                assert (message[:1] == b"\xf0") == (message[-1:] == b"\xf7")
        assert shining != dark


@pytest.mark.parametrize("profile", ALL)
def test_every_style_and_colour_can_be_asked_for(profile: Profile) -> None:
    for control in profile.lit().values():
        for part in (part for part in profile.lights[control.light] if not part.each):
            for style in ("steady", "pulse", "blink"):
                for level in (-1.0, 0.0, 0.3, 1.0, 7.0):
                    for colour in ("", "white", "#80ff02", "nonsense"):
                        message = encode(part, Place(control.at, 16), Light(colour, style, level))  # type: ignore[arg-type]
                        assert max(message[1:-1], default=0) < 128
