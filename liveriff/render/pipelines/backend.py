"""Pipelines of diffusers as a backend: loops trimmed to the beats with a crossfaded seam, and one-shots. One thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Audio, BackendInfo, Tick
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.fitting import cut, looped, one_shot, prepared, turned_down, with_channels
from liveriff.render.libraries import quiet
from liveriff.render.pipelines import BEATS, default, describe
from liveriff.render.pipelines.card import Card, card_of
from liveriff.render.pipelines.loading import load
from liveriff.render.pipelines.options import options_of
from liveriff.render.pipelines.request import Family, Request
from liveriff.render.pipelines.words import words
from liveriff.render.soundfiles import Sound, read
from liveriff.wire.job import Job


@dataclass(frozen=True, eq=False)
class _Loaded:
    card: Card
    family: Family


class Pipelines:
    """See the module."""

    def __init__(self, checkpoint: Checkpoint | None = None) -> None:
        """Nothing is loaded; without a checkpoint it is the one that the bare name stands for."""
        self.checkpoint = checkpoint or default()
        self.options = options_of(self.checkpoint.options, self.checkpoint.name)
        self._device = "cpu"
        self._loaded: _Loaded | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return describe(self.checkpoint)

    def load(self, device: str) -> None:
        """Read the pipeline and put it on the device."""
        card = card_of(self.checkpoint)
        self._loaded, self._device = _Loaded(card, load(card, self.options, device)), device

    def close(self) -> None:
        """Forget the pipeline."""
        self._loaded = None

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        self.check(job)
        if self._loaded is None:
            self.load(self._device)
        assert self._loaded is not None
        card, family = self._loaded.card, self._loaded.family

        def make(frames: int, source: Sound | None) -> Sound:
            return self._made(family, self._request(job, frames, source), card, tick)

        fit = looped if job.beats else one_shot
        sound = fit(job, card.rate, card.most, make, self._source(job, card))
        return Audio(np.ascontiguousarray(turned_down(with_channels(sound, 2)).T))

    def check(self, job: Job) -> None:
        """UsageError for what it cannot do."""
        info = self.info
        known = info.categories if job.beats else info.one_shots
        if job.category not in known:
            kind = "loops" if job.beats else "one-shots"
            there = ", ".join(known) or "none"
            raise UsageError(f"{job.model!r} has no {kind} of {job.category!r}; it has {there}.")
        if job.beats and job.beats not in BEATS:
            raise UsageError(f"{job.model!r} makes loops of {', '.join(map(str, BEATS))} beats, not {job.beats}.")
        if job.steps < 1:
            raise UsageError(f"steps must be at least 1, not {job.steps}.")

    # --- from jobs to sound ------------------------------------------------------------------------------------------

    def _request(self, job: Job, frames: int, source: Sound | None) -> Request:
        start, end = (words(job, prompt, self.options.prompts) for prompt in (job.prompt_a, job.prompt_b))
        return Request(
            texts=(start, end),
            negative=", ".join(part for part in (self.options.negative, job.negative) if part),
            alpha=job.alpha,
            guidance=job.guidance,
            steps=job.steps,
            seed=job.seed,
            drift=min(1.0, max(0.0, job.seed_drift)),
            frames=frames,
            source=None if source is None else torch.from_numpy(source),
            strength=job.strength,
        )

    def _made(self, family: Family, request: Request, card: Card, tick: Tick) -> Sound:
        """Sound (channels, frames); with no strength at all it is the source."""
        if request.source is not None and request.strength <= 0.0:
            sound: Sound = request.source.numpy()
            return sound
        with quiet():
            made: Tensor = family.paint(request, tick)
        if not bool(torch.isfinite(made).all()):
            remedy = "try another seed or dtype=fp32"
            raise ModelError(f"{self.checkpoint.name!r} made numbers that are no sound; {remedy}.")
        return cut(made.numpy(), request.frames)

    def _source(self, job: Job, card: Card) -> Sound | None:
        """The sound that the job starts from, as the model takes it; None where it starts from words alone."""
        if not job.source or job.strength >= 1.0 or not card.hears:
            return None
        sound, rate = read(job.source)
        return prepared(sound, rate, card.rate, card.channels)
