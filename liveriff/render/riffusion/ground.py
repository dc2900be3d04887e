"""What a job is painted on: nothing, a picture, a picture under a mask, or room beside one. Renderer's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from liveriff.render.backend import Backend, Tick
from liveriff.render.catalog import find
from liveriff.render.riffusion.canvas import picture_of
from liveriff.render.riffusion.options import EMBEDDED, Options
from liveriff.render.riffusion.outpaint import tail_and_room
from liveriff.render.riffusion.sources import PICTURES, canvas_of_sound, mask, picture, source_picture
from liveriff.render.spectrogram import Layout
from liveriff.wire.job import Job


@dataclass(frozen=True, eq=False)
class Ground:
    """start: a picture (1, 3, 512, kept + columns) or None for words alone; anew: its mask (1, 1, 512, ...) or None.

    kept: columns at the left that are surroundings and no part of the loop.
    """

    start: Tensor | None = None
    anew: Tensor | None = None
    kept: int = 0


class Grounds:
    """Finds the ground of a job; keeps the embedded model awake where that plays seed pictures."""

    def __init__(self, options: Options, layout: Layout) -> None:
        """Nothing is loaded."""
        self._options, self._layout = options, layout
        self._guide: Backend | None = None

    def close(self) -> None:
        """Forget the embedded model."""
        if self._guide is not None:
            self._guide.close()
        self._guide = None

    def ahead(self, job: Job) -> int:
        """Steps of the embedded model before the first of a job's own."""
        guided = not job.source and self._options.seed_image == EMBEDDED
        return find(EMBEDDED).info().default_steps if guided else 0

    def of(self, job: Job, columns: int, tick: Tick) -> Ground:
        """UsageError where a file cannot be read. ``tick`` is told the ``ahead`` steps of the embedded model."""
        if job.source and job.beats and self._options.continues and not job.source.lower().endswith(PICTURES):
            return self._beside(job, columns)
        anew = mask(self._options.mask, columns) if self._options.mask else None
        if job.source:
            return Ground(source_picture(job.source, job, columns, self._layout), anew)
        if self._options.seed_image == EMBEDDED:
            return Ground(self._guided(job, columns, tick), anew)
        return Ground(picture(self._options.seed_image, columns) if self._options.seed_image else None, anew)

    def _beside(self, job: Job, columns: int) -> Ground:
        """The second half of the source, and as much room beside it as the loop takes."""
        heard = source_picture(job.source, job, columns, self._layout)
        kept = columns // 2
        return Ground(*tail_and_room(heard, columns, kept), kept)

    def _guided(self, job: Job, columns: int, tick: Tick) -> Tensor:
        """The same job by the embedded model, as a picture: its tempo, key and groove are inherited."""
        if self._guide is None:
            self._guide = find(EMBEDDED).create()
            self._guide.load("cpu")
        usual = Job()
        simple = replace(
            job,
            model=EMBEDDED,
            model_version="",
            steps=self._guide.info.default_steps,
            guidance=usual.guidance,
            rate=usual.rate,
            bpm_cents=job.canvas_bpm_cents,
            source="",
            strength=1.0,
        )
        sound = self._guide.render(simple, tick).samples
        loop = torch.from_numpy(np.ascontiguousarray(sound.T))
        return picture_of(canvas_of_sound(loop, simple.rate, columns, self._layout), self._layout)
