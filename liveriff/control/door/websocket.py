"""The WebSocket side of the door: who listens, what they say, and the ticks that serve them.

Engine's loop only. Text frames are commands (``commands``), binary frames are OSC packets, both ways.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import time
from collections.abc import Callable

from aiohttp import WSMessage, WSMsgType, web

from liveriff.control.door import commands, frames
from liveriff.control.door.counters import Counters
from liveriff.control.door.faults import Faults
from liveriff.control.door.query import refusal
from liveriff.control.door.session import Session
from liveriff.control.door.tree import Tree
from liveriff.control.osc import codec
from liveriff.control.osc.address import split_face
from liveriff.control.peers import is_here
from liveriff.control.turns import SLICE_S, Turns
from liveriff.errors import UsageError
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

DispatchPacket = Callable[[bytes, str, Callable[[bytes], None]], None]
"""``dispatch(packet, origin, reply)``: apply an OSC packet; ``reply`` sends one back to whom it came from."""

MOST = 64  # listeners at a time
OF_ONE_HOST = 16  # of them, for another machine
KEPT = 8  # of them, for this machine
LONGEST = 65_536  # bytes of a frame from a client
HEARTBEAT_S = 15.0
SEND_BUFFER = 128 * 1024  # bytes in the kernel; its default holds seconds of old values for a slow client
READ = 16_384  # bytes from a client in a turn of the loop; of asyncio's 256 KiB forty thousand frames could be empty
AT_ONCE, BREATHER_S = 32, 0.005  # frames taken from one client before the others have their turn, or SLICE_S of them
BUDGET_S = 0.005  # of the engine's time in a tick
EVENTS_KEPT = 8  # of one trigger for one client between two ticks


class Listeners:
    """All sessions. ``converse`` is one client's life; ``tick`` serves all."""

    def __init__(
        self, registry: Registry, tree: Tree, dispatch: DispatchPacket, counters: Counters, faults: Faults
    ) -> None:
        """Subscribes to the registry until ``close``: for triggers, which are events and no values to be kept."""
        self._registry, self._tree, self._dispatch = registry, tree, dispatch
        self._counters, self._faults = counters, faults
        self._sessions: dict[Session, web.WebSocketResponse] = {}
        self._hosts: dict[Session, str] = {}
        self._turns = Turns()
        self._numbers = itertools.count(1)
        self._events = itertools.count()
        self._first = 0  # who is served first
        self._leave = registry.subscribe(self._changed)

    async def converse(self, request: web.BaseRequest) -> web.StreamResponse:
        """Greet, listen and talk until the client goes."""
        host = request.remote or ""
        if not self._room_for(host):
            self._counters.full += 1
            sentence = refusal(503, f"There are {len(self._sessions)} listeners already.").body
            return web.Response(status=503, text=sentence, content_type="application/json")
        # aiohttp answers pings by itself, as fast as they come: a flood of them would never let go of the loop.
        ws = web.WebSocketResponse(compress=False, heartbeat=HEARTBEAT_S, max_msg_size=LONGEST, autoping=False)
        try:
            await ws.prepare(request)
        except ValueError:  # a header of the handshake is no text: aiohttp reads its key as ASCII, and cites the others
            raise web.HTTPBadRequest(text="The handshake is no text.") from None
        if request.transport is None:  # gone while it was greeted
            return ws
        _keep_short(request.transport)
        session = Session(self._registry, request.transport, next(self._numbers))
        self._sessions[session], self._hosts[session] = ws, host
        self._counters.listeners = len(self._sessions)
        try:
            with contextlib.suppress(ConnectionError):  # it pinged, and was gone before the answer
                await self._hear(session, ws)
        finally:
            del self._sessions[session], self._hosts[session]
            self._counters.listeners = len(self._sessions)
            session.leave()
        return ws

    def tick(self, now: float) -> None:
        """Write what is due, to as many as BUDGET_S allows; the others are first next time, with newer values.

        ``now`` in seconds of time.monotonic.
        """
        began, waiting = time.perf_counter(), list(self._sessions)
        self._first %= max(1, len(waiting))
        for session in waiting[self._first :] + waiting[: self._first]:
            self._serve(session, now)
            self._first += 1
            if time.perf_counter() - began > BUDGET_S:
                break

    def broadcast(self, command: str, data: str) -> None:
        """A command to all."""
        told = frames.command(command, data)
        for session in self._sessions:
            session.note(f"{command} {data}", told)

    async def close(self) -> None:
        """Say goodbye to all; half a second at most."""
        self._leave()
        goodbyes = [ws.close(code=1001, message=b"the music is over") for ws in self._sessions.values()]
        if goodbyes:
            await asyncio.wait([asyncio.ensure_future(each) for each in goodbyes], timeout=0.5)
        for session in list(self._sessions):
            session.close()

    # --- inside ----------------------------------------------------------------------------------------------------

    def _room_for(self, host: str) -> bool:
        if is_here(host):
            return len(self._sessions) < MOST
        same = sum(each == host for each in self._hosts.values())
        return same < OF_ONE_HOST and len(self._sessions) < MOST - KEPT

    def _serve(self, session: Session, now: float) -> None:
        try:
            if not session.tick(now):
                self._counters.too_slow += 1
        except Exception as error:
            self._faults.tell(error)
            session.close()

    async def _hear(self, session: Session, ws: web.WebSocketResponse) -> None:
        """Frames that are there already come without waiting, so a flood would never let go of the loop. What is not
        taken waits in the network, and none of it is lost."""
        taken, slice_s, turns = 0, 0.0, self._turns
        async for message in ws:
            began = turns.clock()
            self._take(session, message)
            took_s = turns.clock() - began
            turns.spent(took_s)
            taken, slice_s = taken + 1, slice_s + took_s
            if taken == AT_ONCE or slice_s > SLICE_S:
                taken, slice_s = 0, 0.0
                await asyncio.sleep(BREATHER_S)
            while pause_s := turns.pause():
                await asyncio.sleep(pause_s)

    def _take(self, session: Session, message: WSMessage) -> None:
        try:
            if message.type is WSMsgType.TEXT:
                self._command(session, message.data)
            elif message.type is WSMsgType.BINARY:
                self._packet(session, message.data)
            elif message.type is WSMsgType.PING:  # of many only the last need be answered (RFC 6455, section 5.5.3)
                session.note("PONG", frames.frame(bytes(message.data), frames.PONG))
        except UsageError as error:
            self._counters.refused += 1
            session.note("ERROR", frames.command("ERROR", str(error)))
        except Exception as error:
            self._faults.tell(error)

    def _command(self, session: Session, text: str) -> None:
        self._counters.commands += 1
        command = commands.read(self._tree, text)
        if command.name == "IGNORE":
            session.ignore(command.paths, command.raw)
        elif command.name == "LISTEN":
            session.listen(command.paths, command.prefix, command.raw)
        else:
            session.snapshot(command.paths, command.prefix)

    def _packet(self, session: Session, packet: bytes) -> None:
        self._counters.packets += 1
        self._dispatch(packet, session.origin, lambda reply: session.note(_key(reply), frames.frame(reply)))
        path, face = split_face(_key(packet))
        if path in self._registry.table:
            session.moved(path, packet if face == "touch" else None)

    def _changed(self, change: Change) -> None:
        """Pass a trigger on to who listens and did not pull it."""
        spec = self._registry.table[change.path]
        if spec.kind.held or not self._sessions:
            return
        told = frames.frame(codec.encode(change.path, spec, change.value))
        key = f"{change.path} {next(self._events) % EVENTS_KEPT}"
        for session in self._sessions:
            if change.path in session.listening and session.origin != change.origin:
                session.note(key, told)


def _key(packet: bytes) -> str:
    """The address of a message; the beginning of anything else."""
    return packet[:256].partition(b"\0")[0].decode(errors="replace")


def _keep_short(transport: asyncio.Transport) -> None:
    kernel = transport.get_extra_info("socket")
    if kernel is not None:
        kernel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(transport, "max_size"):  # of a selector's loop; Windows takes 64 KiB
        transport.max_size = READ
