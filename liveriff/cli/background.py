"""The engine as a process of its own, which neither Ctrl-C, a closed terminal nor a killed screen touches.

`liveriff play --behind-screen` is what runs there. It says on its standard output, one JSON object a line: that what
was asked for is in order ("checked"), where its door is ("door", "token"), and at the end what happened ("over").
Nothing else is written there, so that the pipe can never be full and the engine never waits for its screen.
What it tells people goes to a log file in the state folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from liveriff.wire.folders import private

FLAG = "--behind-screen"
KEPT_LOGS = 10
CHECK_S = 60.0
END_S = 15.0
LAST_LINES = 8
TAIL_BYTES = 8192
SPEAKER = "liveriff: "


class Background:
    """An engine that was just started. ``door`` and ``token`` are known, and ``over`` said, when it has told them."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """arguments: what `liveriff play` was given."""
        self.log = _new_log()
        self.door = self.token = self.over = ""
        self._checked = threading.Event()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "liveriff", "play", FLAG, *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, **_apart(),
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, name="engine-says", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the engine."""
        return self.process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self.process.poll()

    def checked(self) -> bool:
        """Wait until it has found everything that was asked for in order; False if it has left instead."""
        end = time.monotonic() + CHECK_S
        while not self._checked.wait(0.01):
            if self.status is not None or time.monotonic() > end:
                return self._checked.is_set()
        return True

    def said(self, lines: int = LAST_LINES) -> list[str]:
        """The last lines of its log."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - TAIL_BYTES))
            return log.read().decode("utf-8", "replace").splitlines()[-lines:]
        return []

    def sentence(self) -> str:
        """The last sentence that it told people, "" if there is none."""
        told = [line for line in self.said() if line.startswith(SPEAKER)]
        return told[-1].removeprefix(SPEAKER) if told else ""

    def wait(self, patience_s: float = END_S) -> int | None:
        """Its exit status, after waiting for it; None if it takes longer."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
            self._reader.join(1.0)  # the player may hold the pipe a little longer
        return self.status

    def _read(self) -> None:
        """IN A THREAD: what it says, until it says no more."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(ValueError, AttributeError):
                self._hear(json.loads(line))

    def _hear(self, said: dict[str, Any]) -> None:
        self.token = str(said.get("token", self.token))
        self.door = str(said.get("door", self.door))
        self.over = str(said.get("over", self.over))
        if said.get("checked"):
            self._checked.set()


def tell(**what: object) -> None:
    """Say one thing to whoever started us; they may be gone."""
    with contextlib.suppress(OSError, ValueError):
        print(json.dumps(what), flush=True)


def state_folder() -> Path:
    """Where this platform keeps logs."""
    home = Path.home()
    if own := os.environ.get("LIVERIFF_HOME"):
        return Path(own).expanduser() / "logs"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "liveriff" / "logs"
    if sys.platform == "darwin":
        return home / "Library" / "Logs" / "liveriff"
    return Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "liveriff" / "logs"


def _new_log() -> Path:
    """A file for one performance; the oldest ones go. Where there is no room for it, nowhere."""
    folder = state_folder()
    try:
        private(folder)
        log = folder / f"engine-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        log.touch(mode=0o600)
        for old in sorted(folder.glob("engine-*.log"))[:-KEPT_LOGS]:
            with contextlib.suppress(OSError):  # on Windows, that of one that still plays
                old.unlink()
    except OSError:
        return Path(os.devnull)
    return log


def _apart() -> dict[str, Any]:
    """For Popen: out of reach of what the terminal does to its processes."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
