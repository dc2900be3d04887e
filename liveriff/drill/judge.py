"""Whether what was measured is what is promised. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from liveriff.drill.lateness import of_player
from liveriff.drill.outcome import FAILED, PASSED, Outcome
from liveriff.drill.table import Fault

ALIKE = 0.6
"""Less alike than this, and it is other music: a phase says nothing then."""

LATE = "the player was late with"

UNHEARD_S = 1.0
"""A sound that ends sooner than the set: what comes after it is no hole in it, and yet nobody has heard it."""
_NOISE = re.compile(r"Traceback \(most recent call last\)|.*Warning: ")


def missed(outcome: Outcome) -> int:
    """How many blocks the player was late with.

    Through an audio server: as its log names the player, or as the player itself has taken longer than a block lasts,
    whichever is more. ``underruns`` says nothing of it there: the server tells of others' lateness as well. Into a file
    there is nobody else, and so they count.
    """
    if outcome.ear == "jack":
        return max(of_player(outcome.late), round(outcome.late_blocks))
    return round(outcome.underruns)


def printed(noise: list[str]) -> Iterator[str]:
    """What Python has put on a performer's terminal: tracebacks and warnings. What a library of the system says there
    is reported and not judged."""
    if any(_NOISE.match(line) for line in noise):
        yield f"it printed what is for no performer: {noise[-1]}"


def late_alone(outcome: Outcome) -> bool:
    """Whether nothing else was wrong but that the player was late: by the fault, or by what the machine did besides."""
    return outcome.verdict == FAILED and all(reason.startswith(LATE) for reason in outcome.why)


def judge(fault: Fault, outcome: Outcome, renders: bool, complaints: list[str]) -> None:
    """Set the verdict and say why. renders: a new chunk was expected; complaints: of the fault's own looks."""
    outcome.why = [*complaints, *_wrong(fault, outcome, renders)]
    outcome.verdict = FAILED if outcome.why else PASSED


def _wrong(fault: Fault, outcome: Outcome, renders: bool) -> Iterator[str]:
    limits = fault.limits
    if limits.dropped is not None and outcome.dropped > limits.dropped:
        before = f" (the machine lost {outcome.dropped_before} before it, by itself)" if outcome.dropped_before else ""
        yield f"{outcome.dropped} blocks were not played{before}."
    if limits.dropped is not None and outcome.missed:
        before = f" ({outcome.missed_before} before it)" if outcome.missed_before else ""
        yield f"{LATE} {outcome.missed} blocks{before}."
    if limits.dropped is None and outcome.longest_gap_s >= limits.gap_s:
        yield f"a gap of {outcome.longest_gap_s:.2f} s, {limits.gap_s:g} s are allowed."
    yield from _recovered(limits.recovery_s, outcome, renders)
    yield from _in_phase(limits.phase_ms, outcome)
    began = outcome.marks_s[0]  # what was told in the calm is of something else
    if fault.says and not any(second >= began and re.search(fault.says, said) for second, said in outcome.told):
        yield f"the performer was not told (no sentence like {fault.says!r})."
    yield from _unheard(outcome)
    yield from printed(outcome.noise)
    if outcome.status != 0:
        yield f"the performance ended with status {outcome.status}."
    if outcome.left:
        yield f"left behind: {'; '.join(outcome.left)}."


def _unheard(outcome: Outcome) -> Iterator[str]:
    if outcome.played_s - outcome.seconds > UNHEARD_S:
        yield f"of {outcome.played_s:.0f} s that it played only {outcome.seconds:.0f} s were heard."


def _recovered(most_s: float | None, outcome: Outcome, renders: bool) -> Iterator[str]:
    if most_s is None or not renders:
        return
    if outcome.rendered_s is None:
        yield "no new chunk was rendered afterwards."
    elif outcome.rendered_s > most_s:
        yield f"the first new chunk came after {outcome.rendered_s:.1f} s, {most_s:g} s are allowed."


def _in_phase(most_ms: float | None, outcome: Outcome) -> Iterator[str]:
    if most_ms is None:
        return
    if outcome.phase_ms is None or outcome.likeness is None:
        yield "the beat could not be compared with the one before."
    elif outcome.likeness < ALIKE:
        yield f"other music than before came back (likeness {outcome.likeness:.2f})."
    elif abs(outcome.phase_ms) > most_ms:
        yield f"the beat moved by {outcome.phase_ms:.0f} ms, {most_ms:g} ms are allowed."
