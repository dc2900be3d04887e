"""A terminal with a person at it: tmux on a server of its own, whose pane is read and typed into."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

MISSING = "" if shutil.which("tmux") else "tmux is not installed (apt install tmux)"
PATIENCE_S = 30.0
STATUS = "STATUS "


class Terminal:
    """A context manager. What runs in it is a shell command; its exit status is shown when it has ended."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        """Start it at once. env: added to that of the test."""
        self._name = f"liveriff-test-{os.getpid()}-{time.monotonic_ns()}"
        self._env = {**os.environ, **env}
        self._env.pop("TMUX", None)
        told = {**env, "TERM": "tmux-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        words = " ".join([*(f"{name}={shlex.quote(value)}" for name, value in told.items()), shlex.join(command)])
        script = f"env {words}; echo {STATUS}$?; exec sleep 600"
        self.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), script)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the window, as a person does; what runs in it is told by a hang-up."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.tmux("kill-server")

    def tmux(self, *arguments: str) -> str:
        """A command of tmux's."""
        done = subprocess.run(
            ["tmux", "-L", self._name, *arguments], env=self._env, check=True, capture_output=True, text=True
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, in tmux's names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.tmux("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Drag a corner of the window."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def shown(self) -> str:
        """What is on the screen."""
        return self.tmux("capture-pane", "-p")

    def until(self, holds: Callable[[str], object] | str, patience_s: float = PATIENCE_S) -> str:
        """Wait for a text, or until something holds of the screen; the screen then."""
        end = time.monotonic() + patience_s
        while True:
            shown = self.shown()
            if holds in shown if isinstance(holds, str) else holds(shown):
                return shown
            assert time.monotonic() < end, f"waited for {holds!r}:\n{shown}"
            time.sleep(0.05)

    def status(self, patience_s: float = PATIENCE_S) -> int:
        """Exit status of the command, after waiting for it."""
        shown = self.until(STATUS, patience_s)
        return int(shown.rpartition(STATUS)[2].split()[0])

    @property
    def pid(self) -> int:
        """Of the pane's shell; the command is its child."""
        return int(self.tmux("list-panes", "-F", "#{pane_pid}"))
