"""Players that are born ready: a process that has loaded all that a player needs, and forks one when asked.

It holds no sink, no audio library and no thread, so that forking it is safe; what it shares with its children costs
nothing. The engine asks by pipe, see ``engine.nursery``; with each question comes the handle of the new player's pipe.
Linux only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import NoReturn

from liveriff.player import worker
from liveriff.player.kernels import Kernels, choose
from liveriff.player.options import PlayerOptions
from liveriff.player.warmup import warm_up
from liveriff.wire.frugal import settle

READY = b"r"
NOBODY = 0
"""In place of the new player's number, where none could be made."""
FAILED = 1  # exit status


def main(pipe: Connection) -> None:
    """Say that all is ready; then a player for each PlayerOptions, until the engine is gone. The main thread."""
    for name in ("SIGINT", "SIGHUP"):  # the engine's affair
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody need wait for those who have left
    kernels = choose()
    warm_up(kernels)
    settle(idle=("llvmlite",))
    with contextlib.suppress(EOFError, OSError):
        pipe.send(READY)
        while True:
            options = pipe.recv()
            _bear(options, recv_handle(pipe), pipe, kernels)


def _bear(options: PlayerOptions, handle: int, pipe: Connection, kernels: Kernels) -> None:
    """Fork a player, and tell the engine its number. It begins to live when that is told: one of whom the engine does
    not know, because this process was ended meanwhile, must not."""
    known, told = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        pid = NOBODY
    else:
        if pid == 0:
            os.close(told)
            if not os.read(known, 1):
                os._exit(FAILED)
            os.close(known)
            _live(options, handle, pipe, kernels)
    os.close(known)
    os.close(handle)
    try:
        pipe.send(pid)
        if pid != NOBODY:
            os.write(told, READY)
    finally:
        os.close(told)


def _live(options: PlayerOptions, handle: int, pipe: Connection, kernels: Kernels) -> NoReturn:
    """IN THE NEW PROCESS: be a player, and nothing of what was before."""
    status = FAILED
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pipe.close()
        worker.main(Connection(handle), options, kernels)
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else FAILED
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)
