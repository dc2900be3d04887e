"""The prompts that were written, newest last, kept over performances in the user's state folder.

Pure but for the file, which is read once and written when a prompt is sent. Whatever is wrong with it costs the
memory, never the performance.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

MOST = 200
"""Prompts that are kept."""
LONGEST = 500  # characters of a prompt, as the table says of texts


def history_file() -> Path:
    """Where prompts are kept: the XDG state folder, on Windows the local application data."""
    home = Path.home()
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return base / "liveriff" / "prompts.txt"


class History:
    """What was written, and the walk through it with Up and Down. Shared by all fields of a screen."""

    def __init__(self, file: Path | None = None, most: int = MOST) -> None:
        """file: None keeps nothing over performances."""
        self._file, self._most = file, most
        self.entries: list[str] = self._read()

    def add(self, prompt: str) -> None:
        """Remember; what was there moves to the end, so nothing is there twice."""
        if not prompt:
            return
        self.entries = _newest([*self._read(), *self.entries, prompt], self._most)  # another screen may have added
        self._write()

    def _read(self) -> list[str]:
        if self._file is None:
            return []
        try:
            lines = self._file.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return _newest([line.strip()[:LONGEST] for line in lines], self._most)

    def _write(self) -> None:
        if self._file is None:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(0o700, parents=True, exist_ok=True)  # prompts are nobody else's business
            half = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            half.touch(0o600)
            half.write_text("\n".join(self.entries) + "\n", "utf-8")
            os.replace(half, self._file)


class Walk:
    """One walk through the history: Up goes back, Down comes back to what was being typed."""

    def __init__(self, entries: Sequence[str]) -> None:
        """entries: newest last."""
        self._entries = tuple(entries)
        self._place = len(self._entries)
        self._draft = ""

    def step(self, by: int, text: str) -> str:
        """The text to show after Up (-1) or Down (+1), with ``text`` standing in the field now."""
        if self._place == len(self._entries):
            self._draft = text
        self._place = min(len(self._entries), max(0, self._place + by))
        return self._draft if self._place == len(self._entries) else self._entries[self._place]


def _newest(prompts: Sequence[str], most: int) -> list[str]:
    """The last of each, in order, no more than ``most``."""
    last = dict.fromkeys(prompt for prompt in reversed(prompts) if prompt)
    return list(last)[:most][::-1]
