"""Lets screens on this machine find the performance while its door is open. Engine's loop only."""

from __future__ import annotations

from liveriff.engine import sessions
from liveriff.engine.stage import Stage


class Presence:
    """``announce`` when the door is open, ``withdraw`` at the end."""

    def __init__(self, stage: Stage) -> None:
        """Nobody knows of us yet."""
        self._stage = stage
        self._session: sessions.Session | None = None

    def announce(self, address: str) -> None:
        """Write where the door is; a folder that cannot be written to is told."""
        rim, registry = self._stage.options.rim, self._stage.registry
        # To other machines the door has another address; this one comes in by loopback, which no network can cut.
        url = f"http://127.0.0.1:{address.rpartition(':')[2]}" if rim.lan else address
        try:
            self._session = sessions.announce(url, rim.token, str(registry.get("/scene")))
        except OSError as error:
            self._stage.notice(f"`liveriff attach` will need the address {url} ({error.strerror}).")

    def withdraw(self) -> None:
        """The door closes."""
        if self._session:
            sessions.withdraw(self._session)
            self._session = None
