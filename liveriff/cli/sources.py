"""Where a screen finds its engine: the one it was started with, one of this machine, or one by its address.

Each is a ``ui.run.Source``, asked ten times a second on the screen's loop.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from liveriff.cli.background import Background

if TYPE_CHECKING:
    from liveriff.engine.sessions import Session
    from liveriff.ui.run import Place

STARTING = "Starting the engine."
SLOW = "Starting the engine; the first time on a machine the mixer is compiled, which takes a while."
SLOW_S = 4.0


class Named:
    """A performance by its address."""

    def __init__(self, url: str, token: str) -> None:
        """url: of the door."""
        self.url, self.token = url, token

    def place(self) -> Place | None:
        """As the protocol says."""
        return _place(self.url, self.token)

    def trouble(self, tried: str) -> str:
        """As the protocol says."""
        return f"No engine: {tried} Trying again." if tried else f"Looking for the engine at {self.url}."

    def over(self) -> bool:
        """As the protocol says: from afar nobody can tell."""
        return False


class Found:
    """A performance of this machine. Should it die, the next that is started; when it ends in order, so does this."""

    def __init__(self, session: Session) -> None:
        """session: to begin with."""
        self.session = session
        self._died = False

    def place(self) -> Place | None:
        """As the protocol says."""
        from liveriff.engine.sessions import find

        there = find()
        if self.session not in there:
            if there and self._died:
                self.session, self._died = there[0], False
            else:
                self._died = self._died or not self.over()
        return _place(self.session.url, self.session.token)

    def trouble(self, tried: str) -> str:
        """As the protocol says."""
        if self._died:
            return "The engine has died; the decks loop on. `liveriff play` in another terminal takes over."
        return f"No engine: {tried} Trying again." if tried else f"Looking for the engine at {self.session.url}."

    def over(self) -> bool:
        """As the protocol says."""
        from liveriff.engine.sessions import withdrawn

        return not self._died and withdrawn(self.session)


class OwnEngine:
    """The engine that this command has started."""

    def __init__(self, engine: Background) -> None:
        """engine: just started."""
        self.engine = engine
        self._began = time.monotonic()
        self.heir: Found | None = None  # who plays now that our own engine has died

    def place(self) -> Place | None:
        """As the protocol says."""
        if self.heir is None and self.engine.status is not None:
            session = newest()
            self.heir = Found(session) if session else None
        if self.heir is not None:
            return self.heir.place()
        return _place(self.engine.door, self.engine.token) if self.engine.door else None

    def trouble(self, tried: str) -> str:
        """As the protocol says; while it starts, the last that it said."""
        if self.heir is not None:
            return self.heir.trouble(tried)
        if self.engine.status is not None:
            return f"The engine has died ({self._why()}); the decks loop on. `liveriff play` elsewhere takes over."
        if self.engine.door:
            return f"No engine: {tried} Trying again." if tried else STARTING
        return self.engine.sentence() or (SLOW if time.monotonic() - self._began > SLOW_S else STARTING)

    def over(self) -> bool:
        """As the protocol says: it has ended in order, or could not begin."""
        if self.heir is not None:
            return self.heir.over()
        return self.engine.status in (0, 2) or (self.engine.status is not None and not self.engine.door)

    def _why(self) -> str:
        status = self.engine.status or 0
        return f"signal {-status}" if status < 0 else f"status {status}, see {self.engine.log}"


def newest() -> Session | None:
    """The performance that began last."""
    from liveriff.engine.sessions import find

    return next(iter(find()), None)


def _place(url: str, token: str) -> Place:
    from liveriff.ui.run import Place

    return Place(url, token)
