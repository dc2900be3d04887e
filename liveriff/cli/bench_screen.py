"""`liveriff bench --screen`: what the screen costs, and how soon a key is answered, on a terminal of our own.

An engine plays and renders without a pause; a real screen is attached to it on a pseudo-terminal that takes whatever
is written at once, as a fast terminal does. Frames are counted by the marks of synchronised output (DEC mode 2026),
which the terminal says it knows; a key is answered when the sentence it causes has been written.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import statistics
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil

from liveriff.cli.background import Background
from liveriff.errors import UsageError
from liveriff.params.words import DECKS

SIZES = ((120, 40), (200, 60))
QUERY, KNOWN = b"\x1b[?2026$p", b"\x1b[?2026;2$y"  # "do you know synchronised output?" "I do"
FRAME = b"\x1b[?2026h"
PRESSES = 100
WINDOW_S = 10.0
PATIENCE_S = 60.0
NEXT_S = 0.5
ENGINE = ("--sink=null", "--midi=off", "--osc=off", "--door=127.0.0.1:0", "--no-cache")


def bench(presses: int = PRESSES, window_s: float = WINDOW_S, model: str = "embedded") -> dict[str, Any]:
    """Measure at each of SIZES; UsageError where there are no pseudo-terminals."""
    try:
        import pty  # noqa: F401
    except ImportError:
        raise UsageError("bench --screen needs pseudo-terminals, which this system has not (Windows).") from None
    with _engine(model) as url:
        return {f"{columns}x{rows}": _measured(url, columns, rows, presses, window_s) for columns, rows in SIZES}


@contextlib.contextmanager
def _engine(model: str) -> Iterator[str]:
    """An engine that never stops rendering; the address of its door."""
    engine = Background([*ENGINE, f"--model={model}"])
    stop, begun = threading.Event(), threading.Event()
    busy = threading.Thread(target=lambda: asyncio.run(_keep_busy(engine.door, stop, begun)), name="keep-busy")
    try:
        if not _wait(lambda: engine.wait(0.1) is not None or engine.door) or not engine.door:
            raise UsageError(f"the engine did not start: {engine.sentence()}")
        busy.start()
        if not begun.wait(PATIENCE_S):
            raise UsageError(f"the music did not begin: {engine.sentence()}")
        yield engine.door
    finally:
        stop.set()
        if busy.is_alive():
            busy.join()
        engine.process.terminate()
        engine.wait()


async def _keep_busy(url: str, stop: threading.Event, begun: threading.Event) -> None:
    """Once there is music, ask for another variation of one deck after the other."""
    from liveriff.control.door.client import DoorClient

    async with DoorClient(url, listen=("/status/beat",)) as door:
        deck = 0
        while not stop.is_set():
            if not begun.is_set():
                if (door.value("/status/beat") or 0) > 0:
                    begun.set()
                await asyncio.sleep(0.1)
                continue
            door.set(f"/deck/{DECKS[deck % len(DECKS)]}/next")
            deck += 1
            await asyncio.sleep(NEXT_S)


def _measured(url: str, columns: int, rows: int, presses: int, window_s: float) -> dict[str, float]:
    terminal = Pty([sys.executable, "-m", "liveriff", "attach", url], columns, rows)
    try:
        if not _wait(lambda: terminal.hears(b"house", 0.1)):
            raise UsageError("the screen did not come up; see what `liveriff attach` says.")
        terminal.listen_for(3.0)  # its first seconds are not its habit
        used, began, written, frames = terminal.used_s(), time.monotonic(), terminal.written, terminal.frames
        terminal.listen_for(window_s)
        elapsed = time.monotonic() - began
        costs = {
            "frames_per_s": (terminal.frames - frames) / elapsed,
            "cpu_share": (terminal.used_s() - used) / elapsed,
            "bytes_per_s": (terminal.written - written) / elapsed,
        }
        took = [_answered(terminal, press) for press in range(presses)]
        return {**costs, "key_to_screen_p50_ms": _ms(took, 50), "key_to_screen_p95_ms": _ms(took, 95)}
    finally:
        terminal.close()


def _answered(terminal: Pty, press: int) -> float:
    """Seconds from pressing "]" until the answer, which names the next deck, is on the screen."""
    terminal.listen_for(0.05 + 0.1 * (press * 0.618 % 1))  # at no fixed place between two frames
    deck = (press + 1) % len(DECKS)
    began = time.monotonic()
    terminal.write(b"]")
    if not _wait(lambda: terminal.hears(f"Deck {DECKS[deck]} is in hand".encode(), 0.01)):
        raise UsageError("the screen does not answer to a key.")
    return time.monotonic() - began


def _ms(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def _wait(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if holds():
            return True
    return False


class Pty:
    """A command on a pseudo-terminal, and the terminal. POSIX."""

    def __init__(self, command: list[str], columns: int, rows: int) -> None:
        """Start it."""
        import fcntl
        import pty
        import termios

        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
        )
        os.close(slave)
        self.heard = bytearray()  # what has been written since it was last cleared
        self.written = self.frames = 0

    def hears(self, pattern: bytes, patience_s: float) -> bool:
        """Take what is written, once; whether a pattern has been heard."""
        self.listen(patience_s)
        return bool(re.search(pattern, self.heard))

    def listen(self, patience_s: float) -> None:
        """Take what is written, once."""
        if not select.select([self._master], [], [], patience_s)[0]:
            return
        with contextlib.suppress(OSError):  # it has left
            data = os.read(self._master, 1 << 16)
            self.written += len(data)
            self.frames += data.count(FRAME)
            self.heard += data
            if QUERY in data:
                self.write(KNOWN)

    def listen_for(self, seconds: float) -> None:
        """Take what is written for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.listen(left)
        self.heard.clear()

    def write(self, data: bytes) -> None:
        """Press keys."""
        os.write(self._master, data)

    def used_s(self) -> float:
        """Processor time of the command."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        os.close(self._master)
