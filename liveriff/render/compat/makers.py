"""Wishes to clips by any backend through jobs; Riffusion's own backend has a maker of its own. Renderer's thread."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from liveriff.errors import ModelError
from liveriff.render.backend import Audio, BackendInfo, Tick
from liveriff.render.catalog import find
from liveriff.render.compat.sound import RATE, Given, clip_of, fitted, given_sound, sound_of, sound_of_seed
from liveriff.render.compat.standins import BPM_CENTS, seed_job
from liveriff.render.shelf import Shelf
from liveriff.render.soundfiles import write
from liveriff.render.worker import misfit
from liveriff.wire.clips import GUIDANCE, SEED_IMAGE, Clip, Place, Wish
from liveriff.wire.folders import temporary
from liveriff.wire.job import Job

BEATS = 8
MOST_SEEDS = 2**31
_KEPT_SEEDS = 16
_RIFFUSION = "liveriff.render.riffusion.backend:Riffusion"


class Maker(Protocol):
    """Makes clips, one after the other."""

    def make(self, wish: Wish, tick: Tick) -> Clip:
        """The clip; LiveriffError if it cannot be made, Cancelled within a step of the tick's False."""

    def close(self) -> None:
        """Give back memory."""


def maker(model: str, device: str, category: str = "mix") -> Maker:
    """A maker whose model is loaded; LiveriffError if it cannot be had."""
    factory = find(model)
    if factory.target == _RIFFUSION:
        from liveriff.render.compat.riffuse import Riffuser

        return Riffuser(factory, device, category)
    shelf = Shelf(device)
    shelf.backend(model)
    return ByJobs(shelf, factory.info(), category)


class ByJobs:
    """Any backend: loops of 8 beats at 93.75 BPM, or as long as the client's sound."""

    def __init__(self, shelf: Shelf, info: BackendInfo, category: str) -> None:
        """category: of its loops, where the backend has it."""
        self._shelf, self._info = shelf, info
        self._category = category if category in info.categories else info.categories[0]
        self._seeds: OrderedDict[Place, Given] = OrderedDict()

    def close(self) -> None:
        """See ``Maker``."""
        self._shelf.close()

    def make(self, wish: Wish, tick: Tick) -> Clip:
        """See ``Maker``."""
        given = given_sound(wish.audio) if wish.audio else None
        job = self.job(wish, given)
        source = self._source(wish, given, tick)
        if source is None:
            return self._clip(wish, job, given, tick)
        with temporary("clip") as folder:
            place = Path(folder) / "given.wav"
            write(place, source.sound, source.rate)
            return self._clip(wish, _from_source(job, str(place), wish), given, tick)

    def _source(self, wish: Wish, given: Given | None, tick: Tick) -> Given | None:
        """The sound to start from: the client's, else the seed image's; None if the model starts from none.

        A client that says nothing of a seed image asks for og_beat; where nobody has put that file there, such a clip
        starts from words alone, for its beat is the model's own.
        """
        if not self._info.honours_field("source"):
            return None
        if given is not None:
            return given
        if wish.seed_image == Place(SEED_IMAGE):
            return None
        if wish.seed_image not in self._seeds:
            self._seeds[wish.seed_image] = self._heard(wish.seed_image, tick)
            while len(self._seeds) > _KEPT_SEEDS:
                self._seeds.popitem(last=False)
        return self._seeds[wish.seed_image]

    def _heard(self, image: Place, tick: Tick) -> Given:
        """The sound of a picture, or the loop that stands for one."""
        if image.path:
            return sound_of_seed(image.path)
        job = seed_job(image.name)
        return Given(np.ascontiguousarray(self._shelf.make(job, tick).audio.samples.T), job.rate)

    def job(self, wish: Wish, given: Given | None = None) -> Job:
        """What a wish is for a backend of the instrument.

        The noise lies on the sphere between both ends' seeds. Of two negative prompts a job takes the nearer end's.
        Guidance 7 is what a client says who has no opinion, and becomes the job's usual.
        """
        cents = cents_of(given.seconds) if given else BPM_CENTS
        info = self._info
        seed, towards = (end.seed % MOST_SEEDS for end in (wish.start, wish.end))
        near = wish.start if wish.alpha < 0.5 else wish.end
        return Job(
            model=info.name,
            model_version=info.version,
            category=self._category,
            prompt_a=wish.start.prompt,
            prompt_b=wish.end.prompt,
            negative=near.negative_prompt or "",
            alpha=wish.alpha,
            seed=seed,
            seed_b=towards,
            seed_drift=0.0 if seed == towards else wish.alpha,
            guidance=wish.mean(wish.start.guidance, wish.end.guidance) * Job().guidance / GUIDANCE,
            steps=min(wish.steps, 2 * info.default_steps),
            beats=BEATS if BEATS in info.beats else max(info.beats),
            canvas_bpm_cents=cents,
            bpm_cents=cents,
            rate=info.sample_rate or (given.rate if given else RATE),
        )

    def _clip(self, wish: Wish, job: Job, given: Given | None, tick: Tick) -> Clip:
        from liveriff.render.spectrogram.convert import picture_of_sound
        from liveriff.render.spectrogram.exif import Parameters

        audio = self._rendered(job, tick)
        sound = np.ascontiguousarray(audio.samples.T)
        if given is not None and given.rate == job.rate:
            sound = fitted(sound, given.sound.shape[1])
        if wish.sound_only:
            return sound_of(sound, job.rate)
        pixels, told = picture_of_sound(sound, Parameters(rate=job.rate, f_max=min(10000, job.rate // 2)), loop=True)
        return clip_of(sound, job.rate, pixels, told)

    def _rendered(self, job: Job, tick: Tick) -> Audio:
        audio = self._shelf.make(job, tick).audio
        problem = misfit(audio, job)
        if problem:
            raise ModelError(f"the model {job.model!r} {problem}.")
        return audio


def cents_of(seconds: float) -> int:
    """Tempo at which 8 beats last so long."""
    return round(BEATS * 6000 / seconds)


def _from_source(job: Job, path: str, wish: Wish) -> Job:
    return replace(job, source=path, strength=wish.mean(wish.start.denoising, wish.end.denoising))
