"""Wishes to clips by a Riffusion checkpoint, as ``riffuse`` of riffusion-hobby (MIT): two ends each with its own words,
seed, guidance and denoising, a seed picture, a soft mask. Renderer's thread."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liveriff.errors import ModelError
from liveriff.render.backend import Backend, BackendFactory, Tick
from liveriff.render.catalog import find
from liveriff.render.compat.makers import cents_of
from liveriff.render.compat.sound import RATE, Given, clip_of, fitted, given_sound
from liveriff.render.compat.sound import sound_of as wav_clip
from liveriff.render.compat.standins import BPM_CENTS, COLUMNS, seed_job
from liveriff.render.compat.standins import mask as drawn_mask
from liveriff.render.riffusion.backend import Riffusion
from liveriff.render.riffusion.canvas import BANDS, STEP, canvas_of, picture_of
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import repaint
from liveriff.render.riffusion.sound import sound_of
from liveriff.render.riffusion.sources import canvas_of_sound, mask, picture
from liveriff.render.spectrogram.exif import Parameters
from liveriff.wire.clips import Clip, ClipEnd, Place, Wish
from liveriff.wire.job import Job

_SEEDS = 2**63
_COLUMNS_A_SECOND = 100
_WIDEST = 48  # steps: 30 s


class Riffuser:
    """A Riffusion checkpoint that makes clips."""

    def __init__(self, factory: BackendFactory, device: str, category: str = "mix") -> None:
        """Loads the checkpoint; ModelError if it cannot be. category: whose words go before the prompts."""
        self._backend = cast(Riffusion, factory.create())
        self._backend.load(device)
        self._guide: Backend | None = None
        self._seeds: dict[str, Tensor] = {}
        self._loop = Job(category=category)

    def close(self) -> None:
        """See ``Maker``."""
        self._backend.close()
        if self._guide is not None:
            self._guide.close()

    @torch.inference_mode()
    def make(self, wish: Wish, tick: Tick) -> Clip:
        """See ``Maker``."""
        layout = self._backend.layout
        given = given_sound(wish.audio) if wish.audio else None
        init = self._start(wish, given, tick)
        anew = _mask(wish.mask, init.shape[-1]) if wish.mask else None
        painted = repaint(self._backend.nets, self.request(wish), init, tick, anew)[0]
        if not bool(torch.isfinite(painted).all()):
            raise ModelError("the checkpoint made numbers that are no picture; try dtype fp32 or less guidance.")
        canvas = canvas_of(painted, layout)
        job = _job(canvas.shape[-1], given)
        sound = np.ascontiguousarray(sound_of(canvas, layout, job).numpy(), dtype=np.float32)
        if given is not None:
            sound = fitted(sound, given.sound.shape[1])
        if wish.sound_only:
            return wav_clip(sound, job.rate)
        return clip_of(sound, job.rate, _pixels(canvas, self._backend), _told(self._backend))

    def request(self, wish: Wish) -> Request:
        """What the nets are asked to paint."""
        options = self._backend.options
        start, end = (self._end(each) for each in (wish.start, wish.end))
        return Request(start, end, (wish.alpha,), wish.steps, options.scheduler, options.circular, options.cfg)

    def _end(self, end: ClipEnd) -> End:
        prompt = self._backend.words(self._loop, end.prompt)
        unwanted = self._backend.options.negative if end.negative_prompt is None else end.negative_prompt
        return End(prompt, end.seed % _SEEDS, unwanted, end.denoising, end.guidance)

    def _start(self, wish: Wish, given: Given | None, tick: Tick) -> Tensor:
        """The picture (1, 3, 512, columns) to start from: the client's sound, a file, or what stands for one."""
        if given is not None:
            columns = max(1, round(given.seconds * _COLUMNS_A_SECOND / STEP)) * STEP
            canvas = canvas_of_sound(torch.from_numpy(given.sound), given.rate, columns, self._backend.layout)
            return picture_of(canvas, self._backend.layout)
        if wish.seed_image.path:
            return picture(wish.seed_image.path, _width(wish.seed_image.path))
        if wish.seed_image.name not in self._seeds:
            self._seeds[wish.seed_image.name] = self._stand_in(wish.seed_image.name, tick)
        return self._seeds[wish.seed_image.name]

    def _stand_in(self, name: str, tick: Tick) -> Tensor:
        job = seed_job(name)
        if self._guide is None:
            self._guide = find(job.model).create()
            self._guide.load("cpu")
        loop = np.ascontiguousarray(self._guide.render(job, tick).samples.T)
        layout = self._backend.layout
        return picture_of(canvas_of_sound(torch.from_numpy(loop), job.rate, COLUMNS, layout), layout)


def _width(path: str) -> int:
    """Columns of a file's picture, in whole steps of the net."""
    from liveriff.render.spectrogram.images import opened

    columns = int(opened(path).width) // STEP
    return STEP * max(1, min(_WIDEST, columns))


def _mask(place: Place, columns: int) -> Tensor:
    """Weights (1, 1, 512, columns)."""
    if place.path:
        return mask(place.path, columns)
    drawn = torch.from_numpy(drawn_mask(place.name))[None, None]
    return torch.nn.functional.interpolate(drawn, size=(BANDS, columns), mode="nearest")


def _job(columns: int, given: Given | None) -> Job:
    """How long it lasts: 64 columns a beat at 93.75 BPM, or as long as the client's sound; at the client's rate."""
    if given is None:
        return Job(beats=columns // STEP, bpm_cents=BPM_CENTS, canvas_bpm_cents=BPM_CENTS, rate=RATE)
    cents = cents_of(given.seconds)
    return Job(beats=8, bpm_cents=cents, canvas_bpm_cents=cents, rate=given.rate)


def _pixels(canvas: Tensor, backend: Riffusion) -> NDArray[np.uint8]:
    """Bytes (512, columns, 3)."""
    planes = picture_of(canvas, backend.layout)[0].permute(1, 2, 0)
    return np.ascontiguousarray(((planes + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy())


def _told(backend: Riffusion) -> Parameters:
    """The EXIF of a checkpoint's pictures."""
    layout = backend.layout
    stereo = layout.channels == 2
    return Parameters(stereo=stereo, f_min=layout.low_hz, f_max=layout.high_hz, max_value=layout.top)
