"""The profiles there are: those of the package, and the performer's own before them, read again when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from liveriff.control.midi.names import matches, normalise
from liveriff.control.midi.profile import Profile
from liveriff.control.midi.profile_read import read_file
from liveriff.errors import UsageError

SHIPPED = Path(__file__).parent.parent / "profiles"
FOLDER = "controllers"
"""The name of the folder in the performer's own."""

_Stamp = dict[Path, tuple[int, int]]


class Library:
    """All profiles by id. One thread at a time: the port watcher's, once it runs.

    own: a folder of the performer's YAML files, which need not exist; a file with the id of a shipped profile
    replaces it. A file that is wrong is told once by ``notice`` and left out until it changes; what it replaced, or
    its last good version, stays.
    """

    def __init__(self, own: Path | None = None, notice: Callable[[str], None] = lambda sentence: None) -> None:
        """Read everything once; raises UsageError only for a broken package."""
        self._own, self._notice = own, notice
        self._shipped = {profile.id: profile for profile in map(read_file, sorted(SHIPPED.glob("*.yaml")))}
        self._good: dict[Path, Profile] = {}
        self._stamps: _Stamp = {}
        self.profiles: dict[str, Profile] = dict(self._shipped)
        self._found: dict[str, Profile | None] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Read the performer's files that have changed since; True if any profile is different now."""
        stamps = self._look()
        if stamps == self._stamps:
            return False
        changed = [path for path, stamp in stamps.items() if self._stamps.get(path) != stamp]
        self._stamps = stamps
        self._good = {path: profile for path, profile in self._good.items() if path in stamps}
        for path in changed:
            self._read(path)
        profiles = self._shipped | {profile.id: profile for _, profile in sorted(self._good.items())}
        different, self.profiles = profiles != self.profiles, profiles
        self._found.clear()
        return different

    def _read(self, path: Path) -> None:
        try:
            self._good[path] = read_file(path)
        except UsageError as error:
            self._notice(str(error))

    def _look(self) -> _Stamp:
        try:
            files = sorted(self._own.glob("*.yaml")) if self._own else []
            return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files}
        except OSError:
            return self._stamps

    def find(self, port: str) -> Profile | None:
        """The profile of a port by its name; None for a port to leave alone. The longest match wins."""
        if port not in self._found:
            self._found[port] = self._look_up(normalise(port))
        return self._found[port]

    def _look_up(self, name: str) -> Profile | None:
        best = max(self._candidates(name), default=(0, 0, self._generic()), key=lambda found: found[:2])
        if not best[0] and self._relative(name):
            return None
        return None if matches(name, best[2].ignore) else best[2]

    def identify(self, reply: bytes) -> Profile | None:
        """The profile that knows this identity reply (F0 7E ch 06 02 ...)."""
        known = [profile for profile in self.profiles.values() if profile.identity]
        return next((profile for profile in known if reply[5:].startswith(profile.identity)), None)

    def _candidates(self, name: str) -> list[tuple[int, int, Profile]]:
        """Length of the match, whether it is the performer's own, profile."""
        own = {profile.id for profile in self._good.values()}
        named = [profile for profile in self.profiles.values() if not profile.generic]
        fitting = [profile for profile in named if not matches(name, profile.not_match)]
        return [(length, p.id in own, p) for p in fitting if (length := matches(name, p.match))]

    def _relative(self, name: str) -> bool:
        """Whether it is another port of a device whose port we know."""
        return any(matches(name, profile.family) for profile in self.profiles.values())

    def _generic(self) -> Profile:
        return next(profile for profile in self.profiles.values() if profile.generic)
