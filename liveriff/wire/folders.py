"""Folders that are the performer's alone. Standard library only; any thread."""

from __future__ import annotations

from pathlib import Path


def private(folder: Path) -> Path:
    """The folder, made where it is missing with all that is missing above it, for its user's eyes only, as the XDG Base
    Directory Specification asks. What is there stays as it is: its owner may have shared it. OSError as mkdir's."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir()  # raises what is wrong: a file has the name
    return folder
