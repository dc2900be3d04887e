"""A soak: a set of many hours, faster than time or in it, watched throughout and judged at the end.

*Faster than time*: the real engine, player and renderer by a clock that goes on as the player mixes (``soak_stage``),
with the test tones, controllers in memory and clients over real OSC and the real door. *In time*: `liveriff play` as it
stands, with the embedded model.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from liveriff.control.door.client import DoorClient
from liveriff.drill import soak_clients, soak_watch
from liveriff.drill.soak_clock import VARIABLE, SoakClock
from liveriff.drill.soak_drift import of_log
from liveriff.drill.soak_judge import thinned, warm_up
from liveriff.drill.soak_model import NAME, declared
from liveriff.drill.soak_page import page
from liveriff.drill.soak_report import Watched, faults
from liveriff.drill.soak_set import Event, events
from liveriff.engine.journal_score import sounds_folder
from liveriff.errors import DeviceError, LiveriffError
from liveriff.wire.folders import temporary

LOOK_S = 2.0
START_S = 240.0
END_S = 40.0
KEPT_RECORDINGS = 4
COUNTED = ("underruns", "late_blocks", "late_chunks", "refused_chunks")
"""Readings of a performance that is heard in time."""


@dataclass(frozen=True)
class Plan:
    """hours: of the set; real: in time; out: the report's folder; sink: of a soak in time; block: frames a block, of
    one that is faster; rate: frames a second of that; seed: of the set; scene: that it begins with."""

    hours: float
    real: bool
    out: Path
    sink: str = "null"
    block: int = 1024
    rate: int = 16000
    seed: int = 1
    scene: str = "house"

    @property
    def busy(self) -> float:
        """So many times as busy as a night: of ten hours, gestures of every kind remain in plenty."""
        return 1.0 if self.real else 0.4

    @property
    def model(self) -> str:
        """Who renders."""
        return "embedded" if self.real else NAME


Progress = Callable[[float, str], None]
"""``progress(share, words)``."""


def soak(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Play, watch, judge; writes report.json and index.html into the plan's folder. DeviceError where the instrument
    does not start."""
    plan.out.mkdir(parents=True, exist_ok=True)
    with temporary("soak") as place:
        run = Run(plan, Path(place), progress)
        report = asyncio.run(run.perform())
    (plan.out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    title = f"A soak of {plan.hours:g} hours" + (", in time" if plan.real else ", faster than time")
    facts = {
        name.replace("_", " "): _plain(value) for name, value in report.items() if name not in ("verdicts", "curves")
    }
    (plan.out / "index.html").write_text(page(title, facts, run.verdicts, run.watched.charts()), encoding="utf-8")
    return report


class Run:
    """One soak."""

    def __init__(self, plan: Plan, place: Path, progress: Progress) -> None:
        """place: an empty folder for everything that the instrument writes."""
        self._plan, self._place, self._progress = plan, place, progress
        self.watched, self.counts = Watched(), soak_clients.Counts()
        self._told, self._home, self._temp = place / "told.jsonl", place / "home", place / "tmp"
        self._log = place / "log.jsonl"
        for folder in (self._home, self._temp):
            folder.mkdir()
        self._clock = SoakClock(place / "clock", create=True)
        self._began = 0.0
        self._lives = soak_watch.Lives()
        self._outside: dict[str, Any] = {}
        self.verdicts: list[Any] = []

    async def perform(self) -> dict[str, Any]:
        """Play it all; the report."""
        osc, door = _free_port(socket.SOCK_DGRAM), _free_port(socket.SOCK_STREAM)
        engine = self._start(osc, door)
        started = time.monotonic()
        try:
            await self._opened(engine, door)
            self._began = time.monotonic()
            playing = [
                asyncio.ensure_future(soak_clients.Hand(osc, self._events(), self._now, self.counts).play()),
                asyncio.ensure_future(soak_clients.guests(osc, door, self._plan.seed, self.counts)),
            ]
            try:
                await self._watch(engine)
                self._outside = await self._told_outside(door) if self._plan.real else {}
            finally:
                for task in playing:
                    task.cancel()
                await asyncio.wait(playing)
            status = await self._left(engine)
        finally:
            _ended(engine)
        return self._report(engine.pid, status, time.monotonic() - started)

    def _now(self) -> float:
        return time.monotonic() - self._began if self._plan.real else self._clock.now()

    def _events(self) -> Any:
        begin = self._now() + 2.0
        return (Event(begin + each.time_s, each.path, each.value) for each in events(self._plan.seed, self._plan.busy))

    # --- the instrument ----------------------------------------------------------------------------------------------

    def _start(self, osc: int, door: int) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "LIVERIFF_HOME": str(self._home), "TMPDIR": str(self._temp)}
        environment |= {"XDG_CACHE_HOME": str(self._place / "cache"), "XDG_RUNTIME_DIR": str(self._temp)}
        paths = (str(declared(self._place / "path")), *sys.path)
        environment["PYTHONPATH"] = os.pathsep.join(each for each in paths if each)
        environment[VARIABLE] = str(self._place / "clock")
        ports = [f"--osc=127.0.0.1:{osc}", f"--door=127.0.0.1:{door}"]
        if self._plan.real:
            play = [
                "play",
                "--headless",
                "--sink",
                self._plan.sink,
                "--scene",
                self._plan.scene,
                "--midi",
                "off",
                "--log",
                str(self._log),
                *ports,
            ]
            command = ["-m", "liveriff", *play]
        else:
            file = self._place / "plan.json"
            file.write_text(json.dumps(self._stage(osc, door)), encoding="utf-8")
            command = ["-m", "liveriff.drill.soak_stage", str(file)]
        with (self._plan.out / "engine.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

    def _stage(self, osc: int, door: int) -> dict[str, object]:
        plan = self._plan
        return {
            "model": plan.model, "scene": plan.scene, "block": plan.block, "rate": plan.rate, "hours": plan.hours,
            "seed": plan.seed, "osc": osc, "door": door,
            "told": str(self._told), "cache": str(self._place / "chunks"), "log": str(self._log),
        }  # fmt: skip

    async def _opened(self, engine: subprocess.Popen[bytes], door: int) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end and engine.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", door)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
        log = (self._plan.out / "engine.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise DeviceError(f"the instrument did not start: {log[-1] if log else 'it said nothing'}.")

    async def _left(self, engine: subprocess.Popen[bytes]) -> int | None:
        """Its exit status, after it has been asked to leave."""
        if self._plan.real and engine.poll() is None:
            engine.terminate()
        end = time.monotonic() + END_S
        while engine.poll() is None and time.monotonic() < end:
            await asyncio.sleep(0.1)
        return engine.poll()

    # --- watching ----------------------------------------------------------------------------------------------------

    async def _watch(self, engine: subprocess.Popen[bytes]) -> None:
        """Look every now and then, until the hours are over or the engine has left."""
        whole = 3600.0 * self._plan.hours
        while engine.poll() is None and self._now() < whole:
            self._look(engine.pid)
            self._sweep()
            self._progress(self._now() / whole, f"{self._now() / 3600:.2f} of {self._plan.hours:g} h")
            await asyncio.sleep(LOOK_S)

    def _look(self, pid: int) -> None:
        family = soak_watch.family(pid)
        self._lives.look({name: process.pid for name, process in family.items()})
        looked = {name: soak_watch.held(process) for name, process in family.items()}
        there = {name: each for name, each in looked.items() if each is not None}
        self.watched.look(self._now() / 3600, there, soak_watch.segments(pid), soak_watch.files(self._temp))

    async def _told_outside(self, door: int) -> dict[str, Any]:
        """Of a soak in time: what a screen would read at its end, and who had to be started again. In the other one the
        engine tells more of itself."""
        told: dict[str, Any] = {f"{name}_restarts": self._lives.restarts(name) for name in ("player", "renderer")}
        with contextlib.suppress(LiveriffError, OSError, asyncio.TimeoutError):
            async with DoorClient(f"http://127.0.0.1:{door}", listen=("/status",)) as client:
                await client.ready(END_S)
                told |= {name: client.value(f"/status/{name}") for name in COUNTED}
        return told

    def _drifted(self) -> dict[str, Any]:
        """Of a soak in time: every grid that the player was told, by the log of the performance."""
        if not self._log.exists():
            return {"beats_counted": False}
        with self._log.open(encoding="utf-8", errors="replace") as lines:
            drift = of_log(lines)
        counted = {"grid_off_frames": drift.worst_frames, "tempi": drift.tempi, "counted_frames": drift.frames}
        return {"beats_counted": bool(drift.grids), **counted}

    def _sweep(self) -> None:
        """The oldest recordings go, as a performer's disk is larger than ours, and the sounds that the log keeps."""
        for sound in sounds_folder(self._log).glob("*.wav"):
            with contextlib.suppress(OSError):
                sound.unlink()
        made = chain((self._home / "recordings").glob("*.wav"), (self._home / "recordings").glob("*.flac"))
        for old in sorted(made, key=lambda file: file.stat().st_mtime)[:-KEPT_RECORDINGS]:
            old.unlink()

    # --- the report --------------------------------------------------------------------------------------------------

    def _report(self, pid: int, status: int | None, took_s: float) -> dict[str, Any]:
        lines = [json.loads(line) for line in self._told.read_text("utf-8").splitlines()] if self._told.exists() else []
        self.watched.told(lines)
        hours = self._now() / 3600 if self._plan.real else max((line["s"] for line in lines), default=0.0) / 3600
        last = {**self._outside, **(self._drifted() if self._plan.real else {})}
        for line in lines:
            last |= {name: value for name, value in line.items() if name not in ("s", "notice")}
        self.verdicts = self.watched.verdicts(hours)
        found = faults(self.verdicts, last, self.watched.most_mb if self._plan.real else 0.0)
        if self._plan.real and not last["beats_counted"]:
            found.append("Its log tells of no beats.")
        if status != 0:
            found.append(f"The instrument ended with status {status}.")
        if hours < 0.99 * self._plan.hours:
            found.append(f"It played for {hours:.2f} h only.")
        left = {"segments_left": soak_watch.segments(pid), "files_left": soak_watch.files(self._temp)}
        found += [f"{count} {name.replace('_', ' ')}." for name, count in left.items() if count]
        notices = _counted(line["notice"] for line in lines if "notice" in line)
        return {
            "passed": not found, "faults": found, "hours": round(hours, 4), "took_s": round(took_s, 1),
            "times_faster": round(hours * 3600 / took_s, 2), "model": self._plan.model, "seed": self._plan.seed,
            "judged_from_h": round(warm_up(hours), 3), "cpu_s": self.watched.cpu_s,
            "most_mb": round(self.watched.most_mb, 1), **last,
            **{f"clients_{name}": value for name, value in asdict(self.counts).items()}, **left, "notices": notices,
            "verdicts": [{**asdict(each), "flat": each.flat} for each in self.verdicts],
            "curves": {title: {name: _few(curve) for name, curve in curves.items()}
                       for title, curves in self.watched.charts().items()},
        }  # fmt: skip


def _ended(engine: subprocess.Popen[bytes]) -> None:
    """Whatever ends the soak ends what it has begun: with its own children and segments, if it can."""
    engine.terminate()
    try:
        engine.wait(END_S)
    except subprocess.TimeoutExpired:
        engine.kill()
        engine.wait()


def _few(curve: Any) -> list[tuple[float, float]]:
    return [(round(at, 4), round(value, 2)) for at, value in thinned(curve, 240)]


def _counted(sentences: Any) -> dict[str, int]:
    """How often each kind of sentence was told: numbers and names apart, the most frequent first."""
    import re
    from collections import Counter

    kinds = Counter(re.sub(r"[\d.:]+|'[^']*'|\S*/\S+", "…", sentence) for sentence in sentences)
    return dict(kinds.most_common(40))


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{count} x {words}" for words, count in value.items())
    return "; ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
