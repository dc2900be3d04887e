"""What the pool wants done: frozen data, done by whoever holds the transports."""

from __future__ import annotations

from dataclasses import dataclass

from liveriff.engine.renderers.seat import Ticket


@dataclass(frozen=True)
class Tell:
    """Send a message to a renderer."""

    seat: int
    message: object


@dataclass(frozen=True)
class Say:
    """A renderer's message is for the engine."""

    message: object


@dataclass(frozen=True)
class Lost:
    """These renders are lost with the renderer that had them, and nobody else can make them."""

    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class Kill:
    """This renderer hangs."""

    seat: int


Order = Tell | Say | Lost | Kill
