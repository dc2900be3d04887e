"""What every pad sounds like: which one-shot it wants, which it has, and when the renderer has time for it.

Engine's loop only. Decks come first: a one-shot is rendered while no deck is in a hurry. A pad keeps its sound until
the new one is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from liveriff.engine.lending import Lending
from liveriff.engine.moment import Chunk
from liveriff.engine.plan import same_sound
from liveriff.params.kinds import Value
from liveriff.params.words import PADS, TONICS
from liveriff.wire.job import Job

PLAYER, RENDERER = "player", "renderer"
GUIDANCE = 3.0
STEPS = 4
SECONDS: Mapping[str, float] = {"kick": 1.0, "snare": 1.0, "clap": 1.0, "hat": 0.8, "perc": 1.0, "tom": 1.5, "fx": 3.0}
OTHER_SECONDS = 2.0
"""How long a one-shot may ring, by category."""


class Values(Protocol):
    """The registry, as far as it is read here."""

    def get(self, path: str) -> Value:
        """Stored value of a path."""


@dataclass(frozen=True)
class PadState:
    """``playing`` is what strokes play; ``failed`` is a job that could not be made, and is not tried again."""

    playing: Chunk | None = None
    failed: Job | None = None


def pad_job(values: Values, pad: int, rate: int, model: str, version: str) -> Job:
    """The one-shot that the parameters of a pad ask for. A pad with no prompt is described by its category."""
    category = str(values.get(f"/pad/{pad}/category"))
    prompt = str(values.get(f"/pad/{pad}/prompt")) or category
    return Job(
        model=model,
        model_version=version,
        category=category,
        prompt_a=prompt,
        prompt_b=prompt,
        seed=int(float(str(values.get(f"/pad/{pad}/seed")))),
        seed_drift=float(str(values.get(f"/pad/{pad}/morph"))),
        tonic=TONICS.index(str(values.get("/key/tonic"))),
        mode=str(values.get("/key/mode")),
        guidance=GUIDANCE,
        steps=STEPS,
        beats=0,
        milliseconds=round(1000 * SECONDS.get(category, OTHER_SECONDS)),
        canvas_bpm_cents=12000,  # a one-shot has no tempo: one value, so that it is found again at any
        bpm_cents=12000,
        rate=rate,
    )


class PadBook:
    """Pad states and the slots they lie in. ``first``: number of the first pad slot in the pool."""

    def __init__(self, first: int, slots: int) -> None:
        """Empty pads."""
        self.states: dict[int, PadState] = {pad: PadState() for pad in PADS}
        self.lending = Lending(slots)
        self._first = first

    def lend(self) -> int | None:
        """A free pad slot for the renderer, or None."""
        slot = self.lending.lend(RENDERER)
        return None if slot is None else slot + self._first

    def owns(self, slot: int) -> bool:
        """Whether a slot of the pool is a pad's."""
        return slot >= self._first

    def give_back(self, slot: int) -> None:
        """A slot holds nothing of use any more."""
        self.lending.give_back(slot - self._first)

    def missing(self, wanted: Mapping[int, Job], struck: Collection[int] = ()) -> tuple[int, Job] | None:
        """The next pad to render and its job: those struck in vain first, then silent ones. None when all have what
        they want."""
        lacking = [pad for pad, job in wanted.items() if not self._settled(self.states[pad], job)]
        if not lacking:
            return None
        pad = min(lacking, key=lambda pad: (pad not in struck, self.states[pad].playing is not None, pad))
        return pad, wanted[pad]

    def _settled(self, state: PadState, job: Job) -> bool:
        return state.failed == job or (state.playing is not None and same_sound(state.playing.job, job))

    def loaded(self, pad: int, job: Job, slot: int) -> None:
        """A one-shot lies in its slot and has been sent to the player, which releases the one before."""
        self.lending.move(slot - self._first, PLAYER)
        self.states[pad] = PadState(Chunk(job, slot))

    def failed(self, pad: int, job: Job) -> None:
        """It cannot be made: the pad keeps what it has until something else is asked for."""
        self.states[pad] = PadState(self.states[pad].playing, job)

    def player_died(self) -> dict[int, Chunk]:
        """What a new player must be given again; all else that the dead one held is free."""
        sounds = {pad: state.playing for pad, state in self.states.items() if state.playing is not None}
        kept = {chunk.slot - self._first for chunk in sounds.values()}
        for slot in self.lending.held_by(PLAYER):
            if slot not in kept:
                self.lending.give_back(slot)
        return sounds
