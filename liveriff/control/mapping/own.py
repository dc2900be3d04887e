"""The performer's own bindings on disk, looked at now and then, so that other programs may change them meanwhile.

The engine's loop only: the file is small.
"""

from __future__ import annotations

from pathlib import Path

from liveriff.control.mapping import files
from liveriff.control.mapping.bindings import Binding
from liveriff.errors import LiveriffError, UsageError


class OwnFile:
    """fault: the sentence about a file that cannot be used, "" for none."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self.path = path
        self.fault = ""
        self._stamp: tuple[int, int] | None = None
        self._good: tuple[Binding, ...] = ()

    def changed(self) -> bool:
        """Whether it is another than was read or written last."""
        return self._stamp_now() != self._stamp

    def load(self) -> tuple[Binding, ...]:
        """What it holds; while it has a fault, what it held before."""
        self._stamp = self._stamp_now()
        try:
            self._good, self.fault = files.load(self.path), ""
        except LiveriffError as error:
            self.fault = str(error)
        return self._good

    def save(self, bindings: tuple[Binding, ...]) -> None:
        """Write it; UsageError where that fails, or would destroy a file that has a mistake in it."""
        self._good = bindings
        if self.fault:
            raise UsageError(f"this is not kept, because your bindings cannot be read: {self.fault}")
        files.save(self.path, bindings)
        self._stamp = self._stamp_now()

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
