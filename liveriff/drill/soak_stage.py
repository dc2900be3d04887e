"""`python -m liveriff.drill.soak_stage PLAN.json`: a performance that lives by the soak's clock.

The real engine, player and renderer; only the clock is another (see ``soak_clock``), which is why nothing of the
instrument may be imported here before it is in its place.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from liveriff.drill.soak_clock import VARIABLE, SoakClock, install


def main(plan_file: str) -> int:
    """Play until the plan's hours are over; returns the exit status."""
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    clock = SoakClock(os.environ[VARIABLE])
    install(clock)
    from liveriff.drill.soak_engine import perform

    perform(clock, plan)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
