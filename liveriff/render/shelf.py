"""The renderer's memory: loaded backends by name, and canvases by what made them. No torch of its own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from liveriff.errors import LiveriffError, ModelError
from liveriff.render.backend import (
    Audio,
    Backend,
    BackendFactory,
    Canvas,
    CanvasBackend,
    Show,
    ShowingBackend,
    Tick,
)
from liveriff.render.catalog import find
from liveriff.wire.job import Job

CANVAS_BYTES = 128 << 20


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

    def make(self, job: Job, tick: Tick, show: Show | None = None) -> Made:
        """Render a job, or only decode it if its canvas is kept. ``show`` is told what the chunk looks like while it
        is made, if the backend can tell, and at the latest when only its decoding to sound is left."""
        backend = self.backend(job.model)
        self._check_version(backend, job)
        if not isinstance(backend, ShowingBackend):
            return self._make(backend, job, tick, show)
        backend.show = show
        try:
            return self._make(backend, job, tick, show)
        finally:
            backend.show = None

    def _make(self, backend: Backend, job: Job, tick: Tick, show: Show | None) -> Made:
        if not isinstance(backend, CanvasBackend):
            return Made(backend.render(job, tick), redecoded=False)
        canvas = self.canvases.get(job.canvas_key)
        redecoded = canvas is not None
        if canvas is None:
            canvas = backend.canvas(job, tick)
            self.canvases.keep(job.canvas_key, canvas)
        if show is not None:
            show(canvas.values.max(axis=0).astype(np.float32))
        return Made(backend.decode(canvas, job), redecoded)

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


def first_line(error: BaseException) -> str:
    """What an error says, in one line without a full stop."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0].rstrip('.')}" if text else type(error).__name__
