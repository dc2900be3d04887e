"""Lets screens on this machine find the performance while its door is open, and end it. Engine's loop only."""

from __future__ import annotations

from collections.abc import Callable

from liveriff.engine import sessions
from liveriff.engine.stage import Stage

LOOK_S = 1.0


class Presence:
    """``announce`` when the door is open, ``tick`` at every look, ``withdraw`` at the end."""

    def __init__(self, stage: Stage, end: Callable[[], object]) -> None:
        """Nobody knows of us yet. end: called when a screen has left the mark that we should end."""
        self._stage, self._end = stage, end
        self._session: sessions.Session | None = None
        self._due = 0.0

    def announce(self, address: str) -> None:
        """Write where the door is; a folder that cannot be written to is told."""
        rim, registry = self._stage.options.rim, self._stage.registry
        # To other machines the door has another address; this one comes in by loopback, which no network can cut.
        url = f"http://127.0.0.1:{address.rpartition(':')[2]}" if rim.lan else address
        try:
            self._session = sessions.announce(url, rim.token, str(registry.get("/scene")))
        except OSError as error:
            self._stage.notice(f"`liveriff attach` will need the address {url} ({error.strerror}).")

    def tick(self, now: float) -> None:
        """Look for the mark once a second, door or no door. now: time.monotonic."""
        if now >= self._due:
            self._due = now + LOOK_S
            if sessions.ended():
                self._end()

    def withdraw(self) -> None:
        """The door closes."""
        if self._session:
            sessions.withdraw(self._session)
            self._session = None
