"""Folders that are the performer's alone, and temporary ones, by their names. Standard library only; any thread.

A temporary folder is called liveriff-PID-PURPOSE-xxxxxxxx, in the system's folder for such: `liveriff play` removes
those whose process is gone (``engine.litter``), since who is killed removes nothing.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PREFIX = "liveriff-"


def beginning(purpose: str) -> str:
    """Of the name of a temporary folder of this process."""
    return f"{PREFIX}{os.getpid()}-{purpose}-"


def temporary(purpose: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for a ``with`` statement. What is still mapped when it ends is left there: Windows removes no such file.
    OSError where there is no room."""
    return tempfile.TemporaryDirectory(prefix=beginning(purpose), ignore_cleanup_errors=True)


def private(folder: Path) -> Path:
    """The folder, made where it is missing with all that is missing above it, for its user's eyes only, as the XDG Base
    Directory Specification asks. What is there stays as it is: its owner may have shared it. OSError as mkdir's."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()  # raises what is wrong: a file has the name
    return folder
