"""The embedded model as a backend: latents on the beat grid, decoded by the project's own spectrograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.params.words import CHUNKS, HITS, MODES
from liveriff.render.backend import Audio, BackendInfo, Canvas, Show, Tick, go_on, render_in_two
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.embedded import BEATS, describe, describe_own, folder_of
from liveriff.render.embedded.codec import FACTOR
from liveriff.render.embedded.conditions import Conditions
from liveriff.render.embedded.draft import phases_of
from liveriff.render.embedded.halves import halves_are_quick
from liveriff.render.embedded.model import MOST_STEPS, Known, Model, Told, load
from liveriff.render.embedded.sampler import drifted
from liveriff.render.embedded.sketch import Sketch
from liveriff.render.embedded.source import picture_of
from liveriff.render.embedded.weights import FOLDER
from liveriff.render.spectrogram import EMBEDDED, decode, decode_image, rounded_off, widen
from liveriff.wire.job import Job

SHOT_COLUMNS = 256
SHOT_COLUMNS_A_SECOND = 128
_WIDTHS = {"drums": 0.5, "bass": 0.0, "synth": 1.0, "mix": 0.6}
_FADE_S = 0.01
_FILL_GUIDANCE = 5.0  # a drummer's fill is busier than the loop: the density that is asked for must be heard
_GAINS, _SHOT_GAIN = {"drums": 0.66, "bass": 0.48, "synth": 0.42, "mix": 0.45}, 1.0
"""Loops leave room for attacks; guidance makes what holds a tone up to 3 dB louder than the material it was taught, and
these bring the categories back to the balance they have there. One-shots are played alone."""


@dataclass(frozen=True, eq=False)
class _Phases:
    """Of a reference decoded to so many frames."""

    reference: Canvas
    frames: int
    phases: Tensor


class Embedded:
    """See the module. Used by one thread."""

    def __init__(self, weights: Path | Checkpoint = FOLDER) -> None:
        """``weights``: their folder, or the checkpoint that names it."""
        self._own = weights if isinstance(weights, Checkpoint) else None
        self._folder = folder_of(weights) if isinstance(weights, Checkpoint) else weights
        self._model: Model | None = None
        self._device = "cpu"
        self._sketch: Sketch | None = None
        self.show: Show | None = None
        self._phases: _Phases | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return describe_own(self._own) if self._own else describe(self._folder)

    def load(self, device: str) -> None:
        """Read the weights and put them on the device."""
        model = load(self._folder)
        try:
            self._model, self._device = model.to(device), device
            if device == "cpu" and halves_are_quick():
                model.halve()
            self._sketch = Sketch(model.codec)
        except (RuntimeError, AssertionError) as error:
            raise ModelError(f"the embedded model cannot run on {device!r}: {error}.") from error

    def close(self) -> None:
        """Forget the weights."""
        self._model = self._sketch = self._phases = None

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        return render_in_two(self, job, tick)

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """The picture (1, 512, 64 columns a beat), or (1, 512, 256) of a one-shot's two seconds."""
        return self.canvases([job], tick)[0]

    @torch.inference_mode()
    def canvases(self, jobs: Sequence[Job], tick: Tick) -> list[Canvas]:
        """Pictures of jobs that are as wide and begin and step alike, all at once: a row of alphas, a bank of pads.

        Each is what its job alone would give, but for rounding. UsageError if they do not fit together.
        """
        model = self._ready()
        for job in jobs:
            _check(job)
        if len({_form(job) for job in jobs}) != 1:
            raise UsageError("jobs that are drawn together must have the same length, steps and strength.")
        latents = self._drawn(model, jobs, tick)
        if not bool(torch.isfinite(latents).all()):
            raise ModelError("the embedded model made numbers that are no sound; try another seed or less guidance.")
        pictures = model.codec.decode(latents)
        if self._sketch is not None and self.show is not None:
            self._sketch.learn(latents[:1], pictures[0])
        return [Canvas(picture.half().cpu().numpy()) for picture in pictures]

    @torch.inference_mode()
    def refill(self, canvas: Canvas, job: Job, tick: Tick) -> Canvas:
        """The canvas of a loop with some beats made anew between the others, see ``refill.FillingBackend``.

        A beat alone is all but told by its neighbours, so a longer piece is drawn, of which only those beats are used.
        """
        model, columns = self._ready(), _columns(job)
        before = torch.from_numpy(np.asarray(canvas.values, np.float32))
        anew = _beats_before(job, job.fill_beats)
        drawn = _beats_before(job, max(job.fill_beats, min(4, job.beats // 2)))
        latents = model.codec.encode(before[None].to(self._device))
        known = Known(latents, ~drawn[None, ::FACTOR].to(self._device))
        if job.category == "drums":
            job = replace(job, density=1.0, guidance=max(job.guidance, _FILL_GUIDANCE))
        start = drifted(job.fill_seed, 0.0, *model.latent_shape, columns // FACTOR).to(self._device)
        steps = min(job.steps, MOST_STEPS)
        guidance = torch.tensor([job.guidance], device=self._device)
        told = self._told(model, [job])
        made = model.sample(start, told, guidance, steps, lambda step: go_on(tick, step, steps), known=known)
        if not bool(torch.isfinite(made).all()):
            raise ModelError("the embedded model made numbers that are no sound; try another fill.")
        picture = torch.where(anew, model.codec.decode(made)[0].cpu(), before)
        return Canvas(picture.half().numpy())

    def _drawn(self, model: Model, jobs: Sequence[Job], tick: Tick) -> Tensor:
        """Latents of the jobs."""
        steps = min(jobs[0].steps, MOST_STEPS)
        columns = _columns(jobs[0]) // FACTOR
        noise = [drifted(job.seed, job.seed_drift, *model.latent_shape, columns, job.seed_b) for job in jobs]
        start, begin = torch.cat(noise).to(self._device), 1.0
        if jobs[0].source and jobs[0].strength < 1.0:
            begin = jobs[0].strength
            start = torch.lerp(self._sources(model, jobs), start, begin)
        guidance = torch.tensor([job.guidance for job in jobs], device=self._device)
        seen = self._show if self.show is not None else None
        told = self._told(model, jobs)
        return model.sample(start, told, guidance, steps, lambda step: go_on(tick, step, steps), seen=seen, begin=begin)

    def _sources(self, model: Model, jobs: Sequence[Job]) -> Tensor:
        """Latents of the sounds that jobs start from."""
        pictures = [picture_of(job.source, _columns(job), circular=bool(job.beats)) for job in jobs]
        return model.codec.encode(torch.stack(pictures).to(self._device))

    def _show(self, latents: Tensor) -> None:
        """After a step: an estimate of where it leads to."""
        if self.show is not None and self._sketch is not None and self._sketch.knows:
            self.show(self._sketch.draw(latents))

    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sound of exactly ``job.frames`` frames."""
        return self._decoded(canvas, job)

    @torch.inference_mode()
    def decode_like(self, canvas: Canvas, reference: Canvas, job: Job) -> Audio:
        """The same with the phases of another loop's canvas; a one-shot, all attack, with its own."""
        if not job.beats or reference is canvas:
            return self._decoded(canvas, job)
        if self._phases is None or self._phases.reference is not reference or self._phases.frames != job.frames:
            picture = torch.from_numpy(np.asarray(reference.values, np.float32))
            phases = phases_of(picture, job.frames / job.rate, circular=True)
            self._phases = _Phases(reference, job.frames, phases)
        return self._decoded(canvas, job, self._phases.phases)

    @torch.inference_mode()
    def _decoded(self, canvas: Canvas, job: Job, phases: Tensor | None = None) -> Audio:
        picture = torch.from_numpy(np.asarray(canvas.values, np.float32))
        sound = self._sound(picture, job.frames, job.rate, phases=phases) if job.beats else self._shot(picture, job)
        width, gain = (_WIDTHS[job.category], _GAINS[job.category]) if job.beats else (0.0, _SHOT_GAIN)
        stereo = rounded_off(widen(sound * gain, width, rate=job.rate))
        return Audio(np.ascontiguousarray(stereo.T.numpy(), dtype=np.float32), canvas)

    def _sound(
        self, picture: Tensor, frames: int, rate: int, circular: bool = True, phases: Tensor | None = None
    ) -> Tensor:
        """(1, frames) by the vocoder, or by Griffin-Lim, with its own phases, where the weights have none."""
        vocoder = self._ready().vocoder
        if vocoder is None:
            return decode(decode_image(picture, EMBEDDED), EMBEDDED, rate, frames, circular=circular)
        return vocoder.sound(picture, frames, rate, circular=circular, phases=phases)

    def _shot(self, picture: Tensor, job: Job) -> Tensor:
        """A one-shot (1, frames): cut with a short fade if it is to be shorter than two seconds, else silence after."""
        natural = SHOT_COLUMNS * job.rate // SHOT_COLUMNS_A_SECOND
        sound = self._sound(picture, natural, job.rate, circular=False)
        if job.frames >= natural:
            return torch.nn.functional.pad(sound, (0, job.frames - natural))
        fade = min(job.frames, max(1, round(_FADE_S * job.rate)))
        cut = sound[:, : job.frames].clone()
        cut[:, job.frames - fade :] *= torch.linspace(1.0, 0.0, fade)
        return cut

    def _ready(self) -> Model:
        if self._model is None:
            self.load(self._device)
        assert self._model is not None
        return self._model

    def _told(self, model: Model, jobs: Sequence[Job]) -> Told:
        """The jobs as the nets are told them; morphing blends the two prompts' vectors, and its ends are exact."""
        prompts = {prompt for job in jobs for prompt in (job.prompt_a, job.prompt_b, job.negative)}
        vectors = {prompt: model.text.embed([prompt])[0] for prompt in prompts}  # alone: others would round it
        blends = [vectors[job.prompt_a] * (1.0 - job.alpha) + vectors[job.prompt_b] * job.alpha for job in jobs]
        unwanted = torch.stack([vectors[job.negative] for job in jobs])
        return model.told(torch.stack(blends), [_conditions(job) for job in jobs], unwanted)


def _columns(job: Job) -> int:
    return EMBEDDED.columns(job.beats) if job.beats else SHOT_COLUMNS


def _beats_before(job: Job, beats: int) -> Tensor:
    """Columns (columns,) that belong to so many beats before the fill's end, round the loop."""
    chosen = torch.zeros(_columns(job), dtype=torch.bool)
    chosen[: EMBEDDED.columns(beats)] = True
    return chosen.roll(EMBEDDED.columns(job.fill_end - beats))


def _form(job: Job) -> tuple[object, ...]:
    """What jobs that are drawn together have in common."""
    begin = job.strength if job.source else 1.0
    return _columns(job), bool(job.beats), min(job.steps, MOST_STEPS), begin


def _conditions(job: Job) -> Conditions:
    category = job.category if job.beats else f"hit {job.category}"
    bpm = job.canvas_bpm_cents / 100 if job.beats else None
    return Conditions(category, job.tonic, job.mode, job.density, job.brightness, bpm)


def _check(job: Job) -> None:
    """UsageError for what it cannot do."""
    known = CHUNKS if job.beats else HITS
    if job.category not in known:
        kind = "loops" if job.beats else "one-shots"
        raise UsageError(f"the embedded model has no {kind} of {job.category!r}; use one of {', '.join(known)}.")
    if job.beats and job.beats not in BEATS:
        raise UsageError(f"the embedded model makes loops of 4, 8 or 16 beats, not {job.beats}.")
    if job.mode not in MODES or not (job.tonic is None or 0 <= job.tonic < 12):
        raise UsageError(f"there is no key with tonic {job.tonic} and mode {job.mode!r}.")
    if job.steps < 1 or not 0.0 <= job.alpha <= 1.0 or not 0.0 <= job.strength <= 1.0:
        values = f"{job.steps}, {job.alpha} and {job.strength}"
        raise UsageError(f"steps must be at least 1, alpha and strength within 0..1, not {values}.")
