"""One performance as `liveriff bench` sees it from outside: first sound, processor time and memory of its processes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from liveriff.errors import DeviceError
from liveriff.render.environment import THREADS_VARIABLE

_SETTLES_S = 5.0  # after the first downbeat; the pads are still being made
_PATIENCE_S = 120.0
_FADES_S = 5.0
_ANSWERS_S = 2.0
_FIRST = "First downbeat"
_TABLE = "/status/processes"


def play(model: str, accelerator: str, threads: int, kept: str, seconds: float) -> dict[str, Any]:
    """Play the default scene into the null sink. seconds: how long load and memory are looked at, 0 for not at all.

    threads: of the renderer; kept: folder of the chunks that are kept between performances. cpu: seconds of processor
    time a second; DeviceError if it does not play.
    """
    env = {**os.environ, "LIVERIFF_CACHE": kept, THREADS_VARIABLE: str(threads)}
    lasts = 2.0 if not seconds else _SETTLES_S + seconds + 1.0
    command = [
        sys.executable, "-m", "liveriff", "play", "--headless", "--json", "--sink=null", f"--seconds={lasts}",
        "--osc=off", "--midi=off", "--door=127.0.0.1:0", f"--model={model}", f"--accelerator={accelerator}",
    ]  # fmt: skip
    said, report = Path(kept) / "said", Path(kept) / "report"
    with said.open("wb") as errors, report.open("wb") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=errors)
    try:
        watched = _watched(process, said, seconds) if seconds else {}
        process.wait(_PATIENCE_S + lasts)
    finally:
        end(process)
    if process.returncode:
        raise DeviceError("a performance for `liveriff bench` ended with an error; see what `liveriff play` says.")
    return {**_told(json.loads(report.read_text("utf-8"))), **watched}


def end(process: subprocess.Popen[bytes]) -> None:
    """See that a performance is over: one that still plays fades out, for a killed engine's player would play on."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_FADES_S)
    process.kill()
    process.wait()


def _told(report: dict[str, Any]) -> dict[str, Any]:
    chunks = report["chunks"]
    return {
        "first_sound_s": report["first_sound_s"],
        "late_blocks": report["late_blocks"],
        "underruns": report["underruns"],
        "late_chunks": chunks["late"],
    }


def _watched(process: subprocess.Popen[bytes], said: Path, seconds: float) -> dict[str, Any]:
    """Load and memory from a while after the first downbeat on; nothing where there was none."""
    until = time.monotonic() + _PATIENCE_S
    while _FIRST not in said.read_text("utf-8", "replace"):
        if process.poll() is not None or time.monotonic() > until:
            return {}
        time.sleep(0.05)
    settled = time.monotonic() + _SETTLES_S
    time.sleep(_SETTLES_S / 2)
    duties = _duties(process.pid)
    time.sleep(max(0.0, settled - time.monotonic()))
    before, began = _processes(process.pid, duties), time.monotonic()
    time.sleep(seconds)
    after, lasted = _processes(process.pid, duties), time.monotonic() - began
    parts = {name: {"memory_mb": memory, "cpu": (used - before[name][1]) / lasted if name in before else 0.0}
             for name, (memory, used) in after.items()}  # fmt: skip
    return {
        "seconds": lasted,
        "cpu": sum(part["cpu"] for part in parts.values()),
        "cpu_share": sum(part["cpu"] for part in parts.values()) / (os.cpu_count() or 1),
        "memory_mb": sum(part["memory_mb"] for part in parts.values()),
        "processes": parts,
    }


def _duties(pid: int) -> dict[int, str]:
    """What an engine's processes are for, by number, as its door tells; nothing where it does not answer. From outside
    they look alike where none are forked: on macOS, on Windows and beside CUDA."""
    from liveriff.engine.sessions import find

    url = next((session.url for session in find() if session.pid == pid), "")
    return duties(_table(url)) if url else {}


def _table(url: str) -> str:
    """That of the processes alone: the whole tree takes a busy machine seconds."""
    here = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with here.open(f"{url}{_TABLE}", timeout=_ANSWERS_S) as answer:
            return str(json.load(answer)["VALUE"][0])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def duties(table: str) -> dict[int, str]:
    """The names in a table of processes by number, renderers without theirs; a player's nursery counts as player."""
    cells = [line.split("\t") for line in table.splitlines()]
    names = {int(row[1]): row[0].split()[0] for row in cells if len(row) > 1 and row[1].isdecimal()}
    return {pid: "player" if name == "nursery" else name for pid, name in names.items()}


def _processes(pid: int, known: Mapping[int, str]) -> dict[str, tuple[float, float]]:
    """Memory (MB, what is shared counted in parts) and processor seconds of the engine and its children, by name."""
    engine = psutil.Process(pid)
    found: dict[str, tuple[float, float]] = {}
    for each in [engine, *engine.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            name = "engine" if each.pid == pid else known.get(each.pid) or _name(each)
            memory, used = found.get(name, (0.0, 0.0))
            times = each.cpu_times()
            found[name] = (memory + _memory_mb(each), used + times.user + times.system)
    return found


def _name(process: psutil.Process) -> str:
    """What a child is for."""
    line = " ".join(process.cmdline())
    if "resource_tracker" in line:
        return "tracker"
    if "forkserver" in line:
        parent = process.parent()
        return "renderer" if parent and "forkserver" in " ".join(parent.cmdline()) else "forkserver"
    return "player" if "spawn_main" in line else "other"


def _memory_mb(process: psutil.Process) -> float:
    memory = process.memory_full_info() if hasattr(process, "memory_full_info") else process.memory_info()
    return float(getattr(memory, "pss", 0) or getattr(memory, "uss", 0) or memory.rss) / 1e6
