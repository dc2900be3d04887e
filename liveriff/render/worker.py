"""The renderer process: jobs in by pipe, chunks out into shared slots. One thread; imports torch only by its backends.

It never waits for anybody but the pipe, looks at the pipe before each denoising step, and answers every request with
exactly one of Rendered, Refused and Dropped, whatever the backend does.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import deque
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import LiveriffError, UsageError
from liveriff.render.backend import Audio, Cancelled
from liveriff.render.environment import THREADS_VARIABLE, VARIABLES
from liveriff.render.picture import picture_of, small_picture
from liveriff.render.shelf import Made, Shelf, first_line
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.job import Job
from liveriff.wire.messages import (
    Cancel,
    Dropped,
    Loading,
    Picture,
    Preview,
    Progress,
    Quit,
    Ready,
    Refused,
    Render,
    Rendered,
)
from liveriff.wire.slots import Slots, SlotSpec

_NICE = 10
_PR_SET_PDEATHSIG = 1
_FULL_SCALE = 1.0


class PipeGone(Exception):  # noqa: N818 - the engine left, nothing went wrong here
    """The other end of the pipe is closed. A type of its own: a backend's own OSError must not look like it."""


def main(pipe: Connection, spec: SlotSpec, model: str, device: str, cache_dir: str | None) -> None:
    """Serve one pipe until Quit, or until its other end is gone. ``cache_dir``: folder of kept chunks, or None."""
    step_back()
    limit_threads()
    try:
        slots = Slots(spec)
    except FileNotFoundError:
        return  # the engine has ended before its renderer was there
    shelf = Shelf(device)
    cache = ChunkCache(cache_dir) if cache_dir else None
    try:
        Renderer(pipe, slots, shelf, cache).run(model)
    except PipeGone:
        pass  # so is the reason to be here
    finally:
        shelf.close()
        slots.close()


def step_back() -> None:
    """Be the least of all processes: lower priority, deaf to Ctrl-C (the engine ends us), never an orphan."""
    with contextlib.suppress(ValueError):  # not in the main thread: a test
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_threads() -> None:
    """Give torch one thread, or as many as the environment allows, whether it is imported already or not."""
    threads = os.environ.get(THREADS_VARIABLE, "1")
    count = max(1, int(threads)) if threads.isdecimal() else 1
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ.setdefault("OMP_WAIT_POLICY", VARIABLES["OMP_WAIT_POLICY"])
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)


