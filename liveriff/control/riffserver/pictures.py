"""Seed images and masks by name, from one folder and never from anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

from liveriff.errors import UsageError
from liveriff.wire.clips import MASKS, SEEDS, Place

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 _.-]{0,99}", re.ASCII)


class Pictures:
    """A folder of PNG files, or none: then only the published names are known, and stand for what the server draws."""

    def __init__(self, folder: Path | None = None) -> None:
        """UsageError if there is no such folder."""
        if folder is not None and not folder.is_dir():
            raise UsageError(f"there is no folder {folder} of seed images.")
        self._folder = folder.resolve() if folder else None

    def seed(self, name: str) -> Place:
        """A seed image; UsageError, worded as Riffusion's server does, if there is none."""
        return self._place(name, SEEDS, f"Invalid seed image: {name[:100]}")

    def mask(self, name: str) -> Place:
        """A mask; UsageError likewise."""
        return self._place(name, MASKS, f"Invalid mask image: {name[:100]}")

    def names(self) -> list[str]:
        """All that can be asked for, files first."""
        files = self._folder.glob("*.png") if self._folder else ()
        there = sorted(file.stem for file in files if self._file(file.stem))
        return [*there, *(name for name in (*SEEDS, *MASKS) if name not in there)]

    def _place(self, name: str, published: tuple[str, ...], sentence: str) -> Place:
        path = self._file(name)
        if path is None and name not in published:
            raise UsageError(sentence)
        return Place(name, str(path) if path else "")

    def _file(self, name: str) -> Path | None:
        """The file of a name; None if there is none, or if it lies elsewhere, be it by a link."""
        if self._folder is None or not _NAME.fullmatch(name):
            return None
        path = (self._folder / f"{name}.png").resolve()
        return path if path.is_file() and path.parent == self._folder else None
