"""Pipelines of diffusers as a backend: loops trimmed to the beats with a crossfaded seam, and one-shots. One thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Audio, BackendInfo, Show, Tick
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.fitting import cut, looped, one_shot, prepared, turned_down, with_channels
from liveriff.render.libraries import quiet
from liveriff.render.mending import SEAM_S, joined
from liveriff.render.pipelines import BEATS, default, describe
from liveriff.render.pipelines.card import Card, card_of
from liveriff.render.pipelines.loading import load
from liveriff.render.pipelines.options import options_of
from liveriff.render.pipelines.request import Family, Request
from liveriff.render.pipelines.sketch import Look, Sketch
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
        self.show: Show | None = None
        self._device = "cpu"
        self._loaded: _Loaded | None = None
        self._sketch = Sketch()

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
        self._loaded, self._sketch = None, Sketch()

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        self.check(job)
        loaded = self._ready()
        card, family = loaded.card, loaded.family

        def make(frames: int, source: Sound | None) -> Sound:
            return self._made(family, self._request(job, frames, source), card, tick)

        fit = looped if job.beats else one_shot
        sound = fit(job, card.rate, card.most, make, self._source(job, card))
        return Audio(np.ascontiguousarray(turned_down(with_channels(sound, 2)).T))

    @property
    def card(self) -> Card:
        """Rate, channels and lengths of what it makes."""
        return self._ready().card

    def mend(self, job: Job, sound: Tensor, keep: Tensor, tick: Tick) -> Tensor:
        """A sound (channels, frames) as the model takes it, made anew where ``keep`` (frames,) is False.

        What is kept comes back as it was; the first and last milliseconds of what is new are faded into it. The job
        says words, seed, steps and guidance.
        """
        loaded = self._ready()
        request = replace(self._request(job, sound.shape[1], None), source=sound, keep=keep)
        made = torch.from_numpy(self._made(loaded.family, request, loaded.card, tick))
        return joined(sound, made, keep, round(SEAM_S * loaded.card.rate))

    def _ready(self) -> _Loaded:
        if self._loaded is None:
            self.load(self._device)
        assert self._loaded is not None
        return self._loaded

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
            towards=job.seed_b,
        )

    def _made(self, family: Family, request: Request, card: Card, tick: Tick) -> Sound:
        """Sound (channels, frames); with no strength at all it is the source."""
        if request.starts is not None and request.strength <= 0.0:
            kept: Sound = request.starts.numpy()
            return kept
        look = self._look(card)
        with quiet():
            made: Tensor = family.paint(request, tick, look)
        if not bool(torch.isfinite(made).all()):
            remedy = "try another seed or dtype=fp32"
            raise ModelError(f"{self.checkpoint.name!r} made numbers that are no sound; {remedy}.")
        sound = cut(made.numpy(), request.frames)
        if look is not None:
            look.learn(sound)
        return sound

    def _look(self, card: Card) -> Look | None:
        """Somebody who watches, if anybody does."""
        return Look(self.show, self._sketch, card.rate) if self.show is not None else None

    def _source(self, job: Job, card: Card) -> Sound | None:
        """The sound that the job starts from, as the model takes it; None where it starts from words alone."""
        if not job.source or job.strength >= 1.0:
            return None
        sound, rate = read(job.source)
        return prepared(sound, rate, card.rate, card.channels)
