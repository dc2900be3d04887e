"""What `liveriff doctor` looks at: one function a check, each says what it found and what to do about it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from liveriff.errors import LiveriffError

SHARED_MEMORY = Path("/dev/shm")
SLOTS_BYTES = 20 * 24 * 48000 * 8  # 20 chunks of 24 s at 48 kHz, if all were as long as can be
CACHE_BYTES = 1 << 30


@dataclass(frozen=True)
class Finding:
    """One answer. level: "ok", "note" (plays, but could be better) or "fault" (does not play)."""

    name: str
    level: str
    found: str
    advice: str = ""


def python() -> Finding:
    """The interpreter and the operating system."""
    return Finding("python", "ok", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")


def machine() -> Finding:
    """Cores and memory."""
    cores, memory = os.cpu_count() or 1, psutil.virtual_memory()
    found = f"{cores} cores, {memory.available >> 20} MB of {memory.total >> 20} MB free"
    if memory.available < 1200 << 20:
        return Finding("machine", "note", found, "Playing takes up to 1.2 GB: close something.")
    if cores < 2:
        return Finding("machine", "note", found, "With one core, chunks will be late; the loops go on all the same.")
    return Finding("machine", "ok", found)


def sound() -> Finding:
    """PortAudio and its devices."""
    from liveriff.player.devices import list_devices

    devices, reason = list_devices()
    if not devices:
        return Finding(
            "sound", "note", reason, "`liveriff play` runs on the null sink; `--sink wav:FILE` writes a file."
        )
    default = next((device for device in devices if device.default), devices[0])
    return Finding("sound", "ok", f"{len(devices)} devices, default {default.name} ({default.host}, {default.rate} Hz)")


def mixing() -> Finding:
    """Compiled mixing, or the slower fall-back."""
    if importlib.util.find_spec("numba") is None:
        advice = "Install numba: mixing then takes a tenth of the time, and small blocks are safe."
        return Finding("mixing", "note", "numpy", advice)
    return Finding("mixing", "ok", "numba")


def models() -> Finding:
    """Weights of all backends, as far as can be said without loading them."""
    from liveriff.render.catalog import find, names

    lines = []
    for name in names():
        try:
            info = find(name).info()
        except LiveriffError as error:
            return Finding("models", "fault", f"{name} cannot be used", str(error))
        lines.append(f"{name} {info.version[:8]}".strip())
    return Finding("models", "ok", ", ".join(lines))


def accelerator() -> Finding:
    """What torch could use."""
    from liveriff.render.accelerators import best

    name, title = best()
    advice = "" if name == "cpu" else f"Play with --accelerator {name}."
    return Finding("accelerator", "ok", title, advice)


def shared_memory() -> Finding:
    """Room for chunks between the processes."""
    if not SHARED_MEMORY.is_dir():
        return Finding("shared memory", "ok", "managed by the operating system")
    free = shutil.disk_usage(SHARED_MEMORY).free
    found = f"{free >> 20} MB free"
    if free < SLOTS_BYTES // 4:
        return Finding("shared memory", "fault", found, "Give /dev/shm 256 MB (docker: --shm-size 256m).")
    return Finding("shared memory", "ok", found)


def cache() -> Finding:
    """Room for kept chunks."""
    from liveriff.wire.chunks import default_folder

    folder = default_folder()
    home = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    free = shutil.disk_usage(home).free
    found = f"{folder}, {free >> 20} MB free"
    if not os.access(home, os.W_OK):
        return Finding("cache", "note", found, "It cannot be written: every start renders anew.")
    if free < CACHE_BYTES:
        return Finding("cache", "note", found, "Little room: old chunks will be dropped early.")
    return Finding("cache", "ok", found)


def scenes() -> Finding:
    """Scenes that can be read."""
    from liveriff.engine.scenes import list_scenes, load_scene

    listings = list_scenes()
    for listing in listings:
        try:
            load_scene(str(listing.path))
        except LiveriffError as error:
            return Finding("scenes", "fault", f"{listing.name} cannot be read", str(error))
    return Finding("scenes", "ok", f"{len(listings)} scenes")


CHECKS: tuple[Callable[[], Finding], ...] = (
    python, machine, sound, mixing, models, accelerator, shared_memory, cache, scenes
)  # fmt: skip


def run_checks() -> list[Finding]:
    """All findings; a check that itself fails is a fault with its error."""
    findings = []
    for check in CHECKS:
        try:
            findings.append(check())
        except Exception as error:  # a doctor must not die of the illness
            findings.append(Finding(check.__name__, "fault", f"{type(error).__name__}: {error}", "Reinstall liveriff."))
    return findings
