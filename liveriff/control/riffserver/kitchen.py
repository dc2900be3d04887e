"""What the server asks of whoever makes the clips. A protocol and its ways to fail; the processes are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from liveriff.wire.clips import Clip, Wish


class Full(Exception):  # noqa: N818 - it is an answer
    """Too many wait already. ``retry_s``: when it is worth trying again."""

    def __init__(self, retry_s: int) -> None:
        super().__init__(retry_s)
        self.retry_s = retry_s


class Late(Exception):  # noqa: N818 - it is an answer
    """A clip took too long and was given up."""


class Mistaken(Exception):  # noqa: N818 - it is an answer
    """What was asked for cannot be made; the text is for the client."""


class Failed(Exception):  # noqa: N818 - it is an answer
    """The model could not make it; the text is for the client."""


@dataclass(frozen=True)
class State:
    """What ``/health`` tells. waiting: requests that nobody works on yet; seconds: of a clip, lately."""

    model: str
    ready: bool
    waiting: int
    working: int
    made: int
    seconds: float


class Kitchen(Protocol):
    """Makes clips."""

    async def make(self, wish: Wish) -> Clip:
        """The clip of a wish; Full, Late, Mistaken or Failed. Cancelling the call gives the wish up."""

    def state(self) -> State:
        """How it is now."""
