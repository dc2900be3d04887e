"""Renderers of clips that misbehave; run in processes of their own, so nothing heavy is imported."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from liveriff.wire.clips import Clip, Made, Make, NotLoaded
from liveriff.wire.messages import Cancel, Dropped, Quit, Ready

CLIP = Clip(b"image", b"mp3", b"wav", 1.0)


def behaving(pipe: Connection, model: str, device: str, category: str) -> None:
    """Makes clips; "die" dies, "deaf" hears nothing, "endless" goes on until it is cancelled."""
    pipe.send(Ready(model, device, os.getpid(), 0.0))
    while True:
        message = pipe.recv()
        if isinstance(message, Quit):
            return
        if isinstance(message, Make):
            _serve(pipe, message)


def _serve(pipe: Connection, message: Make) -> None:
    what = message.wish.start.prompt
    if what == "die":
        os._exit(3)
    if what == "deaf":
        time.sleep(600)
    if what == "endless":
        while pipe.recv() != Cancel(message.request):
            pass
        pipe.send(Dropped(message.request))
        return
    pipe.send(Made(message.request, CLIP))


def unloadable(pipe: Connection, model: str, device: str, category: str) -> None:
    """Has no weights."""
    pipe.send(NotLoaded(f"the model {model!r} is not there."))


def dying(pipe: Connection, model: str, device: str, category: str) -> None:
    """Dies while it loads."""
    os._exit(9)
