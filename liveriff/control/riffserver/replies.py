"""Clips and refusals as HTTP replies. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from aiohttp import web

from liveriff.wire.clips import Clip

METHODS = "GET, HEAD, OPTIONS, POST"
_DAY_S = 86400
SOUNDS = ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave")


def data_uri(media: str, data: bytes) -> str:
    """Bytes as a URI that a browser plays or shows."""
    return f"data:{media};base64,{base64.b64encode(data).decode('ascii')}"


def told(clip: Clip) -> dict[str, object]:
    """Riffusion's reply."""
    return {
        "image": data_uri("image/jpeg", clip.image),
        "audio": data_uri("audio/mpeg", clip.mp3),
        "duration_s": clip.duration_s,
    }


def told_plugin(clip: Clip) -> dict[str, object]:
    """The plug-in's reply: its sound is the bare base64 of a WAV."""
    return {**told(clip), "audio": base64.b64encode(clip.wav).decode("ascii")}


def json_reply(body: Mapping[str, object]) -> web.Response:
    """A JSON reply."""
    return web.json_response(body)


def wav_reply(clip: Clip) -> web.Response:
    """The sound alone."""
    headers = {"X-Duration": f"{clip.duration_s:.6f}", "Access-Control-Expose-Headers": "X-Duration"}
    return web.Response(body=clip.wav, content_type="audio/wav", headers=headers)


def text(status: int, sentence: str, **headers: str) -> web.Response:
    """A refusal."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    whole = sentence.encode(errors="replace").decode()  # it may cite half a letter
    return web.Response(status=status, text=whole, headers=more)


def preflight(request: web.BaseRequest) -> web.Response:
    """What a browser asks before a page of another origin may post."""
    asked = request.headers.get("Access-Control-Request-Headers", "Content-Type")
    headers = {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": asked[:1000],
        "Access-Control-Max-Age": str(_DAY_S),
        "Allow": METHODS,
        "Vary": "Access-Control-Request-Headers, Access-Control-Request-Private-Network",
    }
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"  # a page from the web may play from this machine
    return web.Response(status=200, headers=headers)


def wants_wav(request: web.BaseRequest) -> bool:
    """Whether a client asks for the sound alone."""
    accept = request.headers.get("Accept", "").casefold()
    return any(each.partition(";")[0].strip() in SOUNDS for each in accept.split(","))
