"""One `liveriff play` as a process of its own: started, listened to, asked over OSC, ended. The drill's main thread.

Only what any client can do is done to it: OSC, signals, files. Its processes are found by their marks, see ``home``.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from liveriff.control.osc.codec import message
from liveriff.drill.home import PYTHON, Home
from liveriff.errors import UsageError

SPEAKER = "liveriff: "
BEGAN = re.compile(r"First downbeat at frame (\d+)")
LOOPBACK = "127.0.0.1"
LOOKS_S = 0.02


@dataclass(frozen=True)
class Said:
    """A line that it said to people, and when (time.monotonic()). ours: whether it begins as our sentences do; else it
    is what Python or a library has printed."""

    at: float
    text: str
    ours: bool = True


class Instrument:
    """``said``: its sentences so far; ``pids``: every process of it that was ever seen."""

    def __init__(
        self,
        home: Home,
        arguments: Sequence[str],
        env: Mapping[str, str],
        wrap: Sequence[str] = (),
        ports: tuple[int, int] | None = None,
    ) -> None:
        """Start it. wrap: a command that starts the rest of its line in its own place; ports: of OSC and the door, None
        for free ones."""
        self.home = home
        self.ports = self.osc_port, self.door_port = ports or (free_port(), free_port(socket.SOCK_STREAM))
        self.said: list[Said] = []
        self.pids: set[int] = set()
        rim = ("--osc", f"{LOOPBACK}:{self.osc_port}", "--door", f"{LOOPBACK}:{self.door_port}")
        self.process = subprocess.Popen(
            [*wrap, *PYTHON, "play", "--headless", "--json", *rim, *arguments],
            env=home.surroundings(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        self.pid = self.process.pid
        self._out: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for stream, hear in ((self.process.stderr, self._heard), (self.process.stdout, self._out.append)):
            threading.Thread(target=_read, args=(stream, hear), name="drill-reader", daemon=True).start()

    @property
    def url(self) -> str:
        """Of its door."""
        return f"http://{LOOPBACK}:{self.door_port}"

    @property
    def runs(self) -> bool:
        """Whether the engine is there."""
        return self.process.poll() is None

    def _heard(self, line: str) -> None:
        self.said.append(Said(time.monotonic(), line.strip().removeprefix(SPEAKER), line.startswith(SPEAKER)))

    @property
    def noise(self) -> list[str]:
        """Lines on its terminal that are no sentences of ours."""
        return [said.text for said in self.said if not said.ours and said.text]

    def began(self) -> float | None:
        """When the first downbeat was told."""
        return next((said.at for said in self.said if BEGAN.search(said.text)), None)

    def wait_for(self, holds: Callable[[], object], patience_s: float) -> bool:
        """Whether something came to hold while it ran."""
        until = time.monotonic() + patience_s
        while not holds():
            if time.monotonic() > until or not self.runs:
                return bool(holds())
            time.sleep(LOOKS_S)
        return True

    def sounds(self, patience_s: float) -> None:
        """Wait for the first downbeat; UsageError, with its last words, if none comes."""
        if not self.wait_for(self.began, patience_s):
            words = "; ".join(said.text for said in self.said[-3:]) or "it said nothing"
            raise UsageError(f"the performance of the drill did not begin: {words}")
        self.look()

    # --- its processes -----------------------------------------------------------------------------------------------

    def look(self) -> list[psutil.Process]:
        """All processes of it, which are remembered."""
        found = self.home.processes()
        self.pids.update(process.pid for process in found)
        self.pids.add(self.pid)
        return found

    # --- hands -------------------------------------------------------------------------------------------------------

    def send(self, path: str, *values: float | int | str | bool) -> None:
        """One OSC message."""
        self.send_bytes(message(path, *values))

    def send_bytes(self, packet: bytes) -> None:
        """One datagram, whatever is in it."""
        with contextlib.suppress(OSError):  # nobody listens any more
            self._socket.sendto(packet, (LOOPBACK, self.osc_port))

    # --- the end -----------------------------------------------------------------------------------------------------

    def end(self, patience_s: float = 20.0) -> tuple[int | None, dict[str, Any]]:
        """Ask it to fade out; its exit status (None: it had to be killed) and its report."""
        self.look()
        with contextlib.suppress(OSError):
            self.process.send_signal(signal.SIGTERM)
        try:
            status: int | None = self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        time.sleep(5 * LOOKS_S)  # the readers read what was written last
        self._socket.close()
        return status, self._report()

    def _report(self) -> dict[str, Any]:
        with contextlib.suppress(ValueError):
            told = json.loads("".join(self._out))
            return told if isinstance(told, dict) else {}
        return {}


def _read(stream: Any, hear: Callable[[str], object]) -> None:
    """ON A THREAD: line by line, until all that write have left."""
    with contextlib.suppress(ValueError, OSError):
        for line in stream:
            hear(line)


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """A port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])
