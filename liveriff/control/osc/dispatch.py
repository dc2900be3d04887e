"""What a message does: set, ask, pull, strike or touch. Pure but for the registry; the engine's loop only.

What programs send for one and the same gesture differs, so arguments are read generously: any number type, a truth
value or text for a number; no argument, ``I`` or ``N`` for a bang; several words for a text. Whatever does not fit is
counted and told to the sender, and never raises.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from liveriff.control.osc import codec
from liveriff.control.osc.address import Addresses, Target
from liveriff.control.osc.codec import BANG, Argument, Message
from liveriff.control.osc.counters import OscCounters, Seldom
from liveriff.control.osc.patterns import PatternError
from liveriff.control.surface import Strike
from liveriff.errors import UsageError
from liveriff.params.kinds import UnfitError, as_number
from liveriff.params.kinds_worded import Text, Toggle, Trigger
from liveriff.params.registry import Registry
from liveriff.params.spec import Spec
from liveriff.params.words import did_you_mean

MAX_MATCHES = 128  # parameters that one pattern may set or ask
MAX_NEW_PATTERNS = 16  # in a packet; those that were sent before are remembered and count as a name
GUESS_S = 0.2  # between two guesses of what a wrong address was meant to be: each is held against all addresses
PAD = "/pad/{n}/trigger"
REPLIES = frozenset(("/error", "/pong"))  # what servers answer; answering back would never end


class Peer(Protocol):
    """Who sent a message."""

    origin: str

    def reply(self, data: bytes) -> None:
        """Send one message back."""

    def refused(self, address: str, why: Callable[[], str]) -> None:
        """A message could not be obeyed; ``why`` makes the sentence, if it is to be told at all."""

    def wrote(self, path: str) -> None:
        """The peer has set a parameter."""

    def touch(self, path: str, down: bool) -> None:
        """The peer's finger came down on a control, or left it."""


Command = Callable[[Peer, Sequence[Argument]], object]
Stray = Callable[[str, Sequence[Argument], Peer, float], bool]
"""``stray(address, args, peer, at)``: a message for an address that is not ours; True if it means something all the
same, because a performer has bound it. ``at``: time.monotonic of its hits."""


