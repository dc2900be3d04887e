"""What a model has to be to play here: the backend protocol. No torch; engine, screens and training may import it.

A backend is made by its factory in the renderer process and is used there by one thread only.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from liveriff.render.checkpoints import Checkpoint
from liveriff.wire.job import Job

Tick = Callable[[int, int], bool]
"""tick(step, of): called before each denoising step (1 .. of); False means stop: raise Cancelled."""

Show = Callable[[NDArray[np.float32]], None]
"""show(values): what the chunk looks like so far, 0..1 of shape (bands, columns), row 0 the lowest band."""

PATHS = {
    "alpha": "/deck/{n}/alpha",
    "prompt_a": "/deck/{n}/prompt/a",
    "prompt_b": "/deck/{n}/prompt/b",
    "negative": "/deck/{n}/prompt/negative",
    "category": "/deck/{n}/category",
    "seed": "/deck/{n}/seed",
    "seed_drift": "/deck/{n}/seed/drift",
    "tonic": "/key/tonic",
    "mode": "/key/mode",
    "density": "/deck/{n}/density",
    "brightness": "/deck/{n}/brightness",
    "guidance": "/deck/{n}/guidance",
    "steps": "/deck/{n}/steps",
    "strength": "/deck/{n}/strength",
    "source": "/deck/{n}/source",
}
"""The parameter behind each field of a job that a backend may honour or not, spelt as in the instrument's table."""


class Cancelled(Exception):  # noqa: N818 - it is an answer, not an error
    """A render was told to stop by its tick."""


def go_on(tick: Tick, step: int, of: int) -> None:
    """Report a step; Cancelled if the job is not wanted any more."""
    if not tick(step, of):
        raise Cancelled


@dataclass(frozen=True)
class BackendInfo:
    """What is known of a backend before it is loaded.

    name: as jobs name it; version: digest of the weights, or version of the code that makes the sound; title: for
    screens; licence: of the weights, as an SPDX name or a sentence; sample_rate: the only rate it renders at, or None
    for any; channels: 1 or 2 that it really makes (audio handed over is always stereo); beats: lengths of loops;
    categories: of loops; one_shots: categories of one-shots; honours: parameter paths it listens to, spelt as in
    ``PATHS``; deterministic: the same job gives the same bytes on the same machine; default_steps, default_guidance:
    good numbers, played where nobody says others; seeded: it starts from a sound or picture of its own where a job has
    no source, so that strength matters then, too.
    """

    name: str
    version: str
    title: str
    licence: str
    sample_rate: int | None
    channels: int
    beats: tuple[int, ...]
    categories: tuple[str, ...]
    one_shots: tuple[str, ...]
    honours: frozenset[str]
    deterministic: bool = True
    default_steps: int = 4
    default_guidance: float = 3.0
    seeded: bool = False

    def honours_field(self, field: str) -> bool:
        """Whether a field of the job (see ``PATHS``) changes what is rendered."""
        return PATHS[field] in self.honours


@dataclass(frozen=True, eq=False)
class Canvas:
    """An encoded spectrogram before it becomes sound: tempo and rate are not in it.

    values: 0..1, float16 or float32, shape (channels, bands, columns), row 0 the lowest band. Read-only by agreement:
    the renderer keeps it and decodes it again.
    """

    values: NDArray[np.float32] | NDArray[np.float16]

    @property
    def bytes(self) -> int:
        """Memory it takes."""
        return int(self.values.nbytes)


@dataclass(frozen=True, eq=False)
class Audio:
    """A rendered chunk: float32 samples (frames, 2) within -1..1, and the spectrogram it was made from, if any."""

    samples: NDArray[np.float32]
    canvas: Canvas | None = None


