"""A client of the door: reads the tree, hears changes, sets values, and comes back by itself.

For screens and scripts in other processes; knows nothing of the engine, only the protocol. One asyncio loop.

    async with DoorClient("http://127.0.0.1:8080", listen=("/deck/1",)) as door:
        await door.ready()
        door.set("/deck/1/level", -6.0)
        async for path, value in door.updates():
            ...
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from liveriff.control.door.mailbox import Mailbox
from liveriff.control.door.protocol import Node, argument, changed_path, command, flat, sentence
from liveriff.control.door.url import read_url
from liveriff.control.osc import codec
from liveriff.control.osc.packets import MalformedError, parse

if TYPE_CHECKING:
    from aiohttp import ClientSession, ClientWebSocketResponse

BACK_OFF_S = (0.25, 0.5, 1.0, 2.0, 4.0)
PATIENCE_S = 5.0  # for the answer to a GET
HEARTBEAT_S = 10.0
LARGEST = 4 * 2**20  # bytes of a frame or an answer


class Update(NamedTuple):
    """A value as it is now; of a trigger, the number it was pulled with."""

    path: str
    value: Any


class DoorClient:
    """An asynchronous context manager; see the module.

    ``nodes`` holds the tree by path, with the latest VALUE (TEXT and RAW leave with the first change); ``host``
    HOST_INFO; ``connected`` whether the door is open now; ``trouble`` one sentence on why not, else "". They survive
    a lost connection.
    """

    def __init__(
        self,
        url: str,
        listen: Sequence[str] = ("/",),
        token: str = "",
        on_connection: Callable[[bool], object] | None = None,
        back_off_s: Sequence[float] = BACK_OFF_S,
    ) -> None:
        """listen: nodes to hear of, with all below them; raises UsageError for an address that is none."""
        self._url = read_url(url)
        self._token = token or self._url.token
        self._listen, self._back_off_s = tuple(listen), tuple(back_off_s)
        self._on_connection = on_connection
        self.nodes: dict[str, Node] = {}
        self.host: dict[str, Any] = {}
        self.connected = False
        self.trouble = "Not connected yet."
        self._ready = asyncio.Event()
        self._heard: Mailbox[Update] = Mailbox()
        self._said: Mailbox[str | bytes] = Mailbox()
        self._task: asyncio.Task[None] | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> DoorClient:
        self._task = asyncio.ensure_future(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up. May be called twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def ready(self, patience_s: float | None = None) -> None:
        """Wait for the first tree; TimeoutError after ``patience_s``, whose reason is in ``trouble``."""
        await asyncio.wait_for(self._ready.wait(), patience_s)

    # --- hearing and saying ----------------------------------------------------------------------------------------

    async def updates(self) -> AsyncIterator[Update]:
        """Changes as they come, for ever; who is slow gets the latest of each value. For one reader."""
        while True:
            for update in await self._heard.take():
                yield update

    def value(self, path: str) -> Any:
        """The latest value heard; None where there is none."""
        return next(iter(self.nodes.get(path, {}).get("VALUE", [])), None)

    def set(self, path: str, value: object = True) -> bool:
        """Set a parameter or pull a trigger; False, and nothing is sent later, while the door is shut.

        None means "auto". Moves that were not sent before the next one are replaced by it; triggers never are.
        """
        if not self.connected:
            return False
        node = self.nodes.get(path, {})
        packet = codec.message(path, argument(str(node.get("TYPE", "")), value))
        if node.get("CRITICAL"):
            self._said.put_event(packet)
        else:
            self._said.put(path, packet)
        return True

    def command(self, name: str, path: str) -> bool:
        """LISTEN, IGNORE or SNAPSHOT for this connection; False while the door is shut."""
        if self.connected:
            self._said.put_event(command(name, path))
        return self.connected

    # --- inside ----------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        import aiohttp

        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        patience = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with aiohttp.ClientSession(headers=headers, timeout=patience) as http:
            attempt = 0
            while True:
                self.trouble = f"{self._url.base} hung up."
                try:
                    attempt = 0 if await self._visit(http) else attempt
                except aiohttp.ClientResponseError as error:
                    self.trouble = sentence(self._url.base, error.status)
                except (OSError, ValueError, asyncio.TimeoutError, aiohttp.ClientError) as error:
                    self.trouble = f"{self._url.base} does not answer ({str(error) or type(error).__name__})."
                await asyncio.sleep(self._back_off_s[min(attempt, len(self._back_off_s) - 1)])
                attempt += 1

    async def _visit(self, http: ClientSession) -> bool:
        """One connection from its beginning to its end; True if it stood."""
        self.host = await self._get(http, "/?HOST_INFO")
        self.nodes = dict(flat(await self._get(http, "/")))
        async with http.ws_connect(f"{self._url.base}/", heartbeat=HEARTBEAT_S, compress=0, max_msg_size=LARGEST) as ws:
            self._said.clear()
            for path in self._listen:
                await ws.send_str(command("LISTEN", f"{path.rstrip('/')}/*"))
            self._tell(True)
            speaker = asyncio.ensure_future(self._speak(ws))
            try:
                async for message in ws:
                    await self._hear(http, message.data)
            finally:
                self._tell(False)
                speaker.cancel()
                await asyncio.wait([speaker])
        return True

    async def _get(self, http: ClientSession, path: str) -> Any:
        # Another place is not the one that was named, and the token is not for it.
        async with http.get(f"{self._url.base}{path}", raise_for_status=True, allow_redirects=False) as response:
            return await response.json()

    async def _speak(self, ws: ClientWebSocketResponse[Any]) -> None:
        while True:
            for message in await self._said.take():
                await (ws.send_str(message) if isinstance(message, str) else ws.send_bytes(message))

    async def _hear(self, http: ClientSession, data: object) -> None:
        if isinstance(data, bytes):
            self._values(data)
        elif isinstance(data, str):
            path = changed_path(data)
            if path:
                self.nodes.update(flat(await self._get(http, path)))
                self._heard.put(path, Update(path, self.value(path)))

    def _values(self, packet: bytes) -> None:
        with contextlib.suppress(MalformedError):
            for _, path, args in parse(packet):
                self._value(path, args[0] if args else True)

    def _value(self, path: str, value: object) -> None:
        node = self.nodes.setdefault(path, {})
        if node.get("CRITICAL"):
            self._heard.put_event(Update(path, value))
            return
        node["VALUE"] = [value]
        node.pop("RAW", None)  # they told of the value before
        node.pop("TEXT", None)
        self._heard.put(path, Update(path, value))

    def _tell(self, connected: bool) -> None:
        self.connected = connected
        if connected:
            self.trouble = ""
            self._ready.set()
        if self._on_connection is not None:
            self._on_connection(connected)
