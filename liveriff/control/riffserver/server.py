"""A server that Riffusion's clients can play from: routes, limits, CORS. Its own loop; nothing here renders."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from aiohttp import web

from liveriff.control.door.connections import Connections
from liveriff.control.door.counters import Counters
from liveriff.control.door.guard import Guard
from liveriff.control.peers import is_here
from liveriff.control.riffserver.asked import Asked, asked
from liveriff.control.riffserver.entrance import Entrance
from liveriff.control.riffserver.kitchen import Failed, Full, Kitchen, Late, Mistaken
from liveriff.control.riffserver.page import headers, page
from liveriff.control.riffserver.pictures import Pictures
from liveriff.control.riffserver.replies import (
    METHODS,
    json_reply,
    preflight,
    text,
    told,
    told_plugin,
    wants_wav,
    wav_reply,
)
from liveriff.errors import DeviceError, UsageError

LARGEST_JSON = 1 << 20
LARGEST_SOUND = 24 << 20  # base64 of half a minute of stereo floats
SLOWEST_BODY_S = 30.0
PATIENCE_S = 30.0  # for the head of a request, for a reply to be read, and between requests
OF_ONE_HOST = 8  # clips that another machine may wait for at a time
_RETRY_S = 2
_NOWHERE = "There is nothing here; POST to /run_inference/."
log = logging.getLogger(__name__)

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class ClipServer:
    """``await start()``, ``await stop()``. place: host and port; 0 for any port; guard: whom to let in."""

    kitchen: Kitchen
    pictures: Pictures = field(default_factory=Pictures)
    host: str = "127.0.0.1"
    port: int = 3013
    tls: ssl.SSLContext | None = None
    guard: Guard = field(default_factory=Guard)
    _connections: Connections | None = None
    _server: asyncio.Server | None = None
    _sweeping: asyncio.Task[None] | None = None
    _asking: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """The routes, by method and path."""
        self._entrance = Entrance(self.guard)
        posts: dict[str, Handler] = {
            "/run_inference": self._inference,
            "/run_inference/": self._inference,
            "/run_vst": self._plugin,
            "/run_vst/": self._plugin,
            "/api/server": self._proxied,
            "/api/baseten": self._proxied,
        }
        gets: dict[str, Handler] = {"/health": self._health, "/": self._page}
        self._routes = {"POST": posts, "GET": gets, "HEAD": gets}

    async def start(self) -> str:
        """Listen; the address of the page. DeviceError if that cannot be."""
        connections = Connections(self._answer, Counters(), PATIENCE_S, handler_cancellation=True)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(connections, self.host, self.port, ssl=self.tls, backlog=128)
        except OSError as error:
            why = error.strerror or str(error)
            raise DeviceError(f"cannot listen on {self.host}:{self.port} ({why}); choose another --port.") from error
        self._connections = connections
        self._sweeping = asyncio.ensure_future(_swept(connections))
        port = self._server.sockets[0].getsockname()[1]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{port}/"

    async def stop(self) -> None:
        """Stop listening and give up what is asked for."""
        if self._server is not None and self._connections is not None and self._sweeping is not None:
            self._server.close()
            self._sweeping.cancel()
            await self._connections.shutdown(1.0)

    # --- one request -------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Every failure is a text with its status; who may read it, the entrance knows."""
        started = time.monotonic()
        response = await self._admitted(request)
        response.headers.update(self._entrance.headers(request))
        if request.method == "POST":
            log.info("%s %s %d %.2f s", request.remote, request.path, response.status, time.monotonic() - started)
        return response

    async def _admitted(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return preflight(request)
        refused = self._entrance.refused(request, time.monotonic())
        if refused is not None:
            return _closing(refused)
        handler = self._routes.get(request.method, {}).get(request.path)
        if handler is None:
            known = any(request.path in routes for routes in self._routes.values())
            return _closing(text(405, "Not this method here.", Allow=METHODS) if known else text(404, _NOWHERE))
        return await _answered(request, self._counted(handler) if request.method == "POST" else handler)

    def _counted(self, handler: Handler) -> Handler:
        """One machine does not fill the queue for all others; of this machine everybody may."""

        async def counted(request: web.BaseRequest) -> web.StreamResponse:
            peer = request.remote or ""
            if self._asking[peer] >= OF_ONE_HOST and not is_here(peer):
                raise Full(_RETRY_S)
            self._asking[peer] += 1
            try:
                return await handler(request)
            finally:
                self._asking[peer] -= 1
                self._asking += Counter()  # forgets who asks for nothing

        return counted

    # --- routes ------------------------------------------------------------------------------------------------------

    async def _inference(self, request: web.BaseRequest) -> web.Response:
        given = asked(await _body(request, LARGEST_JSON), self.pictures)
        if wants_wav(request):
            return await self._wav(given)
        return json_reply(_wrapped(told(await self.kitchen.make(given.wish)), given))

    async def _plugin(self, request: web.BaseRequest) -> web.Response:
        given = asked(await _body(request, LARGEST_SOUND), self.pictures, with_audio=True)
        if wants_wav(request):
            return await self._wav(given)
        return json_reply(_wrapped(told_plugin(await self.kitchen.make(given.wish)), given))

    async def _wav(self, given: Asked) -> web.Response:
        return wav_reply(await self.kitchen.make(replace(given.wish, sound_only=True)))

    async def _proxied(self, request: web.BaseRequest) -> web.Response:
        """As the web app's own proxies answer."""
        given = asked(await _body(request, LARGEST_JSON), self.pictures)
        return json_reply({"data": _wrapped(told(await self.kitchen.make(given.wish)), given)})

    async def _health(self, _request: web.BaseRequest) -> web.Response:
        state = self.kitchen.state()
        known = {
            **vars(state),
            "model": _named(state.model),
            "seconds": round(state.seconds, 3),
            "pictures": self.pictures.names(),
        }
        return json_reply({"status": "ready" if state.ready else "starting", **known})

    async def _page(self, request: web.BaseRequest) -> web.Response:
        return self._entrance.entered(request) or web.Response(text=page(), content_type="text/html", headers=headers())


def _named(model: str) -> str:
    """A model without the folder that it lies in, which is nobody's business."""
    backend, colon, place = model.partition(":")
    is_path = place.startswith(("/", "~", ".")) or "\\" in place
    name = place.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return f"{backend}:{name}" if colon and is_path else model


def _wrapped(reply: dict[str, object], given: Asked) -> dict[str, object]:
    return {given.wrapper: reply} if given.wrapper else reply


async def _body(request: web.BaseRequest, largest: int) -> bytes:
    """The body; an HTTP refusal where it is too large or does not come."""
    if (request.content_length or 0) > largest:
        raise _too_large(largest)
    return await asyncio.wait_for(_read(request, largest), SLOWEST_BODY_S)


async def _read(request: web.BaseRequest, largest: int) -> bytes:
    parts = bytearray()
    async for part in request.content.iter_any():
        parts += part
        if len(parts) > largest:
            raise _too_large(largest)
    return bytes(parts)


def _too_large(largest: int) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(largest, largest, text=f"The body must be at most {largest} bytes long.")


async def _answered(request: web.BaseRequest, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (UsageError, Mistaken) as error:
        return text(400, str(error))
    except Full as error:
        return text(503, "Too many requests wait already; try again later.", Retry_After=str(error.retry_s))
    except Late:
        return text(504, "The clip took too long and was given up.")
    except Failed as error:
        return text(500, str(error))
    except ConnectionError:  # it left in the middle of its body: nobody reads this
        return _closing(text(400, "The body ended early."))
    except asyncio.TimeoutError:
        return _closing(text(408, "The body did not come."))
    except web.HTTPException as error:
        return _closing(text(error.status, error.text or error.reason))
    except Exception:
        log.exception("a request failed")
        return text(500, "The server failed on this request.")


def _closing(response: web.Response) -> web.Response:
    """What is left of the body is not read."""
    response.force_close()
    return response


async def _swept(connections: Connections) -> None:
    while True:
        await asyncio.sleep(1.0)
        with contextlib.suppress(Exception):
            connections.sweep()
