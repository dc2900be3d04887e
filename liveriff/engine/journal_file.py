"""The file of a log: written by a thread of its own, so that a slow disk costs the engine's loop nothing."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from liveriff.engine.folders import unused
from liveriff.engine.journal import Event, Header, line
from liveriff.errors import UsageError

PACE_S = 0.5
CLOSE_S = 2.0
LARGEST = 1 << 30  # bytes; a hand writes some 50 kB a minute, so this is a fault somewhere
MOST_WAITING = 100_000  # events; a disk that hangs must not fill the memory


class JournalFile:
    """``put`` never waits. What has been put is on its way to the disk within PACE_S."""

    def __init__(self, path: str, on_fault: Callable[[str], None]) -> None:
        """Open a new file (never one that is there: "name 2" then); UsageError where that cannot be. on_fault: told
        once, in one sentence, when the disk refuses; on the file's thread."""
        self.path = unused(Path(path))
        self._on_fault = on_fault
        self._waiting: deque[Header | Event] = deque(maxlen=MOST_WAITING)
        self._over = threading.Event()
        self._bytes = 0
        try:
            # Half a letter, as in a file's name that is no text, becomes JSON's own escape for it.
            self._file = self.path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise UsageError(f"the log {self.path} cannot be written: {error.strerror or error}.") from error
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def put(self, event: Header | Event) -> None:
        """One more line. Any thread; after ``close`` it does nothing."""
        self._waiting.append(event)

    def close(self) -> None:
        """Write what waits; two seconds at most."""
        self._over.set()
        self._thread.join(CLOSE_S)

    # --- the file's thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._over.wait(PACE_S):
                self._write()
            self._write()
        except OSError as error:
            self._on_fault(f"The log ends here: {self.path} cannot be written ({error.strerror or error}).")
        finally:
            with contextlib.suppress(OSError):
                self._file.close()

    def _write(self) -> None:
        lines = []
        while self._waiting:
            lines.append(line(self._waiting.popleft()))
        text = "".join(lines)
        self._bytes += len(text)
        if self._bytes > LARGEST:
            raise OSError(0, f"it has grown beyond {LARGEST >> 20} MB")
        if text:
            self._file.write(text)
            self._file.flush()
