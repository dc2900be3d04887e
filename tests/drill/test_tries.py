"""A fault is done again where only the player was late, which the machine's other work may have been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from liveriff.drill import run
from liveriff.drill.judge import LATE
from liveriff.drill.outcome import FAILED, PASSED, Outcome
from liveriff.drill.run import TRIES, Setting, drill
from liveriff.drill.table import FAULTS
from liveriff.drill.words import line

LATE_ONCE = [f"{LATE} 2 blocks (1 before it)."]
HOLE = [*LATE_ONCE, "1 blocks were not played."]


@pytest.mark.parametrize(
    ("ends", "tries", "verdict"),
    [
        ([[]], 1, PASSED),
        ([LATE_ONCE, []], 2, PASSED),
        ([LATE_ONCE, LATE_ONCE, []], 3, PASSED),
        ([LATE_ONCE] * TRIES, TRIES, FAILED),
        ([HOLE], 1, FAILED),
        ([LATE_ONCE, HOLE], 2, FAILED),
    ],
)
def test_only_lateness_is_tried_again(
    ends: list[list[str]], tries: int, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(ends)

    def done(fault: Any, setting: Setting, folder: Path) -> Outcome:
        why = next(left)
        return Outcome(fault.name, "", "", FAILED if why else PASSED, why, missed=2 if why else 0)

    monkeypatch.setattr(run, "_done", done)
    monkeypatch.setattr(run.needs, "first_missing", lambda needs: "")
    outcome = drill(FAULTS[0], Setting(), tmp_path)
    assert (outcome.verdict, outcome.earlier) == (verdict, [2] * (tries - 1))
    assert list(left) == []
    assert (f"at try {tries}" in line(outcome)) == (tries > 1)
