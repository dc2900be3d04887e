"""A renderer process: requests in by pipe, each answered once, its pipe heard between denoising steps. One thread.

What it makes is its subclass's: chunks into shared slots, or clips for a server.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections import deque
from multiprocessing.connection import Connection
from typing import Generic, Protocol, TypeVar

from liveriff.render.environment import THREADS_VARIABLE, VARIABLES
from liveriff.wire.messages import Cancel, Dropped, Progress, Quit

NICE = 10
_PR_SET_PDEATHSIG = 1


class PipeGone(Exception):  # noqa: N818 - the engine left, nothing went wrong here
    """The other end of the pipe is closed. A type of its own: a backend's own OSError must not look like it."""


def step_back() -> None:
    """Be the least of all processes: lower priority, deaf to Ctrl-C (the engine ends us), never an orphan."""
    with contextlib.suppress(ValueError):  # not in the main thread: a test
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    be_nice()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def be_nice() -> None:
    """Lower this process's priority; Windows, which knows no nice levels, has a class for it."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICE)
        return
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


def limit_threads() -> None:
    """Give torch one thread, or as many as the environment allows, whether it is imported already or not."""
    threads = os.environ.get(THREADS_VARIABLE, "1")
    count = max(1, int(threads)) if threads.isdecimal() else 1
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ.setdefault("OMP_WAIT_POLICY", VARIABLES["OMP_WAIT_POLICY"])
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)


class Numbered(Protocol):
    """A request with its number."""

    @property
    def request(self) -> int:
        """Its number."""


Asked = TypeVar("Asked", bound=Numbered)


class Servant(Generic[Asked]):
    """Works on one request after the other; those that came meanwhile wait in order."""

    asked: type[Asked]
    """The message that is a request."""

    def __init__(self, pipe: Connection) -> None:
        """Nothing is read from the pipe yet."""
        self._pipe = pipe
        self._waiting: deque[Asked] = deque()
        self._current: int | None = None
        self._cancelled = self._quitting = False

    def answer(self, request: Asked) -> object:
        """The answer to a request; raises PipeGone and nothing else."""
        raise NotImplementedError

    def answered(self, request: Asked, answer: object) -> None:
        """The answer is sent."""

    def serve(self) -> None:
        """Until Quit; PipeGone when the pipe breaks."""
        while not self._quitting:
            self._listen(wait=not self._waiting)
            if self._waiting and not self._quitting:
                self._work(self._waiting.popleft())

    def send(self, message: object) -> None:
        """Say something; PipeGone when the pipe breaks."""
        try:
            self._pipe.send(message)
        except (OSError, ValueError) as error:
            raise PipeGone from error

    def tick(self, step: int, of: int) -> bool:
        """Before each step: tell who asked, and hear them."""
        if self._current is not None:
            self.send(Progress(self._current, step, of))
        self._listen(wait=False)
        return not (self._cancelled or self._quitting)

    def _work(self, request: Asked) -> None:
        self._current, self._cancelled = request.request, False
        try:
            answer = self.answer(request)
        finally:
            self._current = None
        self.send(answer)
        self.answered(request, answer)

    def _listen(self, wait: bool) -> None:
        """Take in all messages that are there; ``wait`` for the first one."""
        while (wait and not self._waiting and not self._quitting) or self._pending():
            self._take(self._received())

    def _pending(self) -> bool:
        try:
            return self._pipe.poll()
        except OSError as error:
            raise PipeGone from error

    def _received(self) -> object:
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise PipeGone from error
        except Exception:  # a message that cannot be unpickled: from another version, or noise
            return None

    def _take(self, message: object) -> None:
        if isinstance(message, self.asked):
            self._waiting.append(message)
        elif isinstance(message, Quit):
            self._quitting = True
        elif isinstance(message, Cancel):
            self._cancel(message.request)

    def _cancel(self, request: int) -> None:
        if request == self._current:
            self._cancelled = True
            return
        for waiting in [item for item in self._waiting if item.request == request]:
            self._waiting.remove(waiting)
            self.send(Dropped(request))
