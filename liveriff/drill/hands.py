"""The scripted set: hands on everything while a fault is going on, or hands off: then what sounds repeats exactly."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

from liveriff.drill.liveset import LiveSet
from liveriff.params.words import DECKS

PACE_S = 0.5
Send = Callable[..., None]
Move = tuple[str, float | int | bool]


def moves() -> Iterator[Move]:
    """What the hands do, one after the other, for ever."""
    for turn in itertools.count():
        deck = DECKS[turn % len(DECKS)]
        yield f"/deck/{deck}/next", 1.0
        yield f"/pad/{1 + turn % 4}/trigger", 0.8
        yield f"/deck/{deck}/filter", (0.0, 0.3, -0.3)[turn % 3]
        yield f"/deck/{DECKS[(turn + 1) % len(DECKS)]}/alpha", (0.0, 0.5, 1.0)[turn % 3]
        yield f"/deck/{DECKS[(turn + 2) % len(DECKS)]}/seed", 10 + turn
        yield "/master/crossfader", (-0.2, 0.0, 0.2)[turn % 3]


class Hands:
    """Plays the script until it is told to stop. A thread; a context manager."""

    def __init__(self, live: LiveSet, busy: bool) -> None:
        """busy: move, and ask for new sounds; otherwise let be what sounds."""
        self._live, self._busy = live, busy
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drill-hands", daemon=True)

    def __enter__(self) -> Hands:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        for path, value in moves() if self._busy else ():
            self._live.instrument.send(path, value)
            if self._over.wait(PACE_S):
                return


def rest(live: LiveSet) -> None:
    """Keep the loops that play."""
    for deck in DECKS:
        live.instrument.send(f"/deck/{deck}/freeze", True)
