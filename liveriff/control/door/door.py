"""The door as the engine sees it: start, tick, close. OSCQuery and WebSocket on one port; announced with ``lan``.

Everything runs on the engine's loop. aiohttp and zeroconf are imported by ``start``.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from liveriff.control.door.addresses import LOOPBACK, lan_address, machine_name, own_names
from liveriff.control.door.counters import Counters
from liveriff.control.door.faults import Faults
from liveriff.control.door.guard import Guard, is_loopback
from liveriff.control.door.pages import Page, plain_page, read_pages
from liveriff.control.door.query import Host
from liveriff.control.door.tree import Tree
from liveriff.control.qr import encoded, svg
from liveriff.errors import UsageError
from liveriff.params.registry import Registry

if TYPE_CHECKING:
    from liveriff.control.door.announce import Announcer
    from liveriff.control.door.http import Http
    from liveriff.control.door.websocket import DispatchPacket, Listeners

EVERYWHERE = "0.0.0.0"
NEXT_PORTS = 10  # tried after the one asked for, before any free one is taken
SWEEP_S = 0.5


class Door:
    """``await start()``, ``tick`` every 20 to 33 ms, ``await close()``.

    dispatch: applies an OSC packet from a listener, see DispatchPacket; notice: tells a person one sentence; host:
    address to bind, loopback unless ``lan``; port: asked for, the next free one is taken; osc_host, osc_port: where
    OSC over UDP is, for HOST_INFO (port 0: nowhere); token: a word that clients must know, or ""; web: folder of the
    web remote, or None.

    ``address`` is the door's, as those reach it who are let in; ``entrance`` the same with the token.
    """

    def __init__(
        self,
        registry: Registry,
        dispatch: DispatchPacket,
        notice: Callable[[str], None],
        host: str = LOOPBACK,
        port: int = 8080,
        osc_host: str = LOOPBACK,
        osc_port: int = 0,
        lan: bool = False,
        token: str = "",
        name: str = "liveriff",
        web: Path | None = None,
    ) -> None:
        """Nothing is opened yet. Raises UsageError for a host that others could reach without ``lan``."""
        if not lan and not is_loopback(host):
            raise UsageError(f"{host} can be reached from other machines; say so with --lan, or use {LOOPBACK}.")
        self.counters = Counters()
        self.address = self.entrance = ""
        self._registry, self._dispatch, self._notice = registry, dispatch, notice
        self._bind = EVERYWHERE if lan and is_loopback(host) else host
        self._port, self._osc, self._name, self._web = port, (osc_host, osc_port), name, web
        self._guard = Guard(lan, token, own_names())
        self._faults = Faults(self.counters)
        self._tree = Tree(registry)
        self._http: Http | None = None
        self._listeners: Listeners | None = None
        self._server: asyncio.Server | None = None
        self._announcer: Announcer | None = None
        self._swept = float("-inf")

    async def start(self) -> None:
        """Open. Raises UsageError where the address cannot be bound at all."""
        from liveriff.control.door.http import House, Http
        from liveriff.control.door.websocket import Listeners

        pages = await asyncio.to_thread(read_pages, self._web)
        self._listeners = Listeners(self._registry, self._tree, self._dispatch, self.counters, self._faults)
        house = House(self._tree, self._guard, pages, plain_page(self._name, "", ""), *self._hosts())
        self._http = Http(house, self._listeners.converse, self.counters, self._faults)
        self._server, port = await self._open(self._http)
        shown = await asyncio.to_thread(lan_address) if self._bind == EVERYWHERE else self._bind
        self.address = f"http://{shown}:{port}"
        self.entrance = f"{self.address}/?token={self._guard.token}" if self._guard.token else f"{self.address}/"
        house.index = plain_page(self._name, self.address, self._osc_shown(shown))
        house.host, house.afar = self._hosts(self.address)
        with contextlib.suppress(ValueError):  # an address too long for it
            house.qr = Page(svg(encoded(self.entrance)).encode(), "image/svg+xml")
        if self._guard.lan:
            self._announce(port)

    def tick(self, now: float | None = None) -> None:
        """Serve the listeners. ``now`` in seconds of time.monotonic. Never raises, never waits."""
        now = time.monotonic() if now is None else now
        if self._listeners is None or self._http is None:
            return
        self._listeners.tick(now)
        if now - self._swept >= SWEEP_S:
            self._swept = now
            self._http.connections.sweep()
            for path in self._tree.new_offers():
                self.path_changed(path)

    def path_changed(self, path: str) -> None:
        """Something other than the value changed there: tell all clients to read the node again.

        New offers (``Registry.offer``) are noticed by themselves within half a second.
        """
        self._tree.forget(path)
        if self._listeners is not None:
            self._listeners.broadcast("PATH_CHANGED", path)

    async def close(self) -> None:
        """Say goodbye and free the port; two seconds at most. May be called twice."""
        server, self._server = self._server, None
        if server is None or self._http is None or self._listeners is None:
            return
        server.close()
        leaving = asyncio.ensure_future(self._announcer.close()) if self._announcer is not None else None
        await self._listeners.close()
        await self._http.connections.shutdown(0.5)
        self._tree.close()
        if leaving is not None:
            await leaving

    # --- inside ----------------------------------------------------------------------------------------------------

    async def _open(self, http: Http) -> tuple[asyncio.Server, int]:
        loop = asyncio.get_running_loop()
        for port in self._ports():
            try:
                server = await loop.create_server(http.connections, self._bind, port, backlog=128)
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise UsageError(f"The door cannot be opened at {self._bind}: {error.strerror or error}.") from None
                continue
            got = int(server.sockets[0].getsockname()[1])
            if got != self._port and self._port:
                self._notice(f"Port {self._port} is in use; screens and browsers come in at port {got}.")
            return server, got
        raise UsageError(f"No port is free at {self._bind}.")

    def _ports(self) -> Iterator[int]:
        if self._port:
            yield from range(self._port, min(65535, self._port + NEXT_PORTS) + 1)
        yield 0

    def _announce(self, port: int) -> None:
        from liveriff.control.door.announce import Announced, Announcer

        # Several laptops on one stage must be told apart, and the names must differ.
        name = f"{self._name} on {machine_name()}"
        osc_port = 0 if is_loopback(self._osc[0]) else self._osc[1]
        self._announcer = Announcer(Announced(name, port, osc_port), self._notice)
        self._announcer.start()

    def _hosts(self, address: str = "") -> tuple[Host, Host]:
        """What HOST_INFO tells this machine and others, for whom an OSC port that listens to this machine is none."""
        host, port = self._osc
        here = Host(self._name, port, "" if host in ("", EVERYWHERE) else host, address)
        return here, replace(here, osc_port=0, osc_ip="") if is_loopback(host) else here

    def _osc_shown(self, address: str) -> str:
        host, port = self._osc
        return f"{address if host in ('', EVERYWHERE) else host}:{port}" if port else ""
