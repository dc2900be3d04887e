"""Riffusion as a backend: jobs to requests, requests to canvases, canvases to sound. Used by one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Audio, Backend, BackendInfo, Canvas, Show, Tick, render_in_two
from liveriff.render.catalog import find
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion import BEATS, default, describe
from liveriff.render.riffusion.canvas import canvas_of, columns_of, layout_of, picture_of
from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import EMBEDDED, options_of
from liveriff.render.riffusion.outpaint import tail_and_room
from liveriff.render.riffusion.sampling import End, Request, paint, repaint
from liveriff.render.riffusion.sketch import Look, Sketch
from liveriff.render.riffusion.sound import sound_of
from liveriff.render.riffusion.sources import canvas_of_sound, mask, picture, source_picture
from liveriff.wire.job import Job

PROMPTS = {
    "drums": "drum loop",
    "bass": "bass line",
    "synth": "synthesizer loop",
    "mix": "",
    "kick": "kick drum hit",
    "snare": "snare drum hit",
    "hat": "hi-hat hit",
    "clap": "hand clap",
    "perc": "percussion hit",
    "fx": "sound effect",
}
"""Words put before the prompt by category, where models.yaml gives no others."""
SHOTS = {"bass": "bass note", "synth": "synthesizer note"}
_STRIP_COLUMNS = 4096
"""Columns of all pictures of a batch: eight of 512; more are painted batch after batch."""


class Riffusion:
    """See the module. ``strip``, ``way`` and ``continued`` are its own; the rest is the backend protocol."""

    def __init__(self, checkpoint: Checkpoint | None = None) -> None:
        """Nothing is loaded; without a checkpoint it is the one that the bare name stands for."""
        self.checkpoint = checkpoint or default()
        self.options = options_of(self.checkpoint.options, self.checkpoint.name)
        self.layout = layout_of(self.options)
        self.show: Show | None = None
        self._device = "cpu"
        self._nets: Nets | None = None
        self._sketch: Sketch | None = None
        self._guide: Backend | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return describe(self.checkpoint)

    def load(self, device: str) -> None:
        """Read the nets and put them on the device."""
        nets = load(self.checkpoint.model, self.options, device)
        self._nets, self._device = nets, device
        self._sketch = Sketch(int(nets.unet.config["in_channels"]), nets.factor)

    def close(self) -> None:
        """Forget the nets."""
        self._nets = self._sketch = None
        if self._guide is not None:
            self._guide.close()
        self._guide = None

    @property
    def nets(self) -> Nets:
        """The nets, loaded now if they were not."""
        if self._nets is None:
            self.load(self._device)
        assert self._nets is not None
        return self._nets

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        return render_in_two(self, job, tick)

    def canvas(self, job: Job, tick: Tick) -> Canvas:
        """The encoded spectrogram (channels, 512, columns) of a job."""
        return self.strip(job, (job.alpha,), tick)[0]

    @torch.inference_mode()
    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sound of exactly ``job.frames`` frames."""
        values = torch.from_numpy(np.asarray(canvas.values, np.float32))
        stereo = sound_of(values, self.layout, job)
        return Audio(np.ascontiguousarray(stereo.T.numpy(), dtype=np.float32), canvas)

    def strip(self, job: Job, alphas: Sequence[float], tick: Tick) -> list[Canvas]:
        """Canvases of a job at several alphas, painted together: one step of the net serves all."""
        self.check(job, alphas)
        return self.way(job, *self._ends(job, job.strength), alphas, tick)

    @torch.inference_mode()
    def way(self, job: Job, start: End, end: End, alphas: Sequence[float], tick: Tick) -> list[Canvas]:
        """Canvases on the way between any two ends; length, tempo, steps and source are the job's."""
        self.check(job, alphas)
        columns = columns_of(job, self.options)
        together = max(1, _STRIP_COLUMNS // columns)
        groups = [tuple(alphas[first : first + together]) for first in range(0, len(alphas), together)]
        begun, anew = self._start(job, columns), self._mask(columns)
        made: list[Tensor] = []
        for number, group in enumerate(groups):
            request = self._request(job, start, end, group, bool(job.beats) and self.options.circular)
            made += self._painted(request, columns, begun, anew, _share(tick, number, len(groups)))
        return [self._finished(each) for each in made]

    @torch.inference_mode()
    def continued(self, job: Job, before: Canvas, tick: Tick, keep: int | None = None) -> Canvas:
        """The canvas that follows ``before``: its last ``keep`` columns (half of them) are the job's surroundings."""
        self.check(job, (job.alpha,))
        columns = columns_of(job, self.options)
        heard = torch.from_numpy(np.asarray(before.values, np.float32))
        kept = keep or heard.shape[-1] // 2
        if not 0 < kept <= heard.shape[-1] or kept % 64:
            raise UsageError(f"a continuation keeps 64, 128 ... columns of the {heard.shape[-1]} before, not {kept}.")
        init, anew = tail_and_room(picture_of(heard, self.layout), columns, kept)
        request = self._request(job, *self._ends(job, 1.0), (job.alpha,), False)
        wide = repaint(self.nets, request, init, tick, anew)
        return self._finished(canvas_of(wide[0], self.layout)[..., kept:])

    # --- from jobs to requests ---------------------------------------------------------------------------------------

    def check(self, job: Job, alphas: Sequence[float]) -> None:
        """UsageError for what it cannot do."""
        known = self.info.categories if job.beats else self.info.one_shots
        if job.category not in known:
            kind = "loops" if job.beats else "one-shots"
            raise UsageError(f"{job.model!r} has no {kind} of {job.category!r}; use one of {', '.join(known)}.")
        if job.beats and job.beats not in BEATS:
            raise UsageError(f"{job.model!r} makes loops of {', '.join(map(str, BEATS))} beats, not {job.beats}.")
        if job.steps < 1 or not alphas or not all(0.0 <= alpha <= 1.0 for alpha in alphas):
            raise UsageError(f"steps must be at least 1 and alpha within 0..1, not {job.steps} and {alphas}.")

    def _ends(self, job: Job, denoising: float) -> tuple[End, End]:
        """Both have the job's seed, so that the noise is the same at all alphas."""
        drift = min(1.0, max(0.0, job.seed_drift))
        start, end = (
            End(self.words(job, prompt), job.seed, self.options.negative, denoising, job.guidance, drift)
            for prompt in (job.prompt_a, job.prompt_b)
        )
        return start, end

    def _request(self, job: Job, start: End, end: End, alphas: tuple[float, ...], circular: bool) -> Request:
        return Request(start, end, alphas, job.steps, self.options.scheduler, circular)

    def words(self, job: Job, prompt: str) -> str:
        """A prompt as the checkpoint is told it: what the category is called, then the performer's words."""
        usual = PROMPTS if job.beats else PROMPTS | SHOTS
        before = self.options.prompts.get(job.category, usual.get(job.category, ""))
        return ", ".join(part for part in (before, prompt) if part)

    def _start(self, job: Job, columns: int) -> Tensor | None:
        """What img2img starts from, or None for words alone."""
        if job.source:
            return source_picture(job.source, job, columns, self.layout)
        if self.options.seed_image == EMBEDDED:
            return self._guided(job, columns)
        return picture(self.options.seed_image, columns) if self.options.seed_image else None

    def _mask(self, columns: int) -> Tensor | None:
        return mask(self.options.mask, columns) if self.options.mask else None

    def _guided(self, job: Job, columns: int) -> Tensor:
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
        sound = self._guide.render(simple, lambda _step, _of: True).samples
        loop = torch.from_numpy(np.ascontiguousarray(sound.T))
        return picture_of(canvas_of_sound(loop, simple.rate, columns, self.layout), self.layout)

    # --- painting ----------------------------------------------------------------------------------------------------

    def _painted(
        self, request: Request, columns: int, start: Tensor | None, anew: Tensor | None, tick: Tick
    ) -> list[Tensor]:
        """Canvases (channels, 512, columns)."""
        look = self._look()
        if start is None:
            done = paint(self.nets, request, columns, tick, look)
        else:
            done = repaint(self.nets, request, start, tick, anew, look)
        canvases = [canvas_of(each, self.layout) for each in done]
        if look is not None:
            look.learn(canvases[0])
        return canvases

    def _finished(self, canvas: Tensor) -> Canvas:
        if not bool(torch.isfinite(canvas).all()):
            remedy = "try dtype fp32, another seed or less guidance"
            raise ModelError(f"{self.checkpoint.name!r} made numbers that are no picture; {remedy}.")
        return Canvas(canvas.half().contiguous().numpy())

    def _look(self) -> Look | None:
        """Somebody who watches, if anybody does."""
        return Look(self.show, self._sketch) if self.show is not None and self._sketch is not None else None


def _share(tick: Tick, number: int, of: int) -> Tick:
    """The tick of one of several equal parts, counted as one long render."""
    return tick if of == 1 else lambda step, steps: tick(number * steps + step, of * steps)
