"""Faults of a model: slow, hanging, giving back what is no chunk. A file says which, see ``backend``."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from liveriff.drill import backend
from liveriff.drill.acts import Act
from liveriff.drill.liveset import LiveSet, Plan
from liveriff.drill.watch import Reading

LATE, STEPS, PACE = "/status/late_chunks", "/heard/steps", "/status/x_realtime"
METADATA = "Metadata-Version: 2.1\nName: liveriff-drill\nVersion: 1.0\n"
ENTRY_POINTS = f"[liveriff.backends]\n{backend.NAME} = liveriff.drill.backend:BACKEND\n"


def install(folder: Path) -> None:
    """Make the faulty model known to whoever has ``folder`` on its path."""
    known = folder / "liveriff_drill-1.0.dist-info"
    known.mkdir(parents=True, exist_ok=True)
    (known / "METADATA").write_text(METADATA)
    (known / "entry_points.txt").write_text(ENTRY_POINTS)


class _Faulty(Act):
    """``word``: see ``backend.SPOILT``."""

    word = ""
    hold_s = 8.0

    def prepare(self, plan: Plan) -> None:
        self._file = plan.scratch / "fault"
        install(plan.scratch / "site")
        path = os.pathsep.join(filter(None, [str(plan.scratch / "site"), os.environ.get("PYTHONPATH", "")]))
        plan.env |= {"PYTHONPATH": path, backend.FAULT_FILE: str(self._file), backend.INNER: plan.model}
        plan.model = backend.NAME

    def begin(self, live: LiveSet) -> None:
        self._file.write_text(self.word)

    def lift(self, live: LiveSet) -> None:
        self._file.unlink(missing_ok=True)


class Slow(_Faulty):
    """A second more a step. It must be felt: chunks miss their turn, or are given fewer steps, or the plan, which has
    measured how long they take, promises them for later."""

    word = "slow"
    hold_s = 12.0

    def begin(self, live: LiveSet) -> None:
        self._began = time.monotonic()
        super().begin(live)

    def complaints(self, live: LiveSet) -> list[str]:
        readings = live.watch.readings[:]
        if live.watch.count(LATE, self._began) or fewer(readings, self._began) or slower(readings, self._began):
            return []
        return ["no chunk was late, none has got fewer steps, and none is known to have taken longer."]


def fewer(readings: Sequence[Reading], since: float) -> bool:
    """Whether a deck has played a chunk of fewer steps than the one before it."""
    steps: dict[str, float] = {}
    for at, path, value in readings:
        if path.endswith(STEPS) and isinstance(value, int | float):
            if at >= since and value < steps.get(path, 0.0):
                return True
            steps[path] = float(value)
    return False


def slower(readings: Sequence[Reading], since: float) -> bool:
    """Whether a chunk was told to take more than four times as long, for its length, as those before usually did."""
    told = [(at, value) for at, path, value in readings if path == PACE and isinstance(value, int | float) and value]
    before, after = ([value for at, value in told if (at >= since) is later] for later in (False, True))
    return bool(before and after) and min(after) < statistics.median(before) / 4.0


class Hangs(_Faulty):
    """For ever, or until it is killed."""

    word = "hangs"
    hold_s = 12.0


class NotFinite(_Faulty):
    """NaN all over."""

    word = "nan"


class Short(_Faulty):
    """One frame is missing."""

    word = "short"


class Raises(_Faulty):
    """An exception in every chunk."""

    word = "raises"
