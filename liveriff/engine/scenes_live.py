"""Changing the scene while the music goes on: all at once, on the beat that the quantum says. Engine's loop only.

What must be rendered is rendered beneath the scene that plays, from a view of the parameters as they will be. When all
decks have their sound, or patience is at its end, the turn is fixed: the next boundary. The chunks land there to the
sample; what makes chunks is set a little before, so that it is in time; what is heard within a block (levels, filters)
is set on the beat itself and not before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from liveriff.engine.moment import Wish
from liveriff.engine.sameness import same_sound
from liveriff.engine.scenes import ORIGIN, Scene, apply, load_scene, offer_bank
from liveriff.engine.wishes import phrase_of
from liveriff.errors import LiveriffError
from liveriff.music.grid import BEATS_PER_BAR, boundary
from liveriff.params.kinds import Value
from liveriff.params.words import DECKS

if TYPE_CHECKING:
    from liveriff.engine.stage import Stage
    from liveriff.params.registry import Registry
    from liveriff.wire.job import Job

BACK = "engine"
"""Origin of a name that goes back; see ``commands``."""
AHEAD_S = 0.2  # what makes chunks is set so long before the turn: silence, too, must be sent in time
SOON_S = 0.3  # a turn is not fixed nearer than this
PATIENCE_BEATS = 8 * BEATS_PER_BAR  # then the scene turns, and what is not ready comes later
FAR = Fraction(10**9)
Ask = Callable[[int, "Values", Fraction], Wish]
"""``ask(deck, values, beat)``: what a deck would want."""


class Values:
    """The parameters as they will be."""

    def __init__(self, registry: Registry, values: Mapping[str, Value]) -> None:
        """values: what will be other than now."""
        self._registry, self._values = registry, values

    def get(self, path: str) -> Value:
        """Stored value of a path."""
        return self._values[path] if path in self._values else self._registry.get(path)


@dataclass
class Coming:
    """A scene that waits for its turn."""

    scene: Scene
    values: Mapping[str, Value]
    asked: Fraction
    before: Mapping[str, Value]
    turn: Fraction | None = None
    made: bool = False  # whether what makes chunks is set


class SceneTurns:
    """At most one scene waits; another that is asked for takes its place."""

    def __init__(self, stage: Stage, ask: Ask) -> None:
        """Nothing waits. ask: see ``Ask``."""
        self.coming: Coming | None = None
        self._stage, self._ask = stage, ask
        self._name = self._plays = str(stage.registry.get("/scene"))
        for deck in DECKS:
            stage.registry.subscribe(lambda _: self._offer(), f"/deck/{deck}/category")

    def _offer(self) -> None:
        """A deck of another category picks from other prompts of the scene."""
        if self._stage.scene:
            offer_bank(self._stage.scene, self._stage.registry)

    def load(self, name: str) -> None:
        """Another scene, or the same as it was saved, by name only: no peer may make us read a file of its choice. One
        that cannot be had leaves the name as it was; "" asks for nothing."""
        if not name:
            return
        try:
            scene = load_scene(name, paths=False)
        except LiveriffError as error:
            self._stage.notice(str(error))
            self._stage.registry.set("/scene", self._name, BACK)
            return
        self._name = name
        self.take(scene)

    def call_off(self) -> bool:
        """Let the scene that plays stay; False where none waits, or its turn has begun."""
        coming = self.coming
        if coming is None or coming.made:
            return False
        self.coming, self._name = None, self._plays
        self._stage.registry.set("/scene", self._name, BACK)
        self._stage.notice(f"{coming.scene.title} is called off.")
        return True

    def take(self, scene: Scene) -> None:
        """Let it take over: at once where no beats are counted or the quantum is off."""
        stage, now = self._stage, self._stage.time.now()
        if now.grid is None or now.step is None or not stage.time.steady:
            self.coming = None
            stage.since = phrase_of(now.beat)
            apply(scene, stage.registry)
            self._done(scene)
            return
        if self.coming is not None and self.coming.scene == scene:
            return  # impatience does not make it come later
        values = {path: value for path, value in scene.complete().items() if stage.registry.get(path) != value}
        before = {path: stage.registry.get(path) for path in values}
        self.coming = Coming(scene, values, now.beat, before)
        stage.soon()

    def amend(self, wishes: Mapping[int, Wish], beat: Fraction) -> dict[int, Wish]:
        """The wishes with what the coming scene will want; called at every look."""
        coming = self.coming
        if coming is None or coming.made:
            return dict(wishes)
        if not self._stage.time.running:
            self._turn_now(coming)
            return dict(wishes)
        values = Values(self._stage.registry, coming.values)
        at = coming.turn if coming.turn is not None else beat
        then = {deck: self._ask(deck, values, at).now for deck in wishes}
        amended = {deck: replace(wish, then=None) for deck, wish in wishes.items()}
        for deck, job in then.items():
            if job is not None and job != wishes[deck].now:
                amended[deck] = replace(wishes[deck], then=job, turn=FAR if coming.turn is None else coming.turn)
        if coming.turn is None and self._due(coming, amended, beat):
            self._fix(coming, beat)
        return amended

    def _due(self, coming: Coming, amended: Mapping[int, Wish], beat: Fraction) -> bool:
        if beat - coming.asked >= PATIENCE_BEATS:
            return True
        return all(self._has(deck, wish.then) for deck, wish in amended.items() if wish.then is not None)

    def _has(self, deck: int, job: Job) -> bool:
        state = self._stage.book.states[deck]
        return any(chunk is not None and same_sound(chunk.job, job) for chunk in (state.playing, *state.ready))

    def _fix(self, coming: Coming, beat: Fraction) -> None:
        now = self._stage.time.now()
        assert now.grid is not None
        step = now.step or Fraction(1)
        coming.turn = boundary(beat + Fraction(SOON_S) * now.grid.bpm_cents / 6000, step)
        self._later(coming, AHEAD_S, self._make)

    def _later(self, coming: Coming, ahead_s: float, do: Callable[[Coming], None]) -> None:
        """Call ``do`` when the turn is ``ahead_s`` away, never sooner: the tempo may change meanwhile."""
        assert coming.turn is not None
        wait_s = self._stage.time.now().seconds_to(coming.turn) - ahead_s
        asyncio.get_running_loop().call_later(max(wait_s, 0.001), self._look, coming, ahead_s, do)

    def _look(self, coming: Coming, ahead_s: float, do: Callable[[Coming], None]) -> None:
        if self.coming is not coming:
            return  # another has taken its place
        now = self._stage.time.now()
        assert coming.turn is not None
        if now.grid is not None and now.seconds_to(coming.turn) > ahead_s:
            self._later(coming, ahead_s, do)
        else:
            do(coming)

    def _make(self, coming: Coming) -> None:
        """Set what makes chunks, and the tempo from the turn on."""
        assert coming.turn is not None
        coming.made = True
        self._stage.since = phrase_of(coming.turn)  # a scene begins with its own seeds, whenever it is called
        self._stage.time.turn = coming.turn
        self._set(coming, lambda rate: rate != "block")
        self._stage.time.turn = None
        self._later(coming, 0.0, self._arrive)

    def _arrive(self, coming: Coming) -> None:
        """Set what is heard within a block: it is the beat."""
        self.coming = None
        self._set(coming, lambda rate: rate == "block")
        self._stage.registry.remember(coming.before)
        offer_bank(coming.scene, self._stage.registry)
        self._done(coming.scene)

    def _turn_now(self, coming: Coming) -> None:
        """Beats are counted no more: there is nothing to wait for."""
        self.coming = None
        apply(coming.scene, self._stage.registry)
        self._done(coming.scene)

    def _set(self, coming: Coming, wanted: Callable[[str | None], bool]) -> None:
        registry = self._stage.registry
        with registry.transaction(undoable=False):
            for path, value in coming.values.items():
                untouched = registry.get(path) == coming.before[path]  # a hand that has moved it since is right
                if untouched and wanted(registry.spec(path).rate):
                    registry.set(path, value, ORIGIN)

    def _done(self, scene: Scene) -> None:
        self._plays = self._name
        self._stage.bindings = scene.bindings
        self._stage.scene = scene
        self._stage.notice(f"{scene.title}: {scene.about}")
