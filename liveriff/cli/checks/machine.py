"""Checks of the machine itself: versions, cores, memory, disk, real-time limits, the terminal."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
from pathlib import Path

from liveriff import __version__
from liveriff.cli.checks.finding import Finding, fault, fine, note

SHARED_MEMORY = Path("/dev/shm")
GOVERNORS = Path("/sys/devices/system/cpu")
SLOTS_BYTES = 20 * 24 * 48000 * 8  # 20 chunks of 24 s at 48 kHz, if all were as long as can be
CACHE_BYTES = 1 << 30
NEEDED_MB = 1000
OLDEST, NEWEST = (3, 10), (3, 14)
NARROWEST, LOWEST = 80, 24
TOLD = ("torch", "diffusers", "numpy", "numba", "textual", "sounddevice")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def python() -> Finding:
    """The interpreter and the operating system."""
    found = f"liveriff {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return note("python", found, "python-version")
    return fine("python", found, liveriff=__version__, python=platform.python_version(), system=platform.platform())


def libraries() -> Finding:
    """What liveriff is built on, as far as its metadata says."""
    missing = [name for name in _required() if _version(name) is None]
    if missing:
        return fault("libraries", f"{', '.join(missing)} not installed", "library-missing")
    versions = {name: version for name in TOLD if (version := _version(name))}
    return fine("libraries", ", ".join(f"{name} {version}" for name, version in versions.items()), **versions)


def _required() -> list[str]:
    """Names of the packages that are needed whatever is played; markers that name a platform are left to pip."""
    try:
        lines = importlib.metadata.requires("liveriff") or []
    except importlib.metadata.PackageNotFoundError:  # a checkout on PYTHONPATH
        return list(TOLD)
    names = [_NAME.match(line) for line in lines if ";" not in line]
    return [match.group() for match in names if match]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def processor() -> Finding:
    """Cores, and whether they are held back."""
    cores = os.cpu_count() or 1
    found = f"{cores} cores" if cores > 1 else "one core"
    if cores < 2:
        return note("processor", found, "one-core")
    if _governor() == "powersave" and not _scales_itself():
        return note("processor", f"{found}, governor powersave", "power-saving")
    return fine("processor", found, cores=cores)


def _governor() -> str:
    try:
        return (GOVERNORS / "cpu0/cpufreq/scaling_governor").read_text().strip()
    except OSError:
        return ""


def _scales_itself() -> bool:
    """Intel's and AMD's own drivers call what is their normal way "powersave"."""
    try:
        driver = (GOVERNORS / "cpu0/cpufreq/scaling_driver").read_text()
    except OSError:
        return False
    return driver.startswith(("intel_pstate", "amd-pstate"))


def memory() -> Finding:
    """Memory that is free."""
    import psutil

    seen = psutil.virtual_memory()
    found = f"{seen.available >> 20} MB of {seen.total >> 20} MB free"
    if seen.available < NEEDED_MB << 20:
        return note("memory", found, "memory-low", needed=NEEDED_MB)
    return fine("memory", found, free_mb=seen.available >> 20, total_mb=seen.total >> 20)


def shared_memory() -> Finding:
    """Room for chunks between the processes."""
    if not SHARED_MEMORY.is_dir():
        return fine("shared memory", "managed by the operating system")
    free = shutil.disk_usage(SHARED_MEMORY).free
    if free < SLOTS_BYTES // 4:
        return fault("shared memory", f"{free >> 20} MB free", "shared-memory-small")
    return fine("shared memory", f"{free >> 20} MB free", free_mb=free >> 20)


def realtime() -> Finding:
    """Whether the player may run before all else; Linux alone has to be asked."""
    if sys.platform != "linux":
        return fine("real time", "given by the operating system")
    import resource

    most = max(resource.getrlimit(resource.RLIMIT_RTPRIO))
    if os.geteuid() == 0 or most == resource.RLIM_INFINITY or most >= 10:
        return fine("real time", "allowed", priority=most)
    return note("real time", "not allowed: the player may be late when the machine is busy", "realtime-limits",
                user=os.environ.get("USER") or "YOU")  # fmt: skip


def mixing() -> Finding:
    """Compiled mixing, or the slower fall-back."""
    if importlib.util.find_spec("numba") is None:
        return note("mixing", "numpy", "numba-missing")
    return fine("mixing", "compiled by numba")


def cache() -> Finding:
    """Room for kept chunks."""
    from liveriff.wire.chunks import default_folder

    return _room("cache", default_folder(), "cache-forbidden")


def recordings() -> Finding:
    """Room for recordings and what is kept of a performance."""
    from liveriff.engine.folders import recordings as folder

    return _room("recordings", folder(), "recordings-forbidden")


def _room(name: str, folder: Path, forbidden: str) -> Finding:
    """Whether a folder, made or not, can be written, and what is free there."""
    # Path.is_dir raises where a folder above is shut
    there = next(parent for parent in (folder, *folder.parents) if os.path.isdir(parent))
    free = shutil.disk_usage(there).free
    found = f"{folder}, {free >> 20} MB free"
    if not os.access(there, os.W_OK):
        return note(name, f"{folder} cannot be written", forbidden)
    if free < CACHE_BYTES:
        return note(name, found, "disk-low")
    return fine(name, found, folder=str(folder), free_mb=free >> 20)


def _prints_only() -> bool:
    """Whether the terminal says that it can do nothing else; those of Windows have no TERM to say it with."""
    silent = "xterm" if sys.platform == "win32" else ""
    return os.environ.get("TERM", silent) in ("", "dumb", "unknown")


def terminal() -> Finding:
    """Whether the screen can be shown here."""
    if not sys.stdout.isatty():
        return fine("terminal", "none here; where there is one, `liveriff play` shows a screen")
    columns, rows = shutil.get_terminal_size()
    found = f"{os.environ.get('TERM', 'unknown')}, {columns} x {rows}"
    if "utf" not in (sys.stdout.encoding or "").lower() or _prints_only():
        return note("terminal", found, "terminal-plain")
    if columns < NARROWEST or rows < LOWEST:
        return note("terminal", found, "terminal-small")
    return fine("terminal", found)
