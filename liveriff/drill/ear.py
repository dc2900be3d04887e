"""What an audience heard of a performance, on one time line: recorded through a JACK server, or read from a WAV sink.

Pure, but for ``Ear``, which runs the recording program.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveriff.drill.gaps import Sound
from liveriff.errors import DeviceError

READY_S = 20.0
STOOD_S = 0.1
"""A server that has counted so much less than the clock has stood still; its own clock may be off by less."""
HEADER_BYTES = 58  # of a float WAV of ours


@dataclass(frozen=True)
class Heard:
    """sound: (frames, 2) float32, NaN where the recorder itself has missed something; began: time.monotonic() of its
    first frame."""

    sound: Sound
    rate: int
    began: float

    def second(self, at: float) -> float:
        """Where in the recording a time of time.monotonic() is."""
        return at - self.began

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.sound) / self.rate


def missing() -> str:
    """Why nothing can be recorded through JACK, or ""."""
    return "" if importlib.util.find_spec("jack") else "JACK-Client is not installed (pip install liveriff[drill])"


class Ear:
    """The recording program on one server. One recording a ``start``: a server that is started again needs another."""

    def __init__(self, folder: Path, rate: int) -> None:
        """Nothing is recorded yet."""
        self._folder, self._rate = folder, rate
        self._process: subprocess.Popen[str] | None = None
        self._tapes: list[Path] = []

    def start(self, env: dict[str, str]) -> None:
        """Listen from now on; DeviceError if that cannot be."""
        self.prepare(env)
        self.ready()

    def prepare(self, env: dict[str, str]) -> None:
        """Listen as soon as there is a server."""
        tape = self._folder / f"heard-{len(self._tapes) + 1}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "liveriff.drill.ear_program", str(tape)],
            env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True,
        )  # fmt: skip
        self._tapes.append(tape)

    def ready(self) -> None:
        """Wait until it does; DeviceError if it cannot."""
        assert self._process
        assert self._process.stdout
        if self._process.stdout.readline().strip() != "ready":
            self.stop()
            raise DeviceError("the drill cannot record through its JACK server.")

    def stop(self) -> None:
        """Listen no more; a server that has died holds the program fast."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2.0)
            return
        process.kill()
        process.wait()

    def heard(self) -> Heard:
        """All recordings on one time line; while there was no server there was silence."""
        return joined([tape for path in self._tapes if (tape := read_tape(path, self._rate)) is not None])


def read_tape(path: Path, rate: int) -> Heard | None:
    """A recording of the program; what it missed is NaN. None where there is nothing."""
    try:
        rows = np.loadtxt(path.with_suffix(".index"), ndmin=2)
        sound = finite(np.fromfile(path.with_suffix(".f32"), np.float32))
    except (OSError, ValueError):
        return None
    return laid(sound[: len(sound) // 2 * 2].reshape(-1, 2), rows, rate) if len(rows) else None


def finite(sound: Sound) -> Sound:
    """What is no sound is silence, and so a hole: NaN stands for what the recorder itself has missed."""
    return np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)


def laid(sound: Sound, rows: NDArray[np.float64], rate: int) -> Heard:
    """Pieces on the server's frame count, and by the clock where it stood still.

    rows: (pieces, 3): frames before each piece in ``sound``, the server's frame (32 bits, comes round), seconds.
    """
    starts = rows[:, 0].astype(np.int64)
    frames = np.concatenate(([0], np.cumsum(np.diff(rows[:, 1]).astype(np.int64) & 0xFFFFFFFF)))
    lengths = np.diff(np.append(starts, len(sound)))
    # A callback can be late but never early: the earliest of those to come gives the time of a frame.
    times = np.minimum.accumulate((rows[:, 2] - frames / rate)[::-1])[::-1]
    stood = np.round(_steps(times - times[0]) * rate).astype(np.int64)
    frames += stood
    line: Sound = np.full((int(frames[-1] + lengths[-1]), 2), np.nan, np.float32)
    for i in np.flatnonzero(np.diff(stood) > 0):  # it played nothing
        line[frames[i] : frames[i + 1]] = 0.0
    for start, place, length in zip(starts, frames, lengths, strict=True):
        line[place : place + length] = sound[start : start + length]
    return Heard(line, rate, float(times[0]))


def _steps(late: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is later than what was before by more than STOOD_S, and so late from then on."""
    steps, step = np.zeros(len(late)), 0.0
    for i, each in enumerate(late.tolist()):
        step = each if each - step > STOOD_S else step
        steps[i] = step
    return steps


def joined(tapes: list[Heard]) -> Heard:
    """Recordings one after the other on one time line, with silence between them; DeviceError where there is none."""
    if not tapes:
        raise DeviceError("the drill has recorded nothing through its JACK server.")
    first, rate = tapes[0], tapes[0].rate
    ends = [round((tape.began - first.began) * rate) + len(tape.sound) for tape in tapes]
    line: Sound = np.zeros((max(ends), 2), np.float32)
    for tape, end in zip(tapes, ends, strict=True):
        line[end - len(tape.sound) : end] = tape.sound
    return Heard(line, rate, first.began)


def of_film(path: Path, first_downbeat_s: float | None, rate: int) -> Heard:
    """The file of a WAV sink, whose first frame is the first downbeat; DeviceError where there is none."""
    try:
        data = path.read_bytes()[HEADER_BYTES:]
    except OSError as error:
        raise DeviceError(f"the drill has no sound to look at: {path} is not there.") from error
    sound = finite(np.frombuffer(data[: len(data) // 8 * 8], np.float32)).reshape(-1, 2)
    return Heard(sound, rate, first_downbeat_s if first_downbeat_s is not None else time.monotonic())
