"""Whom the door lets in by the token, and how much it lets one machine ask. Pure; the engine's loop only."""

from __future__ import annotations

from liveriff.control.door.guard import Guard
from liveriff.control.peers import Rates, is_here

UNITS_PER_S, UNITS_AT_ONCE = 200.0, 2000.0  # that one machine may ask for
HERE_TIMES = 10.0  # as much for this machine, on which many screens and programs may be
GUESSES_PER_S, GUESSES_AT_ONCE = 0.5, 20.0  # wrong tokens from one machine; then right ones are not listened to either


class Entry:
    """``status`` of what a request shows; ``may_ask`` before it is answered, ``asked`` what the answer took."""

    def __init__(self, guard: Guard) -> None:
        """Nobody has asked yet."""
        self._guard = guard
        self._rates = Rates(UNITS_PER_S, UNITS_AT_ONCE)
        self._guesses = Rates(GUESSES_PER_S, GUESSES_AT_ONCE)

    def status(self, peer: str, now: float, given: str, cookie: str) -> int:
        """200, 401, or 429 for a machine that guesses.

        This machine may guess: its programs could be locked out by each other, and its users are behind ``may_ask``.
        """
        if not self._guard.token:
            return 200
        tried = bool(given or cookie)
        if tried and not is_here(peer) and self._guesses.level(peer, now) < 1.0:
            return 429
        if self._guard.token_right(given, "", cookie):
            return 200
        if tried:
            self._guesses.spend(peer, now, 1.0)
        return 401

    def may_ask(self, peer: str, now: float) -> bool:
        """Whether the machine has not asked for too much lately."""
        return self._rates.level(peer, now) > 0.0

    def asked(self, peer: str, now: float, units: float) -> None:
        """So much was made for it."""
        self._rates.spend(peer, now, units / HERE_TIMES if is_here(peer) else units)
