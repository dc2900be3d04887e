"""Recording what is played: /record, --record, and what becomes of it when the player dies. Engine's loop only.

The player writes (see ``player.recording``); here is decided where to. Nothing that goes wrong with a file stops the
music: it is told, and /record goes back to off.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from liveriff.engine.folders import recordings, stamped, unused
from liveriff.params.registry import Registry
from liveriff.wire.folders import private
from liveriff.wire.messages import Record, Recorded

SWITCH, STEMS, FORMAT, NAME = "/record", "/record/stems", "/record/format", "/status/recording"
ORIGIN = "engine"


class Recorder:
    """At most one recording at a time; ``path`` is its file, None while there is none."""

    def __init__(self, registry: Registry, send: Callable[[object], None], notice: Callable[[str], None]) -> None:
        """send: a message to the player; notice: tells the performer one sentence. Follows /record from now on."""
        self.path: Path | None = None
        self._registry, self._send, self._notice = registry, send, notice
        registry.subscribe(lambda _: self._switched(), SWITCH)

    def begin(self, path: Path | None = None) -> None:
        """Record into ``path`` (never over what is there: into "name 2" then), or into a new file of the recordings
        folder."""
        try:
            self.path = unused(path) if path else self._new()
        except OSError as error:
            self._notice(f"Nothing is recorded: {recordings()} cannot be made ({error.strerror}).")
            self._over()
            return
        if path and path != self.path:
            self._notice(f"{path} is there already: recording into {self.path.name}.")
        self._send(Record(str(self.path), bool(self._registry.get(STEMS))))
        self._registry.publish(NAME, self.path.name)
        self._registry.set(SWITCH, True, ORIGIN)

    def _new(self) -> Path:
        name = stamped(str(self._registry.get("/scene")), f".{self._registry.get(FORMAT)!s}")
        return unused(private(recordings()) / name)

    def _switched(self) -> None:
        wanted = bool(self._registry.get(SWITCH))
        if wanted and self.path is None:
            self.begin()
        elif not wanted and self.path is not None:
            self.path = None
            self._send(Record(None))
            self._over()

    def ended(self, message: Recorded) -> None:
        """The player has closed a file: one that was stopped, or one that could not go on."""
        more = f" ({len(message.files)} files)" if len(message.files) > 1 else ""
        self._notice(message.reason or f"{message.path} is written{more}.")
        if self.path is not None and str(self.path) == message.path:
            self.path = None
            self._over()

    def player_back(self) -> None:
        """A new player records nothing yet; what the dead one has written can be played up to its last second. Go on
        in another file."""
        if self.path is None:
            return
        if self.path.exists():
            self._notice(f"{self.path} holds the recording up to here.")
        self.begin(self.path)

    def _over(self) -> None:
        self._registry.publish(NAME, "")
        self._registry.set(SWITCH, False, ORIGIN)
