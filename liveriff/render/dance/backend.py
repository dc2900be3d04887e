"""Dance Diffusion as a backend: one-shots for pads, and loops trimmed to the beats with a crossfaded seam."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch

from liveriff.errors import ModelError, UsageError
from liveriff.music.grid import frames_of
from liveriff.render.backend import Audio, BackendInfo, Show, Tick
from liveriff.render.checkpoints import Checkpoint
from liveriff.render.dance import ALL, BEATS, categories_of, info_of, listed
from liveriff.render.dance.card import card_of
from liveriff.render.dance.modes import Seed, generate, vary
from liveriff.render.dance.net import Net, load
from liveriff.render.dance.samplers import Estimate, estimating
from liveriff.render.dance.settings import Settings, from_options
from liveriff.render.dance.showing import showing
from liveriff.render.dance.sound import (
    SEAM_S,
    begun,
    closed,
    cut,
    ended,
    prepared,
    repeated,
    stretched_round,
    turned_down,
    with_channels,
)
from liveriff.render.soundfiles import Sound, read, resampled
from liveriff.wire.job import Job

_AWAKE = 2
"""Networks on the accelerator at once; the others of a table wait in the machine's memory."""


class Dance:
    """See the module. Used by one thread."""

    def __init__(self, checkpoint: Checkpoint = ALL) -> None:
        """``checkpoint``: the only one, or without a path all that models.yaml lists, with its options."""
        self._named = checkpoint
        self._device = "cpu"
        self._nets: OrderedDict[str, Net] = OrderedDict()
        self.show: Show | None = None

    @property
    def info(self) -> BackendInfo:
        """What is known of it."""
        return info_of(self._named)

    def load(self, device: str) -> None:
        """Read the first checkpoint; the others when they are first played."""
        self._device = device
        self._net(self._checkpoints()[0])

    def close(self) -> None:
        """Forget the networks."""
        self._nets.clear()

    def render(self, job: Job, tick: Tick) -> Audio:
        """The chunk of a job."""
        checkpoint = self._chosen(job)
        settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}").but(steps=job.steps)
        net = self._net(checkpoint)
        sound = self._loop(net, settings, job, tick) if job.beats else self._shot(net, settings, job, tick)
        return Audio(np.ascontiguousarray(turned_down(with_channels(sound, 2)).T))

    # --- which network -----------------------------------------------------------------------------------------------

    def _checkpoints(self) -> tuple[Checkpoint, ...]:
        return (self._named,) if self._named.model else listed(self._named.options)

    def _chosen(self, job: Job) -> Checkpoint:
        """The checkpoint for the job's category; UsageError where there is none, or for another impossible job."""
        kind = 0 if job.beats else 1
        for checkpoint in self._checkpoints():
            if job.category in categories_of(checkpoint)[kind]:
                break
        else:
            what, known = (("loops", self.info.categories), ("one-shots", self.info.one_shots))[kind]
            there = ", ".join(known) or "none"
            raise UsageError(f"the model {job.model!r} has no {what} of {job.category!r}; it has {there}.")
        if job.beats and job.beats not in BEATS:
            raise UsageError(f"the model {job.model!r} makes loops of 4, 8 or 16 beats, not {job.beats}.")
        return checkpoint

    def _net(self, checkpoint: Checkpoint) -> Net:
        """The checkpoint's network, on the device and the newest."""
        if checkpoint.name in self._nets:
            self._nets.move_to_end(checkpoint.name)
            self._nets[checkpoint.name].wake()
        else:
            settings = from_options(checkpoint.options, f"the model {checkpoint.name!r}")
            self._nets[checkpoint.name] = load(card_of(checkpoint), self._device, settings.dtype)
        for name in list(self._nets)[:-_AWAKE]:
            self._nets[name].rest()
        return self._nets[checkpoint.name]

    # --- what it plays -----------------------------------------------------------------------------------------------

    def _loop(self, net: Net, settings: Settings, job: Job, tick: Tick) -> Sound:
        """A loop (channels, job.frames): as many beats as the network was trained for, repeated to the length."""
        beats = beats_at_once(net, settings, job)
        frames = round(frames_of(beats, job.bpm_cents, job.rate) * net.card.rate / job.rate)
        over = max(1, min(frames // 4, round(SEAM_S * net.card.rate)))
        source = self._source(net, job)
        if source is not None:
            source = repeated(source, frames + over)
        made = closed(self._made(net, settings, job, frames + over, source, tick), frames)
        return stretched_round(np.tile(made, (1, job.beats // beats)), job.frames)

    def _shot(self, net: Net, settings: Settings, job: Job, tick: Tick) -> Sound:
        """A one-shot (channels, job.frames): at most as long as the pieces it was trained with, then silence."""
        wanted = -(-job.frames * net.card.rate // job.rate)
        frames = min(wanted, max(net.card.trained, net.card.shortest))
        source = self._source(net, job)
        if source is None:
            made = begun(self._made(net, settings, job, frames, None, tick))
        else:
            frames = min(wanted, max(frames, source.shape[1]))
            made = self._made(net, settings, job, frames, cut(source, frames), tick)
        return cut(ended(cut(resampled(made, net.card.rate, job.rate), job.frames), job.rate), job.frames)

    def _made(self, net: Net, settings: Settings, job: Job, frames: int, source: Sound | None, tick: Tick) -> Sound:
        seed = Seed(job.seed, job.seed_drift)
        watch = self._watched(net)
        if source is None:
            made = generate(net, frames, seed, settings, tick, watch)
        else:
            made = vary(net, torch.from_numpy(source), job.strength, seed, settings, tick, watch)
        if not bool(torch.isfinite(made).all()):
            raise ModelError(f"the model {job.model!r} made numbers that are no sound; try another seed or float32.")
        return made.numpy()

    def _watched(self, net: Net) -> Estimate | None:
        return showing(estimating(net.velocity), net.card.rate, self.show) if self.show else None

    def _source(self, net: Net, job: Job) -> Sound | None:
        """The sound that the job starts from, as the network takes it; None where it starts from noise alone."""
        if not job.source or job.strength >= 1.0:
            return None
        sound, rate = read(job.source)
        return prepared(sound, rate, net.card.rate, net.card.channels)


def beats_at_once(net: Net, settings: Settings, job: Job) -> int:
    """How many beats of a loop are made before they are repeated: all, halved until they are short enough.

    A network trained with pieces of a second has nothing to say about eight; a bar of it, repeated, has a beat.
    """
    most = net.card.longest if job.source else max(net.card.shortest, settings.longest * net.card.trained)
    seam = round(SEAM_S * net.card.rate)
    beats = job.beats
    while beats % 2 == 0 and frames_of(beats, job.bpm_cents, net.card.rate) + seam > most:
        beats //= 2
    return beats