class Backend(Protocol):
    """A model that turns jobs into chunks."""

    @property
    def info(self) -> BackendInfo:
        """The same as its factory's."""

    def load(self, device: str) -> None:
        """Get ready to render on "cpu", "cuda", "cuda:1", "mps" ...; ModelError if that cannot be."""

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk: exactly ``job.frames`` frames, finite, within -1..1.

        Raises Cancelled within one step of the tick's False, and ModelError or UsageError for a job it cannot do;
        whatever it raises, the next render must be clean.
        """

    def close(self) -> None:
        """Give back memory; a second call does nothing."""


@runtime_checkable
class CanvasBackend(Backend, Protocol):
    """A backend in two stages: ``render`` is ``decode`` of ``canvas``.

    The renderer keeps canvases by ``job.canvas_key``, so that a change of tempo only decodes.
    """

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """The costly part; must not depend on ``job.bpm_cents`` or ``job.rate``."""

    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sound of exactly ``job.frames`` frames."""


@runtime_checkable
class BatchBackend(CanvasBackend, Protocol):
    """A backend that draws several canvases at once for less than one after the other costs. Optional."""

    def canvases(self, jobs: Sequence[Job], tick: Tick) -> list[Canvas]:
        """The canvas of each job, as ``canvas`` gives it but for rounding; the tick is that of one job.

        Jobs differ in alpha, prompts, seed and its drift at most; UsageError if they cannot be drawn together.
        """


@runtime_checkable
class StreamBackend(CanvasBackend, Protocol):
    """A backend whose renders may share their steps although they are of different jobs and at different steps.

    Optional. It is for accelerators, which a single picture does not fill: there a step of several costs little more
    than a step of one. What is carried along is ready, or part of the way, when it is asked for.
    """

    def streamed(self, job: Job, beside: Sequence[Job], tick: Tick) -> Canvas:
        """As ``canvas`` but for rounding; ``beside``: what will be asked for next, and may be forgotten at any time.

        The tick is that of ``job``, of which some steps may have been taken before.
        """

    def stream_gain(self, job: Job) -> float:
        """How many times faster four such canvases are denoised together than one after the other, measured now."""


@runtime_checkable
class AligningBackend(CanvasBackend, Protocol):
    """A backend that can decode neighbours so that they may be mixed: with the phases of one reference. Optional.

    Spectrograms of one morph are alike where their sounds, each with phases of its own, are not: mixed half and half
    those cancel here and add there.
    """

    def decode_like(self, canvas: Canvas, reference: Canvas, job: Job) -> Audio:
        """As ``decode``, with the phases that ``reference`` is decoded with."""


@runtime_checkable
class ShowingBackend(Protocol):
    """A backend that lets a chunk be seen while it is made. Optional: one without the attribute shows nothing.

    The renderer sets ``show`` before a render and None after it. A backend calls it after a step, as often as costs
    less than a twentieth of the render, with what the chunk would be if it were done now, near enough; what it shows
    never changes what it makes.
    """

    show: Show | None


def render_in_two(backend: CanvasBackend, job: Job, tick: Tick) -> Audio:
    """The body of ``render`` for a backend in two stages."""
    return backend.decode(backend.canvas(job, tick), job)


@dataclass(frozen=True)
class BackendFactory:
    """What an entry point of the group ``liveriff.backends`` names; importing it must not import torch.

    describe: the info (may read a small file; ModelError where weights are missing or broken); target:
    "package.module:Class" of the backend, imported when it is created; arguments: what the class is called with;
    variant: for a backend that plays checkpoints, the factory for one of them.
    """

    name: str
    describe: Callable[[], BackendInfo]
    target: str
    arguments: tuple[object, ...] = ()
    variant: Callable[[Checkpoint], BackendFactory] | None = None

    def info(self) -> BackendInfo:
        """What is known before loading."""
        return self.describe()

    def create(self) -> Backend:
        """A backend, not loaded yet."""
        module, _, attribute = self.target.partition(":")
        return cast(Backend, getattr(importlib.import_module(module), attribute)(*self.arguments))
