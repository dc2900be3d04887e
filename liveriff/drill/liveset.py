"""A performance that a fault is done to: the instrument, what a screen would see, and who listens. The main thread."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from liveriff.drill.home import Home
from liveriff.drill.instrument import Instrument, Said
from liveriff.drill.jackserver import JackServer
from liveriff.drill.watch import Watch

BEGIN_S = 120.0  # the first run of a machine compiles the mixer and imports torch from a cold disk
LOOKS_S = 0.05


@dataclass
class Plan:
    """With what a performance is started; faults that have to be prepared change it before.

    arguments: of `liveriff play`; env: more variables; wrap: a command before it; model: what its decks play; scratch:
    a folder for whatever the fault needs; jack: the server that it plays through, None where it plays into a file.
    """

    home: Home
    arguments: list[str]
    model: str
    scratch: Path
    seed: int = 1
    jack: JackServer | None = None
    env: dict[str, str] = field(default_factory=dict)
    wrap: list[str] = field(default_factory=list)


class LiveSet:
    """``instrument``: the one that plays now; ``past``: those whose engines were killed; ``report``: what it has told
    of itself, once it is over."""

    def __init__(self, plan: Plan) -> None:
        """Start it, and wait for the first downbeat. Raises UsageError where none comes."""
        self.plan = plan
        self.past: list[Instrument] = []
        self.report: dict[str, Any] = {}
        self.began = time.monotonic()
        self.instrument = self._start(plan.arguments)
        self.watch = Watch(self.instrument.url)
        self.watch.__enter__()

    def _start(self, arguments: list[str], ports: tuple[int, int] | None = None) -> Instrument:
        plan = self.plan
        env = {**plan.env, **(plan.jack.env if plan.jack else {})}
        return Instrument(plan.home, [*arguments, "--model", plan.model], env, plan.wrap, ports)

    def begin(self) -> None:
        """Wait for the first downbeat."""
        self.instrument.sounds(BEGIN_S)

    def start_again(self, *more: str) -> None:
        """Another engine in place of one that was killed, as the performer would type it; its first downbeat."""
        before = self.instrument
        before.look()
        self.past.append(before)
        self.instrument = self._start([*self.plan.arguments, *more], before.ports)
        self.instrument.sounds(BEGIN_S)

    # --- questions ---------------------------------------------------------------------------------------------------

    @property
    def said(self) -> list[Said]:
        """All that the performer was told, of every engine."""
        return sorted((said for each in (*self.past, self.instrument) for said in each.said), key=lambda said: said.at)

    @property
    def pids(self) -> set[int]:
        """Of every process that belonged to it."""
        return {pid for each in (*self.past, self.instrument) for pid in each.pids}

    def pid(self, name: str) -> int | None:
        """Of "engine", "player", "renderer" or "forkserver"."""
        return self.instrument.pid if name == "engine" else self.watch.pid(name)

    def wait(self, holds: Callable[[], object], patience_s: float) -> bool:
        """Whether something came to hold."""
        until = time.monotonic() + patience_s
        while not holds() and time.monotonic() < until:
            time.sleep(LOOKS_S)
        return bool(holds())

    def signal(self, name: str, number: int) -> bool:
        """Send a signal to one of its processes; False where there is none."""
        pid = self.pid(name)
        if pid is None or not any(process.pid == pid for process in self.instrument.look()):
            return False
        return signal_to(pid, number)

    # --- the end -----------------------------------------------------------------------------------------------------

    def end(self) -> tuple[int | None, dict[str, Any]]:
        """Let it fade out; its exit status and report."""
        status, self.report = self.instrument.end()
        self.watch.__exit__()
        return status, self.report

    def abandon(self) -> None:
        """End whatever still runs, somehow."""
        for process in self.plan.home.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.watch.__exit__()


def signal_to(pid: int, number: int) -> bool:
    """Send a signal; False where nobody is there to get it."""
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
STOP = getattr(signal, "SIGSTOP", 0)
GO_ON = getattr(signal, "SIGCONT", 0)
