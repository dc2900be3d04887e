"""/deck/N/preset: a deck takes the sound of a preset by its name, at once or over some bars. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.presets_morph import Morph
from liveriff.engine.scenes import ORIGIN as SCENE
from liveriff.engine.scenes_presets import apply_preset, load_preset
from liveriff.errors import LiveriffError
from liveriff.music.grid import BEATS_PER_BAR
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change
from liveriff.params.registry import UNDO, Registry
from liveriff.params.words import DECKS

ORIGIN = "preset"
Beat = Callable[[], "Fraction | None"]


class Presets:
    """The name stays while a hand turns what the preset has set, so that the next one can be found from there; it goes
    when a scene or undo takes the sound away. The same name again gives the same sound again; "" asks for nothing."""

    def __init__(self, registry: Registry, notice: Callable[[str], None], beat: Beat = lambda: None) -> None:
        """notice: tells the performer one sentence; beat: which it is, None while none are counted. Follows
        /deck/N/preset from now on."""
        self._registry, self._notice, self._beat = registry, notice, beat
        self._applied: dict[int, tuple[str, Mapping[str, Value]]] = {}
        self._morphs: dict[int, Morph] = {}
        for deck in DECKS:
            registry.subscribe(self._changed, f"/deck/{deck}")

    def tick(self) -> None:
        """Move what is on its way; called some twenty times a second."""
        beat = self._beat()
        for deck, morph in list(self._morphs.items()):
            if morph.go(beat):
                self._morphs.pop(deck, None)

    def halt(self) -> None:
        """What began its way last ends it where it is, and is the gesture that undo takes back first."""
        if self._morphs:
            self._stop(next(reversed(self._morphs)))

    def _changed(self, change: Change) -> None:
        _, _, number, what = change.path.split("/", 3)
        if what == "preset" and change.origin != ORIGIN:
            self._asked(int(number), str(change.value))
        elif change.origin in (SCENE, UNDO) and change.path in self._applied.get(int(number), ("", {}))[1]:
            self._forget(int(number))
        elif change.origin != ORIGIN and int(number) in self._morphs:
            self._morphs[int(number)].touched(change.path)

    def _asked(self, deck: int, name: str) -> None:
        if not name:
            self._stop(deck)
            self._applied.pop(deck, None)
            return
        try:
            preset = load_preset(name, paths=False)  # by name only: no peer may make us read a file of its choice
            beat, bars = self._beat(), int(self._registry.number(f"/deck/{deck}/preset/bars"))
            if bars and deck in self._morphs and self._applied.get(deck) == (name, preset.on_deck(deck)):
                return  # impatience does not make it come later
            self._stop(deck)
            if bars and beat is not None:
                last = beat + bars * BEATS_PER_BAR
                self._morphs[deck] = Morph(self._registry, deck, preset.on_deck(deck), beat, last, ORIGIN)
            else:
                apply_preset(preset, deck, self._registry, ORIGIN)
        except LiveriffError as error:
            self._notice(f"Deck {deck} stays as it is: {error}")
            self._registry.set(f"/deck/{deck}/preset", self._applied.get(deck, ("", {}))[0], ORIGIN)
        else:
            self._applied[deck] = (name, preset.on_deck(deck))

    def _stop(self, deck: int) -> None:
        """A morph under way stays where it is."""
        if deck in self._morphs:
            self._morphs.pop(deck).stop()

    def _forget(self, deck: int) -> None:
        self._stop(deck)
        del self._applied[deck]
        self._registry.set(f"/deck/{deck}/preset", "", ORIGIN)
