"""Who talks to the OSC server, and who of them is told of changes. Engine's loop only; no I/O of its own.

A *client* is where somebody listens: a UDP host and port, or a TCP connection. Senders whose answers go to the same
place are one client, so that a tablet, or a patch with one socket out and one in, is not answered its own moves.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from liveriff.control.osc import codec
from liveriff.control.osc.counters import OscCounters, Seldom
from liveriff.control.osc.outbox import Outbox
from liveriff.control.peers import is_here
from liveriff.params.kinds_worded import Blob
from liveriff.params.listeners import below
from liveriff.params.registry import Registry

Place = tuple[str, int]
"""Host and port."""

Notice = Callable[["Client", str], object]
"""``notice(client, sentence)``; whoever gets it decides how much of it to show."""

REGULAR = 8  # messages after which a client is no passer-by
PASSING_S = 60.0  # a passer-by who was silent so long is told no more
IDLE_S = 10.0  # whoever spoke more recently does not lose its place to a newcomer
SENDERS = 256  # UDP senders remembered, with feedback or without
OF_ONE_HOST = 8  # clients of another machine that get feedback, or one could crowd out all the others


@dataclass(frozen=True)
class ClientLimits:
    """clients: how many get feedback; messages_per_s: what one peer may send, which is a machine, or of this machine a
    program; rate_hz: feedback an address; auto_subscribe: feedback for all who send something that means something;
    raw: positions 0..1 are told too."""

    clients: int = 32
    messages_per_s: float = 20_000.0
    rate_hz: float = 30.0
    auto_subscribe: bool = True
    raw: bool = True


class Client:
    """One client; also the dispatcher's ``Peer``."""

    def __init__(self, origin: str, host: str, send: Callable[[bytes], object], notice: Notice) -> None:
        """host: the sender's; send: to where it listens, may raise OSError; notice: for the performer."""
        self.origin, self.host, self.send = origin, host, send
        self.outbox: Outbox | None = None
        self.prefixes: set[str] = set()  # what it subscribed to by name; empty is everything but blobs
        self.reads = False  # it wants values also as a person reads them
        self.explicit = self.silent = False  # subscribed, unsubscribed by its own word
        self.heard, self.heard_at = 0, time.monotonic()
        self._errors, self.tries = Seldom(), Seldom()
        self._notice = notice

    @property
    def peer(self) -> str:
        """Whose messages are counted together: a machine's, or of this machine's programs each one's."""
        return self.origin if is_here(self.host) else self.host

    def speaks(self, now: float) -> None:
        """A packet came."""
        self.heard += 1
        self.heard_at = now

    # --- the dispatcher's peer -------------------------------------------------------------------------------------

    def reply(self, data: bytes) -> None:
        """Send one message, or lose it where the line is full: nobody waits."""
        try:
            self.send(data)
        except OSError:
            return

    def refused(self, address: str, why: Callable[[], str]) -> None:
        """Tell the sender ``/error address sentence`` at most once a second, and the performer, rarer still."""
        if self._errors.take(time.monotonic()):
            sentence = why()
            self.reply(codec.message("/error", address, sentence))
            self._notice(self, sentence)

    def wrote(self, path: str) -> None:
        """As for Peer."""
        if self.outbox is not None:
            self.outbox.wrote(path)

    def touch(self, path: str, down: bool) -> None:
        """As for Peer."""
        if self.outbox is not None:
            self.outbox.touch(path, down)


