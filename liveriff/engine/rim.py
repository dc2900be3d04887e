"""The rim: MIDI, OSC, the door and outside clocks, joined to the engine. Engine's loop only, unless said otherwise.

Everything here may be missing or break without a note being lost: what cannot be opened is told in one sentence, and
the performance goes on without it. Only what was asked for by name and cannot be had ends the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from liveriff.control.clock.link import LinkClock
from liveriff.control.surface import Delays
from liveriff.engine.guard import Guard
from liveriff.engine.options import RimOptions
from liveriff.engine.stage import Stage
from liveriff.engine.sync import Sync
from liveriff.errors import LiveriffError

if TYPE_CHECKING:
    from liveriff.control.door.door import Door
    from liveriff.control.osc.dispatch import Peer
    from liveriff.control.osc.server import OscServer
    from liveriff.control.surface import Strike
    from liveriff.engine.hands import Hands

STATE_S = 0.1
PATIENCE_S = 3.0
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"


class Rim:
    """``await open()``, ``tick`` every look of the hub, ``await close()``."""

    def __init__(self, stage: Stage, strike: Strike, options: RimOptions) -> None:
        """Nothing is opened yet; strike: from any thread to the player."""
        self._guard = Guard(stage.notice)
        self.osc: OscServer | None = None
        self.door: Door | None = None
        self.hands: Hands | None = None
        self.sync = Sync(stage.registry, stage.time, stage.notice)
        self._stage, self._strike, self._options = stage, strike, options
        self._told = 0.0
        self.sync.complete = False  # a scene may follow what is only being opened
        self.sync.add("link", LinkClock())
        stage.registry.subscribe(self._offset, "/tempo/offset")
        self._offset()

    def _offset(self, change: object = None) -> None:
        self.sync.offset_ms = self._stage.registry.number("/tempo/offset")

    async def open(self) -> None:
        """Open what is wanted, one after the other. LiveriffError where an address asked for cannot be had."""
        options = self._options
        if options != RimOptions():
            with contextlib.suppress(Exception):  # what is missing is told by the part that needs it
                await asyncio.to_thread(_import)  # a second of work that the loop has no time for
        await self._try("MIDI", self._open_hands, options != RimOptions(), options.midi not in ("auto", "off"))
        self.sync.complete = True
        await self._try("OSC", self._open_osc, options.osc is not None, options.osc_asked)
        await self._try("The door", self._open_door, options.door is not None, options.door_asked)

    async def _try(self, name: str, opening: Callable[[], Awaitable[None]], wanted: bool, asked: bool) -> None:
        if not wanted:
            return
        try:
            await opening()
        except LiveriffError as error:
            if asked:
                raise
            self._stage.notice(str(error))
        except Exception as error:  # a fault of ours; the others open all the same
            named = type(error).__name__
            self._guard.caught(error, f"{name} could not be opened ({named}: {error}); all else goes on.")

    async def _open_hands(self) -> None:
        from liveriff.engine.hands import Hands

        hands = Hands(self._stage, self._strike, self._options, self.sync)
        try:
            await hands.open()
        except BaseException:
            await self._left(hands)
            raise
        self.hands = hands

    async def _open_osc(self) -> None:
        from liveriff.control.door.addresses import networks
        from liveriff.control.osc.server import OscOptions, OscServer

        assert self._options.osc is not None
        host, port = self._options.osc
        bind = EVERYWHERE if self._options.osc_lan and host == LOOPBACK else host
        stage, allow = self._stage, self._options.osc_allow
        if allow is None:
            allow = await asyncio.to_thread(networks) if self._options.osc_lan else ()
        if self._options.lan and not self._options.osc_lan:
            stage.notice("OSC knows no token: it listens to this machine only. --osc-allow ADDRESS lets others in.")
        reply, more = self._options.osc_reply, OscOptions(delays=self._delays, stray=self._stray, allow=allow)
        server = OscServer(stage.registry, self._strike, stage.notice, bind, port, reply, more)
        try:
            await server.start()
        except LiveriffError as error:
            if self._options.osc_asked:
                raise
            server = OscServer(stage.registry, self._strike, stage.notice, bind, 0, reply, more)
            await server.start()
            stage.notice(f"{error} Meanwhile it listens on port {server.address[1]}.")
        self.osc = server

    async def _open_door(self) -> None:
        from liveriff.control.door.door import Door
        from liveriff.control.osc.desk import Desk

        assert self._options.door is not None
        host, port = self._options.door
        osc_host, osc_port = self.osc.address if self.osc else ("", 0)
        stage, options = self._stage, self._options
        desk = Desk(stage.registry, self._strike, stage.notice, self._delays)
        door = Door(
            stage.registry, desk.packet, stage.notice, host, port, osc_host, osc_port, options.lan, options.token,
            web=options.web,
        )  # fmt: skip
        await door.start()
        self.door = door
        if options.lan and not options.token:
            stage.notice("Whoever is on this network may play along; --token auto asks browsers for a word.")

    def _stray(self, address: str, args: Sequence[object], peer: Peer, at: float) -> bool:
        """A message for an address that is not ours, which may be bound."""
        return self.hands is not None and self.hands.strays.heard(address, args, peer, at)

    def _delays(self) -> Delays:
        """Of the player that is there now: a stroke leaves the sink one block and the look-ahead after its time; a
        value waits for the next block, half a block on average."""
        opened = self._stage.player.opened
        if opened is None:
            return Delays()
        block_s = opened.block / opened.rate
        return Delays(block_s + opened.ahead_s, block_s / 2 + opened.ahead_s)

    def tick(self) -> None:
        """Follow the clock, paint the lights, send feedback. Never raises, never waits."""
        now = time.monotonic()
        self._guard(self.sync.tick)
        if now - self._told >= STATE_S:
            self._told = now
            self._guard(self._tell_clock)
        for part in (self.hands, self.osc, self.door):
            if part:
                self._guard(partial(part.tick, now))

    def _tell_clock(self) -> None:
        self._stage.registry.publish("/status/clock", self.sync.state)

    @property
    def faults(self) -> int:
        """How often a part of it has failed."""
        return self._guard.faults

    async def close(self) -> None:
        """Say goodbye to all: lights off, ports free. A few seconds at most; what hangs is left behind."""
        self._guard(self.sync.close)
        if self.osc:
            self._guard(self.osc.close)
        for part in (self.door, self.hands):
            if part:
                await self._left(part)

    async def _left(self, part: Door | Hands) -> None:
        try:
            await asyncio.wait_for(part.close(), PATIENCE_S)
        except asyncio.TimeoutError:
            pass  # a driver that is dead never ends
        except Exception as error:
            self._guard.caught(error)

    @property
    def where(self) -> str:
        """For a person: how to come in."""
        ways = []
        if self.osc:
            ways.append(f"OSC at {self.osc.address[0]}:{self.osc.address[1]}")
        if self.door:
            ways.append(f"browsers at {self.door.address}")
        if self.hands and self.hands.names:
            ways.append(", ".join(self.hands.names))
        return "; ".join(ways)


def _import() -> None:
    import liveriff.control.door.http
    import liveriff.control.door.websocket
    import liveriff.control.osc.server
    import liveriff.engine.hands  # noqa: F401
