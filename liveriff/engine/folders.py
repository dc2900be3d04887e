"""Where a performer's files lie, and names for new ones that never overwrite. Standard library only; any thread."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

_UNFIT = re.compile(r"[^\w .()+-]+")
LONGEST = 60
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever follows behind a dot."""


def data_folder() -> Path:
    """What a performer makes and keeps: LIVERIFF_HOME, or liveriff in the system's folder for programs' data."""
    if own := os.environ.get("LIVERIFF_HOME"):
        return Path(own).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "liveriff"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "liveriff"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "liveriff"


def recordings() -> Path:
    """Where recordings go that were not told a file."""
    return data_folder() / "recordings"


def stamped(title: str, suffix: str, at: time.struct_time | None = None) -> str:
    """A file name that says what and when, in local time: "house 2026-11-22 20.15.03.wav". Fit for every system."""
    name = f"{fit(title)} {time.strftime('%Y-%m-%d %H.%M.%S', at or time.localtime())}{suffix}"
    return f"liveriff {name}" if is_device(name) else name


def fit(title: str) -> str:
    """A title as a part of a file's name on every system."""
    return " ".join(_UNFIT.sub(" ", title).split()).strip(" .")[:LONGEST].strip() or "liveriff"


def is_device(name: str) -> bool:
    """Whether a file of that name would be a device on Windows; a scene that is taken there must not become one."""
    return _DEVICES.fullmatch(name.strip()) is not None


def unused(path: Path) -> Path:
    """The path, or the first of "name 2", "name 3" ... that nothing has, nor has it being written."""
    number, free = 1, path
    while _taken(free):
        number += 1
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
    return free


def _taken(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.part").exists()
