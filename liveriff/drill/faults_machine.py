"""Faults of the machine: its clock is set, or a process gets no more file handles. Only the performance is touched."""

from __future__ import annotations

import contextlib
import os
import time

import psutil

from liveriff.drill import lyingclock
from liveriff.drill.acts import Act
from liveriff.drill.liveset import KILL, LiveSet, Plan


class TimeStepped(Act):
    """Forward by an hour, then back by two; told to every Python process of the performance, see ``lyingclock``."""

    hold_s = 6.0

    def prepare(self, plan: Plan) -> None:
        self._file = plan.scratch / "seconds"
        lyingclock.install(plan.scratch / "site")
        path = os.pathsep.join(filter(None, [str(plan.scratch / "site"), os.environ.get("PYTHONPATH", "")]))
        plan.env |= {"PYTHONPATH": path, lyingclock.CLOCK_FILE: str(self._file)}

    def begin(self, live: LiveSet) -> None:
        self._file.write_text("3600")
        time.sleep(self.hold_s / 2)
        self._file.write_text("-3600")

    def lift(self, live: LiveSet) -> None:
        self._file.unlink()


class NoHandles(Act):
    """Every process may keep what it has open, and open nothing else; meanwhile it is to record, and its renderer is
    killed."""

    hold_s = 6.0

    def __init__(self) -> None:
        """Nobody is limited yet."""
        self._before: list[tuple[int, tuple[int, int]]] = []

    def begin(self, live: LiveSet) -> None:
        import resource

        renderer = live.pid("renderer")
        for process in live.instrument.look():
            with contextlib.suppress(psutil.Error, OSError):
                before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
                resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (process.num_fds(), before[1]))
                self._before.append((process.pid, before))
        live.instrument.send("/record", True)
        live.instrument.send("/scene", "techno")
        if renderer is not None:
            live.signal("renderer", KILL)

    def lift(self, live: LiveSet) -> None:
        import resource

        for pid, before in self._before:
            with contextlib.suppress(OSError):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, before)

    def complaints(self, live: LiveSet) -> list[str]:
        live.instrument.send("/record", False)
        time.sleep(0.5)
        live.instrument.send("/record", True)
        if live.wait(lambda: live.watch.latest("/status/recording"), 10.0):
            return []
        return ["it does not record though there are handles again."]
