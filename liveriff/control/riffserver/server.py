"""A server that Riffusion's clients can play from: routes, limits, CORS. Its own loop; nothing here renders."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from aiohttp import web

from liveriff.control.riffserver.asked import Asked, asked
from liveriff.control.riffserver.kitchen import Failed, Full, Kitchen, Late, Mistaken
from liveriff.control.riffserver.page import page
from liveriff.control.riffserver.pictures import Pictures
from liveriff.control.riffserver.replies import (
    CORS,
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
_ANSWERED = {404: "There is nothing here; POST to /run_inference/.", 405: "Not this method here."}
log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ClipServer:
    """``await start()``, ``await stop()``. place: host and port; 0 for any port."""

    kitchen: Kitchen
    pictures: Pictures = field(default_factory=Pictures)
    host: str = "127.0.0.1"
    port: int = 3013
    tls: ssl.SSLContext | None = None
    _runner: web.AppRunner | None = None

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(middlewares=[_shared], client_max_size=LARGEST_SOUND)
        for path in ("/run_inference/", "/run_inference"):
            app.router.add_post(path, self._inference)
        for path in ("/run_vst/", "/run_vst"):
            app.router.add_post(path, self._plugin)
        for path in ("/api/server", "/api/baseten"):
            app.router.add_post(path, self._proxied)
        app.router.add_get("/health", self._health)
        app.router.add_get("/", self._page)
        return app

    async def start(self) -> str:
        """Listen; the address of the page. DeviceError if that cannot be."""
        runner = web.AppRunner(self.app(), handler_cancellation=True, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port, ssl_context=self.tls).start()
        except OSError as error:
            await runner.cleanup()
            why = error.strerror or str(error)
            raise DeviceError(f"cannot listen on {self.host}:{self.port} ({why}); choose another --port.") from error
        self._runner = runner
        port = runner.addresses[0][1]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{port}/"

    async def stop(self) -> None:
        """Stop listening and give up what is asked for."""
        if self._runner is not None:
            await self._runner.cleanup()

    # --- routes ------------------------------------------------------------------------------------------------------

    async def _inference(self, request: web.Request) -> web.Response:
        given = asked(await _body(request, LARGEST_JSON), self.pictures)
        if wants_wav(request):
            return await self._wav(given)
        return json_reply(_wrapped(told(await self.kitchen.make(given.wish)), given))

    async def _plugin(self, request: web.Request) -> web.Response:
        given = asked(await _body(request, LARGEST_SOUND), self.pictures, with_audio=True)
        if wants_wav(request):
            return await self._wav(given)
        return json_reply(_wrapped(told_plugin(await self.kitchen.make(given.wish)), given))

    async def _wav(self, given: Asked) -> web.Response:
        return wav_reply(await self.kitchen.make(replace(given.wish, sound_only=True)))

    async def _proxied(self, request: web.Request) -> web.Response:
        """As the web app's own proxies answer."""
        given = asked(await _body(request, LARGEST_JSON), self.pictures)
        return json_reply({"data": _wrapped(told(await self.kitchen.make(given.wish)), given)})

    async def _health(self, _request: web.Request) -> web.Response:
        state = self.kitchen.state()
        known = {**vars(state), "seconds": round(state.seconds, 3), "pictures": self.pictures.names()}
        return json_reply({"status": "ready" if state.ready else "starting", **known})

    async def _page(self, _request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": "frame-ancestors 'none'", "Cache-Control": "no-cache"}
        return web.Response(text=page(), content_type="text/html", headers=headers)


def _wrapped(reply: dict[str, object], given: Asked) -> dict[str, object]:
    return {given.wrapper: reply} if given.wrapper else reply


async def _body(request: web.Request, largest: int) -> bytes:
    """The body; an HTTP refusal where it is too large or does not come."""
    if (request.content_length or 0) > largest:
        raise _too_large(largest)
    return await asyncio.wait_for(_read(request, largest), SLOWEST_BODY_S)


async def _read(request: web.Request, largest: int) -> bytes:
    parts = bytearray()
    async for part in request.content.iter_any():
        parts += part
        if len(parts) > largest:
            raise _too_large(largest)
    return bytes(parts)


def _too_large(largest: int) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(largest, largest, text=f"The body must be at most {largest} bytes long.")


@web.middleware
async def _shared(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every reply may be read by pages of any origin; every failure is a text with its status."""
    started = time.monotonic()
    response = preflight(request) if request.method == "OPTIONS" else await _answered(request, handler)
    response.headers.update(CORS)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.method == "POST":
        log.info("%s %s %d %.2f s", request.remote, request.path, response.status, time.monotonic() - started)
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
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
    except asyncio.TimeoutError:
        return _closing(text(408, "The body did not come."))
    except web.HTTPException as error:
        response = text(error.status, _ANSWERED.get(error.status, error.text or error.reason))
        if error.status == 405:
            response.headers["Allow"] = METHODS
        return _closing(response) if error.status == 413 else response
    except Exception:
        log.exception("a request failed")
        return text(500, "The server failed on this request.")


def _closing(response: web.Response) -> web.Response:
    """What is left of the body is not read."""
    response.force_close()
    return response
