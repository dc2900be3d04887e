"""Which kernels play: numba's if it can be imported, numpy's otherwise. Import this before the sink starts.

numba compiles for one set of types only, given here, so a call with another type fails at once in a test instead
of compiling for a second on the sink's thread.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from liveriff.player import scalar, vector
from liveriff.wire.folders import private

_BUS, _CHUNK, _ROW, _COUNTS = "f8[:, ::1]", "f4[:, ::1]", "f8[::1]", "i8[::1]"
_TYPES = {
    "fade": f"void({_ROW}, f8, b1, i8, i8, f8)",
    "add_plain": f"i8({_BUS}, {_CHUNK}, i8, i8, {_ROW})",
    "add_varispeed": f"i8({_BUS}, {_CHUNK}, i8, i8, f8, f8, {_ROW})",
    "add_strip": f"f8({_BUS}, {_BUS}, {_BUS}, {_ROW}, i8, f8)",
    "crests": f"void({_ROW}, {_BUS}, {_BUS}, {_ROW}, {_BUS}, f8)",
    "limit": f"void({_ROW}, {_ROW}, {_COUNTS}, {_COUNTS}, i8, f8, f8)",
    "finish": f"void({_CHUNK}, {_BUS}, {_BUS}, {_ROW}, i8, f8, {_ROW})",
    "glide": f"void({_ROW}, {_ROW}, f8, i8, f8)",
    "morph": f"void({_ROW}, {_ROW}, {_ROW}, {_ROW})",
    "ramp": f"void({_BUS}, {_BUS}, {_ROW}, i8, f8)",
    "isolate": f"void({_BUS}, f8[:, :, ::1], {_BUS}, {_COUNTS}, {_BUS}, i8)",
    "sweep": f"void({_BUS}, {_BUS}, {_BUS}, i8, f8, i8)",
    "tilt": f"void({_BUS}, {_ROW}, {_BUS}, i8)",
    "echo": f"f8({_BUS}, {_BUS}, {_BUS}, {_BUS}, {_BUS}, i8, i8, i8, i8, i8, i8)",
    "reverb": f"f8({_BUS}, {_BUS}, {_BUS}, {_BUS}, {_BUS}, {_BUS}, {_COUNTS}, i8, i8)",
    "add_voice": f"i8({_BUS}, {_BUS}, {_BUS}, {_ROW}, {_CHUNK}, "
    "i8, i8, i8, f8, i8, f8, b1, b1, i8, i8, f8, f8, i8, i8)",
}


class Kernels(NamedTuple):
    """The functions of ``scalar`` in one of their three forms."""

    name: str
    fade: Callable[..., None]
    add_plain: Callable[..., int]
    add_varispeed: Callable[..., int]
    add_strip: Callable[..., float]
    crests: Callable[..., None]
    limit: Callable[..., None]
    finish: Callable[..., None]
    glide: Callable[..., None]
    morph: Callable[..., None]
    ramp: Callable[..., None]
    isolate: Callable[..., None]
    sweep: Callable[..., None]
    tilt: Callable[..., None]
    echo: Callable[..., float]
    reverb: Callable[..., float]
    add_voice: Callable[..., int]


def table(name: str, module: object) -> Kernels:
    """The kernels of a module as they are."""
    return Kernels(name, *(getattr(module, key) for key in _TYPES))


@functools.cache  # LLVM keeps all that it reads from the disk, and finds its way through it ever more slowly
def compiled() -> Kernels:
    """The loops of ``scalar`` compiled (or read from the cache on disk). Raises ImportError without numba."""
    cache = _cache_folder()
    with _kept_out("scipy"):  # numba would bring it in, for linear algebra that no kernel has: 11 MB
        import numba

        def build(key: str) -> Any:
            return numba.njit(_TYPES[key], nogil=True, cache=cache, fastmath=False)(getattr(scalar, key))

        return Kernels("numba", *(build(key) for key in _TYPES))


@contextlib.contextmanager
def _kept_out(name: str) -> Iterator[None]:
    """Inside, a module that nobody has imported yet is as if it were not installed."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # what the import system takes for "not there"
    try:
        yield
    finally:
        del sys.modules[name]


def choose() -> Kernels:
    """numba's kernels, or numpy's where numba is missing or does not work on this machine."""
    try:
        return compiled()
    except Exception:  # a broken LLVM raises nearly anything, and the music must start all the same
        return table("numpy", vector)


def _cache_folder() -> bool:
    """Let numba keep its cache beside the code or in the user's cache folder; False if neither can be written to."""
    if os.environ.get("NUMBA_CACHE_DIR") or _writable(Path(__file__).parent / "__pycache__"):
        return True
    folder = user_cache() / "liveriff" / "numba"
    if not _writable(folder):
        return False
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.reload_config()
    return True


def user_cache() -> Path:
    """The user's cache folder on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _writable(folder: Path) -> bool:
    # os.access tells lies for root and on network folders: try.
    try:
        private(folder)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
