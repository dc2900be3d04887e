"""What a device's lights should show, and the fewest bytes that make it so. Pure: the clock and the wire are given.

State, not events: only the newest wish for a light counts, only differences are sent, at the pace the device bears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from liveriff.control.midi.light_bytes import Place, encode, encode_all
from liveriff.control.midi.profile import Control, Part, Profile
from liveriff.control.surface import OFF, Light

BURST_S = 0.05
"""Short messages saved up while nothing was sent: what a repaint may send at once."""
BLINK_BEATS = 0.5
PULSE_BEATS = 2.0
BEATS_PER_S = 2.0
"""Blinking without a beat: as at 120 beats a minute."""

Slot = tuple[str, int]
"""A rule's or control's name and the number of the part: what one message sets."""


@dataclass
class _Pace:
    """A bucket of messages: ``gap_s`` apart on average, no more than ``burst_s`` worth of them at once."""

    gap_s: float
    burst_s: float
    ready_s: float = float("-inf")

    def wait_s(self, now_s: float) -> float:
        """Seconds until one more may go."""
        return max(0.0, self.ready_s - self.burst_s - now_s)

    def spend(self, now_s: float) -> None:
        """One has gone."""
        self.ready_s = max(self.ready_s, now_s) + self.gap_s


class Lights:
    """The lights of one device. One thread at a time.

    heard: channels on which controls spoke last (``Decoder.heard``).
    """

    def __init__(self, profile: Profile, heard: Mapping[str, int] | None = None) -> None:
        """Nothing shown, nothing known of what the device shows."""
        self.profile = profile
        self._lit = profile.lit()
        self._heard = heard if heard is not None else {}
        self._wished: dict[str, Light] = dict.fromkeys(self._lit, OFF)
        self._sent: dict[Slot, bytes] = {}
        self._stale: dict[Slot, None] = {}  # ordered: what has waited longest goes first
        self._moving = {style: self._software(style) for style in ("blink", "pulse")}
        self._short = _Pace(profile.message_ms / 1000, BURST_S)
        self._long = _Pace(profile.sysex_ms / 1000, 0.0)
        self.repaint()

    # --- wishes ----------------------------------------------------------------------------------------------------

    def show(self, wishes: Mapping[str, Light]) -> None:
        """Wish for lights by control; controls without a light are passed over."""
        for name, light in wishes.items():
            if name in self._lit and self._wished[name] != light:
                self._wished[name] = light
                self._stale |= dict.fromkeys(self._slots(name))

    def repaint(self) -> None:
        """Send everything again: after connecting, or when the device may have forgotten."""
        self._sent.clear()
        self._stale |= {slot: None for name in self._lit for slot in self._slots(name)}

    def touched(self, control: str, message: bytes, released: bool) -> None:
        """A hand moved a control: the device has changed its light by itself, in a way that its profile tells."""
        lit = self._lit.get(control)
        for index, part in enumerate(self.profile.lights[lit.light] if lit else ()):
            slot = (control, index)
            if part.echo:
                self._sent[slot] = message
                self._stale[slot] = None
            elif part.resend and released:
                self._sent.pop(slot, None)
                self._stale[slot] = None

    # --- sending ---------------------------------------------------------------------------------------------------

    def tick(self, now_s: float, send: Callable[[bytes], None], beat: float | None = None) -> float:
        """Send what is due; returns the seconds after which there is more to do (infinity: nothing waits).

        beat: where the music is, so that lights blink with it; None where there is no music.
        """
        phase = now_s * BEATS_PER_S if beat is None else beat
        moving = self._move()
        for slot in list(self._stale):
            message = self._message(slot, phase)
            if not message or self._sent.get(slot) == message:
                del self._stale[slot]
                continue
            pace = self._long if message[0] == 0xF0 else self._short
            if (wait := pace.wait_s(now_s)) > 1e-6:
                return wait
            del self._stale[slot]
            send(message)
            pace.spend(now_s)
            self._sent[slot] = message
        return BLINK_BEATS / BEATS_PER_S / 4 if moving else float("inf")

    def farewell(self) -> list[bytes]:
        """Messages that blank what is lit and hand the device back."""
        self.show(dict.fromkeys(self._lit, OFF))
        messages = [self._message(slot, 0.0) for slot in self._stale if slot in self._sent]
        self._stale.clear()
        return [*(message for message in messages if message), *self.profile.exit]

    def _move(self) -> bool:
        """Mark what blinks or pulses in software, because its hardware cannot."""
        moving = [name for name, light in self._wished.items() if light.colour and self._by_software(name, light)]
        for name in moving:
            self._stale |= dict.fromkeys(self._slots(name))
        return bool(moving)

    def _by_software(self, name: str, light: Light) -> bool:
        return light.style != "steady" and self._lit[name].light in self._moving[light.style]

    def _software(self, style: str) -> set[str]:
        """Rules whose hardware does not know a style."""
        return {name for name, parts in self.profile.lights.items() if not any(style in p.styles() for p in parts)}

    # --- bytes -----------------------------------------------------------------------------------------------------

    def _slots(self, name: str) -> list[Slot]:
        """The messages that set one control's light; a message for all lights of a rule belongs to the rule."""
        rule = self._lit[name].light
        parts = self.profile.lights[rule]
        return [(f"all {rule}" if part.each else name, index) for index, part in enumerate(parts)]

    def _message(self, slot: Slot, phase: float) -> bytes:
        name, index = slot
        if name.startswith("all "):
            return self._group(name.removeprefix("all "), index, phase)
        control = self._lit[name]
        part = self.profile.lights[control.light][index]
        return encode(part, self._place(control), self._shown(name, part, phase))

    def _group(self, rule: str, index: int, phase: float) -> bytes:
        part = self.profile.lights[rule][index]
        members = sorted((c for c in self._lit.values() if c.light == rule), key=lambda control: control.at)
        return encode_all(part, [self._shown(member.name, part, phase) for member in members])

    def _place(self, control: Control) -> Place:
        first = control.channels[0] if control.channels else 1
        return Place(control.at, self._heard.get(control.name, first))

    def _shown(self, name: str, part: Part, phase: float) -> Light:
        """The light of this moment: what the hardware cannot blink is switched here; positions never blink."""
        light = self._wished[name]
        if light.style == "steady" or part.echo or not self._by_software(name, light):
            return light
        if light.style == "blink":
            return replace(light, style="steady") if phase % BLINK_BEATS < BLINK_BEATS / 2 else OFF
        return replace(light, style="steady", level=light.level * _pulse(phase))


def _pulse(phase: float) -> float:
    """0.1..1 and back, in steps of an eighth so that a slow wire keeps up."""
    place = phase % PULSE_BEATS / PULSE_BEATS
    return max(0.1, round(8 * (1 - abs(2 * place - 1))) / 8)
