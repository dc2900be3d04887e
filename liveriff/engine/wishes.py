"""From the parameters to what each deck should sound like. Pure: reads the registry, decides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any, Protocol

from liveriff.engine.evolve import evolves, following
from liveriff.engine.modelbook import Known
from liveriff.engine.moment import DeckState, Wish
from liveriff.music.grid import BEATS_PER_BAR, bpm_to_cents
from liveriff.music.quantum import BARS_PER_PHRASE
from liveriff.params.words import INPUT, TONICS
from liveriff.wire.job import Job

PHRASE_BEATS = BARS_PER_PHRASE * BEATS_PER_BAR


class Values(Protocol):
    """The registry, as far as it is read here."""

    def get(self, path: str) -> Any:
        """Stored value of a path."""


@dataclass(frozen=True)
class Setting:
    """What the jobs of this run share. rate: of the sink; versions: digest of each model's weights by name; turned:
    decks whose prompts have changed places, which changes no job; since: the phrase in which the scene began, from
    which on seeds drift; of: what is known of a model."""

    rate: int
    versions: Mapping[str, str]
    turned: frozenset[int] = frozenset()
    since: int = 0
    of: Callable[[str], Known] = Known


def phrase_of(beat: Fraction) -> int:
    """Number of the phrase (four bars) that a beat lies in; 0 before the start."""
    return max(int(beat // PHRASE_BEATS), 0)


def drifted(seed: int, drift: float, phrase: int) -> tuple[int, float]:
    """Seed and way to the next seed after ``phrase`` phrases of drift: a walk along noises, one seed after another."""
    way = round(phrase * drift, 6)
    return seed + floor(way), round(way - floor(way), 6)


def begun(seed: int, way: float, drift: float, phrase: int) -> int:
    """The seed whose drift is after ``phrase`` phrases nearest to a seed and its way: back from ``drifted``."""
    return max(round(seed + way - phrase * drift), 0)


def between(values: Values, deck: int, turned: Container[int]) -> tuple[str, str, float]:
    """The deck's two prompts and the way from one to the other, as jobs have them: those of a deck that is turned are
    the same as before its prompts changed places."""
    first = str(values.get(f"/deck/{deck}/prompt/a"))
    second, alpha = str(values.get(f"/deck/{deck}/prompt/b")) or first, float(values.get(f"/deck/{deck}/alpha"))
    return (second, first, round(1.0 - alpha, 6)) if deck in turned else (first, second, alpha)


def job_for(values: Values, deck: int, phrase: int, setting: Setting) -> Job:
    """The job that the parameters of a deck ask for in a phrase."""
    prompt_a, prompt_b, alpha = between(values, deck, setting.turned)

    def get(name: str) -> Any:
        return values.get(f"/deck/{deck}/{name}")

    seed, seed_drift = drifted(int(get("seed")), float(get("seed/drift")), phrase)
    bpm_cents = bpm_to_cents(values.get("/tempo/bpm"))
    model = setting.of(str(get("model")))
    guidance, steps = get("guidance"), get("steps")
    return Job(
        model=model.name,
        model_version=setting.versions.get(model.name) or model.version,
        category=str(get("category")),
        prompt_a=prompt_a,
        prompt_b=prompt_b,
        negative=str(get("prompt/negative")),
        alpha=alpha,
        seed=seed,
        seed_drift=seed_drift,
        tonic=TONICS.index(str(values.get("/key/tonic"))),
        mode=str(values.get("/key/mode")),
        density=get("density"),
        brightness=get("brightness"),
        guidance=model.guidance if guidance is None else float(guidance),
        steps=model.steps if steps is None else int(steps),
        strength=float(get("strength")) if model.seeded else 1.0,
        beats=int(get("beats")),
        canvas_bpm_cents=bpm_cents,
        bpm_cents=bpm_cents,
        rate=setting.rate,
    )


def wish_for(values: Values, deck: int, beat: Fraction, state: DeckState, setting: Setting) -> Wish:
    """What a deck should sound like now and from the next phrase on. No prompt: silence, unless it plays what comes in.
    Frozen: as it is."""
    if not str(values.get(f"/deck/{deck}/prompt/a")) and values.get(f"/deck/{deck}/source") != INPUT:
        return Wish(None)
    if values.get(f"/deck/{deck}/freeze") and state.settled is not None:
        return Wish(state.settled.retimed(bpm_to_cents(values.get("/tempo/bpm"))))
    phrase = phrase_of(beat)
    now = job_for(values, deck, max(phrase - setting.since, 0), setting)
    then = job_for(values, deck, max(phrase + 1 - setting.since, 0), setting)
    if evolves(int(values.get(f"/deck/{deck}/evolve")), phrase + 1):
        then = replace(then, seed=following(then.seed))
    return Wish(now, then if then != now else None, Fraction((phrase + 1) * PHRASE_BEATS))
