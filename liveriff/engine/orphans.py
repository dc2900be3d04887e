"""Players whose engine was killed: they loop on, so that the music never stops, until the next performance sounds.

A running engine keeps the pid and the birth of its player in a small file. One whose engine is gone names an orphan,
which fades out when the file is removed: no system has to bring it a signal, which Windows cannot. Standard library and
psutil; engine's loop only.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from liveriff.engine.litter import alive, birth
from liveriff.wire.folders import private

SUFFIX = ".player"
LARGEST = 60  # bytes


def leash(folder: Path) -> Path:
    """This process's file."""
    return folder / f"{os.getpid()}{SUFFIX}"


def note(folder: Path, player: int | None) -> None:
    """Keep who plays for this process; nobody (None) leaves no file."""
    import psutil

    file = leash(folder)
    with contextlib.suppress(OSError, psutil.Error):
        if player is None:
            file.unlink()
        else:
            private(folder)
            file.write_text(f"{player} {birth(player)}")


def end(folder: Path) -> int:
    """Let all orphans fade out and leave; returns how many there were."""
    ended = 0
    for file in folder.glob(f"*{SUFFIX}"):
        if file.stem.isdecimal() and not alive(int(file.stem)):
            with contextlib.suppress(OSError):
                ended += _names_player(file)
                file.unlink()
    return ended


def _names_player(file: Path) -> bool:
    try:
        player, born = file.read_text()[:LARGEST].split()
        return _is_player(int(player), float(born))
    except ValueError:
        return False


def _is_player(pid: int, born: float) -> bool:
    """Whether that process is one of ours, and not another that was given the same number since."""
    import psutil

    try:
        return birth(pid) == born and any("multiprocessing" in part for part in psutil.Process(pid).cmdline())
    except psutil.Error:
        return False
