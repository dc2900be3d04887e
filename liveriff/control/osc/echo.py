"""Feedback for apps that have addresses of their own: where their controls would stand. Engine's loop only.

An app is sent its own message back, to where it listens, in the shape in which it sent it, when what it shows is no
longer true: at most 30 times a second an address, not while its finger is down or has just moved, and the last value
always. What it showed last is remembered, so nothing is sent that it knows already.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from liveriff.control.osc import codec
from liveriff.control.osc.dispatch import Peer
from liveriff.control.osc.foreign import Reading, typed
from liveriff.control.osc.outbox import LONGEST_TOUCH_S, QUIET_S

MOST = 256  # messages of peers remembered; what was silent longest is forgotten
APART_S = 1 / 30
REGULAR, PASSING_S = 8, 60.0  # a peer that spoke less often is forgotten after so long
SAME = 1e-3  # of the greater of 1 and the value: less is what 32 bits and steps of parameters make of it

Value = Callable[[str, str], "float | None"]
"""``value(control, tag)``: what a control would send now; None if that is not known."""


@dataclass
class _Seat:
    """One address of one peer, with what it shows."""

    peer: Peer
    address: str
    shown: Sequence[Reading]
    heard: int = 0
    heard_at: float = 0.0
    not_before: float = 0.0

    def wanted(self, value: Value) -> list[Reading]:
        """What it should show."""
        now = [(each, value(each.control, each.tag)) for each in self.shown]
        return [each if there is None else each._replace(value=typed(there, each.tag)) for each, there in now]

    def differs(self, wanted: Sequence[Reading]) -> bool:
        """Whether a hand would see it move."""
        pairs = zip(self.shown, wanted, strict=True)
        return any(abs(a.value - b.value) > SAME * max(1.0, abs(a.value)) for a, b in pairs)

    def passed(self, now: float) -> bool:
        """Whether its peer only passed by."""
        return self.heard < REGULAR and now - self.heard_at > PASSING_S


@dataclass
class Echo:
    """``heard`` what peers send, ``stir`` when a value has changed, ``tick`` to send; times are time.monotonic."""

    _seats: OrderedDict[tuple[str, str], _Seat] = field(default_factory=OrderedDict)
    _pending: dict[tuple[str, str], None] = field(default_factory=dict)

    def heard(self, peer: Peer, address: str, sent: Sequence[Reading], now: float) -> None:
        """A message; a bang shows nothing, so nothing is told back."""
        if not all(each.tag for each in sent):
            return
        key = (peer.origin, address)
        seat = self._seats.pop(key, None) or _Seat(peer, address, sent)
        seat.peer, seat.shown, seat.heard, seat.heard_at = peer, sent, seat.heard + 1, now
        seat.not_before = max(seat.not_before, now + QUIET_S)
        self._seats[key] = seat
        self._pending[key] = None
        if len(self._seats) > MOST:
            self._forget(next(iter(self._seats)))

    def finger(self, peer: Peer, address: str, down: bool, now: float) -> bool:
        """A finger came down on the control of an address, or left it; False if no such control is known."""
        seat = self._seats.get((peer.origin, address))
        if seat is None:
            return False
        seat.not_before = now + LONGEST_TOUCH_S if down else now
        self._pending[peer.origin, address] = None
        return True

    def stir(self) -> None:
        """Something that peers may show has changed."""
        self._pending.update(dict.fromkeys(self._seats))

    def tick(self, now: float, value: Value) -> None:
        """Send what is due."""
        for key in list(self._pending):
            seat = self._seats[key]
            if seat.passed(now):
                self._forget(key)
            elif seat.not_before <= now:
                del self._pending[key]
                self._tell(seat, seat.wanted(value), now)

    def _tell(self, seat: _Seat, wanted: Sequence[Reading], now: float) -> None:
        if seat.differs(wanted):
            seat.shown, seat.not_before = wanted, now + APART_S
            seat.peer.reply(codec.message(seat.address, *(typed(each.value, each.tag) for each in wanted)))

    def _forget(self, key: tuple[str, str]) -> None:
        del self._seats[key]
        self._pending.pop(key, None)
