"""The embedded model as a backend: latents on the beat grid, decoded by the project's own spectrograms."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.params.words import CHUNKS, HITS, MODES
from liveriff.render.backend import Audio, BackendInfo, Canvas, Show, Tick, go_on, render_in_two
from liveriff.render.embedded import BEATS, describe
from liveriff.render.embedded.codec import FACTOR
from liveriff.render.embedded.conditions import Conditions
from liveriff.render.embedded.model import Model, load
from liveriff.render.embedded.sampler import drifted
from liveriff.render.embedded.sketch import Sketch
from liveriff.render.spectrogram import EMBEDDED, decode, decode_image, rounded_off, widen
from liveriff.wire.job import Job

SHOT_COLUMNS = 256
SHOT_COLUMNS_A_SECOND = 128
_WIDTHS = {"drums": 0.5, "bass": 0.0, "synth": 1.0, "mix": 0.6}
_FADE_S = 0.01
_GAIN, _SHOT_GAIN = 0.6, 1.0
"""Of what the material's loudest sounds decode to: loops leave room for attacks, one-shots are played alone."""


class Embedded:
    """See the module. Used by one thread."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._device = "cpu"
        self._sketch: Sketch | None = None
        self.show: Show | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return describe()

    def load(self, device: str) -> None:
        """Read the weights and put them on the device."""
        model = load()
        try:
            self._model, self._device = model.to(device), device
            self._sketch = Sketch(model.codec)
        except (RuntimeError, AssertionError) as error:
            raise ModelError(f"the embedded model cannot run on {device!r}: {error}.") from error

    def close(self) -> None:
        """Forget the weights."""
        self._model = self._sketch = None

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        return render_in_two(self, job, tick)

    @torch.inference_mode()
    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """The picture (1, 512, 64 columns a beat), or (1, 512, 256) of a one-shot's two seconds."""
        model = self._ready()
        _check(job)
        columns = (EMBEDDED.columns(job.beats) if job.beats else SHOT_COLUMNS) // FACTOR
        start = drifted(job.seed, job.seed_drift, *model.latent_shape, columns).to(self._device)
        told = self._told(model, job)
        seen = self._show if self.show is not None else None
        latents = model.sample(start, told, job.guidance, job.steps, lambda step: go_on(tick, step, job.steps), seen)
        if not bool(torch.isfinite(latents).all()):
            raise ModelError("the embedded model made numbers that are no sound; try another seed or less guidance.")
        picture = model.codec.decode(latents)[0]
        if self._sketch is not None and seen is not None:
            self._sketch.learn(latents, picture)
        return Canvas(picture.half().cpu().numpy())

    def _show(self, latents: Tensor) -> None:
        """After a step: an estimate of where it leads to."""
        if self.show is not None and self._sketch is not None and self._sketch.knows:
            self.show(self._sketch.draw(latents))

    @torch.inference_mode()
    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sound of exactly ``job.frames`` frames."""
        picture = torch.from_numpy(np.asarray(canvas.values, np.float32))
        if job.beats:
            sound = decode(decode_image(picture, EMBEDDED), EMBEDDED, job.rate, job.frames)
        else:
            sound = _shot(picture, job)
        width, gain = (_WIDTHS[job.category], _GAIN) if job.beats else (0.0, _SHOT_GAIN)
        stereo = rounded_off(widen(sound * gain, width, rate=job.rate))
        return Audio(np.ascontiguousarray(stereo.T.numpy(), dtype=np.float32), canvas)

    def _ready(self) -> Model:
        if self._model is None:
            self.load(self._device)
        assert self._model is not None
        return self._model

    def _told(self, model: Model, job: Job) -> Tensor:
        """The job as the nets are told it; morphing blends the two prompts' vectors, and its ends are exact."""
        ends = [model.text(model.text.ids([prompt]).to(self._device)) for prompt in (job.prompt_a, job.prompt_b)]
        text = ends[0] * (1.0 - job.alpha) + ends[1] * job.alpha
        category = job.category if job.beats else f"hit {job.category}"
        bpm = job.canvas_bpm_cents / 100 if job.beats else None
        told = Conditions(category, job.tonic, job.mode, job.density, job.brightness, bpm)
        return model.told(text, [told])


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
    if job.steps < 1 or not 0.0 <= job.alpha <= 1.0:
        raise UsageError(f"steps must be at least 1 and alpha within 0..1, not {job.steps} and {job.alpha}.")


def _shot(picture: Tensor, job: Job) -> Tensor:
    """A one-shot (1, frames): cut with a short fade if it is to be shorter than two seconds, else silence after it."""
    natural = SHOT_COLUMNS * job.rate // SHOT_COLUMNS_A_SECOND
    sound = decode(decode_image(picture, EMBEDDED), EMBEDDED, job.rate, natural, circular=False)
    if job.frames >= natural:
        return torch.nn.functional.pad(sound, (0, job.frames - natural))
    fade = min(job.frames, max(1, round(_FADE_S * job.rate)))
    cut = sound[:, : job.frames].clone()
    cut[:, job.frames - fade :] *= torch.linspace(1.0, 0.0, fade)
    return cut
