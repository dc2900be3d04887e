"""Sounds of any length painted over: img2img clip after clip in constant memory. Commands use it.

Clips are 512 columns and begin on bar lines where the tempo is known (64 columns a beat, two bars). The 64 columns
before each are the end of the one before it, kept under a soft mask, so that clips go on from each other instead of
standing side by side as Riffusion's do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import torch
from torch import Tensor

from liveriff.render.backend import Tick
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.canvas import STEP, canvas_of, picture_of
from liveriff.render.riffusion.joints import OVERLAP, Joints
from liveriff.render.riffusion.outpaint import soft_border
from liveriff.render.riffusion.request import Request
from liveriff.render.riffusion.sampling import repaint
from liveriff.render.soundfiles import Sound, folded, part
from liveriff.render.spectrogram.levels import bent
from liveriff.render.spectrogram.passage import mel_of_passage

CLIP = 512
_QUIETEST = 1e-4  # of full scale: what is quieter is not made louder for the net


@dataclass(frozen=True)
class Stretch:
    """A clip: ``columns`` columns from column ``start`` on, which is the frame ``first``; it ends before ``last``.

    following: the frame on which the next one begins, or None.
    """

    start: int
    columns: int
    first: int
    last: int
    following: int | None = None


@dataclass(frozen=True, eq=False)
class Reworked:
    """A piece of the result, and of what it has that the source has not; both (channels, frames), -1..1."""

    sound: Sound
    difference: Sound


def stretches(frames: int, step: float) -> list[Stretch]:
    """The clips of a sound; all but the first begin with the overlap. The last may reach beyond the sound's end."""
    total = max(1, ceil(frames / step))
    made = []
    for begin in range(0, total, CLIP):
        start, end = max(0, begin - OVERLAP), min(begin + CLIP, total)
        wide = STEP * ceil((end - start) / STEP)
        following = round((end - OVERLAP) * step) if end < total else None
        made.append(Stretch(start, wide, round(start * step), round((start + wide) * step), following))
    return made


def reworked(
    backend: Riffusion, file: Any, request: Request, tick: Tick, step: float, first: int, frames: int, difference: bool
) -> Iterator[Reworked]:
    """An opened sound file painted over, piece by piece; of the file, ``frames`` frames from ``first`` on.

    step: frames a column. The request's first alpha is not used: it goes from 0 at the first clip to 1 at the last.
    """
    rate, channels = int(file.samplerate), min(2, int(file.channels))
    joints, extra = (Joints(backend.layout, rate, step) for _ in range(2))
    plan = stretches(frames, step)
    for number, each in enumerate(plan):
        heard = _heard(backend, file, each, step, first, frames)
        asked = replace(request, alphas=(number / max(1, len(plan) - 1),))
        mel = _painted(backend, asked, heard, joints.mel, _part(tick, number, len(plan)))
        power = backend.layout.power
        missing = (mel**power - heard**power).clamp(min=0.0) ** (1.0 / power)
        following = None if each.following is None else each.following - each.first
        sound = joints.add(mel, each.last - each.first, following)
        more = extra.add(missing, each.last - each.first, following) if difference else sound[:, :0]
        over = max(0, each.last - frames) if following is None else 0
        yield Reworked(*(bent(folded(got[:, : got.shape[1] - over].numpy(), channels)) for got in (sound, more)))


def _heard(backend: Riffusion, file: Any, stretch: Stretch, step: float, first: int, frames: int) -> Tensor:
    """Mel magnitudes of a stretch of the file, in the channels of the checkpoint."""
    layout, rate = backend.layout, int(file.samplerate)
    reach = layout.window(rate) + 1
    low = max(0, stretch.first - reach)
    high = min(frames, stretch.last + reach)
    sound = torch.from_numpy(folded(part(file, first + low, high - low), layout.channels))
    return mel_of_passage(sound, rate, layout, stretch.start * step - low, step, stretch.columns)


def _painted(backend: Riffusion, request: Request, heard: Tensor, before: Tensor | None, tick: Tick) -> Tensor:
    """Mel magnitudes that are painted over ``heard``, going on from ``before`` if there is one."""
    layout = backend.layout
    loudest = max(float(heard.max()), _QUIETEST * layout.sample_units)
    values = (heard / loudest) ** layout.power
    anew = None
    if before is not None:
        values[..., :OVERLAP] = (before / loudest).clamp(max=1.0) ** layout.power
        anew = soft_border(values.shape[1], OVERLAP, values.shape[2] - OVERLAP)
    painted = repaint(backend.nets, request, picture_of(values, layout), tick, anew)[0]
    return canvas_of(painted, layout) ** (1.0 / layout.power) * loudest


def _part(tick: Tick, number: int, of: int) -> Tick:
    """The tick of one of several clips, counted as one long render."""
    return lambda step, steps: tick(number * steps + step, of * steps)
