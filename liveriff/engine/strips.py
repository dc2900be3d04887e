"""Strips: which further alphas of what a deck plays are worth rendering, and which to let go. Pure.

A deck whose two prompts differ gets its chunk at five alphas, so that the hand is heard at once; where the hand rests
between them, the exact alpha becomes a point of its own. All of it is done only while the renderer has nothing better
to do. A deck that sounds otherwise from the next phrase on, and whose alpha nobody turns, gets the two ends only.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from liveriff.engine.moment import Chunk, DeckState, Wish
from liveriff.engine.sameness import one_morph
from liveriff.wire.job import Job

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
ENDS = (0.0, 1.0)
MOST_POINTS = 8  # with the chunk that leads; the points that hands have left go first
REST_S = 0.25  # a hand that has not moved for so long rests
LATELY_S = 30.0  # a hand that has moved since then is likely to move again


@dataclass(frozen=True)
class Hand:
    """since_s: seconds since the deck's alpha was last moved; audible: whether the deck can be heard."""

    since_s: float = 1e9
    audible: bool = True


@dataclass(frozen=True)
class Need:
    """A point to render for a deck; beside: those that come after it."""

    deck: int
    job: Job
    beside: tuple[Job, ...] = ()


def next_need(
    states: Mapping[int, DeckState], wishes: Mapping[int, Wish], hands: Mapping[int, Hand], failed: Container[str] = ()
) -> Need | None:
    """The point most worth rendering: of the deck whose alpha was touched last, then of those that are heard. failed:
    keys of jobs that could not be made, or are being made."""
    order = sorted(states, key=lambda deck: (not hands[deck].audible, hands[deck].since_s, deck))
    for deck in order:
        jobs = [job for job in missing(states[deck], wishes[deck], hands[deck]) if job.key not in failed]
        if jobs:
            return Need(deck, jobs[0], tuple(jobs[1:]))
    return None


def missing(state: DeckState, wish: Wish, hand: Hand) -> list[Job]:
    """What the strip of a deck lacks, the most useful first: where the hand rests, then what is nearest to it."""
    want, lead = wish.now, state.playing
    if want is None or lead is None or not worthwhile(lead.job) or not one_morph(lead.job, want):
        return []
    have = {chunk.job.alpha for chunk in state.strip}
    exact = [want.alpha] if hand.since_s >= REST_S and state.covers(want) and want.alpha not in ALPHAS else []
    alphas = [*exact, *sorted(_useful(wish, hand), key=lambda alpha: abs(alpha - want.alpha))]
    return [lead.job.beside(alpha) for alpha in alphas if alpha not in have]


def _useful(wish: Wish, hand: Hand) -> tuple[float, ...]:
    """The alphas worth a render. A sound that drifts takes its strip with it at the next phrase: to make four decks'
    strips anew every few seconds would keep the renderer busy for ever. Until a hand plays it, the ends are enough,
    between which all the rest is mixed; a deck that is not heard can wait for a hand."""
    if wish.then is None or hand.since_s < LATELY_S:
        return ALPHAS
    return ENDS if hand.audible else ()


def worthwhile(job: Job) -> bool:
    """Whether alpha changes anything."""
    return job.prompt_a != job.prompt_b


def share(state: DeckState) -> float:
    """How much of the strip is there, 0..1."""
    if state.playing is None or not worthwhile(state.playing.job):
        return 0.0
    have = {chunk.job.alpha for chunk in state.strip}
    return sum(alpha in have for alpha in ALPHAS) / len(ALPHAS)


def belongs(state: DeckState, job: Job) -> bool:
    """Whether a chunk fits the strip of what the deck plays, and is not in it yet."""
    lead = state.playing
    if lead is None or not one_morph(lead.job, job) or lead.job.beside(job.alpha).lead != job.lead:
        return False
    return all(chunk.job.alpha != job.alpha for chunk in state.strip)


def surplus(state: DeckState) -> tuple[Chunk, ...]:
    """Points to let go when there are too many: those between the five where no hand is, the farthest first."""
    extra = len(state.points) + 1 - MOST_POINTS
    if extra <= 0:
        return ()
    hand = state.hand if state.hand is not None else 0.0
    loose = [chunk for chunk in state.points if chunk.job.alpha not in ALPHAS]
    return tuple(sorted(loose, key=lambda chunk: -abs(chunk.job.alpha - hand))[:extra])


def dearest(states: Mapping[int, DeckState], hands: Mapping[int, Hand]) -> int | None:
    """The deck whose strip is the least loss: one that is not heard, then the one whose alpha rests longest."""
    decks = [deck for deck, state in states.items() if state.points]
    return max(decks, key=lambda deck: (not hands[deck].audible, hands[deck].since_s), default=None)