class Renderer:
    """Works on one request after the other; those that came meanwhile wait in order."""

    def __init__(self, pipe: Connection, slots: Slots, shelf: Shelf, cache: ChunkCache | None) -> None:
        """Nothing is read from the pipe yet."""
        self._pipe = pipe
        self._slots = slots
        self._shelf = shelf
        self._cache = cache
        self._waiting: deque[Render] = deque()
        self._current: int | None = None
        self._cancelled = False
        self._quitting = False

    def run(self, model: str) -> None:
        """Load ``model``, say so, and serve. PipeGone when the pipe breaks."""
        started = time.monotonic()
        with contextlib.suppress(LiveriffError):
            # A model that does not load is no reason to leave and be started again for ever: each of its jobs tries
            # once more and says what is wrong, and jobs for other models go on.
            self._shelf.backend(model)
        self._send(Ready(model, self._shelf.device, os.getpid(), time.monotonic() - started))
        while not self._quitting:
            self._listen(wait=not self._waiting)
            if self._waiting and not self._quitting:
                self._serve(self._waiting.popleft())

    def _listen(self, wait: bool) -> None:
        """Take in all messages that are there; ``wait`` for the first one."""
        while (wait and not self._waiting and not self._quitting) or self._pending():
            self._take(self._received())

    def _pending(self) -> bool:
        try:
            return self._pipe.poll()
        except OSError as error:
            raise PipeGone from error

    def _received(self) -> object:
        try:
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise PipeGone from error
        except Exception:  # a message that cannot be unpickled: from another version, or noise
            return None

    def _send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError as error:
            raise PipeGone from error

    def _take(self, message: object) -> None:
        if isinstance(message, Render):
            self._waiting.append(message)
        elif isinstance(message, Quit):
            self._quitting = True
        elif isinstance(message, Cancel):
            self._cancel(message.request)

    def _cancel(self, request: int) -> None:
        if request == self._current:
            self._cancelled = True
            return
        for waiting in [item for item in self._waiting if item.request == request]:
            self._waiting.remove(waiting)
            self._send(Dropped(request))

    def _tick(self, step: int, of: int) -> bool:
        """Before each step: tell the engine, hear the engine."""
        if self._current is not None:
            self._send(Progress(self._current, step, of))
        self._listen(wait=False)
        return not (self._cancelled or self._quitting)

    def _show(self, values: NDArray[np.float32]) -> None:
        """After a step: let the engine see the chunk so far."""
        if self._current is not None:
            self._send(Preview(self._current, small_picture(values)))

    def _serve(self, request: Render) -> None:
        self._current, self._cancelled = request.request, False
        try:
            answer, made = self._answer(request)
        finally:
            self._current = None
        self._send(answer)
        if self._cache is not None and made is not None and isinstance(answer, Rendered):
            self._cache.store(request.job, made.audio.samples, answer.picture)

    def _answer(self, request: Render) -> tuple[Rendered | Refused | Dropped, Made | None]:
        started = time.monotonic()
        try:
            self._check(request)
            if not self._shelf.has(request.job.model):
                self._send(Loading(request.request))
            made = self._shelf.make(request.job, self._tick, self._show if request.job.beats else None)
            reason = misfit(made.audio, request.job)
            if reason:
                return Refused(request.request, f"the model {request.job.model!r} {reason}."), None
            picture = picture_of(made.audio, request.job.rate)
        except Cancelled:
            return Dropped(request.request), None
        except PipeGone:
            raise
        except Exception as error:
            return Refused(request.request, refusal(error, request.job)), None
        return self._handed_over(request, made, picture, time.monotonic() - started), made

    def _check(self, request: Render) -> None:
        total, frames = self._slots.spec.total, request.job.frames
        if not 0 <= request.slot < total:
            raise UsageError(f"there is no slot {request.slot}; there are {total}.")
        if not 0 < frames <= (room := len(self._slots[request.slot])):
            raise UsageError(f"a chunk of {frames} frames does not fit into a slot of {room}.")

    def _handed_over(self, request: Render, made: Made, picture: Picture, seconds: float) -> Rendered:
        """Into the slot, then the message that hands it over."""
        samples = made.audio.samples
        self._slots[request.slot][: len(samples)] = samples
        peak = float(np.abs(samples).max(initial=0.0))
        rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
        return Rendered(request.request, request.slot, len(samples), seconds, peak, rms, made.redecoded, picture)


def misfit(audio: Audio, job: Job) -> str:
    """Why this is not the chunk of the job, as the rest of a sentence about the model; "" if it is."""
    samples = audio.samples
    if not isinstance(samples, np.ndarray) or samples.dtype != np.float32 or samples.ndim != 2:
        return "gave back something that is not float32 sound"
    if samples.shape != (job.frames, 2):
        return f"gave back {samples.shape[0]} x {samples.shape[1]} samples instead of {job.frames} x 2"
    if not np.isfinite(samples).all():
        return "gave back sound that is not finite"
    peak = float(np.abs(samples).max(initial=0.0))
    return f"gave back sound that peaks at {peak:.3g}, above full scale" if peak > _FULL_SCALE else ""


def refusal(error: Exception, job: Job) -> str:
    """One sentence for the performer."""
    if isinstance(error, LiveriffError):
        return str(error)
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return f"the model {job.model!r} ran out of memory; use fewer beats or a smaller model."
    return f"the model {job.model!r} failed: {first_line(error)}."
