"""Our Link and a stranger's in one process; prints what both saw. Run by the test in a network of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aalink

from liveriff.control.clock.link import LinkClock


def phase_ms(ours: LinkClock, theirs: aalink.Link) -> float:
    """How far the places in the bar are apart; the least of some looks, since a look takes time."""
    least = 1e9
    for _ in range(50):
        their_beat = theirs.beat
        lead = ours.lead(time.monotonic())
        assert lead is not None
        apart = (lead.line.beat - their_beat + 2) % 4 - 2
        least = min(least, abs(apart) * 60000 / lead.line.bpm)
    return least


async def until(condition: object) -> None:
    """Wait for both to know."""
    for _ in range(500):
        if condition():  # type: ignore[operator]
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(1.0)


def tempo(ours: LinkClock) -> float:
    """Of our session."""
    lead = ours.lead(time.monotonic())
    return lead.bpm_cents / 100 if lead else 0.0


async def main(what: str) -> dict[str, float]:
    theirs = aalink.Link(97.0)
    theirs.quantum = 4
    theirs.enabled = True
    await asyncio.sleep(1.0)
    ours = LinkClock()
    ours.open(124.0)
    await until(lambda: ours.peers and abs(tempo(ours) - 97) < 0.01)
    seen = {
        "peers": float(ours.peers),
        "ours": tempo(ours),
        "theirs": float(theirs.tempo),
        "phase_ms": phase_ms(ours, theirs),
    }
    if what == "both":
        assert ours.set_tempo(133.0)
        await until(lambda: abs(theirs.tempo - 133) < 0.01)
        seen |= {"theirs": float(theirs.tempo), "phase_ms": phase_ms(ours, theirs)}
        theirs.tempo = 88.0
        await until(lambda: abs(tempo(ours) - 88) < 0.01)
        seen |= {"ours_after": tempo(ours), "phase_after_ms": phase_ms(ours, theirs)}
    ours.close()
    theirs.enabled = False
    return seen


sys.stdout.write(json.dumps(asyncio.run(main(sys.argv[1]))) + "\n")
