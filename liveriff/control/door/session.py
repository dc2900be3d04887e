"""One listener on the WebSocket: what it listens to, and what is written to it. Engine's loop only.

Nothing is queued by value for a client that reads slowly. While bytes of the last write wait in the transport, no
further ones are made: its outbox keeps only which paths changed, and the newest values go out when the client has
read. One that reads nothing for SLOW_S is ended. So memory is bounded and a client that stops reading costs nothing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from liveriff.control.door.frames import frame
from liveriff.control.osc.outbox import Outbox
from liveriff.control.osc.packets import MalformedError, parse
from liveriff.params.registry import Registry

RATE_HZ = 40.0  # at most: the engine ticks 60 times a second, so every other tick is told, 30 Hz
SLOW_S = 5.0
MOST_NOTES = 256  # commands, events and replies that wait for a slow client; the oldest give way


class Wire(Protocol):
    """The part of an asyncio transport that is used."""

    def write(self, data: bytes) -> None:
        """Send, or keep what cannot be sent at once."""

    def get_write_buffer_size(self) -> int:
        """Bytes kept."""

    def is_closing(self) -> bool:
        """Whether it is over."""

    def abort(self) -> None:
        """End it now."""


class Session:
    """``listening`` is the set of paths it hears of, ``positions`` those of them whose 0..1 it hears as well.

    Changes of its own origin come back to it once settled.
    """

    def __init__(
        self, registry: Registry, wire: Wire, number: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """number: makes the origin unique."""
        self.origin = f"ws:{number}"
        self.listening: set[str] = set()
        self.positions: set[str] = set()
        self.outbox = Outbox(
            registry, self._post, self.origin, RATE_HZ, self.wants, raw=self.positions.__contains__, clock=clock
        )
        self._wire = wire
        self._frames: list[bytes] = []
        self._notes: dict[str, bytes] = {}
        self._stuck_since: float | None = None
        self._asked: set[str] = set()

    def wants(self, path: str) -> bool:
        """Whether it is to be told of a path."""
        return path in self.listening or path in self._asked

    def listen(self, paths: Iterable[str], prefix: str, raw: bool = False) -> None:
        """From now on; the present values follow, so that nothing is missed between reading the tree and this.

        prefix: a path at or above all of them.
        """
        paths = set(paths)
        self.listening |= paths
        if raw:
            self.positions |= paths
        self.snapshot(paths, prefix)

    def ignore(self, paths: Iterable[str], raw: bool = False) -> None:
        """No longer; ``raw``: no positions, but values still."""
        paths = set(paths)
        self.positions -= paths
        if not raw:
            self.listening -= paths

    def snapshot(self, paths: Iterable[str], prefix: str) -> None:
        """The present values of some paths, listened to or not, with the next ticks."""
        self._asked.update(paths)  # wanted until all has been told
        self.outbox.snapshot(prefix)

    def moved(self, path: str, touch: bytes | None = None) -> None:
        """The client wrote to a path: told back once settled; touch: its message that a finger came down or left."""
        if touch is None:
            self.outbox.wrote(path)
            return
        with contextlib.suppress(MalformedError):  # refused where it was to be obeyed
            args = parse(touch)[0].args
            self.outbox.touch(path, not args or args[0] in (1, 1.0, True))

    def note(self, key: str, data: bytes) -> None:
        """A frame beside the values; a later one of the same key replaces it, if it still waits."""
        self._notes.pop(key, None)
        self._notes[key] = data
        if len(self._notes) > MOST_NOTES:
            del self._notes[next(iter(self._notes))]

    def tick(self, now: float) -> bool:
        """Write what is due; False if the client has not read for too long and was ended. ``now``: the clock's."""
        if self._wire.is_closing():
            return True
        if self._wire.get_write_buffer_size() > 0:
            return self._wait(now)
        self._stuck_since = None
        self.outbox.tick(now)
        if not self.outbox.pending:
            self._asked.clear()
        self._frames.extend(self._notes.values())
        self._notes.clear()
        if self._frames:
            self._wire.write(b"".join(self._frames))
            self._frames.clear()
        return True

    def leave(self) -> None:
        """The client is gone: leave the registry, and let go of all that was kept for it."""
        self.outbox.close()
        for known in (self.listening, self.positions, self._asked, self._notes, self._frames):
            known.clear()

    def close(self) -> None:
        """Leave, and end the connection."""
        self.leave()
        self._wire.abort()

    def _post(self, packet: bytes) -> None:
        self._frames.append(frame(packet))

    def _wait(self, now: float) -> bool:
        self._stuck_since = now if self._stuck_since is None else self._stuck_since
        if now - self._stuck_since < SLOW_S:
            return True
        self._wire.abort()
        return False
