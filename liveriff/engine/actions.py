"""What the plan says to do: frozen data, done by the hub."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from liveriff.engine.moment import Chunk
from liveriff.wire.job import Job


@dataclass(frozen=True)
class Submit:
    """Give this job to the renderer, for ``deck``, to land at ``due``."""

    deck: int
    job: Job
    due: Fraction | None


@dataclass(frozen=True)
class CancelRequest:
    """What the renderer works on is not wanted any more."""

    request: int


@dataclass(frozen=True)
class Launch:
    """Send a chunk (None: silence) to the player, to land at ``at``."""

    deck: int
    chunk: Chunk | None
    at: Fraction | None


@dataclass(frozen=True)
class Discard:
    """Nobody wants this ready chunk any more."""

    deck: int
    chunk: Chunk


Action = Submit | CancelRequest | Launch | Discard
