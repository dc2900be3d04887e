"""`liveriff play` with its screen, in a terminal, in a home of its own; whatever it starts ends with the test."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from e2e.command import COMMAND, Done, surroundings, wait_until
from e2e.house import TONE
from e2e.terminal import Terminal

FREE = ("--osc=off", "--door=127.0.0.1:0")
CACHE = "XDG_CACHE_HOME"


class Stage:
    """Terminals on one machine of which nobody else knows."""

    def __init__(self, home: Path, env: Mapping[str, str] | None = None) -> None:
        """env: more variables, such as where the audio server is."""
        own = {name: value for name, value in surroundings(home).items() if os.environ.get(name) != value}
        self.home = home
        self.env = {**own, "XDG_STATE_HOME": str(home / "state"), "XDG_RUNTIME_DIR": "", **(env or {})}
        # Compiled kernels of the mixer are the machine's, and cost seconds.
        self.env[CACHE] = os.environ.get("LIVERIFF_TEST_CACHE", self.env[CACHE])
        self._terminals: list[Terminal] = []
        self._seen: set[psutil.Process] = set()

    def run(self, *arguments: str, columns: int = 120, rows: int = 40) -> Terminal:
        """Any command, in a new terminal."""
        terminal = Terminal([*COMMAND, *arguments], self.env, columns, rows)
        self._terminals.append(terminal)
        return terminal

    def play(self, *arguments: str, columns: int = 120, rows: int = 40) -> Terminal:
        """`liveriff play` with test tones and a door on a free port."""
        return self.run("play", *TONE, *FREE, *arguments, columns=columns, rows=rows)

    def command(self, *arguments: str) -> Done:
        """A command with no terminal, to its end."""
        env = {**os.environ, **self.env}
        done = subprocess.run([*COMMAND, *arguments], env=env, capture_output=True, text=True, timeout=120)
        return Done(done.returncode, done.stdout, done.stderr)

    def sessions(self) -> list[dict[str, object]]:
        """What is announced, the newest first."""
        found = []
        for path in (self.home / "state" / "liveriff").glob("session-*.json"):
            with contextlib.suppress(OSError, ValueError):
                found.append(json.loads(path.read_text()))
        return sorted(found, key=lambda session: float(session["started"]), reverse=True)

    def url(self) -> str:
        """Of the newest performance's door, after waiting for one."""
        assert wait_until(self.sessions, 60), [terminal.shown() for terminal in self._terminals]
        return str(self.sessions()[0]["url"])

    def engine(self) -> psutil.Process:
        """The newest engine."""
        self.url()
        engine = psutil.Process(int(str(self.sessions()[0]["pid"])))
        self._seen.update([engine, *engine.children(recursive=True)])
        return engine

    def screen(self, terminal: Terminal) -> psutil.Process:
        """The process that draws in a terminal."""
        shell = psutil.Process(terminal.pid)
        return next(child for child in shell.children(recursive=True) if "liveriff" in " ".join(child.cmdline()))

    def close(self) -> None:
        """End everything, gently or not."""
        for terminal in self._terminals:
            terminal.close()
        for process in self._own():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def _own(self) -> list[psutil.Process]:
        """Processes that were started in this home, and those seen below engines."""
        mine = set(self._seen)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("XDG_STATE_HOME") == self.env["XDG_STATE_HOME"]:
                    mine.add(process)
        return [process for process in mine if process.pid != os.getpid()]

    def left_behind(self) -> list[psutil.Process]:
        """Processes of this home that still run, when all should have ended."""
        wait_until(lambda: not self._running(), 20)
        return self._running()

    def _running(self) -> list[psutil.Process]:
        shells = {terminal_pid(terminal) for terminal in self._terminals}
        return [process for process in self._own() if process.is_running() and not _idle(process, shells)]


def terminal_pid(terminal: Terminal) -> int:
    """Of its shell, 0 when it is closed."""
    try:
        return terminal.pid
    except Exception:
        return 0


def _idle(process: psutil.Process, shells: set[int]) -> bool:
    """Whether it is a terminal's own: its server, its shell, the sleep that keeps it open; or is waited for."""
    try:
        name = process.name()
        return process.pid in shells or name.startswith("tmux") or name == "sleep" or process.status() == "zombie"
    except psutil.Error:
        return True
