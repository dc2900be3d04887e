"""Riffusion as a backend: jobs to requests, requests to canvases, canvases to sound. Used by one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from liveriff.errors import ModelError, UsageError
from liveriff.render.backend import Audio, BackendInfo, Canvas, Show, Tick, render_in_two
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.riffusion import BEATS, default, describe
from liveriff.render.riffusion.canvas import STEP, canvas_of, columns_of, layout_of, picture_of
from liveriff.render.riffusion.ground import Ground, Grounds
from liveriff.render.riffusion.nets import Nets, load
from liveriff.render.riffusion.options import options_of
from liveriff.render.riffusion.outpaint import tail_and_room
from liveriff.render.riffusion.request import End, Request
from liveriff.render.riffusion.sampling import lane_of_picture, lane_of_words, paint, repaint, steps_of
from liveriff.render.riffusion.sketch import Look, Sketch
from liveriff.render.riffusion.sound import sound_of
from liveriff.render.riffusion.stream import LANES, Carried, Stream, gain
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
    """See the module. ``strip``, ``way``, ``beside``, ``continued`` are its own; the rest is the backend protocol."""

    def __init__(self, checkpoint: Checkpoint | None = None) -> None:
        """Nothing is loaded; without a checkpoint it is the one that the bare name stands for."""
        self.checkpoint = checkpoint or default()
        self.options = options_of(self.checkpoint.options, self.checkpoint.name)
        self.layout = layout_of(self.options)
        self.show: Show | None = None
        self._device = "cpu"
        self._nets: Nets | None = None
        self._sketch: Sketch | None = None
        self._stream = Stream()
        self._grounds = Grounds(self.options, self.layout)

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
        self._stream.forget()
        self._grounds.close()

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

    def streamed(self, job: Job, beside: Sequence[Job], tick: Tick) -> Canvas:
        """As ``canvas``, in a stream batch with the jobs that come next: see ``backend.StreamBackend``."""
        self.check(job, (job.alpha,))
        columns = columns_of(job, self.options)
        if self._grounds.ahead(job) or self.options.compile or not self._stream.pays(self.nets, columns):
            return self.canvas(job, tick)  # the embedded model's steps count too; each size of batch is compiled anew
        room = min(LANES, max(1, _STRIP_COLUMNS // columns)) - 1
        after = [each for each in beside if not self._grounds.ahead(each)][:room]
        wanted = {each.canvas_key: partial(self._begun, each) for each in (job, *after)}
        look = self._look()
        canvas = canvas_of(self._stream.picture(self.nets, job.canvas_key, wanted, tick, look), self.layout)
        if look is not None:
            look.learn(canvas)
        return self._finished(canvas)

    def stream_gain(self, job: Job) -> float:
        """What streams are worth on this device."""
        return gain(self.nets, columns_of(job, self.options))

    def _begun(self, job: Job) -> Carried:
        """A job on its way from its noise, or from what it is painted on."""
        self.check(job, (job.alpha,))
        columns, ends = columns_of(job, self.options), self._ends(job, self._denoising(job))
        ground = self._grounds.of(job, columns, lambda _step, _of: True)
        request = self._request(job, *ends, (job.alpha,), self._closes(job, ground))
        if ground.start is None:
            return Carried(lane_of_words(self.nets, request, columns), 0)
        return Carried(lane_of_picture(self.nets, request, ground.start, ground.anew), ground.kept)

    def _closes(self, job: Job, ground: Ground) -> bool:
        """Whether the right edge is to join the left one."""
        return bool(job.beats) and self.options.circular and not ground.kept

    @torch.inference_mode()
    def refill(self, canvas: Canvas, job: Job, tick: Tick) -> Canvas:
        """The canvas with the job's ``fill_beats`` before ``fill_end`` painted anew, and all else as it was."""
        values = torch.from_numpy(np.array(canvas.values, np.float32))
        beat = values.shape[-1] // job.beats
        fill = slice((job.fill_end - job.fill_beats) * beat, job.fill_end * beat)
        anew = torch.zeros(1, 1, *values.shape[1:])
        anew[..., fill] = 1.0
        one = replace(job.whole, seed=job.fill_seed)
        request = self._request(one, *self._ends(one, 1.0), (job.alpha,), self.options.circular)
        painted = canvas_of(repaint(self.nets, request, picture_of(values, self.layout), tick, anew)[0], self.layout)
        values[..., fill] = painted[..., fill]
        return self._finished(values)

    @torch.inference_mode()
    def decode(self, canvas: Canvas, job: Job) -> Audio:
        """Sound of exactly ``job.frames`` frames."""
        return self.decode_like(canvas, canvas, job)

    @torch.inference_mode()
    def decode_like(self, canvas: Canvas, reference: Canvas, job: Job) -> Audio:
        """As ``decode``, the search for phases begun with those of the reference, so that both may be mixed."""
        values, like = (torch.from_numpy(np.asarray(each.values, np.float32)) for each in (canvas, reference))
        stereo = sound_of(values, self.layout, job, None if reference is canvas else like)
        return Audio(np.ascontiguousarray(stereo.T.numpy(), dtype=np.float32), canvas)

    def strip(self, job: Job, alphas: Sequence[float], tick: Tick) -> list[Canvas]:
        """Canvases of a job at several alphas, painted together: one step of the net serves all."""
        self.check(job, alphas)
        return self.way(job, *self._ends(job, self._denoising(job)), alphas, tick)

    @torch.inference_mode()
    def way(self, job: Job, start: End, end: End, alphas: Sequence[float], tick: Tick) -> list[Canvas]:
        """Canvases on the way between any two ends; length, tempo, steps and source are the job's."""
        self.check(job, alphas)
        columns = columns_of(job, self.options)
        ground, tick = self._ground(job, start, end, alphas, columns, tick)
        together = max(1, _STRIP_COLUMNS // (ground.kept + columns))
        groups = [tuple(alphas[first : first + together]) for first in range(0, len(alphas), together)]
        circular = self._closes(job, ground)
        made: list[Tensor] = []
        for number, group in enumerate(groups):
            request = self._request(job, start, end, group, circular)
            made += self._painted(request, columns, ground, _share(tick, number, len(groups)))
        return [self._finished(each[..., ground.kept :]) for each in made]

    def _ground(
        self, job: Job, start: End, end: End, alphas: Sequence[float], columns: int, tick: Tick
    ) -> tuple[Ground, Tick]:
        """What is painted on, and the tick of what is left; the embedded model's steps for it are counted first."""
        ahead = self._grounds.ahead(job)
        if not ahead:
            return self._grounds.of(job, columns, tick), tick
        groups = -(-len(alphas) // max(1, _STRIP_COLUMNS // columns))
        steps = groups * steps_of(self.nets, self._request(job, start, end, tuple(alphas), False))
        ground = self._grounds.of(job, columns, lambda step, _: tick(step, ahead + steps))
        return ground, lambda step, _: tick(ahead + step, ahead + steps)

    @torch.inference_mode()
    def continued(self, job: Job, before: Canvas, tick: Tick, keep: int | None = None) -> Canvas:
        """The canvas that follows ``before``: its last ``keep`` columns (half of them) are the job's surroundings."""
        heard = torch.from_numpy(np.asarray(before.values, np.float32))
        kept = keep or heard.shape[-1] // 2
        if not 0 < kept <= heard.shape[-1] or kept % STEP:
            raise UsageError(f"a continuation keeps 64, 128 ... columns of the {heard.shape[-1]} before, not {kept}.")
        wide = self.beside(job, heard[..., -kept:], columns_of(job, self.options), tick)
        return self._finished(wide[..., kept:])

    @torch.inference_mode()
    def beside(self, job: Job, known: Tensor, room: int, tick: Tick) -> Tensor:
        """Values (channels, 512, k + room) that go on from ``known`` (channels, 512, k); k + room is a multiple of 64.

        What comes back of the known columns is near them, not the same. The job's strength: 1 to paint freely, less
        to begin with the known columns mirrored.
        """
        self.check(job, (job.alpha,))
        init, anew = tail_and_room(picture_of(known, self.layout), room, known.shape[-1])
        request = self._request(job, *self._ends(job, job.strength), (job.alpha,), False)
        return self._finite(canvas_of(repaint(self.nets, request, init, tick, anew)[0], self.layout))

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

    def _denoising(self, job: Job) -> float:
        """How far img2img goes: from a source as far as the job says, from the seed image no farther than the option,
        because a job without a source says nothing of it."""
        seeded = self.options.seed_image and not job.source
        return min(job.strength, self.options.denoising) if seeded else job.strength

    def _ends(self, job: Job, denoising: float) -> tuple[End, End]:
        """Both have the job's seed, so that the noise is the same at all alphas."""
        drift = min(1.0, max(0.0, job.seed_drift))
        start, end = (
            End(self.words(job, prompt), job.seed, job.negative, denoising, job.guidance, drift, job.seed_b)
            for prompt in (job.prompt_a, job.prompt_b)
        )
        return start, end

    def _request(self, job: Job, start: End, end: End, alphas: tuple[float, ...], circular: bool) -> Request:
        """An end that says nothing of what is not wanted has the words of the model for it."""
        start, end = (replace(each, negative=each.negative or self.options.negative) for each in (start, end))
        return Request(start, end, alphas, job.steps, self.options.scheduler, circular, self.options.cfg)

    def words(self, job: Job, prompt: str) -> str:
        """A prompt as the checkpoint is told it: what the category is called, then the performer's words."""
        usual = PROMPTS if job.beats else PROMPTS | SHOTS
        before = self.options.prompts.get(job.category, usual.get(job.category, ""))
        return ", ".join(part for part in (before, prompt) if part)

    # --- painting ----------------------------------------------------------------------------------------------------

    def _painted(self, request: Request, columns: int, ground: Ground, tick: Tick) -> list[Tensor]:
        """Canvases (channels, 512, kept + columns)."""
        look = self._look()
        if ground.start is None:
            done = paint(self.nets, request, columns, tick, look)
        else:
            done = repaint(self.nets, request, ground.start, tick, ground.anew, look)
        canvases = [canvas_of(each, self.layout) for each in done]
        if look is not None:
            look.learn(canvases[0])
        return canvases

    def _finished(self, canvas: Tensor) -> Canvas:
        return Canvas(self._finite(canvas).half().contiguous().numpy())

    def _finite(self, canvas: Tensor) -> Tensor:
        if not bool(torch.isfinite(canvas).all()):
            remedy = "try dtype fp32, another seed or less guidance"
            raise ModelError(f"{self.checkpoint.name!r} made numbers that are no picture; {remedy}.")
        return canvas

    def _look(self) -> Look | None:
        """Somebody who watches, if anybody does."""
        return Look(self.show, self._sketch) if self.show is not None and self._sketch is not None else None


def _share(tick: Tick, number: int, of: int) -> Tick:
    """The tick of one of several equal parts, counted as one long render."""
    return tick if of == 1 else lambda step, steps: tick(number * steps + step, of * steps)
