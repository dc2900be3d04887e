"""The processes of a performance and what each costs, published once a second. Engine's loop only."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys

import psutil

from liveriff.engine.board import Board
from liveriff.engine.stage import Stage

MEGABYTE = 1 << 20


class Processes:
    """``tick`` is called once a second: shares of a core are means since the last one."""

    def __init__(self, stage: Stage, board: Board) -> None:
        """Nothing is looked at yet."""
        self._stage, self._board = stage, board
        self._known: dict[int, psutil.Process] = {}
        psutil.cpu_percent()  # the first answer is always 0: the mean from here on is wanted

    def tick(self) -> None:
        """Publish the table."""
        pids = self._pids()
        self._known = {pid: known for pid, known in self._known.items() if pid in pids.values()}
        lines = [self._line(name, pid) for name, pid in pids.items() if pid]
        self._board.show("/status/processes", "\n".join(filter(None, lines)))
        self._board.show("/status/cpu", round(psutil.cpu_percent() / 100, 3))

    def _pids(self) -> dict[str, int | None]:
        stage = self._stage
        server = forkserver_pid()
        fixed = {"engine": os.getpid(), "player": stage.player.pid, "nursery": stage.player.nursery.pid}
        return {**fixed, **stage.renderer.pids, "forkserver": server}

    def _line(self, name: str, pid: int) -> str:
        """One process; "" where it has left meanwhile."""
        with contextlib.suppress(psutil.Error):
            process = self._known.setdefault(pid, psutil.Process(pid))
            with process.oneshot():
                share, memory = process.cpu_percent(), process.memory_info().rss // MEGABYTE
            return f"{name}\t{pid}\t{share:.1f}\t{memory}\t{self._state(name)}"
        return ""

    def _state(self, name: str) -> str:
        stage = self._stage
        if name in stage.renderer.pids:
            return "rendering" if stage.renderer.flights else stage.renderer.state
        if name == "player":
            opened = stage.player.opened
            return f"plays on {opened.sink}" if stage.player.alive and opened else "starting"
        return "plays" if name == "engine" and stage.time.running else "waits"


def forkserver_pid() -> int | None:
    """Of the process that renderers are forked from, where there is one."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return None
    module = sys.modules.get("multiprocessing.forkserver")
    server = getattr(module, "_forkserver", None)
    pid = getattr(server, "_forkserver_pid", None)
    return pid if isinstance(pid, int) else None
