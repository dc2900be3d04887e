"""Who was late for the audio server, by its own log. Pure.

A server that has missed a block tells *all* of its clients so, the player among them, whoever was late: the drill's
own recorder, a controller, another program, or the server itself where the machine let it sleep. Its log names who. It
names one client a block, the one that came to the server first, so the recorder is to come after the player.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

SERVER = "the server"
_LATE = re.compile(r"XRun: client (?:= )?(.+?) (?:was not finished|finished after)")
_ITSELF = re.compile(r"XRun = \d")
_PLAYER = re.compile(r"liveriff(-\d+)?")
"""The second of a name gets a number."""


def late(log: str) -> dict[str, int]:
    """How many blocks each has missed, by the lines of a log."""
    found: Counter[str] = Counter()
    for line in log.splitlines():
        if client := _LATE.search(line):
            found[client[1]] += 1
        elif _ITSELF.search(line):
            found[SERVER] += 1
    return dict(found)


def of_player(counts: Mapping[str, int]) -> int:
    """How many of them the player has missed."""
    return sum(count for name, count in counts.items() if _PLAYER.fullmatch(name))


def in_words(counts: Mapping[str, int]) -> str:
    """Everybody and how often, the worst first."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda row: -row[1]))
