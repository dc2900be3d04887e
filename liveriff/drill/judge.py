"""Whether what was measured is what is promised. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from liveriff.drill.lateness import of_player
from liveriff.drill.outcome import FAILED, PASSED, Outcome
from liveriff.drill.table import Fault

ALIKE = 0.6
"""Less alike than this, and it is other music: a phase says nothing then."""


def missed(outcome: Outcome) -> int:
    """How many blocks the player was late with.

    Through an audio server: as its log names the player, or as the player itself has taken longer than a block lasts,
    whichever is more. ``underruns`` says nothing of it there: the server tells of others' lateness as well. Into a file
    there is nobody else, and so they count.
    """
    if outcome.ear == "jack":
        return max(of_player(outcome.late), round(outcome.late_blocks))
    return round(outcome.underruns)


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
        yield f"the player was late with {outcome.missed} blocks{before}."
    if limits.dropped is None and outcome.longest_gap_s >= limits.gap_s:
        yield f"a gap of {outcome.longest_gap_s:.2f} s, {limits.gap_s:g} s are allowed."
    yield from _recovered(limits.recovery_s, outcome, renders)
    yield from _in_phase(limits.phase_ms, outcome)
    if fault.says and not any(second >= 0 and re.search(fault.says, sentence) for second, sentence in outcome.told):
        yield f"the performer was not told (no sentence like {fault.says!r})."
    if outcome.status != 0:
        yield f"the performance ended with status {outcome.status}."
    if outcome.left:
        yield f"left behind: {'; '.join(outcome.left)}."


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
