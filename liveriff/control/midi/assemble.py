"""Complete messages to musical events: note offs, 14-bit pairs, (N)RPN, MMC, identity. Pure.

A 14-bit controller sends its MSB on CC 0..31 and its LSB on CC + 32. The value is told when the LSB is there; an MSB
whose LSB does not come within ``PATIENCE_S`` is told with 7 bits. (N)RPN likewise: CC 99/98 or 101/100 select a
parameter, CC 6/38 give its value, 96/97 step it; 127/127 selects none, and CC 6 is an ordinary controller again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from liveriff.control.midi.events import TOP14, Event, EventKind
from liveriff.control.midi.tokens import Tokens

PATIENCE_S = 0.005
SIGHTINGS = 4
"""Pairs in a row before a controller that no profile describes is taken for a 14-bit one."""

Address = tuple[int, int]
"""Channel 1..16, controller number."""

Family = Literal["nrpn", "rpn"]

_NULL = 127
_SELECTS: dict[int, tuple[Family, int]] = {99: ("nrpn", 0), 98: ("nrpn", 1), 101: ("rpn", 0), 100: ("rpn", 1)}


@dataclass
class _Channel:
    """What one channel has in the air."""

    pending: dict[int, tuple[int, float]] = field(default_factory=dict)  # MSB by controller: value, when
    msb: dict[int, int] = field(default_factory=dict)
    sightings: dict[int, int] = field(default_factory=dict)
    last: tuple[int, float] = (-1, 0.0)
    select: dict[Family, list[int]] = field(default_factory=lambda: {"nrpn": [_NULL, _NULL], "rpn": [_NULL, _NULL]})
    family: Family | None = None
    lone: tuple[int, int, float] | None = None  # a select's MSB that may be a knob: controller, value, when
    data: tuple[int, float] | None = None
    data_msb: int = 0

    @property
    def parameter(self) -> int | None:
        """The selected (N)RPN, None if there is none."""
        msb, lsb = self.select[self.family] if self.family else (_NULL, _NULL)
        return None if (msb, lsb) == (_NULL, _NULL) else msb << 7 | lsb


class Assembler:
    """Turns bytes into events. One thread at a time; bounded state, whatever comes.

    pairs: controllers known to have 14 bits, by their MSB; plain: controllers known to stand for themselves, which
    are neither learnt as halves of a pair nor read as (N)RPN.
    """

    def __init__(self, pairs: Collection[Address] = (), plain: Collection[Address] = ()) -> None:
        """A stream from its beginning."""
        self.tokens = Tokens()
        self._pairs = set(pairs)
        self._plain = frozenset(plain)
        self._channels = [_Channel() for _ in range(17)]

    def feed(self, data: bytes, time_s: float) -> list[Event]:
        """Events that are certain now."""
        events = self.flush(time_s)
        for message in self.tokens.feed(data):
            self._message(message, time_s, events)
        return events

    def flush(self, now_s: float) -> list[Event]:
        """MSBs that have waited long enough for their LSB."""
        events: list[Event] = []
        for number, channel in enumerate(self._channels):
            if channel.pending or channel.data or channel.lone:
                self._expire(number, channel, now_s, events)
        return events

    def _expire(self, number: int, channel: _Channel, now_s: float, events: list[Event]) -> None:
        late = [cc for cc, (_, since) in channel.pending.items() if now_s - since >= PATIENCE_S]
        for cc in late:
            events.append(Event("cc", number, cc, channel.pending.pop(cc)[0]))
        if channel.lone and now_s - channel.lone[2] >= PATIENCE_S:
            self._unlone(number, channel, events)
        if channel.data and now_s - channel.data[1] >= PATIENCE_S:
            value, channel.data = channel.data[0], None
            parameter = channel.parameter
            if parameter is not None:
                events.append(self._parameter(number, channel, parameter, value, 127))

    def _message(self, message: bytes, time_s: float, events: list[Event]) -> None:
        status, channel = message[0] & 0xF0, (message[0] & 0x0F) + 1
        if status == 0xB0:
            self._control(channel, message[1], message[2], time_s, events)
        elif status == 0xF0:
            if message[0] == 0xF0:
                events.append(_sysex(message))
        elif status == 0xE0:
            events.append(Event("pitchbend", channel, 0, message[1] | message[2] << 7, TOP14))
        else:
            events.append(_short(status, channel, message))

    # --- controllers ----------------------------------------------------------------------------------------------

    def _control(self, number: int, cc: int, value: int, time_s: float, events: list[Event]) -> None:
        channel = self._channels[number]
        if (number, cc) in self._plain:
            events.append(Event("cc", number, cc, value))
        elif not self._entry(number, channel, cc, value, time_s, events):
            self._half(number, channel, cc, value, time_s, events)
        channel.last = (cc, time_s)

    def _half(self, number: int, channel: _Channel, cc: int, value: int, time_s: float, events: list[Event]) -> None:
        """MSB, LSB or an ordinary controller."""
        if cc < 32 and (number, cc) in self._pairs:
            if cc in channel.pending:
                events.append(Event("cc", number, cc, channel.pending[cc][0]))
            channel.pending[cc] = (value, time_s)
            channel.msb[cc] = value
        elif 32 <= cc < 64 and (number, cc - 32) in self._pairs:
            channel.pending.pop(cc - 32, None)
            events.append(Event("cc", number, cc - 32, channel.msb.get(cc - 32, 0) << 7 | value, TOP14))
        else:
            self._sight(number, channel, cc, time_s)
            events.append(Event("cc", number, cc, value))
            channel.msb[cc] = value

    def _sight(self, number: int, channel: _Channel, cc: int, time_s: float) -> None:
        """Count LSBs that directly follow their MSB; forget the count where either comes alone."""
        last, since = channel.last
        if last < 32 and last >= 0 and cc != last + 32:
            channel.sightings.pop(last, None)
        if not 32 <= cc < 64 or (number, cc - 32) in self._plain:
            return
        if last != cc - 32 or time_s - since > PATIENCE_S:
            channel.sightings.pop(cc - 32, None)
            return
        seen = channel.sightings[cc - 32] = channel.sightings.get(cc - 32, 0) + 1
        if seen >= SIGHTINGS:
            self._pairs.add((number, cc - 32))

    # --- registered and non-registered parameters -------------------------------------------------------------------

    def _entry(self, number: int, channel: _Channel, cc: int, value: int, time_s: float, events: list[Event]) -> bool:
        """Take a select, a data entry or a step; False if this controller is an ordinary one."""
        if cc in _SELECTS:
            return self._select(number, channel, cc, value, time_s, events)
        parameter = channel.parameter
        if parameter is None or cc not in (6, 38, 96, 97):
            return False
        if cc == 6:
            channel.data, channel.data_msb = (value, time_s), value
        elif cc == 38:
            channel.data = None
            events.append(self._parameter(number, channel, parameter, channel.data_msb << 7 | value, TOP14))
        else:
            step: EventKind = "nrpn_step" if channel.family == "nrpn" else "rpn_step"
            events.append(Event(step, number, parameter, 1 if cc == 96 else -1))
        return True

    def _select(self, number: int, channel: _Channel, cc: int, value: int, time_s: float, events: list[Event]) -> bool:
        """A lone half is a knob: an LSB that no MSB went before, an MSB that no LSB follows (told by ``flush``)."""
        family, half = _SELECTS[cc]
        if half == 0:
            self._unlone(number, channel, events)
            if channel.family != family:
                channel.lone = (cc, value, time_s)
        elif channel.family != family and (channel.lone is None or channel.lone[0] != cc + 1):
            return False
        else:
            channel.family, channel.lone = family, None
        channel.select[family][half], channel.data = value, None
        return True

    def _unlone(self, number: int, channel: _Channel, events: list[Event]) -> None:
        if channel.lone:
            events.append(Event("cc", number, channel.lone[0], channel.lone[1]))
            channel.lone = None

    def _parameter(self, number: int, channel: _Channel, parameter: int, value: int, top: int) -> Event:
        return Event("nrpn" if channel.family == "nrpn" else "rpn", number, parameter, value, top)


def _short(status: int, channel: int, message: bytes) -> Event:
    if status == 0x90 and message[2]:
        return Event("note_on", channel, message[1], message[2])
    if status in (0x80, 0x90):
        return Event("note_off", channel, message[1], message[2])
    if status == 0xA0:
        return Event("poly", channel, message[1], message[2])
    if status == 0xC0:
        return Event("program", channel, message[1], message[1])
    return Event("pressure", channel, 0, message[1])


def _sysex(message: bytes) -> Event:
    if len(message) == 6 and message[1] == 0x7F and message[3] == 0x06:
        return Event("mmc", 0, message[4], 127)
    if len(message) >= 15 and message[1] == 0x7E and message[3:5] == b"\x06\x02":
        return Event("identity", 0, 0, 0, data=message)
    return Event("sysex", 0, 0, 0, data=message)
