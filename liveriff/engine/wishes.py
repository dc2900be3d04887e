"""From the parameters to what each deck should sound like. Pure: reads the registry, decides nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, Protocol

from liveriff.engine.moment import DeckState, Wish
from liveriff.music.grid import BEATS_PER_BAR, bpm_to_cents
from liveriff.music.quantum import BARS_PER_PHRASE
from liveriff.params.words import TONICS
from liveriff.wire.job import Job

PHRASE_BEATS = BARS_PER_PHRASE * BEATS_PER_BAR


class Values(Protocol):
    """The registry, as far as it is read here."""

    def get(self, path: str) -> Any:
        """Stored value of a path."""


@dataclass(frozen=True)
class Setting:
    """What the jobs of this run share: rate of the sink, and the digest of each model's weights by name."""

    rate: int
    versions: Mapping[str, str]


def phrase_of(beat: Fraction) -> int:
    """Number of the phrase (four bars) that a beat lies in; 0 before the start."""
    return max(int(beat // PHRASE_BEATS), 0)


def drifted(seed: int, drift: float, phrase: int) -> tuple[int, float]:
    """Seed and way to the next seed after ``phrase`` phrases of drift: a walk along noises, one seed after another."""
    way = round(phrase * drift, 6)
    return seed + floor(way), round(way - floor(way), 6)


def job_for(values: Values, deck: int, phrase: int, setting: Setting) -> Job:
    """The job that the parameters of a deck ask for in a phrase."""

    def get(name: str) -> Any:
        return values.get(f"/deck/{deck}/{name}")

    seed, seed_drift = drifted(int(get("seed")), float(get("seed/drift")), phrase)
    bpm_cents = bpm_to_cents(values.get("/tempo/bpm"))
    model = str(get("model"))
    return Job(
        model=model,
        model_version=setting.versions.get(model, ""),
        category=str(get("category")),
        prompt_a=str(get("prompt/a")),
        prompt_b=str(get("prompt/b")) or str(get("prompt/a")),
        alpha=float(get("alpha")),
        seed=seed,
        seed_drift=seed_drift,
        tonic=TONICS.index(str(values.get("/key/tonic"))),
        mode=str(values.get("/key/mode")),
        density=get("density"),
        brightness=get("brightness"),
        guidance=float(get("guidance")),
        steps=int(get("steps")),
        beats=int(get("beats")),
        canvas_bpm_cents=bpm_cents,
        bpm_cents=bpm_cents,
        rate=setting.rate,
    )


def wish_for(values: Values, deck: int, beat: Fraction, state: DeckState, setting: Setting) -> Wish:
    """What a deck should sound like now and from the next phrase on. No prompt: silence. Frozen: as it is."""
    if not str(values.get(f"/deck/{deck}/prompt/a")):
        return Wish(None)
    if values.get(f"/deck/{deck}/freeze") and state.heading is not None:
        return Wish(state.heading.job.retimed(bpm_to_cents(values.get("/tempo/bpm"))))
    phrase = phrase_of(beat)
    now = job_for(values, deck, phrase, setting)
    then = job_for(values, deck, phrase + 1, setting)
    return Wish(now, then if then != now else None, Fraction((phrase + 1) * PHRASE_BEATS))
