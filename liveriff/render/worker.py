"""The renderer process of the instrument: jobs in by pipe, chunks out into shared slots.

It imports torch only by its backends and answers every request with exactly one of Rendered, Refused and Dropped,
whatever the backend does.
"""

from __future__ import annotations

import contextlib
import os
import time
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from liveriff.errors import LiveriffError, UsageError
from liveriff.render.backend import Audio, Cancelled
from liveriff.render.loudness import integrated
from liveriff.render.picture import picture_of, small_picture
from liveriff.render.servant import PipeGone, Servant, limit_threads, step_back
from liveriff.render.shelf import Made, Shelf, first_line
from liveriff.wire.chunks import ChunkCache
from liveriff.wire.frugal import Heap, settle
from liveriff.wire.job import Job
from liveriff.wire.messages import Dropped, Loading, Picture, Preview, Ready, Refused, Render, Rendered
from liveriff.wire.slots import Slots, SlotSpec, Writable

_FULL_SCALE = 1.0


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


class Renderer(Servant[Render]):
    """Makes chunks."""

    asked = Render

    def __init__(self, pipe: Connection, slots: Writable, shelf: Shelf, cache: ChunkCache | None) -> None:
        """Nothing is read from the pipe yet."""
        super().__init__(pipe)
        self._slots = slots
        self._shelf = shelf
        self._cache = cache
        self._made: Made | None = None
        self._heap = Heap()

    def run(self, model: str) -> None:
        """Load ``model``, say so, and serve. PipeGone when the pipe breaks."""
        started = time.monotonic()
        with contextlib.suppress(LiveriffError):
            # A model that does not load is no reason to leave and be started again for ever: each of its jobs tries
            # once more and says what is wrong, and jobs for other models go on.
            self._shelf.backend(model)
        settle()
        self.send(Ready(model, self._shelf.device, os.getpid(), time.monotonic() - started))
        self.serve()

    def _show(self, values: NDArray[np.float32]) -> None:
        """After a step: let the engine see the chunk so far."""
        if self._current is not None:
            self.send(Preview(self._current, small_picture(values)))

    def answered(self, request: Render, answer: object) -> None:
        """Keep the chunk for another day, and no more memory than the work needs."""
        if self._cache is not None and self._made is not None and isinstance(answer, Rendered):
            self._cache.store(request.job, self._made.audio.samples, answer.picture, answer.loudness)
        self._made = None
        self._heap.trim()

    def answer(self, request: Render) -> Rendered | Refused | Dropped:
        """The chunk lies in its slot, or why it does not."""
        started, self._made = time.monotonic(), None
        try:
            self._check(request)
            if not self._shelf.has(request.job.model):
                self.send(Loading(request.request))
            show = self._show if request.job.beats else None
            made = self._shelf.make(request.job, self.tick, show, request.beside)
            reason = misfit(made.audio, request.job)
            if reason:
                return Refused(request.request, f"the model {request.job.model!r} {reason}.")
            picture = picture_of(made.audio, request.job.rate)
        except Cancelled:
            return Dropped(request.request)
        except PipeGone:
            raise
        except Exception as error:
            return Refused(request.request, refusal(error, request.job))
        self._made = made
        return self._handed_over(request, made, picture, time.monotonic() - started)

    def _check(self, request: Render) -> None:
        total, frames = self._slots.spec.total, request.job.frames
        if not 0 <= request.slot < total:
            raise UsageError(f"there is no slot {request.slot}; there are {total}.")
        if not 0 < frames <= (room := len(self._slots[request.slot])):
            raise UsageError(f"a chunk of {frames} frames does not fit into a slot of {room}.")
        self._slots.reserve(request.slot, frames)

    def _handed_over(self, request: Render, made: Made, picture: Picture, seconds: float) -> Rendered:
        """Into the slot, then the message that hands it over."""
        samples = made.audio.samples
        self._slots[request.slot][: len(samples)] = samples
        peak = float(np.abs(samples).max(initial=0.0))
        rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
        loudness = integrated(samples, request.job.rate)
        return Rendered(
            request.request, request.slot, len(samples), seconds, peak, rms, made.redecoded, picture, loudness
        )


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
