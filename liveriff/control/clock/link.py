"""Ableton Link: tempo, and the place in the bar, shared with other programs of a local network.

Optional: the library contains Ableton Link, which is GPL-2.0-or-later, and is loaded only where the user installed
``liveriff[link]``. Manners after Link's own test plan: joining never changes a session's tempo; the bar is four beats;
starting and stopping together is off unless asked for. Engine's loop only; Link's threads are its own.
"""

from __future__ import annotations

import importlib.util
import time
from typing import Any

from liveriff.errors import UsageError
from liveriff.music.lead import Lead, Line

QUANTUM = 4
MISSING = "Ableton Link is not installed; pip install 'liveriff[link]' adds it (GPL)."


def available() -> bool:
    """Whether the library is there."""
    return importlib.util.find_spec("link") is not None


class LinkClock:
    """A ``Master`` (see ``music.lead``)."""

    def __init__(self, start_stop: bool = False) -> None:
        """Not in a session. start_stop: start and stop with the others."""
        self._start_stop = start_stop
        self._link: Any = None

    @property
    def peers(self) -> int:
        """Other programs in the session."""
        return int(self._link.numPeers()) if self._link else 0

    def open(self, bpm: float) -> None:
        """Join; ``bpm`` counts only where nobody else is. Raises UsageError where the library is missing."""
        if self._link is not None:
            return
        if not available():
            raise UsageError(MISSING)
        import link

        self._link = link.Link(bpm)
        self._link.startStopSyncEnabled = self._start_stop
        self._link.enabled = True

    def close(self) -> None:
        """Leave; the others go on."""
        if self._link is not None:
            self._link.enabled = False
            self._link = None

    def lead(self, now_s: float) -> Lead | None:
        """The session's beats; None while not in one. Alone it is a session of one."""
        if self._link is None:
            return None
        state, micros = self._link.captureAppSessionState(), self._micros(now_s)
        tempo = float(state.tempo())
        line = Line(now_s, float(state.beatAtTime(micros, QUANTUM)), tempo)
        playing = bool(state.isPlaying()) if self._start_stop else None
        return Lead(line, round(tempo * 100), True, playing, QUANTUM, who="Ableton Link")

    def set_tempo(self, bpm: float) -> bool:
        """Change the session's tempo, as every member may."""
        if self._link is None:
            return False
        state = self._link.captureAppSessionState()
        state.setTempo(bpm, self._micros(time.monotonic()))
        self._link.commitAppSessionState(state)
        return True

    def set_playing(self, playing: bool) -> None:
        """Start or stop the session with us, where that is wanted."""
        if self._link is None or not self._start_stop:
            return
        state = self._link.captureAppSessionState()
        if bool(state.isPlaying()) != playing:
            state.setIsPlaying(playing, self._micros(time.monotonic()))
            self._link.commitAppSessionState(state)

    def _micros(self, time_s: float) -> int:
        """A time.monotonic() on Link's clock, which runs at another speed where the system's is disciplined."""
        before = time.monotonic()
        micros = int(self._link.clock().micros())
        between = (before + time.monotonic()) / 2
        return micros + round((time_s - between) * 1e6)
