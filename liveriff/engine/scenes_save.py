"""/scene/save and /deck/N/preset/save: what is set now, kept under a name in the performer's own folder.

Engine's loop only; writes a small file. A shipped scene or preset is never hidden by one of the same name: the new one
gets a number. One's own of that name is written anew, whole or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liveriff.engine.folders import is_device
from liveriff.engine.scenes_files import Shelf, is_name, shelved, user_folder
from liveriff.engine.scenes_write import preset_text, save_scene, save_text, scene_of
from liveriff.errors import LiveriffError, UsageError
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change
from liveriff.params.words import DECKS

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage

ORIGIN = "engine"
LONGEST = 60


def place_for(shelf: Shelf, name: str) -> Path:
    """The performer's file of that name; UsageError for what can be no name."""
    plain = " ".join(name.split())
    if not is_name(plain) or len(plain) > LONGEST or plain.endswith(".") or is_device(plain):
        raise UsageError(f"{name[:LONGEST]!r} is no name for a file: use letters, digits, spaces and hyphens.")
    folder, known = user_folder() / shelf, shelved(shelf)
    number, free = 1, plain
    while free in known and known[free].parent != folder:  # a shipped one
        number += 1
        free = f"{plain} {number}"
    return folder / f"{free}.toml"


class Keeping:
    """Follows the two parameters from now on; each goes back to "" when it is done, to be asked again."""

    def __init__(self, stage: Stage) -> None:
        """Nothing is saved yet."""
        self._stage = stage
        stage.registry.subscribe(self._scene, "/scene/save")
        for deck in DECKS:
            stage.registry.subscribe(self._preset, f"/deck/{deck}/preset/save")

    def _scene(self, change: Change) -> None:
        if not change.value:
            return
        stage = self._stage
        bank, render = (stage.scene.bank, stage.scene.render) if stage.scene else ({}, "")
        try:
            path = place_for("scenes", str(change.value))
            save_scene(scene_of(stage.registry, path.stem, "", bank, stage.bindings, render), path)
        except LiveriffError as error:
            stage.notice(f"The scene is not saved: {error}")
        else:
            stage.notice(f"The scene is saved as {path.stem}.")
        stage.registry.set(change.path, "", ORIGIN)

    def _preset(self, change: Change) -> None:
        if not change.value:
            return
        stage, deck = self._stage, int(change.path.split("/")[2])
        try:
            path = place_for("presets", str(change.value))
            category = str(stage.registry.get(f"/deck/{deck}/category"))
            save_text(preset_text(path.stem, category, sound_of(stage, deck)), path)
        except LiveriffError as error:
            stage.notice(f"The preset is not saved: {error}")
        else:
            stage.notice(f"The sound of deck {deck} is saved as preset {path.stem}.")
        stage.registry.set(change.path, "", ORIGIN)


def sound_of(stage: Stage, deck: int) -> dict[str, Value]:
    """What makes the sound of a deck and is not as it is by default, by path below the deck; levels and sides belong to
    the scene, and its category stands at the top of a preset."""
    root = f"/deck/{deck}/"
    return {
        path.removeprefix(root): value
        for path, value in stage.registry.snapshot(root.rstrip("/")).items()
        for spec in [stage.registry.spec(path)]
        if spec.rate in ("chunk", "load") and value != spec.default and not path.endswith("/category")
    }
