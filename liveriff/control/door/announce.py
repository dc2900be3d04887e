"""Announces the door on the local network (DNS-SD over multicast DNS), so that nobody types an address.

_oscjson._tcp for OSCQuery, _osc._udp for plain OSC. Engine's loop only; everything happens in a task of its own, so
that the start waits for nothing, and a failure costs one sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liveriff.control.door.addresses import lan_address

if TYPE_CHECKING:
    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

LOOK_S = 15.0  # between looks at whether our address has changed
PATIENCE_S = 1.0  # for each half of saying goodbye
TXT = {"txtvers": "1"}


@dataclass(frozen=True)
class Announced:
    """name: of the instance, as browsers list it; ports 0 are not announced."""

    name: str
    http_port: int
    osc_port: int = 0

    def services(self, address: str) -> list[ServiceInfo]:
        """What to register."""
        from zeroconf import ServiceInfo

        host = f"{socket.gethostname().partition('.')[0] or 'liveriff'}.local."  # as the system's own mDNS says it
        ports = {"_oscjson._tcp.local.": self.http_port, "_osc._udp.local.": self.osc_port}
        return [
            ServiceInfo(kind, f"{self.name}.{kind}", port, parsed_addresses=[address], properties=TXT, server=host)
            for kind, port in ports.items()
            if port
        ]


@dataclass
class Announcer:
    """``start`` returns at once; ``close`` takes the announcement back.

    address: gives the address to announce, asked again every ``look_s``, in a thread; notice: tells a person one
    sentence, the first time something fails; interfaces: addresses to speak on, or None for all.
    """

    announced: Announced
    notice: Callable[[str], None]
    address: Callable[[], str] = lan_address
    interfaces: list[str] | None = None
    look_s: float = LOOK_S
    failures: int = 0
    present: str = ""  # the address announced now, "" for none
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin; needs a running loop."""
        self._task = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        """Say goodbye, at most 2 * PATIENCE_S long."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=2 * PATIENCE_S)

    async def _run(self) -> None:
        while True:
            try:
                await self._while_here(await asyncio.to_thread(self.address))
            except Exception as error:
                self._failed(error)
                await asyncio.sleep(self.look_s)

    async def _while_here(self, address: str) -> None:
        """Announce an address until it is another one."""
        from zeroconf import InterfaceChoice, IPVersion
        from zeroconf.asyncio import AsyncZeroconf

        interfaces = self.interfaces or InterfaceChoice.All
        network = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
        try:
            await asyncio.gather(*(_register(network, service) for service in self.announced.services(address)))
            self.present = address
            while await asyncio.to_thread(self.address) == address:
                await asyncio.sleep(self.look_s)
        finally:
            self.present = ""
            await self._leave(network)

    @staticmethod
    async def _leave(network: AsyncZeroconf) -> None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(network.async_unregister_all_services(), PATIENCE_S)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(network.async_close(), PATIENCE_S)

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        if self.failures == 1:
            reason = str(error) or type(error).__name__
            self.notice(f"Other machines will not find liveriff by name ({reason}); they can use its address.")


async def _register(network: AsyncZeroconf, service: ServiceInfo) -> None:
    """Announce one service, as "name-2" where another machine has the name already."""
    await (await network.async_register_service(service, allow_name_change=True))
