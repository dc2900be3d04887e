"""What a finger does with a deck as a whole: fill, back, copy, swap, halve and double its loop. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from liveriff.engine.fills import Fills
from liveriff.engine.heard import heard
from liveriff.engine.modelbook import Known
from liveriff.engine.past import Past
from liveriff.engine.scenes import ORIGIN as SCENE
from liveriff.engine.sources import Sources
from liveriff.engine.stage import Stage
from liveriff.engine.turning import hand
from liveriff.engine.wishes import begun, phrase_of
from liveriff.params.kinds import Value
from liveriff.params.listeners import Change
from liveriff.params.table import TABLE
from liveriff.params.words import DECKS, LOOPED
from liveriff.wire.job import Job

ORIGIN = "engine"
WALKS = ("seed/drift",)
"""What a job has of it is a place on the way; the parameter is the pace."""

SWAPPED = ("prompt/a", "prompt/b", "alpha")


class Gestures:
    """Obeys the decks' triggers, from now on."""

    def __init__(self, stage: Stage, fills: Fills, past: Past, sources: Sources) -> None:
        """Follows the registry."""
        self._stage, self._registry = stage, stage.registry
        self._fills, self._past, self._sources = fills, past, sources
        self._obey: Mapping[str, Callable[[int, Change], None]] = {
            "fill": lambda deck, _: self._fills.pull(deck),
            "back": lambda deck, _: self._back(deck),
            "copy": lambda deck, change: self._copy(round(float(str(change.value))), deck),
            "swap": lambda deck, _: self._swap(deck),
            "loop/halve": lambda deck, _: self._resize(deck, -1),
            "loop/double": lambda deck, _: self._resize(deck, 1),
        }
        for deck in DECKS:
            stage.registry.subscribe(self._changed, f"/deck/{deck}")

    def _changed(self, change: Change) -> None:
        _, _, number, what = change.path.split("/", 3)
        if change.origin == SCENE and what in SWAPPED:
            self._turn(int(number), False)
        if what in self._obey:
            self._obey[what](int(number), change)
            self._stage.soon()

    def _resize(self, deck: int, by: int) -> None:
        """The next length of the loop; off stays off."""
        path = f"/deck/{deck}/loop"
        place = LOOPED.index(str(self._registry.get(path)))
        if place:
            self._registry.set(path, LOOPED[min(max(place + by, 1), len(LOOPED) - 1)], ORIGIN)

    # --- back --------------------------------------------------------------------------------------------------------

    def _back(self, deck: int) -> None:
        wish = self._stage.wishes.get(deck)
        job = self._past.back(deck, wish.now if wish else None)
        if job is None:
            self._stage.notice(f"Deck {deck} has played nothing before this.")
            return
        self._registry.restore(self._asking_for(deck, job), ORIGIN)

    def _asking_for(self, deck: int, job: Job) -> dict[str, Value]:
        """The parameters that ask for a job."""
        values: dict[str, Value] = {}
        model = self._stage.models.of(job.model)
        for path, value in heard(deck, job, deck in self._stage.turned):
            name = path.removeprefix(f"/deck/{deck}/heard/")
            if name not in WALKS and (name != "strength" or job.source or model.seeded):
                values[f"/deck/{deck}/{name}"] = TABLE[f"/deck/{deck}/{name}"].coerce(value)
        values |= self._numbers_for(deck, job, model)
        values[f"/deck/{deck}/seed"] = self._seed_for(deck, job)
        if job.prompt_a == job.prompt_b:
            values[f"/deck/{deck}/prompt/b"] = ""
        return values

    def _numbers_for(self, deck: int, job: Job, model: Known) -> dict[str, Value]:
        """Auto for what is the model's own. Steps stay on auto: fewer of them are the same sound, made in a hurry."""
        steps, guidance = f"/deck/{deck}/steps", f"/deck/{deck}/guidance"
        own = self._registry.get(steps) is None or job.steps == model.steps
        return {
            steps: None if own else job.steps,
            guidance: None if job.guidance == model.guidance else job.guidance,
        }

    def _seed_for(self, deck: int, job: Job) -> int:
        """The seed that asks for a job's, or where the deck drifts for the place of the walk that is nearest to it."""
        phrase = max(phrase_of(self._stage.time.beat()) - self._stage.since, 0)
        return begun(job.seed, job.seed_drift, self._registry.number(f"/deck/{deck}/seed/drift"), phrase)

    # --- copy --------------------------------------------------------------------------------------------------------

    def _copy(self, source: int, deck: int) -> None:
        """The sound of another deck: all that chunks are made with, what they start from, and so the same chunk."""
        if source == deck:
            return
        here, there = f"/deck/{source}/", f"/deck/{deck}/"
        sound = {
            there + path.removeprefix(here): value
            for path, value in self._registry.snapshot(here.rstrip("/")).items()
            if TABLE[path].rate in ("chunk", "load") and there + path.removeprefix(here) in TABLE
        }
        self._sources.copy(source, deck)
        self._turn(deck, source in self._stage.turned)
        self._registry.restore(sound, ORIGIN)

    # --- swap --------------------------------------------------------------------------------------------------------

    def _swap(self, deck: int) -> None:
        """The prompts change places and alpha turns round, which changes neither the job nor what the player hears."""
        first, second, alpha = (self._registry.get(f"/deck/{deck}/{name}") for name in SWAPPED)
        if not second:
            self._stage.notice(f"Deck {deck} has no prompt b to swap.")
            return
        self._stage.turned ^= {deck}  # the panel follows as alpha turns: it stays where it is
        values = zip(SWAPPED, (second, first, 1.0 - float(str(alpha))), strict=True)
        self._registry.restore({f"/deck/{deck}/{name}": value for name, value in values}, ORIGIN)

    def _turn(self, deck: int, turned: bool) -> None:
        path = f"/deck/{deck}/alpha"
        (self._stage.turned.add if turned else self._stage.turned.discard)(deck)
        self._stage.player.panel[path] = hand(self._registry, path, self._stage.turned)
