"""A device's bytes to touches: what the assembler hears, named by the profile. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from liveriff.control.midi.assemble import Address, Assembler
from liveriff.control.midi.events import Event
from liveriff.control.midi.profile import Control, Profile
from liveriff.control.midi.relative import ENCODINGS
from liveriff.control.surface import Kind, Touch

MMC = {
    1: "transport/stop", 2: "transport/play", 3: "transport/play", 4: "transport/forward", 5: "transport/rewind",
    6: "transport/record", 7: "transport/record-exit", 9: "transport/pause",
}  # fmt: skip
"""MIDI Machine Control commands (MIDI 1.0, RP-013), the same on every device."""

_SOURCES = {"note_on": "note", "note_off": "note", "poly": "note", "nrpn_step": "nrpn", "rpn_step": "rpn"}
_STEPS = ("nrpn_step", "rpn_step")
_CHANNELS = tuple(range(1, 17))


@dataclass(frozen=True)
class Meaning:
    """What one MIDI address means: a control, and for steps without a value their direction."""

    control: Control
    step: int = 0


class Decoder:
    """Bytes of one device to touches. One thread at a time; state is bounded whatever comes."""

    def __init__(self, profile: Profile, device: str) -> None:
        """``device`` is the instance's name in the touches."""
        self.profile, self.device = profile, device
        self.heard: dict[str, int] = {}
        """The channel on which a control spoke last; lights go there, where the profile leaves it open."""
        self._meanings = meanings(profile)
        self._assembler = Assembler(_pairs(profile), _plain(profile))

    @property
    def dropped(self) -> int:
        """Messages that were no MIDI, since the start."""
        return self._assembler.tokens.dropped

    def feed(self, data: bytes, time_s: float) -> list[Touch]:
        """Touches that are certain now."""
        return [touch for touch, _ in self.explain(data, time_s) if touch]

    def flush(self, now_s: float) -> list[tuple[Touch | None, Event]]:
        """What waited for a second half that did not come. Call every few milliseconds or so."""
        return [(self.touch(event, now_s), event) for event in self._assembler.flush(now_s)]

    def explain(self, data: bytes, time_s: float) -> list[tuple[Touch | None, Event]]:
        """As ``feed``, with the event behind each touch; identity replies and other SysEx are no touches."""
        return [(self.touch(event, time_s), event) for event in self._assembler.feed(data, time_s)]

    def touch(self, event: Event, time_s: float) -> Touch | None:
        """One event as a touch; None for what no hand does, and for an encoder that did not turn."""
        source = _SOURCES.get(event.kind, event.kind)
        meaning = self._meanings.get((source, event.channel, event.number))
        if meaning is None:
            return self._raw(event, time_s)
        if meaning.control.light:  # not where it speaks in a way that has no light, such as with shift
            self.heard[meaning.control.name] = event.channel
        kind, value = _move(event, meaning)
        if kind == "relative" and not value:
            return None
        return Touch(self.device, meaning.control.name, kind, value, time_s, event.bits)

    def _raw(self, event: Event, time_s: float) -> Touch | None:
        """A control that no profile names, by its MIDI name."""
        name, kind = raw_name(event)
        if not name:
            return None
        value = float(event.value) if kind == "relative" else event.share
        return Touch(self.device, name, kind, value, time_s, event.bits)


def _move(event: Event, meaning: Meaning) -> tuple[Kind, float]:
    control = meaning.control
    if event.kind == "poly":
        return "pressure", event.share
    if event.kind in _STEPS:
        return "relative", float(event.value)
    if meaning.step:
        pressed = event.kind != "note_off" and event.value > 0
        return "relative", float(meaning.step if pressed else 0)
    if control.encoding != "absolute":
        return "relative", float(ENCODINGS[control.encoding](event.value >> event.bits - 7))
    if event.kind == "note_off":
        return "release", event.share
    if event.kind == "program":
        return "press", 1.0
    if event.kind == "note_on" or control.presses:
        return ("press" if event.value else "release"), event.share
    return ("pressure" if event.kind == "pressure" else "absolute"), event.share


def raw_name(event: Event) -> tuple[str, Kind]:
    """The MIDI name of an event, and what kind of move it is; "" if it is none."""
    channel, number = event.channel, event.number
    if event.kind in ("note_on", "note_off", "poly"):
        kinds: dict[str, Kind] = {"note_on": "press", "note_off": "release", "poly": "pressure"}
        return f"note/{channel}/{number}", kinds[event.kind]
    if event.kind in ("cc", "nrpn", "rpn"):
        return f"{event.kind}/{channel}/{number}", "absolute"
    if event.kind in _STEPS:
        return f"{_SOURCES[event.kind]}/{channel}/{number}", "relative"
    if event.kind in ("pitchbend", "program", "pressure"):
        return f"{event.kind}/{channel}", "pressure" if event.kind == "pressure" else "absolute"
    if event.kind == "mmc":
        return MMC.get(number, f"mmc/{number}"), "press"
    return "", "absolute"


def meanings(profile: Profile) -> dict[tuple[str, int, int], Meaning]:
    """(source, channel, number) to its meaning; a row that names its channel goes before one for any channel."""
    found: dict[tuple[str, int, int], Meaning] = {}
    for control in sorted(profile.controls, key=lambda control: bool(control.channels)):
        source = "cc" if control.source == "cc14" else control.source
        steps = (1, -1) if control.encoding == "inc-dec" else (0,)
        for channel in control.channels or _CHANNELS:
            for number, step in zip(control.numbers, steps, strict=True):
                found[source, channel, number] = Meaning(control, step)
    return found


def _pairs(profile: Profile) -> Collection[Address]:
    return {address for control in profile.controls if control.source == "cc14" for address in _spoken(control)}


def _plain(profile: Profile) -> Collection[Address]:
    return {address for control in profile.controls if control.source == "cc" for address in _spoken(control)}


def _spoken(control: Control) -> list[Address]:
    return [(channel, number) for channel in control.channels or _CHANNELS for number in control.numbers]
