"""Faults of the screen: `liveriff attach` on a terminal of the drill's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

from liveriff.drill.acts import Act
from liveriff.drill.home import PYTHON
from liveriff.drill.liveset import GO_ON, KILL, STOP, LiveSet, signal_to

COLUMNS, ROWS = 120, 40
SHOWN_S = 20.0
FRAME_BYTES = 2000  # a screen has drawn more than this when it is there


_OWN = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
_OWNED = (sys.executable, "-c", _OWN, *PYTHON)
"""A program whose terminal it is, so that it is hung up with it."""
LEAVES_S = 10.0


class Screen:
    """A terminal with the screen in it, whose output a thread reads, as a terminal does."""

    def __init__(self, live: LiveSet) -> None:
        """Start it."""
        import fcntl
        import pty
        import struct
        import termios

        self.drawn = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        env = live.plan.home.surroundings({**live.plan.env, "TERM": "xterm-256color"})
        self.process = subprocess.Popen(
            [*_OWNED, "attach", live.instrument.url], env=env, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        threading.Thread(target=self._read, name="drill-terminal", daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 1 << 16):
                self.drawn += len(data)

    def hang_up(self) -> None:
        """The terminal goes, as a connection does that breaks."""
        master, self._master = self._master, -1
        if master >= 0:
            os.close(master)

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()


class Killed(Act):
    """kill -9, then attach again."""

    number = KILL

    def __init__(self) -> None:
        """No screen yet."""
        self._screens: list[Screen] = []

    def _open(self, live: LiveSet) -> bool:
        screen = Screen(live)
        self._screens.append(screen)
        return live.wait(lambda: screen.drawn > FRAME_BYTES or screen.process.poll() is not None, SHOWN_S)

    def begin(self, live: LiveSet) -> None:
        self._open(live)
        signal_to(self._screens[-1].process.pid, self.number)

    def lift(self, live: LiveSet) -> None:
        self._open(live)

    def complaints(self, live: LiveSet) -> list[str]:
        screen = self._screens[-1]
        drawn = screen.drawn
        if live.wait(lambda: screen.drawn > drawn, SHOWN_S):
            return []
        return ["the screen does not come back."]

    def finish(self, live: LiveSet) -> list[str]:
        for screen in self._screens:
            screen.close()
        return []


class Stopped(Killed):
    """kill -STOP, and CONT after eight seconds, when the door has long hung up."""

    number = STOP
    hold_s = 8.0

    def lift(self, live: LiveSet) -> None:
        signal_to(self._screens[-1].process.pid, GO_ON)


class HungUp(Killed):
    """The terminal is closed under the screen, as where ssh dies; and the shell that the performance was started from
    hangs up on every process of it."""

    def begin(self, live: LiveSet) -> None:
        self._open(live)
        self._screens[-1].hang_up()
        for process in live.instrument.look():
            signal_to(process.pid, signal.SIGHUP)

    def complaints(self, live: LiveSet) -> list[str]:
        left = live.wait(lambda: self._screens[0].process.poll() is not None, LEAVES_S)
        return [*([] if left else ["the screen outlives its terminal."]), *super().complaints(live)]
