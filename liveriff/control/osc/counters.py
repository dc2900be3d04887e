"""What the OSC server counts, and the valve that keeps a bad peer from talking all the time. Engine's loop only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class OscCounters:
    """Since the start, but for ``clients``.

    packets: UDP datagrams and TCP frames; received: messages in them; strikes: hits given to the player; malformed:
    packets that could not be read; unknown: messages for an address that is neither there nor bound; wrong: messages
    whose value did not fit; refused: messages beyond a limit (rate, time ahead, matches, room); strangers: packets and
    connections of machines that are not let in; late: bundles whose time was past; clients: who is told of changes now;
    crowded_out: senders that got no feedback because there are too many; too_slow: connections that were ended because
    a packet did not come; faults: messages on which this program itself failed.
    """

    packets: int = 0
    received: int = 0
    strikes: int = 0
    malformed: int = 0
    unknown: int = 0
    wrong: int = 0
    refused: int = 0
    strangers: int = 0
    late: int = 0
    clients: int = 0
    crowded_out: int = 0
    too_slow: int = 0
    faults: int = 0


class Seldom:
    """Lets one thing through in ``every_s`` seconds and counts what it held back in between."""

    def __init__(self, every_s: float = 1.0) -> None:
        """The first passes."""
        self._every_s, self._next = every_s, float("-inf")
        self.held_back = 0

    def take(self, now: float) -> bool:
        """Whether it may pass."""
        if now < self._next:
            self.held_back += 1
            return False
        self._next = now + self._every_s
        return True

    def settle(self) -> int:
        """How many were held back since last asked."""
        held_back, self.held_back = self.held_back, 0
        return held_back
