"""The renderer's memory: loaded backends by name, and canvases by what made them. No torch of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from liveriff.errors import LiveriffError, ModelError, UsageError
from liveriff.render.backend import (
    AligningBackend,
    Audio,
    Backend,
    BackendFactory,
    BatchBackend,
    Canvas,
    CanvasBackend,
    Show,
    ShowingBackend,
    StreamBackend,
    Tick,
)
from liveriff.render.catalog import find
from liveriff.render.refill import filled, other
from liveriff.render.repitch import transposed
from liveriff.wire.job import Job

CANVAS_BYTES = 48 << 20  # a hundred of the embedded model's: those of decks, strips and pads, and what was before
_FREE = ("alpha", "prompt_a", "prompt_b", "seed", "seed_drift", "seed_b")
"""In what jobs of a batch may differ."""


class Canvases:
    """Canvases by ``job.canvas_key``; the longest unused go first when they take more than ``limit_bytes``."""

    def __init__(self, limit_bytes: int = CANVAS_BYTES) -> None:
        """Empty."""
        self.limit_bytes = limit_bytes
        self._kept: OrderedDict[str, Canvas] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Canvas | None:
        """The canvas of a key, now the newest."""
        canvas = self._kept.get(key)
        if canvas is not None:
            self._kept.move_to_end(key)
        return canvas

    def keep(self, key: str, canvas: Canvas) -> None:
        """Keep a canvas for a change of tempo."""
        if key in self._kept:
            self._bytes -= self._kept.pop(key).bytes
        self._kept[key] = canvas
        self._bytes += canvas.bytes
        while self._bytes > self.limit_bytes:
            self._bytes -= self._kept.popitem(last=False)[1].bytes

    def __contains__(self, key: str) -> bool:
        """Whether the canvas of a key is kept."""
        return key in self._kept

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)


@dataclass(frozen=True, eq=False)
class Made:
    """A chunk; ``redecoded`` when its canvas was kept from before."""

    audio: Audio
    redecoded: bool


class Shelf:
    """Backends by name, each loaded when its first job comes."""

    def __init__(self, device: str, finder: Callable[[str], BackendFactory] = find) -> None:
        """Nothing is loaded. ``finder``: where factories come from by name."""
        self.device = device
        self._find = finder
        self.canvases = Canvases()
        self._backends: dict[str, Backend] = {}

    def backend(self, name: str) -> Backend:
        """A loaded backend; LiveriffError if it cannot be had."""
        if name not in self._backends:
            backend = self._find(name).create()
            try:
                backend.load(self.device)
            except LiveriffError:
                raise
            except Exception as error:
                raise ModelError(f"the model {name!r} cannot be loaded: {first_line(error)}.") from error
            self._backends[name] = backend
        return self._backends[name]

    def has(self, name: str) -> bool:
        """Whether a backend is loaded."""
        return name in self._backends

    def make(self, job: Job, tick: Tick, show: Show | None = None, beside: Sequence[Job] = ()) -> Made:
        """Render a job, or only decode it if its canvas is kept. ``show`` is told what the chunk looks like while it
        is made, if the backend can tell, and at the latest when only its decoding to sound is left. ``beside``: jobs
        that come next; where that is cheaper, their canvases are drawn along, as far as that goes without waiting."""
        backend = self.backend(job.model)
        self._check_version(backend, job)
        if not isinstance(backend, ShowingBackend):
            return self._make(backend, job, tick, show, beside)
        backend.show = show
        try:
            return self._make(backend, job, tick, show, beside)
        finally:
            backend.show = None

    def _make(self, backend: Backend, job: Job, tick: Tick, show: Show | None, beside: Sequence[Job]) -> Made:
        if not isinstance(backend, CanvasBackend):
            return Made(backend.render(_whole(job), tick), redecoded=False)
        redecoded = job.canvas_key in self.canvases
        if beside and not redecoded and self.device != "cpu":
            self._draw(backend, job, beside, tick)
        canvas = self._canvas(backend, job, tick)
        if show is not None:
            show(canvas.values.max(axis=0).astype(np.float32))
        return Made(transposed(self._decoder(backend, canvas, job, tick), job), redecoded)

    def _draw(self, backend: CanvasBackend, job: Job, beside: Sequence[Job], tick: Tick) -> None:
        """Draw a job with those that come next. A processor would gain nothing, and would not stop as soon."""
        missing = [each for each in (job, *beside) if each.canvas_key not in self.canvases and not each.fill_beats]
        if missing[:1] != [job]:
            return
        if isinstance(backend, StreamBackend):
            after = [each for each in missing[1:] if each.model == job.model]
            self.canvases.keep(job.canvas_key, backend.streamed(job, after, tick))
        elif isinstance(backend, BatchBackend):
            alike = [each for each in missing if _alike(each, job)]
            for one, canvas in zip(alike, backend.canvases(alike, tick), strict=True):
                self.canvases.keep(one.canvas_key, canvas)

    def _decoder(self, backend: CanvasBackend, canvas: Canvas, job: Job, tick: Tick) -> Callable[[Job], Audio]:
        """Decodes with phases of the canvas's own, or of the chunk that leads its strip."""
        if job.lead is None or not isinstance(backend, AligningBackend):
            return lambda each: backend.decode(canvas, each)
        reference = self._canvas(backend, job.leading, tick)
        return lambda each: backend.decode_like(canvas, reference, each)

    def _canvas(self, backend: CanvasBackend, job: Job, tick: Tick) -> Canvas:
        """Kept, or made; a fill needs that of its loop."""
        canvas = self.canvases.get(job.canvas_key)
        if canvas is None and job.fill_beats:
            canvas = filled(backend, job, tick, lambda each: self._canvas(backend, each, tick))
        if canvas is None:
            canvas = backend.canvas(job, tick)
        self.canvases.keep(job.canvas_key, canvas)
        return canvas

    @staticmethod
    def _check_version(backend: Backend, job: Job) -> None:
        if job.model_version and job.model_version != backend.info.version:
            raise ModelError(
                f"this chunk was made with version {job.model_version} of the model {job.model!r}, "
                f"but version {backend.info.version} is installed."
            )

    def close(self) -> None:
        """Close all backends."""
        for backend in self._backends.values():
            backend.close()
        self._backends.clear()


def _alike(job: Job, other: Job) -> bool:
    """Whether two jobs may be drawn in one batch: see ``BatchBackend``."""
    free = {name: getattr(other, name) for name in _FREE}
    return replace(job, **free).canvas_key == other.canvas_key


def _whole(job: Job) -> Job:
    """What stands for a job where there is no canvas to change."""
    if job.transpose:
        raise UsageError(f"the model {job.model!r} keeps no canvas that could be transposed.")
    return other(job) if job.fill_beats else job


def first_line(error: BaseException) -> str:
    """What an error says, in one line without a full stop."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0].rstrip('.')}" if text else type(error).__name__
