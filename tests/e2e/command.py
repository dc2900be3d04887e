"""Runs the real command as a person would, in a process of its own, with a cache folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

COMMAND = (sys.executable, "-m", "liveriff")


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What --json printed."""
        data: dict[str, Any] = json.loads(self.out)
        return data


def surroundings(home: Path) -> dict[str, str]:
    """Environment in which nothing of this machine's user is read or written."""
    names = ("CACHE", "CONFIG", "STATE", "DATA")
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in names}
    folders |= {"XDG_RUNTIME_DIR": "", "HOME": str(home)}
    return {**os.environ, **folders}


def run(home: Path, *arguments: str, patience_s: float = 120) -> Done:
    """Run to the end."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=surroundings(home), capture_output=True, text=True, timeout=patience_s
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Playing:
    """`liveriff play` in the background."""

    def __init__(self, home: Path, *arguments: str) -> None:
        """Start; --headless and --json are always given."""
        self.process = subprocess.Popen(
            [*COMMAND, "play", "--headless", "--json", *arguments],
            env=surroundings(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, name="stderr", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)  # one at a time: others look at it meanwhile

    def sounds(self, patience_s: float = 60.0) -> None:
        """Wait for the first downbeat."""
        assert wait_until(lambda: any("First downbeat" in line for line in self.said), patience_s), self.said

    def renderer(self) -> psutil.Process | None:
        """The renderer: the child of the forkserver."""
        for child in psutil.Process(self.process.pid).children():
            if _runs(child, "forkserver"):
                return next(iter(child.children()), None)
        return None

    def player(self) -> psutil.Process | None:
        """The player: the spawned child."""
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if _runs(child, "spawn_main")), None)

    def kill_renderer(self, killed: set[int]) -> bool:
        """SIGKILL a renderer that has not been killed before; False while there is none."""
        renderer = self.renderer()
        if renderer is None or renderer.pid in killed:
            return False
        killed.add(renderer.pid)
        renderer.kill()
        return True

    def family(self) -> list[psutil.Process]:
        """The command and all its children."""
        here = psutil.Process(self.process.pid)
        return [here, *here.children(recursive=True)]

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def abandon(self) -> None:
        """End it with all its processes, if it still runs."""
        if self.process.poll() is None:
            for process in reversed(self.family()):
                with contextlib.suppress(psutil.Error):
                    process.kill()
            self.process.wait()

    def end(self, patience_s: float = 120) -> Done:
        """Wait for it to end."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(patience_s, self.process.kill)
        watchdog.start()
        out = self.process.stdout.read()
        status = self.process.wait()
        watchdog.cancel()
        self._reader.join(5)
        return Done(status, out, "".join(self.said))


def _runs(process: psutil.Process, name: str) -> bool:
    try:
        return name in " ".join(process.cmdline())
    except psutil.Error:
        return False


def wait_until(condition: Any, patience_s: float = 30.0) -> bool:
    """Poll until something is true."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
