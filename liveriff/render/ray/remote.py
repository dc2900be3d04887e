"""What lives in the cluster: a renderer, and a mailbox that is asked for what it has said. Knows nothing of Ray.

The renderer is the same that a process of ours runs, in a thread with a pipe of its own. Whoever holds the cluster
calls ``say`` and ``hear``, several at once; each has a turn, because Ray lets what is small overtake what is large: a
cancel came before the job that it was about, and a job before the file that it starts from.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque

from liveriff import __version__
from liveriff.render.ray.desk import Desk, Sent, forward
from liveriff.render.ray.parcel import Parcel, Unpacker
from liveriff.render.servant import PipeGone, be_nice, limit_threads
from liveriff.render.shelf import Shelf
from liveriff.render.worker import Renderer
from liveriff.wire.slots import SlotSpec


class Remote:
    """One renderer elsewhere."""

    def __init__(self, spec: SlotSpec, model: str, device: str) -> None:
        """Begins to load the model; ``Ready`` is the first thing that is heard."""
        limit_threads()
        be_nice()  # there may be a player on this machine
        self._pipe, theirs = multiprocessing.Pipe()
        self._box: deque[Sent] = deque()
        self._turn = 0
        self._news = threading.Condition()
        self._files = Unpacker()
        self._letters: dict[int, object] = {}  # by turn: what came before its time
        self._read = 0
        self._reading = threading.Lock()
        desk = Desk(spec)
        renderer = Renderer(theirs, desk, Shelf(device), None)
        threading.Thread(target=_run, args=(renderer, model), name="renderer", daemon=True).start()
        threading.Thread(target=forward, args=(self._pipe, desk, self._put), name="forward", daemon=True).start()

    def about(self) -> tuple[str, str, int]:
        """Our version, the machine's name, the process."""
        return __version__, os.uname().nodename if hasattr(os, "uname") else "", os.getpid()

    def say(self, turn: int, message: object) -> None:
        """Tell the renderer something, when all of earlier turns has been told; does not wait for that. Turns count
        from 0, each is used once."""
        with self._reading:
            self._letters[turn] = message
            while self._read in self._letters:
                letter = self._letters.pop(self._read)
                self._read += 1
                self._pipe.send(self._files.unpack(letter) if isinstance(letter, Parcel) else letter)

    def hear(self, turn: int, patience_s: float) -> list[Sent]:
        """What it has said since; nothing after so long. Turns count from 0, each is asked for once."""
        with self._news:
            self._news.wait_for(lambda: self._turn == turn)
            self._news.wait_for(lambda: self._box, patience_s)
            said = list(self._box)
            self._box.clear()
            self._turn += 1
            self._news.notify_all()
        return said

    def _put(self, sent: Sent) -> None:
        with self._news:
            self._box.append(sent)
            self._news.notify_all()


def _run(renderer: Renderer, model: str) -> None:
    try:
        renderer.run(model)
    except PipeGone:
        return
