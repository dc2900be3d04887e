"""Noticing that nobody can see the screen any more: its terminal was closed, or the server of its browser has died.

Textual's driver then hangs for ever in writing to what is gone, so there is nothing to put in order: the process ends.
"""

from __future__ import annotations

import os
import sys
import threading
import time

EVERY_S = 0.5


class Watch(threading.Thread):
    """A thread, because the loop may be the one that hangs. Ends the process; the music is another process's."""

    def __init__(self) -> None:
        """Not started yet; call on the main thread, before the screen."""
        super().__init__(name="terminal-watch", daemon=True)
        self._in_browser = "TEXTUAL_DRIVER" in os.environ
        self._parent = os.getppid()
        self._terminal = not self._in_browser and sys.stdin is not None and sys.stdin.isatty()

    def run(self) -> None:
        """IN THE THREAD: look, for ever."""
        while not self._deserted():
            time.sleep(EVERY_S)
        os._exit(0)

    def _deserted(self) -> bool:
        if self._in_browser:
            return os.getppid() != self._parent
        return self._terminal and terminal_is_gone()


def terminal_is_gone() -> bool:
    """Whether the terminal of our standard input has been closed. False where that cannot be told (Windows)."""
    try:
        import termios
    except ImportError:
        return False
    try:
        termios.tcgetattr(0)
    except termios.error:
        return True
    return False
