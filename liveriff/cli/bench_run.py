"""What `liveriff bench` measures, in its order, and on which machine."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from liveriff import __version__
from liveriff.wire.folders import temporary

_PACKAGES = ("torch", "diffusers", "numpy", "numba", "torchaudio", "librosa", "pedalboard")
_FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "neon", "asimd")


def everything(
    model: str, accelerator: str, threads: int, repeats: int, full: bool, tell: Callable[[str], None]
) -> dict[str, Any]:
    """All figures by section. tell: is told what comes next."""
    from liveriff.player.bench import bench as mixing
    from liveriff.render.bench import bench as rendering

    results: dict[str, Any] = {"machine": machine()}
    tell("first sound, load and memory of a set")
    results |= _performances(model, accelerator, threads)
    tell("mixing")
    results["mixing"] = mixing(seconds=1.0)
    tell("rendering and decoding")
    results["rendering"] = rendering(model, accelerator, threads=threads, repeats=repeats, full=full)
    tell("a loop of every backend")
    results["backends"] = _backends(model, accelerator, repeats, results["rendering"]["decoders"], full)
    if full:
        tell("the screen")
        results["screen"] = screen(model)
    return results


def _performances(model: str, accelerator: str, threads: int) -> dict[str, Any]:
    """Played with nothing kept, and again."""
    from liveriff.cli.bench_set import play

    with temporary("bench") as kept:
        cold = play(model, accelerator, threads, kept, 0.0)
        warm = play(model, accelerator, threads, kept, 20.0)
    first = {"cold_s": cold["first_sound_s"], "cached_s": warm.pop("first_sound_s")}
    return {"first_sound": first, "set": warm}


def _backends(model: str, accelerator: str, repeats: int, decoders: dict[str, float], full: bool) -> dict[str, Any]:
    """A loop of every backend; ``full``: also of checkpoints of the published sizes."""
    from liveriff.render.bench_backends import backends
    from liveriff.render.bench_decoders import CLIP_S

    classic = decoders["riffusion_seconds"] / CLIP_S
    small = {"small": backends(model, accelerator, repeats, classic)}
    return small | ({"published": backends(model, accelerator, 1, classic, full=True)} if full else {})


def screen(model: str) -> dict[str, Any]:
    """Figures of the screen, or why there are none."""
    from liveriff.cli.bench_screen import bench
    from liveriff.errors import LiveriffError

    try:
        return bench(model=model)
    except LiveriffError as error:
        return {"problem": str(error)}


def renderers(model: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Figures of several renderers."""
    from liveriff.cli.bench_pool import Runs, bench

    return bench(Runs(model, tell=tell))


def machine() -> dict[str, Any]:
    """What the figures hold for."""
    name, flags = _processor()
    return {
        "liveriff": __version__,
        "processor": name,
        "instructions": flags,
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str:
    with contextlib.suppress(PackageNotFoundError):
        return version(package)
    return ""


def _processor() -> tuple[str, list[str]]:
    """Its name, and those of its instructions that matter here."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine(), []
    known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in reversed(lines))}
    flags = (known.get("flags") or known.get("Features") or "").split()
    return known.get("model name") or platform.machine(), [flag for flag in _FLAGS if flag in flags]
