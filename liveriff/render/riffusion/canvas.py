"""Canvases of the instrument and pictures of the nets: sizes, layouts, one into the other. Pure.

A canvas is (channels, 512, columns), 0..1, row 0 the lowest band, 1 the loudest. A picture is (n, 3, 512, columns),
-1..1, top row the highest band, white (1) silence; mono in all three channels, stereo in green and blue.
"""

from __future__ import annotations

from dataclasses import replace
from math import log2

import torch
from torch import Tensor

from liveriff.render.riffusion.options import Options
from liveriff.render.spectrogram import RIFFUSION, RIFFUSION_20K, Layout
from liveriff.wire.job import Job

BANDS = 512
STEP = 64
"""Widths are multiples of this: the unet halves latents three times, and latents are an eighth of a picture."""

NATIVE_CENTS = 9375
"""Tempo at which 64 columns a beat last 10 ms each, as in all of Riffusion's seed pictures."""

COLUMN_S = 0.01


def layout_of(options: Options) -> Layout:
    """How a checkpoint's pictures are to be read."""
    base = RIFFUSION_20K if options.layout.endswith("20k") else RIFFUSION
    return replace(base, channels=2 if options.layout.startswith("stereo") else 1)


def columns_of(job: Job, options: Options) -> int:
    """Width of a job's canvas. Only the tempo it was conceived at matters, not the one it is decoded for."""
    if not job.beats:
        return STEP * max(1, -(-job.milliseconds // round(STEP * COLUMN_S * 1000)))
    cents = max(1, job.canvas_bpm_cents)
    if options.grid == "natural":
        seconds = job.beats * 6000.0 / cents
        return STEP * max(1, round(seconds / COLUMN_S / STEP))
    return job.beats * columns_a_beat(cents)


def columns_a_beat(cents: int) -> int:
    """64, or 32 for very fast and 128 for very slow tempos: the power of two nearest to 10 ms a column."""
    octave = min(1, max(-1, round(log2(NATIVE_CENTS / cents))))
    return 64 * 2**octave if octave >= 0 else 32


def canvas_of(picture: Tensor, layout: Layout) -> Tensor:
    """The canvas of one picture (3, 512, columns): red, or green and blue."""
    planes = picture[:1] if layout.channels == 1 else picture[1:]
    return (0.5 - planes * 0.5).clamp(0.0, 1.0).flip(1)


def picture_of(canvas: Tensor, layout: Layout) -> Tensor:
    """The picture (1, 3, 512, columns) of a canvas; red is black where there are two channels, as in Riffusion."""
    planes = (1.0 - 2.0 * canvas.float().clamp(0.0, 1.0)).flip(1)
    if layout.channels == 1:
        return planes[:1].expand(3, -1, -1)[None].contiguous()
    left, right = planes[0], planes[-1]
    return torch.stack((torch.full_like(left, -1.0), left, right))[None]
