"""A model that goes wrong while a file says so: ``drill``, which renders what another model renders. No torch here.

Its package metadata are written by ``faults_model`` into a folder on the performance's path, as if it were installed.
``FAULT_FILE`` names the file; its one word is the fault. ``INNER`` names the model within.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.render.backend import Audio, Backend, BackendFactory, BackendInfo, Tick
from liveriff.render.catalog import find
from liveriff.wire.job import Job

NAME = "drill"
FAULT_FILE, INNER = "LIVERIFF_DRILL_FAULT", "LIVERIFF_DRILL_INNER"
SLOW_STEP_S, HANG_S = 1.0, 600.0
Sound = NDArray[np.float32]


def fault() -> str:
    """What is to go wrong now, "" for nothing."""
    try:
        return Path(os.environ[FAULT_FILE]).read_text(encoding="utf-8").strip()
    except (OSError, KeyError):
        return ""


def _raise(sound: Sound) -> Sound:
    raise RuntimeError("out of luck")


def _hang(sound: Sound) -> Sound:
    time.sleep(HANG_S)
    return sound


SPOILT: dict[str, Callable[[Sound], Sound]] = {
    "nan": lambda sound: np.full_like(sound, np.nan),
    "short": lambda sound: sound[:-1],
    "raises": _raise,
    "hangs": _hang,
}


class Faulty:
    """See the module; a plain backend, whatever the inner one is."""

    def __init__(self) -> None:
        """The inner backend is made."""
        self._inner: Backend = _inner().create()

    @property
    def info(self) -> BackendInfo:
        """The inner one's, under this name."""
        return _info()

    def load(self, device: str) -> None:
        """As the inner one does."""
        self._inner.load(device)

    def close(self) -> None:
        """As the inner one does."""
        self._inner.close()

    def render(self, job: Job, tick: Tick) -> Audio:
        """The inner one's sound, spoilt or late if that is asked for."""

        def slowly(step: int, of: int) -> bool:
            if fault() == "slow":
                time.sleep(SLOW_STEP_S)
            return tick(step, of)

        audio = self._inner.render(replace(job, model=self._inner.info.name), slowly)
        spoil = SPOILT.get(fault())
        return Audio(spoil(audio.samples.copy())) if spoil else Audio(audio.samples)


def _inner() -> BackendFactory:
    return find(os.environ.get(INNER, "test-tone"))


def _info() -> BackendInfo:
    return replace(_inner().info(), name=NAME, version="")


BACKEND = BackendFactory(NAME, _info, "liveriff.drill.backend:Faulty")
