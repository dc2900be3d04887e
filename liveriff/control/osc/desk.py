"""OSC packets that come by other ways than our own port: the door's WebSockets. Engine's loop only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from liveriff.control.osc import codec
from liveriff.control.osc.counters import OscCounters, Seldom
from liveriff.control.osc.dispatch import MAX_NEW_PATTERNS, Dispatcher, Peer
from liveriff.control.osc.schedule import Timed
from liveriff.control.surface import Delays, Strike
from liveriff.params.registry import Registry

Reply = Callable[[bytes], None]
MOST_GUESTS = 256  # remembered; who was silent longest is forgotten


@dataclass
class _Guest:
    """A sender, as the dispatcher's ``Peer``; how it is told of changes is the door's affair."""

    origin: str
    send: Reply
    notice: Callable[[str], None]
    errors: Seldom = field(default_factory=Seldom)

    def reply(self, data: bytes) -> None:
        """As for Peer."""
        self.send(data)

    def refused(self, address: str, why: Callable[[], str]) -> None:
        """As for Peer: ``/error address sentence``, once a second at most."""
        if self.errors.take(time.monotonic()):
            sentence = why()
            self.reply(codec.message("/error", address, sentence))
            self.notice(sentence)

    def wrote(self, path: str) -> None:
        """As for Peer: the registry's origin keeps the echo away."""

    def touch(self, path: str, down: bool) -> None:
        """As for Peer."""


class Desk:
    """Obeys packets of named senders; ``counters`` as the OSC server's."""

    def __init__(
        self,
        registry: Registry,
        strike: Strike,
        notice: Callable[[str], object],
        delays: Callable[[], Delays] = Delays,
    ) -> None:
        """strike: the way to the player for pads; notice: one sentence for the performer, once a second at most;
        delays: of the player, by which bundles are obeyed before their time."""
        self.counters = OscCounters()
        self._notice, self._notices = notice, Seldom()
        self._guests: dict[str, _Guest] = {}
        dispatcher = Dispatcher(registry, strike, self.counters, {"/ping": _ping})
        self._dispatcher = dispatcher
        self._timed = Timed(dispatcher, self.counters, delays=delays)
        registry.subscribe(lambda _: self._timed.clear(), "/panic")

    def packet(self, data: bytes, origin: str, reply: Reply) -> None:
        """One packet; ``reply`` sends one back. Never raises over what it holds. How many come is the door's affair."""
        guest = self._guest(origin, reply)
        self.counters.packets += 1
        try:
            messages = codec.parse(data)
            new = self._dispatcher.new_patterns(messages)
            if new > MAX_NEW_PATTERNS:
                raise codec.MalformedError(f"a packet with {new} patterns that are new here")
        except codec.MalformedError as error:
            self.counters.malformed += 1
            sentence = f"{error} was ignored."
            guest.refused("/", lambda: sentence)
            return
        self.counters.received += len(messages)
        self._timed.take(messages, guest)

    def _guest(self, origin: str, reply: Reply) -> _Guest:
        guest = self._guests.pop(origin, None) or _Guest(origin, reply, lambda line: self._say(f"{origin}: {line}"))
        guest.send = reply
        self._guests[origin] = guest
        if len(self._guests) > MOST_GUESTS:
            del self._guests[next(iter(self._guests))]
        return guest

    def _say(self, sentence: str) -> None:
        if self._notices.take(time.monotonic()):
            self._notice(sentence)


def _ping(peer: Peer, args: Sequence[object]) -> None:
    peer.reply(codec.message("/pong"))
