"""The engine's hand on the process that new players are forked from, where the system allows it: Linux.

A player that starts by itself imports numpy and its compiled kernels first, and all the while there is silence; one
that is forked only opens its sink. Where there is no such process, or it does not answer, players start by themselves.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import select
import signal
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle

from liveriff.engine.supervise import deaf_to_ctrl_c
from liveriff.player.entry import nursery_main
from liveriff.player.options import PlayerOptions

ANSWER_S = 1.5
END_S = 0.5
NOBODY = 0
"""In place of the new player's number, where none could be made."""


class Born:
    """A player that was forked: it is no child of ours, so it is held by a handle that no other process can take over.
    See ``supervise.Process``."""

    def __init__(self, pid: int) -> None:
        """OSError where it has left already."""
        self._handle = -1
        self.pid: int | None = pid
        self._handle = os.pidfd_open(pid)

    def start(self) -> None:
        """It has been."""

    def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has left."""
        if self._handle >= 0 and select.select([self._handle], [], [], timeout)[0]:
            self._close()

    def is_alive(self) -> bool:
        """Whether it is there."""
        self.join(0.0)
        return self._handle >= 0

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __del__(self) -> None:
        """Whoever was never waited for leaves no handle behind."""
        self._close()


class Nursery:
    """``warm`` begins it, ``bear`` makes a player. One thread at a time asks."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._asking = threading.Lock()
        self._ready = self._over = False

    @staticmethod
    def can_be() -> bool:
        """Whether this system forks safely, and has handles of processes."""
        return sys.platform == "linux" and hasattr(os, "pidfd_open")

    @property
    def pid(self) -> int | None:
        """Its number, while it runs."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    @property
    def ready(self) -> bool:
        """Whether the next player will be there at once, as far as is known."""
        return self._ready

    def warm(self) -> None:
        """Begin it, if it does not run. Does not wait until it is ready."""
        with self._asking:
            if self.can_be() and self.pid is None and not self._over:
                self._end()
                ours, theirs = Pipe()
                process = multiprocessing.get_context("spawn").Process(
                    target=nursery_main, args=(theirs,), name="liveriff-nursery"
                )
                with deaf_to_ctrl_c():
                    process.start()
                theirs.close()
                self._process, self._pipe = process, ours

    def bear(self, options: PlayerOptions, pipe: Connection) -> Born | None:
        """A new player, which holds the other end of ``pipe``; None where there is none. Takes ANSWER_S at most."""
        with self._asking:
            if self._pipe is None or not self._is_ready():
                return None
            try:
                self._pipe.send(options)
                send_handle(self._pipe, pipe.fileno(), self._process.pid if self._process else None)
                if not self._pipe.poll(ANSWER_S) and self._process is not None:
                    self._process.kill()
                    self._process.join()  # what it has said by now holds; who is not named by then does not live
                pid = self._pipe.recv() if self._pipe.poll(0) else NOBODY
                if pid != NOBODY:
                    return Born(pid)
            except (OSError, EOFError, ValueError):
                pass  # whatever it is, another will do better
            self._end()
            return None

    def _is_ready(self) -> bool:
        """Whether it has said so."""
        assert self._pipe
        with contextlib.suppress(OSError, EOFError):
            if not self._ready and self._pipe.poll(0):
                self._pipe.recv()
                self._ready = True
            return self._ready
        self._end()
        return False

    def close(self) -> None:
        """End it for good, also where it is just being begun."""
        self._over = True
        with self._asking:
            self._end()

    def _end(self) -> None:
        """Its pipe closes, and it leaves; what stands still is killed."""
        pipe, process = self._pipe, self._process
        self._pipe, self._process, self._ready = None, None, False
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.join(END_S if process.is_alive() else 0.0)
            process.kill()
            process.join(END_S)