class Dispatcher:
    """Obeys messages. ``commands`` are addresses that are no parameters (/ping); they may raise UsageError."""

    def __init__(
        self,
        registry: Registry,
        strike: Strike,
        counters: OscCounters,
        commands: Mapping[str, Command],
        stray: Stray = lambda *message: False,
    ) -> None:
        """strike: the way to the player for pads, which must not wait for the registry; stray: asked about addresses
        that are not there."""
        self._stray = stray
        self._registry, self._strike, self._counters, self._commands = registry, strike, counters, commands
        self._addresses, self._guesses = Addresses(registry.table), Seldom(GUESS_S)
        self._pads = {path: int(path.split("/")[2]) for path, spec in registry.table.items() if spec.pattern == PAD}

    def new_patterns(self, messages: Sequence[Message]) -> int:
        """How many of the addresses are patterns that nobody has sent lately."""
        return sum(self._addresses.is_new(message.address) for message in messages)

    def knows(self, address: str) -> bool:
        """Whether an address or pattern means anything here."""
        return address in self._commands or bool(self._found(address))

    def strikes(self, address: str) -> bool:
        """Whether a message there is a hit on a pad, to be handed over ahead of its time."""
        return any(target.spec.path in self._pads and target.face != "touch" for target in self._found(address))

    def shapes_hits(self, address: str) -> bool:
        """Whether a message there changes how the next hit on a pad sounds."""
        return any(target.spec.pattern.startswith("/pad/{n}/") for target in self._found(address))

    def obey(self, messages: Sequence[Message], peer: Peer) -> None:
        """Messages of now; several are one change and one step of undo."""
        now = time.monotonic()
        if len(messages) == 1:
            self._one(messages[0], peer, now)
            return
        with self._registry.transaction():
            for message in messages:
                self._one(message, peer, now)

    def obey_timed(self, messages: Sequence[Message], peer: Peer, at: float) -> None:
        """Messages of a bundle with a timetag, as one change; ``at`` (time.monotonic) is the time of its hits.

        A sequencer's moves are no gestures of a hand, and would bury those in the undo history.
        """
        with self._registry.transaction(undoable=False):
            for message in messages:
                self._one(message, peer, at)

    # --- one message -----------------------------------------------------------------------------------------------

    def _one(self, message: Message, peer: Peer, at: float) -> None:
        address, args = message.address, _flat(message.args)
        if address in REPLIES:
            return
        try:
            if address in self._commands:
                self._commands[address](peer, args)
            else:
                targets = self._targets(address)
                self._all(targets, address, args, peer, at) if targets else self._elsewhere(address, args, peer, at)
        except UsageError as error:
            self._refuse(peer, address, error)

    def _elsewhere(self, address: str, args: Sequence[Argument], peer: Peer, at: float) -> None:
        if not self._stray(address, args, peer, at):
            self._counters.unknown += 1
            peer.refused(address, lambda: self._nothing_there(address))

    def _targets(self, address: str) -> tuple[Target, ...]:
        try:
            targets = self._addresses.find(address)
        except PatternError as error:
            raise UsageError(f"{address[:100]} is {error}.") from error
        if len(targets) > MAX_MATCHES:
            raise UsageError(f"{address} means {len(targets)} parameters at once; {MAX_MATCHES} are the limit.")
        return targets

    def _all(self, targets: Sequence[Target], address: str, args: Sequence[Argument], peer: Peer, at: float) -> None:
        if len(targets) == 1:
            self._do(targets[0], args, peer, at)
            return
        with self._registry.transaction():
            for target in targets:
                try:
                    self._do(target, args, peer, at)
                except UsageError as error:
                    self._refuse(peer, address, error)

    def _do(self, target: Target, args: Sequence[Argument], peer: Peer, at: float) -> None:
        spec = target.spec
        if target.face == "touch":
            peer.touch(spec.path, _position(spec, args[0] if args else 1.0) >= 0.5)
        elif spec.path in self._pads:
            self._counters.strikes += 1
            self._strike(self._pads[spec.path], as_number(spec.coerce(_force(target, args))), at)
        elif isinstance(spec.kind, Trigger):
            self._registry.set(spec.path, _force(target, args), peer.origin)
        elif not args:
            self._answer(target, peer)
        else:
            self._write(target, args, peer)

    def _write(self, target: Target, args: Sequence[Argument], peer: Peer) -> None:
        spec = target.spec
        try:
            if target.face == "raw":
                self._registry.set_raw(spec.path, _position(spec, args[0]), peer.origin)
            else:
                self._registry.set(spec.path, self._value(spec, args), peer.origin)
        finally:
            peer.wrote(spec.path)  # also after a refusal: the control must jump back to what is true

    def _value(self, spec: Spec, args: Sequence[Argument]) -> object:
        if isinstance(spec.kind, Toggle) and args[0] is BANG:
            return not self._registry.get(spec.path)
        if isinstance(spec.kind, Text) and len(args) > 1:
            return " ".join(f"{arg:g}" if isinstance(arg, float) else str(arg) for arg in args)
        return args[0]

    def _answer(self, target: Target, peer: Peer) -> None:
        path = target.spec.path
        if target.face == "raw":
            peer.reply(codec.message(f"{path}/raw", float(self._registry.raw(path))))
        else:
            peer.reply(codec.encode(path, target.spec, self._registry.get(path), plain=True))

    # --- refusing --------------------------------------------------------------------------------------------------

    def _refuse(self, peer: Peer, address: str, error: UsageError) -> None:
        self._counters.wrong += 1
        sentence = str(error)
        peer.refused(address, lambda: sentence)

    def _nothing_there(self, address: str) -> str:
        guess = did_you_mean(address, self._registry.table) if self._guesses.take(time.monotonic()) else ""
        return f"there is no address {address[:100]}.{guess}"

    def _found(self, address: str) -> tuple[Target, ...]:
        try:
            return self._addresses.find(address)
        except PatternError:
            return ()


def _flat(args: Sequence[Argument]) -> Sequence[Argument]:
    """Arguments with an array in front opened, which some programs put around every value."""
    while args and isinstance(args[0], list):
        args = (*args[0], *args[1:])
    return args


def _force(target: Target, args: Sequence[Argument]) -> object:
    """What a trigger is pulled with; nothing, ``I`` and ``N`` mean all of it.

    Not yet held to its range: the registry must see the 0 of a button that is let go. That is a 0 of the travel too,
    even where the travel begins elsewhere.
    """
    spec = target.spec
    if not args or args[0] is None or args[0] is BANG:
        return spec.map(1.0)
    if target.face != "raw":
        return args[0]
    position = _position(spec, args[0])
    lets_go = isinstance(spec.kind, Trigger) and spec.kind.lets_go(position)
    return 0.0 if lets_go else spec.map(position)


def _position(spec: Spec, arg: Argument) -> float:
    try:
        return as_number(arg)
    except UnfitError:
        raise UsageError(f"{spec.path} takes a number from 0 to 1 there, not {arg!r:.60}.") from None
