"""What is promised, against what was measured: one row a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liveriff.drill.acts import Act
from liveriff.drill.judge import judge
from liveriff.drill.outcome import FAILED, PASSED, Outcome
from liveriff.drill.table import Fault, Limits

OUTSIDE = Fault("x", "It is done.", "Nothing.", Act, Limits(recovery_s=5.0), says="was refused")
PLAYER = Fault("y", "It is done.", "A gap.", Act, Limits(dropped=None, gap_s=1.0, phase_ms=30.0))
GOOD = Outcome("x", "", "", rendered_s=1.0, told=[(1.0, "A chunk was refused.")], status=0)
HEARD = replace(GOOD, dropped=120, missed=3, longest_gap_s=0.9, phase_ms=-12.0, likeness=0.9)


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"),
    [
        (OUTSIDE, GOOD, ""),
        (OUTSIDE, replace(GOOD, dropped=1), "1 blocks were not played"),
        (OUTSIDE, replace(GOOD, dropped=2, dropped_before=3), "lost 3 before"),
        (OUTSIDE, replace(GOOD, missed=2), "late with 2 blocks."),
        (OUTSIDE, replace(GOOD, missed=2, missed_before=1), "late with 2 blocks (1 before it)"),
        (OUTSIDE, replace(GOOD, underruns=2), ""),  # told of all that were late, see test_lateness
        (OUTSIDE, replace(GOOD, rendered_s=None), "no new chunk"),
        (OUTSIDE, replace(GOOD, rendered_s=5.1), "after 5.1 s"),
        (OUTSIDE, replace(GOOD, told=[(1.0, "All is well.")]), "was not told"),
        (OUTSIDE, replace(GOOD, told=[(-9.0, "A chunk was refused.")]), "was not told"),
        (OUTSIDE, replace(GOOD, told=[(1.0, "A chunk was refused.")], marks_s=(4.0, 8.0)), "was not told"),
        (OUTSIDE, replace(GOOD, seconds=20.0, played_s=20.9), ""),
        (OUTSIDE, replace(GOOD, seconds=9.0, played_s=20.0), "of 20 s that it played only 9 s were heard"),
        (
            OUTSIDE,
            replace(GOOD, noise=["Traceback (most recent call last):", "EOFError"]),
            "for no performer: EOFError",
        ),
        (OUTSIDE, replace(GOOD, noise=["x.py:254: UserWarning: leaked", "warnings.warn("]), "for no performer"),
        (OUTSIDE, replace(GOOD, noise=["ALSA lib pcm.c: unable to open"]), ""),
        (OUTSIDE, replace(GOOD, status=1), "status 1"),
        (OUTSIDE, replace(GOOD, status=None), "status None"),
        (OUTSIDE, replace(GOOD, left=["segment liveriff-1-slots"]), "left behind: segment"),
        (PLAYER, HEARD, ""),
        (PLAYER, replace(HEARD, longest_gap_s=1.0), "a gap of 1.00 s"),
        (PLAYER, replace(HEARD, phase_ms=31.0), "moved by 31 ms"),
        (PLAYER, replace(HEARD, phase_ms=-31.0), "moved by -31 ms"),
        (PLAYER, replace(HEARD, likeness=0.2), "other music"),
        (PLAYER, replace(HEARD, phase_ms=None), "could not be compared"),
    ],
)
def test_a_promise_is_kept_or_the_reason_is_told(fault: Fault, outcome: Outcome, reason: str) -> None:
    outcome = replace(outcome)
    judge(fault, outcome, renders=fault is OUTSIDE, complaints=[])
    assert outcome.verdict == (FAILED if reason else PASSED)
    assert reason in " ".join(outcome.why)
    assert len(outcome.why) == bool(reason)


def test_what_a_fault_itself_has_seen_counts() -> None:
    outcome = replace(GOOD)
    judge(OUTSIDE, outcome, True, ["the controller is not bound."])
    assert (outcome.verdict, outcome.why) == (FAILED, ["the controller is not bound."])