class Clients:
    """All clients: found by sender, told of changes, forgotten in time."""

    def __init__(self, registry: Registry, counters: OscCounters, limits: ClientLimits) -> None:
        """Nobody yet."""
        self._registry, self._counters, self.limits = registry, counters, limits
        self._senders: OrderedDict[Place, Client] = OrderedDict()
        self._told: dict[str, Client] = {}  # by origin, which names where it listens
        self._blobs = frozenset(path for path, spec in registry.table.items() if isinstance(spec.kind, Blob))

    # --- UDP senders -----------------------------------------------------------------------------------------------

    def sender(self, place: Place) -> Client | None:
        """The client that a sender belongs to, if it has spoken lately."""
        return self._senders.get(place)

    def introduce(self, place: Place, client: Client) -> Client:
        """A sender whose answers go to where ``client`` listens; the client there may be known already."""
        client = self._known(client)
        self._senders[place] = client
        if len(self._senders) > SENDERS:
            strangers = (place for place, each in self._senders.items() if each.outbox is None)
            del self._senders[next(strangers, next(iter(self._senders)))]
        return client

    def redirect(self, client: Client, listening: Client) -> Client:
        """What ``client`` was told goes to where ``listening`` listens; its senders belong there from now on."""
        listening = self._known(listening)
        if listening is not client:
            self.dismiss(client)
            self._senders.update({place: listening for place, each in self._senders.items() if each is client})
        return listening

    def _known(self, client: Client) -> Client:
        same = (each for each in (*self._told.values(), *self._senders.values()) if each.origin == client.origin)
        return next(same, client)

    # --- telling ---------------------------------------------------------------------------------------------------

    def greetable(self, client: Client) -> bool:
        """Whether a client that sent something that means something is to be told of changes henceforth."""
        return client.outbox is None and self.limits.auto_subscribe and not client.silent

    def greet(self, client: Client) -> None:
        """Tell it everything, then changes; where there was no room, another try comes a second later."""
        if client.tries.take(client.heard_at):
            self.refresh(client, "")

    def subscribe(self, client: Client, prefix: str) -> bool:
        """By its own word: all below ``prefix``, added to what it has; False if there is no room."""
        client.explicit = True
        if prefix:
            client.prefixes.add(prefix)
        return self.refresh(client, prefix)

    def refresh(self, client: Client, prefix: str) -> bool:
        """A snapshot of all below ``prefix``, and changes from now on; False if there is no room."""
        client.silent = False
        if client.outbox is None:
            self._adopt(client)
        if client.outbox is None:
            return False
        client.outbox.snapshot(prefix)
        return True

    def dismiss(self, client: Client) -> None:
        """Tell it no more; what it sends is still obeyed."""
        if client.outbox is not None:
            client.outbox.close()
            client.outbox = None
            del self._told[client.origin]
            self._counters.clients = len(self._told)

    def tick(self, now: float) -> None:
        """Send what is due; let passers-by go."""
        for client in list(self._told.values()):
            if not client.explicit and client.heard < REGULAR and now - client.heard_at > PASSING_S:
                self.dismiss(client)
            elif client.outbox is not None:
                client.outbox.tick(now)

    def close(self) -> None:
        """Tell nobody any more."""
        for client in list(self._told.values()):
            self.dismiss(client)

    @property
    def told(self) -> tuple[Client, ...]:
        """Who is told of changes now."""
        return tuple(self._told.values())

    # --- inside ----------------------------------------------------------------------------------------------------

    def _adopt(self, client: Client) -> None:
        if not self._make_room(client):
            self._counters.crowded_out += 1
            return
        client.outbox = Outbox(
            self._registry,
            client.send,
            client.origin,
            self.limits.rate_hz,
            self._wanted(client),
            raw=(lambda path: True) if self.limits.raw else None,
            text=lambda path: client.reads,
            plain=True,
        )
        self._told[client.origin] = client
        self._counters.clients = len(self._told)

    def _wanted(self, client: Client) -> Callable[[str], bool]:
        """Blobs are kilobytes thirty times a second: only for those who name a branch."""

        def wants(path: str) -> bool:
            if not client.prefixes:
                return path not in self._blobs
            return any(below(path, prefix) for prefix in client.prefixes)

        return wants

    def _make_room(self, newcomer: Client) -> bool:
        """Passers-by leave first, then who was silent longest; whoever is at it stays. A machine that has many clients
        makes room among its own."""
        there = list(self._told.values())
        same = [each for each in there if each.host == newcomer.host]
        if len(same) >= OF_ONE_HOST and not is_here(newcomer.host):
            there = same
        elif len(there) < self.limits.clients:
            return True
        oldest = min(there, key=lambda each: (each.explicit, each.heard >= REGULAR, each.heard_at))
        if newcomer.heard_at - oldest.heard_at < IDLE_S:
            return False
        self.dismiss(oldest)
        return True
