"""Children: started, listened to, killed, started again with back-off.

One thread a child blocks on its pipe and posts what it hears into the engine's loop; everything else here runs on
that loop. A child that leaves, however it leaves, is seen at once because its end of the pipe closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Protocol

from liveriff.wire.memory import begin_tracker


class Process(Protocol):
    """The part of multiprocessing's Process that is used here, whatever the start method."""

    pid: int | None

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...
    def is_alive(self) -> bool: ...


@contextlib.contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """What is started inside never sees a Ctrl-C, which a terminal sends to all processes: not even while its Python
    starts, when it could only die of it with a traceback. The engine ends its children itself. Any thread."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    begin_tracker()  # does the same for itself, and undoes it for us
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True)
class Events:
    """Called on the engine's loop: a message came, or the child is gone."""

    message: Callable[[object], None]
    gone: Callable[[], None]


class Child:
    """One running child and the thread that listens to it; made by ``start``."""

    def __init__(self, name: str, process: Process, pipe: Connection, events: Events) -> None:
        """Listen to a process that has been started. Must be called on the engine's loop."""
        self.name = name
        self.process = process
        self._loop = asyncio.get_running_loop()
        self._events = events
        self._pipe: Any = pipe
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name=f"{name}-listener", daemon=True)
        self._thread.start()

    @classmethod
    async def start(cls, name: str, make: Callable[[Connection], Process], events: Events) -> Child:
        """Start the process that ``make`` builds around its end of the pipe.

        Off the loop, because a forkserver answers a start only after its preloading (seconds at first).
        """
        ours, theirs = Pipe()

        def begin() -> Process:
            process = make(theirs)
            with deaf_to_ctrl_c():
                process.start()
            theirs.close()  # our copy would keep the pipe open after the child's death
            return process

        return cls(name, await asyncio.to_thread(begin), ours, events)

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._post(self._deliver, self._pipe.recv())
        self._post(self._gone)

    def _deliver(self, message: object) -> None:
        if not self._closing:
            self._events.message(message)

    def _post(self, call: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(call, *args)

    def _gone(self) -> None:
        self.process.join(timeout=0)
        if not self._closing:
            self._events.gone()

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid or 0

    def send(self, message: object) -> None:
        """Send; a child that is gone is told nothing (its death is handled where it is noticed)."""
        with contextlib.suppress(OSError, ValueError):
            self._pipe.send(message)

    def kill(self) -> None:
        """End it now; ``gone`` follows."""
        self.process.kill()

    def close(self, message: object, patience_s: float) -> None:
        """Ask it to leave, wait, then insist. ``gone`` is not called any more. Blocks for at most patience_s + 2 s."""
        self._closing = True
        self.send(message)
        self.process.join(patience_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(1.0)
        self._thread.join(1.0)  # whoever still reads would read what takes this pipe's number next
        if not self._thread.is_alive():
            with contextlib.suppress(OSError):
                self._pipe.close()


@dataclass
class Backoff:
    """Waits before a restart: none after a life that did its work, then 1, 2, 4, 8, 8 ... seconds."""

    failures: int = 0
    longest_s: float = 8.0

    def worked(self) -> None:
        """The child did what it is there for."""
        self.failures = 0

    def next_s(self) -> float:
        """Seconds to wait before the next start."""
        wait = 0.0 if self.failures == 0 else min(2.0 ** (self.failures - 1), self.longest_s)
        self.failures += 1
        return wait
