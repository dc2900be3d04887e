"""The state of the performance, kept every ten seconds and at the end, so that `play --restore` can go on with it.

While a performance runs it writes PID.toml; one that ends in order leaves last.toml. A PID.toml whose process is gone
tells of a performance that was cut short. Engine's loop; a write takes a few milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from liveriff.engine import orphans
from liveriff.engine.folders import data_folder
from liveriff.engine.litter import alive, sweep_drafts
from liveriff.engine.scenes import load_scene
from liveriff.engine.scenes_write import dump, save_text, scene_of
from liveriff.errors import LiveriffError, UsageError

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage

EVERY_S = 10.0
LAST = "last.toml"


def folder() -> Path:
    """Where states lie."""
    return data_folder() / "autosave"


def newest(tell: Callable[[str], object] = lambda sentence: None) -> Path:
    """The state of the last performance that is over; of one that cannot be read is told, and the one before is taken.
    UsageError where none is kept, or none can be read."""
    found = [*_cut_short(), *(path for path in [folder() / LAST] if path.is_file())]
    if not found:
        raise UsageError(f"there is no performance to restore: {folder()} is empty.")
    wrong: list[LiveriffError] = []
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            load_scene(str(path))
        except LiveriffError as error:
            wrong.append(error)
            continue
        if wrong:
            tell(f"The state of the last performance cannot be read, this is the one before: {wrong[0]}")
        return path
    raise UsageError(f"no performance can be restored: {wrong[0]}")


def offer() -> str:
    """One sentence for a performer whose last performance was cut short, or "". Said once: then its state counts as
    the last one's."""
    cut = sorted(_cut_short(), key=lambda path: path.stat().st_mtime)
    if not cut:
        return ""
    at = time.strftime("%H:%M", time.localtime(cut[-1].stat().st_mtime))
    with contextlib.suppress(OSError):
        for path in cut:  # the newest last
            os.replace(path, folder() / LAST)
    return f"The last performance was cut short; `liveriff play --restore` goes on with it as it was at {at}."


def _cut_short() -> Iterator[Path]:
    for path in folder().glob("*.toml"):
        if path.stem.isdecimal() and not _runs(int(path.stem)):
            yield path


def _runs(pid: int) -> bool:
    return pid != os.getpid() and alive(pid)


class Autosave:
    """``tick`` is called once a second; ``close`` at the end."""

    def __init__(self, stage: Stage) -> None:
        """The first save comes with the music: a state that nobody has played is not worth more than an earlier one."""
        self._stage = stage
        self._path = folder() / f"{os.getpid()}.toml"
        self._due = float("inf")
        self._saved = ""
        sweep_drafts(folder())
        self._told = self._offered = self._sounds = False
        self._player: int | None = None

    def tick(self) -> None:
        """Save if it is time; at first, tell of a performance that was cut short, unless this one goes on with it."""
        if not self._offered:
            self._offered = True
            sentence, scene = offer(), self._stage.scene
            if sentence and not (scene and scene.source and scene.source.is_relative_to(folder())):
                self._stage.notice(sentence)
        self._mind_players()
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + EVERY_S
            self.save()

    def _mind_players(self) -> None:
        """Who plays for us, should we be killed; and once we sound, the player of an engine that was fades out."""
        player = self._stage.player.pid
        if player != self._player:
            self._player = player
            orphans.note(folder(), player)
        if self._stage.time.running and not self._sounds:
            self._sounds = True
            self._due = time.monotonic()
            if orphans.end(folder()):
                self._stage.notice("The player of the last performance fades out.")

    def save(self) -> None:
        """Save now. A disk that refuses is told once."""
        stage = self._stage
        title = stage.scene.title if stage.scene else str(stage.registry.get("/scene"))
        about = stage.scene.about if stage.scene else ""
        bank, render = (stage.scene.bank, stage.scene.render) if stage.scene else ({}, "")
        text = dump(scene_of(stage.registry, title or "Untitled", about, bank, stage.bindings, render))
        if text == self._saved:
            return
        try:
            save_text(text, self._path)
            self._saved = text
        except LiveriffError as error:
            if not self._told:
                self._told = True
                stage.notice(f"The state of the performance is not saved: {error}")

    def close(self) -> None:
        """The performance ends in order."""
        if self._stage.tally.first_sound_s is not None:
            orphans.end(folder())  # it was over before the next tick
        orphans.note(folder(), None)
        self.save()
        with contextlib.suppress(OSError):
            os.replace(self._path, folder() / LAST)
