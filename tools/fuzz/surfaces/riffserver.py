"""The server for Riffusion's clients: bodies of requests, alone and over HTTP."""

from __future__ import annotations

import base64
from random import Random
from typing import Any

from fuzz.jsons import changed, dumped
from fuzz.pipe import statuses, talk
from fuzz.stage import Loop, folder
from fuzz.surface import Surface, Target, must
from liveriff.control.riffserver.asked import asked
from liveriff.control.riffserver.kitchen import State
from liveriff.control.riffserver.pictures import Pictures
from liveriff.control.riffserver.server import ClipServer
from liveriff.wire.clips import Clip, Wish

RIGHT: dict[str, Any] = {
    "alpha": 0.25,
    "num_inference_steps": 20,
    "seed_image_id": "og_beat",
    "mask_image_id": None,
    "start": {"prompt": "bells", "seed": 42, "denoising": 0.75, "guidance": 7.0, "negative_prompt": None},
    "end": {"prompt": "jazz", "seed": 43},
    "audio": base64.b64encode(b"RIFF").decode(),
}
ROUTES = (b"/run_inference/", b"/run_vst/", b"/api/server", b"/health", b"/")
WORDS = (
    *(b'"alpha"', b'"start"', b'"end"', b'"prompt"', b'"seed"', b'"audio"', b'"worklet_input"', b'"seed_image_id"'),
    *(b'"mask_image_id"', b"null", b"true", b"{", b"}", b"[", b"]", b":", b",", b"1e400", b"\\ud800", b'"data:,'),
)


class _Cook:
    """Makes no sound of any wish."""

    async def make(self, wish: Wish) -> Clip:
        check(wish)
        return Clip(b"\xff\xd8", b"ID3", b"RIFF", 5.0)

    def state(self) -> State:
        return State("fuzz", True, 0, 0, 0, 1.0)


def check(wish: Wish) -> None:
    """A wish is one that a renderer can take."""
    must(0.0 <= wish.alpha <= 1.0 and 1 <= wish.steps <= 500, f"{wish.alpha!r}, {wish.steps!r}")
    for end in (wish.start, wish.end):
        must(-(2**63) <= end.seed < 2**63, f"seed {end.seed}")
        must(0.0 <= end.denoising <= 1.0 and 0.0 <= end.guidance <= 100.0, "a number is beyond its range")
        (end.prompt + (end.negative_prompt or "")).encode()  # what no tokenizer can read is no prompt
    for place in (wish.seed_image, wish.mask):
        must(place is None or place.path == "", "a picture was found where there is none")


def bodies() -> Target:
    """The body alone; its first byte says whether it brings a sound."""
    pictures = Pictures(folder("pictures"))

    def target(data: bytes) -> bool:
        check(asked(data[1:], pictures, with_audio=bool(data[:1] and data[0] & 1)).wish)
        return True

    return target


def requests() -> Target:
    """The server without its socket."""
    loop = Loop()
    server = ClipServer(_Cook(), Pictures(), port=0)
    loop.until(server.start())
    assert server._server is not None
    server._server.close()  # the port is not wanted

    def target(data: bytes) -> bool:
        if data[:1] == b"\0":  # a body with a head that is right
            route = ROUTES[data[1] % len(ROUTES)] if len(data) > 1 else ROUTES[0]
            body = data[2:]
            head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (route, len(body))
            answer = talk(loop, server._connections, head, body)
            must(answer.startswith(b"HTTP/1.1 "), "no answer")
        else:
            answer = talk(loop, server._connections, data)
        must(500 not in statuses(answer), f"answered {answer[:60]!r}")
        return 200 in statuses(answer)

    return target


def body(random: Random) -> bytes:
    """A request with something wrong in it."""
    told = changed(random, RIGHT)
    return dumped({"worklet_input": told} if random.random() < 0.1 else told)


SURFACES = (
    Surface(
        "riffusion",
        "bodies of the Riffusion server: JSON, prompts, seeds, names of pictures, base64; down to the renderer's wish",
        bodies,
        lambda: [b"\0" + dumped(RIGHT), b"\1" + dumped(RIGHT), b"\0" + dumped({"worklet_input": RIGHT})],
        lambda random: bytes((random.randrange(2),)) + body(random),
        WORDS,
    ),
    Surface(
        "riffusion-http",
        "the Riffusion server's routes over HTTP: heads, lengths, bodies",
        requests,
        lambda: [
            *(bytes((0, route)) + dumped(RIGHT) for route in range(len(ROUTES))),
            b"OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccess-Control-Request-Headers: a\r\nOrigin: http://a\r\n\r\n",
            b"POST /run_vst/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ],
        lambda random: bytes((0, random.randrange(5))) + body(random),
        (*WORDS, b"\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", *ROUTES),
        fresh=500,
    ),
)
