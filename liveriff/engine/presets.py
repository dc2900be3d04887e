"""/deck/N/preset: a deck takes the sound of a preset by its name. Engine's loop only; reads a small file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from liveriff.engine.scenes import ORIGIN as SCENE
from liveriff.engine.scenes_presets import apply_preset, load_preset
from liveriff.errors import LiveriffError
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change
from liveriff.params.registry import UNDO, Registry
from liveriff.params.words import DECKS

ORIGIN = "preset"


class Presets:
    """The name stays while a hand turns what the preset has set, so that the next one can be found from there; it goes
    when a scene or undo takes the sound away. "" asks for nothing, and lets the same name be asked for again."""

    def __init__(self, registry: Registry, notice: Callable[[str], None]) -> None:
        """notice: tells the performer one sentence. Follows /deck/N/preset from now on."""
        self._registry, self._notice = registry, notice
        self._applied: dict[int, tuple[str, Mapping[str, Value]]] = {}
        for deck in DECKS:
            registry.subscribe(self._changed, f"/deck/{deck}")

    def _changed(self, change: Change) -> None:
        _, _, number, what = change.path.split("/", 3)
        if what == "preset" and change.origin != ORIGIN:
            self._asked(int(number), str(change.value))
        elif change.origin in (SCENE, UNDO) and change.path in self._applied.get(int(number), ("", {}))[1]:
            self._forget(int(number))

    def _asked(self, deck: int, name: str) -> None:
        if not name:
            self._applied.pop(deck, None)
            return
        try:
            preset = load_preset(name, paths=False)  # by name only: no peer may make us read a file of its choice
            apply_preset(preset, deck, self._registry, ORIGIN)
        except LiveriffError as error:
            self._notice(f"Deck {deck} stays as it is: {error}")
            self._registry.set(f"/deck/{deck}/preset", self._applied.get(deck, ("", {}))[0], ORIGIN)
        else:
            self._applied[deck] = (name, preset.on_deck(deck))

    def _forget(self, deck: int) -> None:
        del self._applied[deck]
        self._registry.set(f"/deck/{deck}/preset", "", ORIGIN)
