"""Players whose engine was killed: they loop on, so that the music never stops, until the next performance sounds.

A running engine keeps the pid of its player in a small file; one whose engine is gone names an orphan. Standard library
and psutil; engine's loop only.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from liveriff.wire.folders import private

SUFFIX = ".player"
LARGEST = 20  # bytes
OLDER_S = 2.0  # a file is written after its player has started; clocks of both round differently


def note(folder: Path, player: int | None) -> None:
    """Keep who plays for this process; nobody (None) leaves no file."""
    file = folder / f"{os.getpid()}{SUFFIX}"
    with contextlib.suppress(OSError):
        if player is None:
            file.unlink()
        else:
            private(folder)
            file.write_text(str(player))


def end(folder: Path) -> int:
    """Let all orphans fade out and leave; returns how many there were."""
    ended = 0
    for file in folder.glob(f"*{SUFFIX}"):
        if file.stem.isdecimal() and not _runs(int(file.stem)):
            ended += _end(file)
            with contextlib.suppress(OSError):
                file.unlink()
    return ended


def _end(file: Path) -> bool:
    try:
        player, written = int(file.read_bytes()[:LARGEST]), file.stat().st_mtime
        if not _is_player(player, written):
            return False
        os.kill(player, signal.SIGTERM)  # it fades out
    except (OSError, ValueError):
        return False
    return True


def _is_player(pid: int, written: float) -> bool:
    """Whether that process is one of ours, and not another that was given the same number since."""
    import psutil

    try:
        process = psutil.Process(pid)
        ours = any("multiprocessing" in part for part in process.cmdline())
        return ours and process.create_time() <= written + OLDER_S
    except psutil.Error:
        return False


def _runs(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
